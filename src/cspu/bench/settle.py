"""`cspu bench settle`: one yearly right for a population.

first   settling everyone for the first time, against a bare INSERT … SELECT of the same transfer
        rows plus an upsert of their balances, the persons' and the funder's (one row a connection,
        so that none waits), on as many connections, in the same run
again   a second run that finds nothing new, against the first
one     just-in-time settlement of one person with news, as the web role (95th centile)

The right is the training account as in force; everyone has one employer who declared her hours over
so many months, read and judged like any other facts. One by default, so that what is measured is
settling; twelve shows what reading a year of pay slips adds.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg

from cspu.bench.rows import row
from cspu.bench.scratch import scratch_database
from cspu.bench.serving import OPEN, begin_session
from cspu.config.postgres import address_of, embedded_cluster
from cspu.config.postgres.addresses import superuser_address
from cspu.config.postgres.provision import connected

RIGHT = "cpf"
AS_OF = date(2026, 1, 31)
FIRST_TARGET, AGAIN_TARGET, ONE_TARGET = 1.5, 0.15, 15.0
_SQL = files("cspu.bench").joinpath("sql")
_WITH_NEWS = 400
_LAST_ID = 2**128 - 1


def run(
    persons: int = 1_000_000, connections: int = 2, months: int = 1
) -> Iterator[dict[str, Any]]:
    """Make the population, settle it twice, then persons one by one; one row at a time."""
    with scratch_database("owner"):
        from cspu.entitlement.operations import settle_all  # noqa: PLC0415  needs Django to be set up

        _enact_one_right()
        _populate(persons, connections, months)
        batch = address_of("batch").conninfo()

        def settle() -> float:
            started = time.perf_counter()
            settle_all(lambda: psycopg.connect(batch), as_of=AS_OF, connections=connections)
            return time.perf_counter() - started

        _at_rest()
        first = settle()
        again = settle()
        reference = _reference(connections)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        more = {
            "persons": persons,
            "connections": connections,
            "months": months,
            "python_mb": memory,
            "transfers": _transfers(),
        }
        yield row("first", first, reference, "s", FIRST_TARGET, **more)
        yield row("again", again, first, "s", AGAIN_TARGET, persons=persons)
        times = _one_by_one()
        yield {
            **row("one", _centile(times, 95), ONE_TARGET, "ms", 1.0),
            "median": round(_centile(times, 50), 2),
            "persons": len(times),
        }


def _enact_one_right() -> None:
    from cspu.entitlement.enactment import enact  # noqa: PLC0415  needs Django to be set up
    from cspu.law.loading import load_pack  # noqa: PLC0415
    from cspu.lifecourse.vocabulary import load_vocabulary  # noqa: PLC0415

    enact(load_pack().only(RIGHT), load_vocabulary(), enacted_at=datetime.now(UTC))


def _populate(persons: int, connections: int, months: int) -> None:
    statement = _SQL.joinpath("population.sql").read_text("utf-8")
    share = persons // connections
    _in_parallel(
        connections, lambda _: _execute("batch", statement, {"persons": share, "months": months})
    )
    with psycopg.connect(address_of("owner").conninfo(), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) lifecourse.course, lifecourse.spell, lifecourse.measure")


def _reference(connections: int) -> float:
    """The same rows once more, into twins of the three tables, by the plainest statements there are."""
    _execute("owner", _SQL.joinpath("reference_tables.sql").read_text("utf-8"), {})
    _at_rest()
    bounds = [UUID(int=_LAST_ID * step // connections) for step in range(connections + 1)]
    statements = _SQL.joinpath("reference.sql").read_text("utf-8")
    started = time.perf_counter()
    _in_parallel(
        connections,
        lambda index: _execute(
            "owner", statements, {"above": bounds[index], "upto": bounds[index + 1]}
        ),
    )
    return time.perf_counter() - started


def _one_by_one() -> list[float]:
    """Give some persons news, then settle each as a request would, on a warm connection: door included."""
    ids = _execute("owner", "SELECT person_id FROM lifecourse.course", {})
    chosen = {person: begin_session(str(person)) for person in _sampled([one for (one,) in ids])}
    times = []
    with psycopg.connect(address_of("web").conninfo(), autocommit=True) as web:

        def settle(person: UUID) -> None:
            with web.transaction():
                web.execute(OPEN, (chosen[person], person))
                web.execute(
                    "SELECT * FROM entitlement.settle(ARRAY[%s]::uuid[], %s)", (person, AS_OF)
                )

        for person in list(chosen)[:20]:
            settle(person)
        _execute("owner", _SQL.joinpath("news.sql").read_text("utf-8"), {"chosen": list(chosen)})
        for person in chosen:
            started = time.perf_counter()
            settle(person)
            times.append((time.perf_counter() - started) * 1000)
    return times


def _sampled(persons: list[UUID]) -> list[UUID]:
    return random.Random(1).sample(persons, min(_WITH_NEWS, len(persons)))  # noqa: S311  a sample


def _execute(role: Any, statement: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:  # noqa: ANN401  a role's name
    with psycopg.connect(address_of(role).conninfo()) as connection:
        cursor = connection.cursor()
        for part in statement.split(";\n"):
            if part.strip():
                cursor.execute(part.encode(), values)
        return cursor.fetchall() if cursor.description else []


def _in_parallel(connections: int, work: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(connections) as workers:
        list(workers.map(work, range(connections)))


def _at_rest() -> None:
    """Statistics known and everything on disk: nobody writes what came before beside what is timed."""
    with psycopg.connect(address_of("owner").conninfo(), autocommit=True) as owner:
        owner.execute("ANALYZE")
    cluster = embedded_cluster()
    if cluster is None:
        raise RuntimeError("a scratch database is always the embedded one")
    with connected(superuser_address(cluster)) as superuser:
        superuser.execute("CHECKPOINT")


def _transfers() -> int:
    return int(_execute("owner", "SELECT count(*) FROM ledger.transfer", {})[0][0])


def _centile(times: Sequence[float], centile: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * centile // 100)]
