"""Proving the ledger again from its transfers: what anyone can run, and what tampering cannot pass.

Re-proved: every transfer's hash and rank (an altered, removed or inserted row is named), every
account's totals, floor and holds, every funder's slots, every batch with its seal, every lane of seals, and
zero in each unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from uuid import UUID

import psycopg

from cspu.kernel.ids import person_ranges
from cspu.kernel.text import Text

_SQL = files("cspu.ledger").joinpath("sql", "verify")
RANGES = 64

MEANINGS = {
    "transfer_altered": Text("transfert modifié", "transfer altered"),
    "transfer_missing_before": Text(
        "transfert retiré ou inséré avant celui-ci", "transfer removed or inserted before this one"
    ),
    "transfer_missing_at_end": Text("dernier transfert retiré", "last transfer removed"),
    "account_altered": Text(
        "compte attribué à un autre droit ou organisme",
        "account moved to another right or organisation",
    ),
    "account_missing": Text("compte absent", "account missing"),
    "account_without_transfers": Text("compte sans transferts", "account without transfers"),
    "account_totals_differ": Text(
        "totaux du compte différents de ses transferts", "account totals differ from its transfers"
    ),
    "account_protected_differs": Text(
        "part protégée différente des transferts", "protected share differs from the transfers"
    ),
    "account_mixes_units_or_rights": Text("unités ou droits mélangés", "mixed units or rights"),
    "account_floor_broken": Text("socle entamé", "floor broken"),
    "account_ceiling_passed": Text("plafond dépassé", "ceiling passed"),
    "account_holds_differ": Text(
        "part réservée du compte différente de ses réservations",
        "what the account holds differs from its open holds",
    ),
    "hold_settled_differently": Text(
        "réservation dénouée autrement que ses transferts",
        "hold settled otherwise than its transfers say",
    ),
    "slot_totals_differ": Text(
        "compte de financeur différent des transferts",
        "funder's account differs from the transfers",
    ),
    "batch_count_differs": Text(
        "lot d’écritures incomplet, modifié ou inconnu", "batch incomplete, altered or unknown"
    ),
    "batch_missing_before": Text(
        "lot d’écritures retiré ou inséré avant celui-ci",
        "batch removed or inserted before this one",
    ),
    "batch_seal_differs": Text(
        "sceau du lot différent de ses transferts ou du lot précédent",
        "batch's seal does not follow from its transfers and the batch before it",
    ),
    "lane_head_differs": Text(
        "dernier lot d’une file de sceaux retiré ou modifié",
        "last batch of a lane of seals removed or altered",
    ),
    "unit_not_zero_sum": Text(
        "la somme d’une unité n’est pas nulle", "a unit does not sum to zero"
    ),
}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What does not hold, and where. `code`: a key of MEANINGS, its object after a colon."""

    code: str
    person_id: UUID | None
    account_id: UUID | None
    rank: int | None

    @property
    def meaning(self) -> Text:
        """The discrepancy in words."""
        return MEANINGS[self.code.partition(":")[0]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was proved."""

    accounts: int
    transfers: int


def verify(
    connection: psycopg.Connection, *, progress: Callable[[int, int], None] = lambda *_: None
) -> Iterator[Discrepancy]:
    """Every discrepancy of the ledger, range by range of persons, then the totals.

    Reads one snapshot (the connection must be idle), so that postings may go on. Memory stays flat.
    """
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield from discrepancies(connection, progress=progress)


def discrepancies(
    connection: psycopg.Connection, *, progress: Callable[[int, int], None] = lambda *_: None
) -> Iterator[Discrepancy]:
    """As `verify`, in the caller's transaction: what it wrote and did not commit is proved too."""
    for step, (first, last) in enumerate(person_ranges(RANGES), start=1):
        for name in ("transfers", "accounts", "holds"):
            yield from _found(connection, name, {"first": first, "last": last})
        progress(step, RANGES + 1)
    for name in ("seals", "totals"):
        yield from _found(connection, name, {})
    progress(RANGES + 1, RANGES + 1)


def extent(connection: psycopg.Connection) -> Extent:
    """How many accounts and transfers there are."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM ledger.account), (SELECT count(*) FROM ledger.transfer)"
    ).fetchone()
    return Extent(*row) if row else Extent(0, 0)


def _found(
    connection: psycopg.Connection, name: str, bounds: dict[str, UUID]
) -> Iterator[Discrepancy]:
    query = _SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8").encode()
    for row in connection.execute(query, bounds or None):
        yield Discrepancy(*row)
