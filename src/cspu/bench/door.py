"""`cspu bench door`: what the door costs the person who opens her account.

The account page of the same persons, in the same run and on the same data, from two servers: the
product as it is (web role, session looked up, basis checked, journal line written and made durable,
row-level security), and the product without its door (`doorless`: the owner's connection, nothing of
all that, the same page). One page at a time, each person by both, in turns who comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from cspu.bench.rows import row
from cspu.bench.scratch import scratch_database
from cspu.bench.serving import begin_session, checked, load, median_ms, p95_ms, server, visitor_with
from cspu.bench.visiting import Visit, Visitor
from cspu.config.postgres import address_of

TARGET = 1.2
_DOORLESS = "cspu.bench.doorless:application"
_VISITS = 400
_WARM_UP = 40


def run(persons: int = 100_000) -> Iterator[dict[str, Any]]:
    """Load and settle that many persons, visit some by both doors; one row."""
    with scratch_database("owner") as folder:
        visited = load(persons, _VISITS + _WARM_UP)
        owner = address_of("owner").conninfo()
        # The web role's own settings (pool, plans), with the owner's name to log in by.
        addresses = {"CSPU_DATABASE_URL": owner, "CSPU_DATABASE_WEB_URL": owner}
        with server(folder) as ours, server(folder, _DOORLESS, **addresses) as without:
            opened, plain = _visit(ours, without, visited)
        lines = _lines(owner)
    yield row(
        "door",
        p95_ms(opened),
        p95_ms(plain),
        "ms",
        TARGET,
        median_ms=round(median_ms(opened), 3),
        reference_median_ms=round(median_ms(plain), 3),
        queries=max(one.statements for one in opened),
        reference_queries=max(one.statements for one in plain),
        reference_is="the same page, owner's connection, no session, no journal",
        journal_lines=lines,
        persons=persons,
        visits=len(opened),
    )


def _visit(
    ours: int, without: int, persons: Sequence[str]
) -> tuple[Sequence[Visit], Sequence[Visit]]:
    """Every person's account by both, in turns who comes first; the same page, byte for byte."""
    opened: list[Visit] = []
    plain: list[Visit] = []
    for number, person in enumerate(persons):
        pair = (
            (visitor_with(ours, begin_session(person)), opened),
            (visitor_with(without, person), plain),
        )
        for visitor, visits in pair if number % 2 else reversed(pair):
            visits.append(_page(visitor))
    _same(opened, plain)
    return checked(opened)[_WARM_UP:], checked(plain)[_WARM_UP:]


def _page(visitor: Visitor) -> Visit:
    # Connected beforehand: a browser that opens a page already is.
    visitor.open("/nothing/")
    return visitor.open("/", compressed=False)


def _same(opened: Sequence[Visit], plain: Sequence[Visit]) -> None:
    """Both must have shown the same: a reference that does less would flatter nobody but us."""
    if [_shown(one) for one in opened] != [_shown(one) for one in plain]:
        raise RuntimeError("the page differs without the door")


def _shown(visit: Visit) -> str:
    """The page without what is drawn anew each time."""
    return "\n".join(line for line in visit.text.splitlines() if "csrfmiddlewaretoken" not in line)


def _lines(owner: str) -> int:
    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT count(*) FROM trust.access").fetchone()
    return int(found[0]) if found else 0
