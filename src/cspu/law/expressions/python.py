"""Compile to Python: a function of the facts, in exact fractions, None being unknown.

No right is ever decided by it: it tries changes of facts by the thousand, where a query each would
take too long. The tests hold it to the same value as PostgreSQL and DuckDB for every expression.
See Note [unknown is strict] in compiling.py and Note [roundings] in postgres.py.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cspu.law.expressions.nodes import (
    Among,
    Arithmetic,
    Between,
    Case,
    Compare,
    Defined,
    Extremum,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Not,
    Round,
)

Known = Fraction | int | bool | str | date
Values = Mapping[str, Known | None]
Function = Callable[[Values], Any]

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: Fraction(left) / right if right else None,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_python(node: Node) -> Function:
    """A function from the values of every name to the value of the node; a missing name fails."""
    match node:
        case Literal():
            value = exact(node.value)
            return lambda _: value
        case Name():
            return operator.itemgetter(node.name)
        case Defined():
            return compile_python(node.body)
        case Logic() | Between():
            return _connective(node)
        case Case():
            return _case(node)
        case _:
            return _operation(node)


def _operation(node: Node) -> Function:
    """What is unknown as soon as one part is."""
    match node:
        case Negate():
            return _strict(operator.neg, [node.operand])
        case Not():
            return _strict(operator.not_, [node.operand])
        case Arithmetic() | Compare():
            return _strict(_OPERATORS[node.operator], [node.left, node.right])
        case Extremum():
            choose: Callable[..., Any] = min if node.function == "least" else max
            return _strict(choose, node.operands)
        case Round():
            rounded = _rounding(node.function, node.decimals)
            return _strict(rounded, [node.operand])
        case Among():
            choices = frozenset(exact(choice.value) for choice in node.choices)
            return _strict(choices.__contains__, [node.value])
        case _:
            raise TypeError(f"not a node of the language: {type(node).__name__}")


def exact(value: Decimal | int | bool | str | date) -> Known:  # noqa: FBT001 - any value of the law
    """A value of the law as Python computes with it: no decimal context rounds a fraction."""
    if not isinstance(value, Decimal):
        return value
    fraction = Fraction(value)
    return int(fraction) if fraction.denominator == 1 else fraction


def _strict(function: Callable[..., Any], nodes: Sequence[Node]) -> Function:
    """Unknown as soon as one operand is."""
    operands = [compile_python(node) for node in nodes]

    def compute(values: Values) -> Any:  # noqa: ANN401 - any value of the law
        found = [operand(values) for operand in operands]
        return None if None in found else function(*found)

    return compute


def _rounding(function: str, decimals: int) -> Callable[[Any], Fraction]:
    power = 10**decimals

    def rounded(value: Any) -> Fraction:  # noqa: ANN401 - a number of the law
        scaled = value * power
        if function == "round_up":
            whole = math.ceil(scaled)
        elif function == "round_down":
            whole = math.floor(scaled)
        else:
            whole = math.floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
        return Fraction(whole, power)

    return rounded


def _connective(node: Logic | Between) -> Function:
    """AND and OR by Kleene's tables; BETWEEN is an AND of two comparisons."""
    if isinstance(node, Between):
        deciding = False
        operands = [
            _strict(operator.ge, [node.value, node.low]),
            _strict(operator.le, [node.value, node.high]),
        ]
    else:
        deciding = node.operator == "OR"
        operands = [compile_python(operand) for operand in node.operands]

    def compute(values: Values) -> bool | None:
        unknown = False
        for operand in operands:
            truth: bool | None = operand(values)
            if truth is deciding:
                return deciding
            unknown = unknown or truth is None
        return None if unknown else not deciding

    return compute


def _case(node: Case) -> Function:
    branches = [
        (compile_python(branch.condition), compile_python(branch.value)) for branch in node.branches
    ]
    otherwise = compile_python(node.otherwise)

    def compute(values: Values) -> Any:  # noqa: ANN401 - any value of the law
        for condition, value in branches:
            truth = condition(values)
            if truth is None:
                return None
            if truth:
                return value(values)
        return otherwise(values)

    return compute
