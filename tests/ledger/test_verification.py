"""Tampering is seen, and named: a row with its person, account and rank, a batch with its first person.

Each tampering is done as the owner with the triggers disabled: what a stolen owner's password, or a
careless operator, could do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import psycopg
import pytest

from cspu.kernel.ids import PersonId
from cspu.ledger.operations import Proposal
from cspu.ledger.verification import MEANINGS, Discrepancy, discrepancies
from tests.ledger.book import ANNA, AWARD, declare_units, out, post_as_is

BEA = PersonId(UUID("bbbbbbbb-0000-4000-8000-000000000002"))


def _year(year: int, proposal: Proposal = AWARD) -> Proposal:
    return replace(
        proposal,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        due_on=date(year + 1, 1, 1),
    )


@pytest.fixture
def book(pg: psycopg.Connection) -> psycopg.Connection:
    """Anna's account has ranks 1 to 3, Bea's one; triggers are off."""
    declare_units(pg)
    post_as_is(pg, "2023", _year(2023, replace(AWARD, protected=20_000)))
    both = [_year(2024), _year(2024, replace(AWARD, person_id=BEA))]
    post_as_is(pg, "2024", *sorted(both, key=lambda each: each.person_id))
    post_as_is(pg, "correction", out(10_000, proposal=_year(2024)))
    for table in ("transfer", "account", "batch", "lane", "slot"):
        pg.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER USER".encode())
    assert found(pg) == set()
    return pg


def found(book: psycopg.Connection) -> set[tuple[str, str, int | None]]:
    """What does not hold: the code, whose, at which rank."""
    return {(each.code.partition(":")[0], _whose(each), each.rank) for each in discrepancies(book)}


def _whose(each: Discrepancy) -> str:
    names: dict[UUID | None, str] = {ANNA: "Anna", BEA: "Bea", None: ""}
    assert each.meaning.fr
    assert each.account_id in {None, AWARD.account_id, _BEAS, AWARD.counter_id}
    return names[each.person_id]


_BEAS = replace(AWARD, person_id=BEA).account_id


@dataclass(frozen=True)
class Tampering:
    """What is done behind the ledger's back, and everything that must be said of it."""

    statement: str
    expected: set[tuple[str, str, int | None]]


SLOT = ("slot_totals_differ", "", None)
ZERO = ("unit_not_zero_sum", "", None)
BATCH = ("batch_count_differs", "Anna", None)
GAP = ("batch_missing_before", "Anna", None)
SEAL = ("batch_seal_differs", "Anna", None)
HEAD = ("lane_head_differs", "", None)
TOTALS = ("account_totals_differ", "Anna", None)
# What a patient forger does next: hashes computed again, accounts and slots summed again.
HASHED_AGAIN = (
    "UPDATE ledger.transfer SET hash = sha256(ledger.content(person_id, account_id, rank,"
    " debit_account_id, credit_account_id, organisation_id, unit, amount, protected, kind, reason,"
    " right_id, version, counterparty, period_start, period_end, due_on, recorded_at, batch_id))"
)
MADE_GOOD = (
    "UPDATE ledger.account AS held SET length = new.length, credits = new.credits,"
    " debits = new.debits, protected = new.protected FROM (SELECT person_id, count(*) AS length,"
    " coalesce(sum(amount) FILTER (WHERE account_id = credit_account_id), 0) AS credits,"
    " coalesce(sum(amount) FILTER (WHERE account_id = debit_account_id), 0) AS debits,"
    " sum(CASE account_id WHEN credit_account_id THEN protected ELSE -protected END) AS protected"
    " FROM ledger.transfer GROUP BY person_id) AS new WHERE new.person_id = held.person_id;"
    "UPDATE ledger.slot AS held SET debits = new.credits, credits = new.debits FROM (SELECT"
    " ledger.slot_of(person_id) AS slot_id, sum(credits) AS credits, sum(debits) AS debits"
    " FROM ledger.account GROUP BY 1) AS new WHERE new.slot_id = held.slot_id;"
)
TAMPERINGS = {
    "an amount": Tampering(
        "UPDATE ledger.transfer SET amount = amount + 1 WHERE {anna} AND rank = 2",
        {("transfer_altered", "Anna", 2), TOTALS, SLOT},
    ),
    "a period": Tampering(
        "UPDATE ledger.transfer SET period_start = period_start + 1 WHERE {anna} AND rank = 1",
        {("transfer_altered", "Anna", 1)},
    ),
    "a reason": Tampering(
        "UPDATE ledger.transfer SET reason = 'due' WHERE {anna} AND rank = 3",
        {("transfer_altered", "Anna", 3)},
    ),
    "with whom the account is held": Tampering(
        "UPDATE ledger.transfer SET organisation_id = account_id WHERE {anna} AND rank = 1",
        {("transfer_altered", "Anna", 1)},
    ),
    "when it was recorded": Tampering(
        "UPDATE ledger.transfer SET recorded_at = recorded_at - interval '1 day'"
        " WHERE {anna} AND rank = 3",
        {("transfer_altered", "Anna", 3), BATCH},
    ),
    "a hash": Tampering(
        "UPDATE ledger.transfer SET hash = sha256('') WHERE {anna} AND rank = 2",
        {("transfer_altered", "Anna", 2), SEAL},
    ),
    "a row in the middle removed": Tampering(
        "DELETE FROM ledger.transfer WHERE {anna} AND rank = 2",
        {("transfer_missing_before", "Anna", 3), TOTALS, SLOT, BATCH},
    ),
    "the last row removed": Tampering(
        "DELETE FROM ledger.transfer WHERE {anna} AND rank = 3",
        {("transfer_missing_at_end", "Anna", 3), SLOT, BATCH},
    ),
    "a row inserted": Tampering(
        "INSERT INTO ledger.transfer SELECT person_id, account_id, 4, debit_account_id,"
        " credit_account_id, organisation_id, unit, amount, protected, kind, reason, right_id, version,"
        " counterparty, period_start, period_end, due_on, recorded_at, batch_id, hash"
        " FROM ledger.transfer WHERE {anna} AND rank = 1",
        {("transfer_altered", "Anna", 4), TOTALS, SLOT, BATCH},
    ),
    "two rows exchanged": Tampering(
        "UPDATE ledger.transfer SET rank = 10 - rank WHERE {anna} AND rank > 1;"
        "UPDATE ledger.transfer SET rank = rank - 5 WHERE {anna} AND rank > 5",
        {("transfer_altered", "Anna", 2), ("transfer_altered", "Anna", 3)},
    ),
    "a balance raised": Tampering(
        "UPDATE ledger.account SET credits = credits + 1 WHERE {anna}", {TOTALS, ZERO}
    ),
    "a floor lowered": Tampering(
        "UPDATE ledger.account SET protected = 0 WHERE {anna}",
        {("account_protected_differs", "Anna", None)},
    ),
    "an account's length": Tampering("UPDATE ledger.account SET length = 2 WHERE {anna}", {TOTALS}),
    "an account removed": Tampering(
        "DELETE FROM ledger.account WHERE {anna}", {("account_missing", "Anna", None), ZERO}
    ),
    "an account's organisation": Tampering(
        "UPDATE ledger.account SET organisation_id = person_id WHERE {anna}",
        {("account_altered", "Anna", None)},
    ),
    "an account's unit": Tampering(
        "UPDATE ledger.account SET unit = 'point' WHERE {anna}",
        {("account_mixes_units_or_rights", "Anna", None), ZERO},
    ),
    "someone's account given to someone else": Tampering(
        "DELETE FROM ledger.account WHERE {bea}; DELETE FROM ledger.transfer WHERE {bea};"
        "UPDATE ledger.account SET person_id = '{bea_id}' WHERE {anna};"
        "UPDATE ledger.transfer SET person_id = '{bea_id}' WHERE {anna}",
        {*(("transfer_altered", "Bea", rank) for rank in (1, 2, 3))}
        | {("account_altered", "Bea", None), SLOT, ZERO, BATCH},
    ),
    "a person erased": Tampering(
        "DELETE FROM ledger.account WHERE {bea}; DELETE FROM ledger.transfer WHERE {bea}",
        {SLOT, ZERO, BATCH},
    ),
    "a funder relieved": Tampering(
        "UPDATE ledger.slot SET debits = debits - 1 WHERE slot_id = ledger.slot_of('{anna_id}')",
        {SLOT, ZERO},
    ),
    "a batch's count": Tampering(
        "UPDATE ledger.batch SET transfers = 7 WHERE idempotency_key = '2023'", {BATCH}
    ),
    "a batch's key": Tampering(
        "UPDATE ledger.batch SET idempotency_key = 'other' WHERE idempotency_key = '2023'", {BATCH}
    ),
    "a batch removed": Tampering(
        "DELETE FROM ledger.batch WHERE idempotency_key = '2023'", {BATCH, GAP}
    ),
    "who posted a batch": Tampering(
        "UPDATE ledger.batch SET posted_by = 'nobody' WHERE idempotency_key = '2023'", {SEAL}
    ),
    "a row altered together with its hash": Tampering(
        "UPDATE ledger.transfer SET reason = 'due' WHERE {anna} AND rank = 3;{hashed_again}",
        {SEAL},
    ),
    "a whole batch removed, ranks, totals and slots made good": Tampering(
        "DELETE FROM ledger.transfer WHERE {anna} AND rank = 1;"
        "UPDATE ledger.transfer SET rank = rank - 1 WHERE {anna} AND rank > 1;"
        "DELETE FROM ledger.batch WHERE idempotency_key = '2023';{made_good}{hashed_again}",
        {GAP, SEAL},
    ),
    "the last batch removed, totals and slots made good": Tampering(
        "DELETE FROM ledger.transfer WHERE {anna} AND rank = 3;"
        "DELETE FROM ledger.batch WHERE idempotency_key = 'correction';{made_good}",
        {HEAD},
    ),
    "two batches exchanged": Tampering(
        "UPDATE ledger.batch SET number = 3 - number WHERE number < 3", {SEAL}
    ),
    "a lane's head removed": Tampering("DELETE FROM ledger.lane", {HEAD}),
    "a lane's head put back": Tampering(
        "UPDATE ledger.lane AS held SET batches = number, seal = b.seal FROM ledger.batch AS b"
        " WHERE idempotency_key = '2024' AND b.lane_id = held.lane_id",
        {HEAD},
    ),
}


@pytest.mark.parametrize("name", list(TAMPERINGS), ids=lambda name: name.replace(" ", "-"))
def test_tampering_is_named(book: psycopg.Connection, name: str) -> None:
    tampering = TAMPERINGS[name]
    where = {"anna_id": ANNA, "bea_id": BEA}
    statements = tampering.statement.format(
        anna=f"person_id = '{ANNA}'",
        bea=f"person_id = '{BEA}'",
        hashed_again=HASHED_AGAIN,
        made_good=MADE_GOOD,
        **where,
    )
    for statement in statements.split(";"):
        book.execute(statement.encode())
    assert found(book) == tampering.expected


def test_a_floor_broken_with_all_else_in_order_is_named(book: psycopg.Connection) -> None:
    book.execute("ALTER TABLE ledger.account DROP CONSTRAINT account_floor_never_breaks")
    post_as_is(book, "too much", out(80_000))
    assert found(book) == {("account_floor_broken", "Anna", None)}


def test_every_finding_has_its_words() -> None:
    said = {each[0] for tampering in TAMPERINGS.values() for each in tampering.expected}
    seen_elsewhere = {
        "account_floor_broken",
        "account_without_transfers",
        *("account_holds_differ", "hold_settled_differently"),  # tests/ledger/test_holds.py
        "account_ceiling_passed",
    }
    assert said | seen_elsewhere == set(MEANINGS)


def test_an_account_nobody_posted_to_is_named(book: psycopg.Connection) -> None:
    book.execute(
        "INSERT INTO ledger.account SELECT %s, ledger.account_of(%s, right_id, organisation_id),"
        " right_id, organisation_id, unit, 0, 0, 0, 1 FROM ledger.account WHERE person_id = %s",
        [AWARD.account_id, AWARD.account_id, ANNA],
    )
    codes = {each.code for each in discrepancies(book)}
    assert codes == {"account_without_transfers"}
