"""PostgreSQL and DuckDB give the same value, to the last digit, and so does Python's arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from cspu.law.expressions import (
    Kind,
    Node,
    Origin,
    Symbol,
    ValueType,
    compile_duckdb,
    compile_postgres,
    parse,
)
from cspu.law.expressions.nodes import BOOLEAN, DATE, TEXT
from cspu.law.typed import Engine, constant
from tests.law import oracle

TYPES: Mapping[str, ValueType] = {
    name: {"boolean": BOOLEAN, "date": DATE, "text": TEXT}.get(
        kind, ValueType(Kind.NUMBER, scale, 10**digits - 1)
    )
    for name, (kind, digits, scale) in oracle.COLUMNS.items()
}
SCOPE = {name: Symbol(name, Origin.FACT, kind) for name, kind in TYPES.items()}


def read(text: str) -> Node | None:
    """The tree of a text; None only when it could exceed 38 digits or nests too deep."""
    reading = parse(text, SCOPE)
    allowed = {"too_many_digits", "too_nested", "too_long", "divide_by_zero"}
    assert {refusal.code for refusal in reading.refusals} <= allowed, reading.refusals
    return reading.node


def table(rows: Sequence[Mapping[str, Any]], engine: Engine) -> str:
    """The rows as a typed sub-query, in order."""
    selects = [
        f"SELECT {index} AS position, "
        + ", ".join(
            f"{constant(_exact(row[name]), kind, engine)} AS {name}" for name, kind in TYPES.items()
        )
        for index, row in enumerate(rows)
    ]
    return f"({' UNION ALL '.join(selects)}) AS facts"


def _exact(value: Any) -> Any:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value


def on_postgres(connection: psycopg.Connection, node: Node, source: str) -> list[Any]:
    """What PostgreSQL gives for each row."""
    sql = f"SELECT {compile_postgres(node, str)} FROM {source} ORDER BY position"
    return [_fraction(value) for (value,) in connection.execute(sql).fetchall()]


def on_duckdb(connection: duckdb.DuckDBPyConnection, node: Node, source: str) -> list[Any]:
    """What DuckDB gives for each row, back at its scale."""
    sql = f"SELECT {compile_duckdb(node, str)} FROM {source} ORDER BY position"
    values = [value for (value,) in connection.execute(sql).fetchall()]
    if node.type.kind is not Kind.NUMBER:
        return values
    return [None if value is None else Fraction(value, 10**node.type.scale) for value in values]


def _fraction(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(drawn=oracle.expressions(), facts=st.lists(oracle.rows(), min_size=1, max_size=5))
def test_both_engines_and_python_agree(
    postgres: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
    drawn: oracle.Drawn,
    facts: list[Mapping[str, Any]],
) -> None:
    """Same value or same unknown, within the digits that the type promised."""
    node = read(drawn.text)
    assume(node is not None)
    assert node is not None
    expected = [drawn.worth(row) for row in facts]
    assert on_postgres(postgres, node, table(facts, Engine.POSTGRES)) == expected
    assert on_duckdb(duck, node, table(facts, Engine.DUCKDB)) == expected
    if node.type.kind is Kind.NUMBER:
        for value in expected:
            scaled = (value or 0) * 10**node.type.scale
            assert scaled == int(scaled)
            assert abs(scaled) <= node.type.bound


@pytest.mark.parametrize("function", ["round_up", "round_down", "round_half_up"])
@pytest.mark.parametrize("numerator", [-25, -15, -14, -1, 0, 1, 14, 15, 25])
@pytest.mark.parametrize("denominator", [-10, -7, 0, 7, 10])
def test_roundings_below_zero(
    postgres: psycopg.Connection,
    duck: duckdb.DuckDBPyConnection,
    function: str,
    numerator: int,
    denominator: int,
) -> None:
    """Ceiling, floor and half away from zero whatever the signs; a zero divisor is unknown."""
    node = read(f"{function}(pay / hours, 0)")
    assert node is not None
    row = dict.fromkeys(TYPES) | {"pay": Fraction(numerator), "hours": Fraction(denominator)}
    expected = None
    if denominator:
        expected = oracle.rounded(function, Fraction(numerator, denominator), 0)
    assert on_postgres(postgres, node, table([row], Engine.POSTGRES)) == [expected]
    assert on_duckdb(duck, node, table([row], Engine.DUCKDB)) == [expected]


@pytest.mark.parametrize("function", ["round_up", "round_down", "round_half_up"])
@pytest.mark.parametrize("cents", [-251, -250, -249, -1, 0, 1, 249, 250, 251])
def test_plain_numbers_round_like_quotients(
    postgres: psycopg.Connection, duck: duckdb.DuckDBPyConnection, function: str, cents: int
) -> None:
    """Without a division too, below zero too."""
    node = read(f"{function}(pay, 0)")
    assert node is not None
    row = dict.fromkeys(TYPES) | {"pay": Fraction(cents, 100)}
    expected = [oracle.rounded(function, Fraction(cents, 100), 0)]
    assert on_postgres(postgres, node, table([row], Engine.POSTGRES)) == expected
    assert on_duckdb(duck, node, table([row], Engine.DUCKDB)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "age + 2 * 3 - 1",
        "- age + 2",
        "age - 1 - 2 * - 3",
        "NOT employed OR declared AND employed",
        "NOT age = 3 AND hours > 2",
        "age BETWEEN 1 AND 2 OR age > 5 AND declared",
        "(age = 3) = employed",
        "employed = (age > 3) AND declared",
        "age + 1 IN (3, 4) OR NOT declared",
        "age NOT IN (1, 2) AND age NOT BETWEEN 4 AND 6",
        "(- age * - 2 + 3 > 4) = declared",
    ],
)
def test_precedence_is_that_of_sql(
    postgres: psycopg.Connection, duck: duckdb.DuckDBPyConnection, text: str
) -> None:
    """Without parentheses, a text means what PostgreSQL itself would read in it."""
    node = read(text)
    assert node is not None
    facts = [
        dict.fromkeys(TYPES)
        | {"age": Fraction(age), "hours": Fraction(age), "employed": first, "declared": second}
        for age in range(8)
        for first in (True, False)
        for second in (True, False)
    ]
    source = table(facts, Engine.POSTGRES)
    raw = postgres.execute(f"SELECT {text} FROM {source} ORDER BY position").fetchall()
    expected = [_fraction(value) for (value,) in raw]
    assert on_postgres(postgres, node, source) == expected
    assert on_duckdb(duck, node, table(facts, Engine.DUCKDB)) == expected


def test_unknown_is_strict(postgres: psycopg.Connection, duck: duckdb.DuckDBPyConnection) -> None:
    """Where plain SQL would skip a null, the law answers unknown: the control shows it would."""
    nothing = dict.fromkeys(TYPES)
    for text in (
        "CASE WHEN employed THEN 1 ELSE 2 END",
        "least(age, 5)",
        "greatest(hours, 5)",
        "round_up(5 / (age - 3), 2)",
    ):
        node = read(text)
        assert node is not None
        row = nothing | {"age": Fraction(3)} if "age - 3" in text else nothing
        assert on_postgres(postgres, node, table([row], Engine.POSTGRES)) == [None]
        assert on_duckdb(duck, node, table([row], Engine.DUCKDB)) == [None]
    control = postgres.execute("SELECT CASE WHEN NULL THEN 1 ELSE 2 END, least(NULL, 5)").fetchone()
    assert control == (2, 5)
