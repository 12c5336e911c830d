"""Compile to DuckDB: every number is a HUGEINT of 10^-scale, the scale being known in advance.

DuckDB's own decimals turn into floats on division; integers do not. `//` truncates towards
zero and `%` takes the sign of the dividend, as `div` and `mod` do in PostgreSQL.
See Note [roundings] in postgres.py.
"""

from __future__ import annotations

from decimal import Decimal

from cspu.law.expressions.compiling import Columns, Compiler
from cspu.law.expressions.inference import rounding_factors
from cspu.law.expressions.nodes import Kind, Node, Round, ValueType


def compile_duckdb(node: Node, columns: Columns) -> str:
    """One DuckDB expression: boolean, date, varchar, or a HUGEINT counting 10^-`node.type.scale`.

    `columns` gives the SQL of a name; numbers must come as DECIMAL(digits, scale) of the name.
    """
    return _DuckDB(columns).compile(node)


def compile_duckdb_minor(node: Node, scale: int, columns: Columns) -> str:
    """A number as a BIGINT of 10^-scale: the smallest parts of a unit (`scale` >= the node's)."""
    if node.type.scale > scale:
        raise ValueError("the expression has more decimals than the unit")
    compiler = _DuckDB(columns)
    return f"CAST({compiler.aligned(compiler.compile(node), node.type.scale, scale)} AS BIGINT)"


class _DuckDB(Compiler):
    def number(self, value: Decimal, scale: int) -> str:
        return _huge(int(value.scaleb(scale)))

    def column(self, name: str, kind: ValueType) -> str:
        sql = self.columns(name)
        if kind.kind is not Kind.NUMBER:
            return sql
        if kind.scale == 0:
            return f"CAST({sql} AS HUGEINT)"
        factor = f"CAST({10**kind.scale} AS DECIMAL({kind.scale + 1}, 0))"
        return f"CAST(CAST({sql} AS DECIMAL(38, {kind.scale})) * {factor} AS HUGEINT)"

    def aligned(self, sql: str, scale: int, wanted: int) -> str:
        return sql if scale == wanted else f"({sql} * {_huge(10 ** (wanted - scale))})"

    def rounded(self, node: Round) -> str:
        top, divisors = self.fraction(node.operand)
        above, below = rounding_factors(node.operand.type, node.decimals)
        if above != 1:
            top = f"({top} * {_huge(above)})"
        if below != 1:
            divisors = [*divisors, _huge(below)]
        if not divisors:
            return top
        return _quotient(node.function, top, f"NULLIF({' * '.join(divisors)}, 0)")


def _quotient(function: str, top: str, bottom: str) -> str:
    if function == "round_half_up":
        return f"(({top} * 2 + sign({top}) * abs({bottom})) // ({bottom} * 2))"
    remainder = f"({top} % {bottom}) * sign({bottom})"
    if function == "round_up":
        return f"({top} // {bottom} + CASE WHEN {remainder} > 0 THEN 1 ELSE 0 END)"
    return f"({top} // {bottom} - CASE WHEN {remainder} < 0 THEN 1 ELSE 0 END)"


def _huge(value: int) -> str:
    return f"({value}::HUGEINT)" if value < 0 else f"{value}::HUGEINT"
