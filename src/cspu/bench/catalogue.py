"""`cspu bench catalogue`: every right in force, judged for one person and for everybody.

person  what a page of all rights waits for: every right of one person, answers, amounts and reasons,
        as the web role through the door, on a warm connection, the door's own opening not counted
        (95th centile; `first_ms` is the first of a connection, which plans). Its reference is the target
month   one month of every right for everybody, in one statement a chunk of persons on each of the
        connections, nothing written: seconds and persons a second, the largest memory of Python and
        of a PostgreSQL process
"""

from __future__ import annotations

import resource
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from cspu.bench.scratch import scratch_database
from cspu.bench.serving import OPEN, TODAY, begin_session, load
from cspu.config.postgres import address_of
from cspu.entitlement.reading import lately

PERSON_TARGET_MS = 60.0
MONTH_TARGET_S = 600.0
"""Nobody asked for a limit of the month: ten minutes, so that a plan gone wrong is a failure."""
CHUNK = 2_000
_VISITS = 200
_WARM_UP = 20
_PLANNING = (
    "SET enable_nestloop = off; SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'"
)
_PERSON = "SELECT * FROM entitlement.review(ARRAY[%s]::uuid[], %s, 'infinity', %s)"
_MONTH = "SELECT count(*), count(*) FILTER (WHERE entitled) FROM entitlement.review(%s::uuid[], %s, %s, %s)"


def run(persons: int = 100_000, connections: int = 2) -> Iterator[dict[str, Any]]:
    """Load that many persons, review some of them, then everybody for a month; one row at a time."""
    with scratch_database("owner"):
        visited = load(persons, _VISITS + _WARM_UP)
        rights = _count("SELECT count(DISTINCT right_id) FROM law.right_text")
        first, times = _visits(visited)
        yield {
            "name": "person",
            "ours": round(_centile(times, 95), 1),
            "reference": PERSON_TARGET_MS,
            "ratio": round(_centile(times, 95) / PERSON_TARGET_MS, 2),
            "unit": "ms",
            "target": 1.0,
            "holds": _centile(times, 95) <= PERSON_TARGET_MS,
            "median_ms": round(statistics.median(times), 1),
            "first_ms": round(first),
            "reference_is": "the target",
            "rights": rights,
            "persons": len(times),
        }
        seconds, judged, entitled, peak = _month(connections)
        yield {
            "name": "month",
            "ours": round(seconds, 1),
            "reference": MONTH_TARGET_S,
            "ratio": round(seconds / MONTH_TARGET_S, 2),
            "unit": "s",
            "target": 1.0,
            "holds": seconds <= MONTH_TARGET_S,
            "reference_is": "the target",
            "rights": rights,
            "persons": persons,
            "persons_per_second": round(persons / seconds),
            "judgements": judged,
            "entitled": entitled,
            "connections": connections,
            "python_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "postgres_mb": peak,
        }


def _visits(persons: Sequence[str]) -> tuple[float, list[float]]:
    """The first review of a connection, then those of everybody visited, in milliseconds."""
    tokens = {person: begin_session(person) for person in persons}
    times = []
    since = lately(TODAY)
    options = "-c plan_cache_mode=force_generic_plan"
    with psycopg.connect(address_of("web").conninfo(), autocommit=True, options=options) as web:
        for person, token in tokens.items():
            with web.transaction():
                web.execute(OPEN, (token, person))
                started = time.perf_counter()
                web.execute(_PERSON, (person, TODAY, since)).fetchall()
                times.append((time.perf_counter() - started) * 1000)
    return times[0], times[_WARM_UP:]


def _month(connections: int) -> tuple[float, int, int, int]:
    """Seconds for everybody, rows judged, rows entitled, and the most memory PostgreSQL held, in MB."""
    with psycopg.connect(address_of("batch").conninfo()) as batch:
        found = batch.execute("SELECT person_id FROM lifecourse.course ORDER BY person_id")
        everybody = [row[0] for row in found.fetchall()]
    chunks = [everybody[start : start + CHUNK] for start in range(0, len(everybody), CHUNK)]
    watch = _Watch()
    with ThreadPoolExecutor(connections) as workers:
        started = time.perf_counter()
        done = list(
            workers.map(lambda lane: _judge(chunks[lane::connections], watch), range(connections))
        )
        seconds = time.perf_counter() - started
    return seconds, sum(one[0] for one in done), sum(one[1] for one in done), watch.stop()


def _judge(chunks: Sequence[Sequence[UUID]], watch: _Watch) -> tuple[int, int]:
    judged = entitled = 0
    month, after = TODAY.replace(day=1), TODAY + timedelta(days=1)
    with psycopg.connect(address_of("batch").conninfo(), autocommit=True) as batch:
        batch.execute(_PLANNING)
        watch.follow(batch.info.backend_pid)
        for chunk in chunks:
            for rows, open_ in batch.execute(_MONTH, (list(chunk), TODAY, after, month)):
                judged, entitled = judged + rows, entitled + open_
    return judged, entitled


class _Watch:
    """The most memory of its own that any followed process of the server held, sampled."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def follow(self, pid: int) -> None:
        """Watch one more process."""
        self._pids.add(pid)

    def stop(self) -> int:
        """The peak, in MB; 0 where the machine does not tell."""
        self._over.set()
        self._thread.join()
        return self._peak // 1024

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            self._peak = max([self._peak, *(_private_kb(pid) for pid in list(self._pids))])


def _private_kb(pid: int) -> int:
    """Anonymous memory of a process: what it shares with the others is not its own."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(line[1]) for line in lines if line[0] == "RssAnon:"), 0)


def _count(query: str) -> int:
    with psycopg.connect(address_of("owner").conninfo()) as owner:
        row = owner.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _centile(times: Sequence[float], centile: int) -> float:
    return statistics.quantiles(times, n=100)[centile - 1]
