"""Facts and figures as typed SQL constants: what a case or a what-if feeds the compiled law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cspu.kernel.facts import Vocabulary
from cspu.law.expressions.nodes import Kind, ValueType
from cspu.law.expressions.scope import fact_type
from cspu.law.model import Value
from cspu.law.trees import VersionTrees


class Engine(StrEnum):
    """Where compiled law runs: PostgreSQL awards, DuckDB simulates."""

    POSTGRES = "postgres"
    DUCKDB = "duckdb"


def typed_row(
    trees: VersionTrees,
    vocabulary: Vocabulary,
    facts: Mapping[str, Value | None],
    day: date,
    engine: Engine,
) -> str:
    """`(SELECT … AS name, …) AS x`: every name the version uses; a fact not given is unknown."""
    columns = _columns(trees, vocabulary, facts, day)
    written = ", ".join(
        f"{constant(value, kind, engine)} AS {name}" for name, value, kind in columns
    )
    return f"(SELECT {written or '1 AS nothing'}) AS x"


def typed_rows(
    trees: VersionTrees,
    vocabulary: Vocabulary,
    lives: Sequence[Mapping[str, Value | None]],
    day: date,
    engine: Engine,
) -> str:
    """`(VALUES …) AS x`: the same for several lives at once, numbered from 0 in the column `life`."""
    rows = [
        [(name, constant(value, kind, engine)) for name, value, kind in columns]
        for columns in (_columns(trees, vocabulary, facts, day) for facts in lives)
    ]
    names = ", ".join(["life", *(name for name, _ in rows[0])])
    values = (
        ", ".join([str(index), *(value for _, value in row)]) for index, row in enumerate(rows)
    )
    return f"(VALUES ({'), ('.join(values)})) AS x ({names})"


def _columns(
    trees: VersionTrees, vocabulary: Vocabulary, facts: Mapping[str, Value | None], day: date
) -> list[tuple[str, Value | None, ValueType]]:
    columns = [(name, facts.get(name), fact_type(vocabulary[name])) for name in sorted(trees.facts)]
    for name in sorted(trees.parameters):
        parameter = trees.right.parameters[name]
        figure = parameter.on(day)
        columns.append((name, figure.value if figure else None, parameter.type))
    return columns


def constant(value: Value | None, kind: ValueType, engine: Engine) -> str:
    """One value as a constant of the type that the engine's columns have."""
    sql_type = {
        Kind.BOOLEAN: "boolean",
        Kind.DATE: "date",
        Kind.TEXT: "text",
        Kind.NUMBER: "numeric" if engine is Engine.POSTGRES else duckdb_type(kind),
    }[kind.kind]
    if value is None:
        return f"CAST(NULL AS {sql_type})"
    if kind.kind is Kind.NUMBER and Decimal(str(value)).scaleb(kind.scale) % 1:
        raise ValueError(f"{value} has more than {kind.scale} decimals")
    text = str(value).replace("'", "''")
    return f"CAST('{text}' AS {sql_type})"


def duckdb_type(kind: ValueType) -> str:
    """The DECIMAL of a number's digits and scale."""
    return f"DECIMAL({max(kind.digits, kind.scale + 1)}, {kind.scale})"
