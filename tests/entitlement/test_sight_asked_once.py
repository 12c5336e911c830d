"""A request asks whose rows it may see once for each table it reads, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.reviewing import reviews_of
from cspu.kernel.ids import PersonId
from tests.conftest import FreshDatabase
from tests.entitlement.lives import BRIE, FINAL, Statement, birth, licence, newcomer, tell, work
from tests.entitlement.test_just_in_time import open_her_account

_SIGHT = "in_sight()"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _times_asked(node: dict[str, Any]) -> float:
    """How often a node of an analysed plan asked for the sight: an index once a scan, a filter once a row."""
    asked = 0.0
    for name, said in node.items():
        if name != "One-Time Filter" and isinstance(said, str) and _SIGHT in said:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            asked += node["Actual Loops"] * (1 if name == "Index Cond" else rows)
    return asked


def _plan(web: psycopg.Connection, select: str, person: PersonId) -> dict[str, Any]:
    """The plan by which that statement was run about her, as a request does: planned for anybody."""
    web.execute(f"PREPARE asked(uuid[], date, date, date) AS {select}".encode())
    found = web.execute(
        sql.SQL(
            "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked(ARRAY[{}::uuid], {}, 'infinity', {})"
        ).format(str(person), FINAL, date(2025, 2, 10))
    ).fetchone()
    web.execute("DEALLOCATE asked")
    assert found is not None
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


@pytest.fixture
def worker(house: FreshDatabase) -> PersonId:
    """Somebody with two jobs, months of pay and attributes: many rows a table."""
    person = newcomer()
    told: list[Statement] = [
        birth(date(1990, 5, 17)),
        licence(date(2023, 1, 1)),
        work(2024, "151.67"),
        work(2025, "151.67"),
        work(2025, "20", organisation=BRIE),
        work(2024, None, organisation=BRIE, status="unemployment", end=date(2025, 6, 30)),
    ]
    for statement in told:
        tell(person, statement)
    return person


def test_the_sight_is_asked_once_a_table(house: FreshDatabase, worker: PersonId) -> None:
    """Carried over to the rows that a table is joined to, it would be asked of each of them."""
    rights = [*law_in_force().rights.values()]
    statements = [review.select for review in reviews_of(rights, law_in_force().life)]
    statements += [one for right in rights for one in (right.judge, right.tell)]
    with house.connect("web", options="-c plan_cache_mode=force_generic_plan") as web:
        open_her_account(house, web, worker)
        plans = [_plan(web, statement, worker) for statement in statements]
    asked = [_times_asked(node) for plan in plans for node in _nodes(plan)]
    assert max(asked) == 1
