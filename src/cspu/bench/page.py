"""`cspu bench page`: opening the account, over HTTP, among a hundred thousand persons.

The product runs under gunicorn on loopback, as the web role, on a database of the bench's own.
Every visited person is settled and logged in beforehand and visited once, on one connection, so a
time is what one person waits for on an otherwise quiet server, up to the last byte.

    p95      95th centile of the account page. Its reference is the target itself; a page that
             asks the database nothing (404) is timed in the same run beside it
    queries  the most SQL statements any of those pages took
    weight   what a first visit loads: page, style sheets, script of a right's page, font, icon,
             compressed as sent
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cspu.bench.scratch import scratch_database
from cspu.bench.serving import (
    begin_session,
    checked,
    load,
    median_ms,
    p95_ms,
    server,
    visitor_with,
)
from cspu.bench.visiting import Visit

P95_TARGET_MS = 60.0
QUERIES_TARGET = 15
WEIGHT_TARGET_KB = 350.0

_VISITS = 300
_WARM_UP = 20
_KB = 1000


def run(persons: int = 100_000) -> Iterator[dict[str, Any]]:
    """Load that many persons, settle them, visit some; one row at a time."""
    with scratch_database("owner") as folder:
        visited = load(persons, _VISITS + _WARM_UP)
        with server(folder) as port:
            visits, empty = _visit(port, visited)
            yield _row(
                "p95",
                p95_ms(visits),
                P95_TARGET_MS,
                "ms",
                median_ms=round(median_ms(visits), 1),
                empty_page_p95_ms=round(p95_ms(empty), 1),
                reference_is="the target",
                over="HTTP, gunicorn on loopback",
                persons=persons,
                visits=len(visits),
            )
            yield _row("queries", max(one.statements for one in visits), QUERIES_TARGET, "SQL")
            loads = _loads(port, visited[0])
            yield _row("weight", sum(loads.values()) / _KB, WEIGHT_TARGET_KB, "kB", parts=loads)


def _row(name: str, ours: float, target: float, unit: str, **more: object) -> dict[str, Any]:
    return {
        "name": name,
        "ours": round(ours, 1),
        "reference": target,
        "ratio": round(ours / target, 2),
        "unit": unit,
        "target": 1.0,
        "holds": ours <= target,
        **more,
    }


def _visit(port: int, persons: Sequence[str]) -> tuple[Sequence[Visit], Sequence[Visit]]:
    """Open each person's account once; then as often a page that asks nothing."""
    visits: list[Visit] = []
    empty: list[Visit] = []
    for person in persons:
        visitor = visitor_with(port, begin_session(person))
        visits.append(visitor.open("/"))
        empty.append(visitor.open("/nothing/"))
    return checked(visits)[_WARM_UP:], empty[_WARM_UP:]


def _loads(port: int, person: str) -> dict[str, int]:
    """What a first visit loads, the script of a right's page counted with it."""
    visitor = visitor_with(port, begin_session(person))
    loads = visitor.loads("/droits/cpf/")
    del loads["/droits/cpf/"]
    return {**visitor.loads("/"), **loads}
