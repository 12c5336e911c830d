"""Settling: one person just in time, or everyone by ranges on several connections.

Transactions: `settle_person` joins the caller's or owns one; `settle_all` owns one per chunk of
persons. Idempotency: settlement is convergent (Note [settlement is convergent], 0001 SQL). Refusals:
FutureRefused; SettlementIncomplete, once everyone else is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from queue import Empty, SimpleQueue
from uuid import UUID

import psycopg
from django.db import IntegrityError, connection, transaction

from cspu.entitlement.errors import FutureRefused, SettlementIncomplete
from cspu.kernel.ids import PersonId
from cspu.ledger.errors import refusals_in_words

Connect = Callable[[], psycopg.Connection]
Progress = Callable[[int], None]

CHUNK = 20_000
RANGES = 16
_NOT_THE_FUTURE = "settled_day_is_not_in_the_future"
_PLANNING = (
    "plan_cache_mode = force_custom_plan",
    "max_parallel_workers_per_gather = 0",
    "enable_nestloop = off",
    "enable_seqscan = off",
)
"""How a batch wants its plans: each chunk for itself, the connections being the parallelism. Tables
grow while it runs and the law's steps hide how many rows come out, so the planner's guesses are
worth little: read stretches of the keys, join by merging or hashing."""
_UNHURRIED = "synchronous_commit = off"
"""Note [durable when it says so]. A chunk does not wait for the disk. A crash loses the last chunks
whole, claims, transfers, totals and seals together, in the order of their commits: the next run
takes them again. Whoever commits after one and waits for the disk, a request that spends what was
awarded, waits for that chunk too. `settle_all` waits for the disk once, before it returns or raises.
"""
_ON_DISK = "SELECT pg_logical_emit_message(FALSE, 'cspu', 'settled', TRUE)"
_LAST_ID = 2**128 - 1
_COLLISIONS = (psycopg.errors.IntegrityError, psycopg.errors.DeadlockDetected)
"""What a collision with another writer shows as; gone when the chunk is read again."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many persons had news, and how many transfers were posted for them."""

    persons: int
    transfers: int


@dataclass(slots=True)
class _Run:
    """What the workers of one batch share."""

    as_of: date
    chunk: int
    progress: Progress
    ranges: SimpleQueue[tuple[UUID, UUID]] = field(default_factory=SimpleQueue)
    failures: list[psycopg.Error] = field(default_factory=list)


def _silent(_persons: int) -> None:
    """Nobody is watching."""


def settle_person(person_id: PersonId, *, as_of: date) -> Settled:
    """Settle one person's own difference. With nothing new: one comparison.

    Within a transaction of the caller, a refusal is the end of it all.
    """
    statement = "SELECT settled, posted FROM entitlement.settle(ARRAY[%s]::uuid[], %s)"
    try:
        with (
            refusals_in_words(),
            transaction.atomic(savepoint=False),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [person_id, as_of])
            return Settled(*cursor.fetchone())
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == _NOT_THE_FUTURE:
            raise FutureRefused from error
        raise


def settle_all(
    connect: Connect,
    *,
    as_of: date,
    connections: int,
    chunk: int = CHUNK,
    progress: Progress = _silent,
) -> Settled:
    """Settle everyone with news, on so many connections, chunk by chunk, each its own transaction.

    Killed at any point, it loses the chunks under way and nothing else; run again, it goes on where
    it stopped; run twice at once, both share the work. Raises SettlementIncomplete at the end if
    some persons alone could not be settled.
    """
    _record_horizon(connect, as_of)
    run = _Run(as_of, chunk, progress)
    for bounds in _even_ranges(RANGES):
        run.ranges.put(bounds)
    try:
        with ThreadPoolExecutor(connections) as workers:
            counts = list(workers.map(lambda _: _work(connect, run), range(connections)))
    finally:
        with connect() as last:
            last.execute(_ON_DISK)
    if run.failures:
        raise SettlementIncomplete(
            len(run.failures),
            run.failures[0].diag.constraint_name or run.failures[0].sqlstate or "",
        )
    return Settled(sum(count.persons for count in counts), sum(count.transfers for count in counts))


def _record_horizon(connect: Connect, as_of: date) -> None:
    """Let requests settle up to the day that a named command settled to."""
    with connect() as worker:
        worker.execute(
            "INSERT INTO entitlement.horizon VALUES (%s, now()) ON CONFLICT DO NOTHING", (as_of,)
        )


def _work(connect: Connect, run: _Run) -> Settled:
    persons = transfers = 0
    with connect() as worker:
        worker.autocommit = True
        for setting in (*_PLANNING, _UNHURRIED):
            worker.execute(f"SET {setting}")
        while True:
            try:
                above, upto = run.ranges.get_nowait()
            except Empty:
                return Settled(persons, transfers)
            for settled in _walk(worker, run, above, upto):
                persons, transfers = persons + settled.persons, transfers + settled.transfers
                run.progress(settled.persons)


def _walk(worker: psycopg.Connection, run: _Run, above: UUID, upto: UUID) -> Iterator[Settled]:
    """Settle a range chunk by chunk; a chunk that fails is taken again, person by person if need be."""
    while True:
        step = (above, upto, run.as_of, run.chunk)
        try:
            row = worker.execute(
                "SELECT last, settled, posted FROM entitlement.settle_next(%s, %s, %s, %s)", step
            ).fetchone()
            last, persons, transfers = row or (None, 0, 0)
            settled = Settled(persons, transfers)
        except _COLLISIONS:
            rows = worker.execute(
                "SELECT * FROM entitlement.stale(%s, %s, %s, %s)", step
            ).fetchall()
            found = [person for (person,) in rows]
            last = found[-1] if found else None
            settled = _settle_chunk(worker, run, found) if found else Settled(0, 0)
        if last is None:
            return
        yield settled
        above = last


def _settle_chunk(worker: psycopg.Connection, run: _Run, persons: Sequence[UUID]) -> Settled:
    """Settle a chunk; when it fails, its halves, so that one person never holds up the others.

    The one place that tries again: a collision with another writer, a unique violation or a
    deadlock, is gone at the second reading.
    """
    try:
        row = worker.execute(
            "SELECT settled, posted FROM entitlement.settle(%s::uuid[], %s)",
            (list(persons), run.as_of),
        ).fetchone()
        return Settled(*row) if row else Settled(0, 0)
    except _COLLISIONS as error:
        if len(persons) == 1:
            run.failures.append(error)
            return Settled(0, 0)
        middle = len(persons) // 2
        halves = [_settle_chunk(worker, run, part) for part in (persons[:middle], persons[middle:])]
        return Settled(sum(half.persons for half in halves), sum(half.transfers for half in halves))


def _even_ranges(count: int) -> Iterator[tuple[UUID, UUID]]:
    """Ids are random: equal stretches of them hold equally many persons."""
    bounds = [_LAST_ID * step // count for step in range(count + 1)]
    for above, upto in pairwise(bounds):
        yield UUID(int=above), UUID(int=upto)
