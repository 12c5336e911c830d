"""Facts and figures as typed SQL constants: what a case or a what-if feeds the compiled law."""

from __future__ import annotations

from collections.abc import Mapping
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
    columns = [(name, facts.get(name), fact_type(vocabulary[name])) for name in sorted(trees.facts)]
    for name in sorted(trees.parameters):
        parameter = trees.right.parameters[name]
        figure = parameter.on(day)
        columns.append((name, figure.value if figure else None, parameter.type))
    written = ", ".join(
        f"{constant(value, kind, engine)} AS {name}" for name, value, kind in columns
    )
    return f"(SELECT {written or '1 AS nothing'}) AS x"


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
