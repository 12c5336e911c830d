"""Movements for tests of the ledger, and the raw way to post them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import psycopg

from cspu.kernel.ids import PersonId, computed_id
from cspu.ledger.operations import _POST, _ROW, Proposal, _row

FUNDER = computed_id("funder", "test", "EUR")
RECORDED = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = PersonId(UUID("aaaaaaaa-0000-4000-8000-000000000001"))

AWARD = Proposal(
    person_id=ANNA,
    right_id="training",
    unit="EUR",
    counter_id=FUNDER,
    counterparty="funder:test",
    amount=50_000,
    kind="award",
    reason="due",
    version=date(2019, 1, 1),
    period_start=date(2025, 1, 1),
    period_end=date(2025, 12, 31),
    due_on=date(2026, 1, 1),
)
"""An ordinary award: 500 € to Anna for 2025."""


def out(amount: int, *, protected: int = 0, proposal: Proposal = AWARD) -> Proposal:
    """A correction that takes from the account."""
    return replace(
        proposal, amount=-amount, protected=-protected, kind="correction", reason="facts_changed"
    )


def new_person() -> PersonId:
    """Somebody the ledger has not met."""
    return PersonId(uuid4())


def declare_units(connection: psycopg.Connection) -> None:
    """The units the tests count in, as an enactment would declare them."""
    connection.execute(
        "INSERT INTO ledger.unit VALUES ('EUR', 2), ('point', 0) ON CONFLICT DO NOTHING"
    )


def post_rows(connection: psycopg.Connection, key: str, rows: Sequence[tuple[object, ...]]) -> int:
    """Post rows exactly as given, in the order given."""
    statement = _POST.format(", ".join([_ROW] * len(rows)))
    values = [value for row in rows for value in row]
    found = connection.execute(statement.encode(), [key, *values, RECORDED]).fetchone()
    assert found is not None
    return int(found[0])


def post_as_is(connection: psycopg.Connection, key: str, *proposals: Proposal) -> int:
    """Post proposals on a connection of one's choice, unsorted, errors unmapped."""
    return post_rows(connection, key, [_row(proposal) for proposal in proposals])
