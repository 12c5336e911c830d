"""Every right over the whole domain of its facts: no error, no silent null, on both engines alike."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import duckdb
import psycopg
import pytest

from cspu.law import Right, duckdb_version, load_pack, postgres_version
from cspu.law.expressions import compile_duckdb, compile_postgres
from cspu.law.expressions.python import compile_python, exact
from cspu.law.loading import packs_of
from cspu.law.trees import with_steps
from cspu.law.typed import Engine, typed_rows
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.law.drawing import Judged, Row, as_values, judged, rows

PACK = load_pack(packs=packs_of())
LIFE = load_vocabulary()
RIGHTS = [pytest.param(right, id=right.id) for right in PACK]


def _select(one: Judged, lives: Sequence[Row], engine: Engine) -> str:
    """`when` and the amount of each life, in order."""
    on_postgres = engine is Engine.POSTGRES
    version = (postgres_version if on_postgres else duckdb_version)(
        one.trees, PACK.scale_of(one.right), str
    )
    values = [as_values(row) for row in lives]
    facts = typed_rows(one.trees, LIFE.facts, values, one.period.end, engine)
    source = with_steps(one.trees, facts, compile_postgres if on_postgres else compile_duckdb)
    return f"SELECT {version.when}, {version.amount or 'NULL'} FROM {source} ORDER BY life"


def _lives(right: Right, unknown: Sequence[float]) -> list[tuple[Judged, list[Row]]]:
    """Each version of a right, with lives of its own: never none, or nothing would be compared."""
    random = Random(right.id)  # noqa: S311  the same draws each time
    found = [(one, rows(one, LIFE.facts, random, 25, unknown)) for one in judged(right, LIFE.facts)]
    assert found
    return found


def _python(one: Judged, row: Row) -> tuple[Any, Any]:
    figures = {name: one.right.parameters[name].on(one.period.end) for name in one.trees.parameters}
    values = {
        name: None if figure is None or figure.value is None else exact(figure.value)
        for name, figure in figures.items()
    } | row
    amount = one.trees.amount and compile_python(one.trees.amount)(values)
    minor = None if amount is None else amount * 10 ** PACK.scale_of(one.right)
    return compile_python(one.trees.when)(values), minor


@pytest.mark.parametrize("right", RIGHTS)
def test_same_word_on_every_engine_whatever_is_known(
    right: Right, postgres: psycopg.Connection, duck: duckdb.DuckDBPyConnection
) -> None:
    """PostgreSQL, DuckDB and Python: never an error, and the same answer and amount."""
    for one, lives in _lives(right, (0, 0.1, 0.5)):
        awarded = postgres.execute(_select(one, lives, Engine.POSTGRES).encode()).fetchall()
        simulated = duck.execute(_select(one, lives, Engine.DUCKDB)).fetchall()
        assert awarded == simulated
        assert awarded == [_python(one, row) for row in lives]


@pytest.mark.parametrize("right", RIGHTS)
def test_who_is_wholly_known_has_a_whole_answer(right: Right) -> None:
    """With nothing unknown the answer is yes or no, and a yes has its amount, not below zero."""
    known = [(one, row) for one, lives in _lives(right, (0,)) for row in lives]
    for one, row in known:
        answer, amount = _python(one, row)
        assert answer is not None
        if answer and one.trees.amount is not None:
            assert amount is not None, row
            assert amount >= 0, row
