"""What others do to what a person holds: add to it, keep a part of it, end what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import psycopg

from cspu.kernel.ids import PersonId, computed_id
from cspu.ledger.operations import Proposal, account_of
from tests.conftest import FreshDatabase
from tests.ledger.book import post_as_is

FROM_DAY = date(2026, 1, 1)

_HOLD = """
SELECT ledger.reserve((%s, %s, %s, %s, %s, %s, %s, %s, 'payee:test', 'use', 'use', %s, 'test',
    %s, 'infinity', %s)::ledger.hold)
"""
_END = "SELECT (ledger.end_hold(%s, %s, %s, %s, 'test', %s, %s)).hold_id IS NOT NULL"


def midnight(day: date) -> datetime:
    """The moment a day starts."""
    return datetime.combine(day, time(), tzinfo=UTC)


def moved(
    owner: psycopg.Connection,
    key: str,
    person: PersonId,
    right: str,
    amount: int,
    *,
    unit: str,
    protected: int = 0,
) -> int:
    """A funder adds something, or takes it (below zero), under a key; how many transfers that made."""
    proposal = Proposal(
        person_id=person,
        right_id=right,
        unit=unit,
        counter_id=computed_id("funder", "test", unit),
        counterparty="funder:test",
        amount=amount,
        protected=protected,
        kind="top_up" if amount > 0 else "return",
        reason="test",
        version=FROM_DAY,
        period_start=FROM_DAY,
        period_end=FROM_DAY,
        due_on=FROM_DAY,
    )
    return post_as_is(owner, key, proposal)


def reserved(
    owner: psycopg.Connection,
    hold: UUID,
    person: PersonId,
    right: str,
    amount: int,
    *,
    unit: str,
    protected: int = 0,
    until: date,
) -> bool:
    """Keep a part for a payee until a day; False when that very hold was opened already."""
    values = [person, hold, account_of(person, right), right, unit, amount, protected]
    values += [computed_id("payee", "test", unit), FROM_DAY, midnight(FROM_DAY), midnight(until)]
    (opened,) = owner.execute(_HOLD.encode(), values).fetchone() or (False,)
    return bool(opened)


def closed(
    owner: psycopg.Connection, hold: UUID, person: PersonId, settling: int, *, on: date
) -> bool:
    """End what was kept, settling so much of it; False when it had ended."""
    outcome = "settled" if settling else "released"
    values = [person, hold, outcome, settling, midnight(on), on]
    (ended,) = owner.execute(_END.encode(), values).fetchone() or (False,)
    return bool(ended)


@contextmanager
def waiting_for(
    first: psycopg.Connection, database: FreshDatabase, statement: str, *values: object
) -> Iterator[Future[list[tuple[Any, ...]]]]:
    """A command's statement under way, seen to wait for what `first` has not committed."""

    def run() -> list[tuple[Any, ...]]:
        return second.execute(statement.encode(), values).fetchall()

    with (
        database.connect("batch", autocommit=True) as second,
        database.connect(autocommit=True) as watcher,
        ThreadPoolExecutor(1) as pool,
    ):
        under_way = pool.submit(run)
        asked = (first.info.backend_pid, second.info.backend_pid)
        while not under_way.done():
            if watcher.execute("SELECT %s = ANY (pg_blocking_pids(%s))", asked).fetchone() == (
                True,
            ):
                break
        assert not under_way.done(), under_way.result()
        yield under_way
