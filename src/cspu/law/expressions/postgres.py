"""Compile to PostgreSQL: `numeric` throughout, whose + - * are exact.

Note [roundings]. Numeric `/` rounds in its own way, so no rounding uses it: `div` and `mod` are
exact. round_up goes towards plus infinity, round_down towards minus infinity, round_half_up
takes the nearest and moves halves away from zero (-2.5 gives -3). A null or zero divisor gives
null: NULLIF.
"""

from __future__ import annotations

from decimal import Decimal

from cspu.law.expressions.compiling import Columns, Compiler
from cspu.law.expressions.nodes import Node, Round, ValueType


def compile_postgres(node: Node, columns: Columns) -> str:
    """One PostgreSQL expression of type numeric, boolean, date or text.

    `columns` gives the SQL of a name; numbers must come as `numeric` with no more decimals than
    the name's scale.
    """
    return _Postgres(columns).compile(node)


def compile_postgres_minor(node: Node, scale: int, columns: Columns) -> str:
    """A number as a bigint of 10^-scale: the smallest parts of a unit (`scale` >= the node's)."""
    if node.type.scale > scale:
        raise ValueError("the expression has more decimals than the unit")
    power = _numeric(Decimal(10**scale))
    return f"CAST({compile_postgres(node, columns)} * {power} AS bigint)"


class _Postgres(Compiler):
    def number(self, value: Decimal, scale: int) -> str:  # noqa: ARG002 - numeric needs none
        return _numeric(value)

    def column(self, name: str, kind: ValueType) -> str:  # noqa: ARG002 - typed already
        return self.columns(name)

    def aligned(self, sql: str, scale: int, wanted: int) -> str:  # noqa: ARG002 - scales freely
        return sql

    def rounded(self, node: Round) -> str:
        top, divisors = self.fraction(node.operand)
        up = _numeric(Decimal(10**node.decimals))
        down = _numeric(Decimal(1).scaleb(-node.decimals))
        scaled = f"({top} * {up})" if node.decimals else top
        if divisors:
            whole = _quotient(node.function, scaled, f"NULLIF({' * '.join(divisors)}, 0)")
        else:
            function = {"round_up": "ceil", "round_down": "floor"}.get(node.function, "round")
            whole = f"{function}({scaled})"
        return f"({whole} * {down})" if node.decimals else f"({whole})"


def _quotient(function: str, top: str, bottom: str) -> str:
    if function == "round_half_up":
        return f"div({top} * 2 + sign({top}) * abs({bottom}), {bottom} * 2)"
    remainder = f"mod({top}, {bottom}) * sign({bottom})"
    if function == "round_up":
        return f"(div({top}, {bottom}) + CASE WHEN {remainder} > 0 THEN 1 ELSE 0 END)"
    return f"(div({top}, {bottom}) - CASE WHEN {remainder} < 0 THEN 1 ELSE 0 END)"


def _numeric(value: Decimal) -> str:
    text = f"{value:f}"
    return f"({text}::numeric)" if value < 0 else f"{text}::numeric"
