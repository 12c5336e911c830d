"""Holds: what is promised can be promised to nobody else, ends once, and is proved like the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from cspu.kernel.ids import computed_id
from cspu.ledger.errors import domain_error
from cspu.ledger.operations import account_of
from cspu.ledger.verification import discrepancies
from tests.conftest import FreshDatabase
from tests.ledger.book import ANNA, AWARD, declare_units, out, post_as_is

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAYEE = computed_id("payee", "school", "EUR")
_HOLD = """
SELECT ledger.reserve((%s, %s, %s, 'training', 'EUR', %s, %s, %s, 'payee:school', 'use', 'use', %s, 'test',
    %s, %s, %s)::ledger.hold)
"""


@pytest.fixture
def book(fresh_database: FreshDatabase) -> Iterator[psycopg.Connection]:
    """Anna holds 700 €, of which 200 € are protected."""
    with fresh_database.connect(autocommit=True) as connection:
        declare_units(connection)
        post_as_is(connection, "award", AWARD)
        post_as_is(connection, "shield", AWARD_PROTECTED)
        yield connection


AWARD_PROTECTED = replace(
    AWARD,
    amount=20_000,
    protected=20_000,
    period_start=date(2024, 1, 1),
    period_end=date(2024, 12, 31),
    due_on=date(2025, 1, 1),
)


def hold(
    book: psycopg.Connection,
    amount: int,
    *,
    protected: int = 0,
    name: UUID | None = None,
    settles: datetime | None = None,
    expires: datetime | None = None,
) -> UUID:
    """Open a hold of Anna's; the end of time where none is given."""
    hold_id = name or uuid4()
    book.execute(
        _HOLD.encode(),
        [
            *(ANNA, hold_id, account_of(ANNA, "training"), amount, protected, PAYEE),
            *(date(2019, 1, 1), NOW, settles or "infinity"),
            expires or (NOW + timedelta(days=30) if settles is None else "infinity"),
        ],
    )
    return hold_id


def end(book: psycopg.Connection, hold_id: UUID, outcome: str, settling: int) -> bool:
    """End a hold; whether this call did."""
    found = book.execute(
        "SELECT (ledger.end_hold(%s, %s, %s, %s, 'test', %s, %s)).hold_id IS NOT NULL",
        [ANNA, hold_id, outcome, settling, NOW, NOW.date()],
    ).fetchone()
    return bool(found and found[0])


def held(book: psycopg.Connection) -> tuple[int, int, int, int]:
    """Balance, held, protected, held_protected."""
    found = book.execute(
        "SELECT credits - debits, held, protected, held_protected FROM ledger.account"
        " WHERE person_id = %s",
        [ANNA],
    ).fetchone()
    assert found is not None
    return found


def refused(book: psycopg.Connection, amount: int, *, protected: int = 0) -> str:
    with pytest.raises(psycopg.Error) as caught:
        hold(book, amount, protected=protected)
    error = domain_error(caught.value)
    assert error is not None
    return error.code


def test_what_is_held_is_held_for_nobody_else(book: psycopg.Connection) -> None:
    hold(book, 30_000)
    assert held(book) == (70_000, 30_000, 20_000, 0)
    assert refused(book, 20_001) == "ledger.floor"
    hold(book, 20_000)
    assert refused(book, 1) == "ledger.floor"
    assert list(discrepancies(book)) == []


def test_its_own_purpose_may_hold_the_protected_share(book: psycopg.Connection) -> None:
    assert refused(book, 70_000) == "ledger.floor"
    first = hold(book, 70_000, protected=20_000)
    assert end(book, first, "settled", 15_000)
    assert held(book) == (55_000, 0, 5_000, 0)
    assert list(discrepancies(book)) == []


def test_a_correction_may_leave_less_protected_than_was_promised(
    book: psycopg.Connection,
) -> None:
    first = hold(book, 30_000, protected=20_000)
    post_as_is(book, "corrected", out(15_000, protected=15_000))
    assert held(book) == (55_000, 30_000, 5_000, 20_000)
    # What is free is what is not promised, and not fifteen thousand more.
    assert book.execute("SELECT ledger.free(a) FROM ledger.account AS a").fetchall() == [(25_000,)]
    assert refused(book, 25_001) == "ledger.floor"
    assert end(book, first, "settled", 30_000)
    assert held(book) == (25_000, 0, 0, 0)
    assert list(discrepancies(book)) == []


def test_a_hold_ends_once_in_whole_in_part_or_not_at_all(book: psycopg.Connection) -> None:
    part, whole, none = hold(book, 10_000), hold(book, 5_000), hold(book, 7_000)
    assert end(book, part, "settled", 4_000)
    assert end(book, whole, "settled", 5_000)
    assert end(book, none, "released", 0)
    for ended in (part, whole, none):
        assert not end(book, ended, "settled", 1_000)
    assert held(book) == (70_000 - 9_000, 0, 20_000, 0)
    assert list(discrepancies(book)) == []


def test_it_settles_no_more_than_it_holds(book: psycopg.Connection) -> None:
    name = hold(book, 5_000)
    with pytest.raises(psycopg.Error) as caught:
        end(book, name, "settled", 5_001)
    error = domain_error(caught.value)
    assert error is not None
    assert error.code == "ledger.hold_too_small"
    assert held(book) == (70_000, 5_000, 20_000, 0)


def test_the_same_hold_again_holds_nothing_more(book: psycopg.Connection) -> None:
    name = uuid4()
    hold(book, 5_000, name=name)
    hold(book, 5_000, name=name)
    assert held(book)[1] == 5_000
    with pytest.raises(psycopg.errors.UniqueViolation):
        hold(book, 6_000, name=name)


def test_time_settles_what_could_be_undone_and_lets_go_what_nobody_claimed(
    book: psycopg.Connection,
) -> None:
    hold(book, 5_000, settles=NOW + timedelta(days=2))
    hold(book, 7_000, expires=NOW + timedelta(days=3))
    counted = [
        book.execute(
            "SELECT ledger.end_holds_over(%s, %s, %s)",
            [ANNA, NOW + timedelta(days=days), (NOW + timedelta(days=days)).date()],
        ).fetchone()
        for days in (1, 2, 3)
    ]
    assert counted == [(0,), (1,), (1,)]
    assert held(book) == (65_000, 0, 20_000, 0)
    assert list(discrepancies(book)) == []


def test_a_hold_or_its_end_forged_is_named(book: psycopg.Connection) -> None:
    name = hold(book, 5_000)
    book.execute("ALTER TABLE ledger.hold DISABLE TRIGGER USER")
    book.execute("UPDATE ledger.hold SET amount = 4_000")
    assert {each.code for each in discrepancies(book)} == {"account_holds_differ"}
    book.execute("UPDATE ledger.hold SET amount = 5_000")
    end(book, name, "settled", 2_000)
    book.execute("ALTER TABLE ledger.hold_end DISABLE TRIGGER USER")
    book.execute("UPDATE ledger.hold_end SET settled = 1_000")
    codes = {each.code.partition(":")[0] for each in discrepancies(book)}
    assert codes == {"hold_settled_differently"}
