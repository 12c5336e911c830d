"""What both engines share: the shape of the SQL. What differs: numbers, roundings, dates.

Note [unknown is strict]. SQL skips nulls in three places where the law must not: CASE goes to
ELSE when a condition is unknown, least and greatest ignore nulls. A CASE is therefore compiled
to nested `CASE condition WHEN TRUE THEN … WHEN FALSE THEN … END`: an unknown condition matches
neither and gives null, and each condition is written once.

Note [steps]. A rounding, a least or a greatest writes its operand several times, so definitions
built on one another would grow without bound. One whose SQL would be heavier than HEAVIEST terms
is a step: whoever runs the SQL first computes it as a column, `step_column(name)`, in the order of
the definitions, and what uses it reads that column.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from cspu.law.expressions.nodes import (
    Among,
    Arithmetic,
    Between,
    Case,
    Compare,
    Defined,
    Extremum,
    Kind,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Not,
    Round,
    ValueType,
)

Columns = Callable[[str], str]

HEAVIEST = 30
"""How many terms the SQL of a definition may have before it becomes a step."""


def step_column(name: str) -> str:
    """The column that holds a definition computed beforehand."""
    return f"s_{name}"


def is_heavy(body: Node) -> bool:
    """Whether a definition is better computed once. A ratio cannot be: it has no value of its own."""
    return body.type.kind is not Kind.RATIO and _weight(body) > HEAVIEST


def _weight(node: Node) -> int:
    """About how many terms the SQL of a node has."""
    if isinstance(node, Defined):
        return 1 if node.step else _weight(node.body)
    terms = 1 + sum(_weight(child) for child in node.children)
    return 2 * terms if isinstance(node, (Extremum, Round)) else terms


class Compiler(ABC):
    """Turns a typed tree into one SQL expression; `columns` gives the SQL of each name."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    @abstractmethod
    def number(self, value: Decimal, scale: int) -> str:
        """A written number whose type has that scale."""

    @abstractmethod
    def column(self, name: str, kind: ValueType) -> str:
        """A fact or parameter, from its column."""

    @abstractmethod
    def aligned(self, sql: str, scale: int, wanted: int) -> str:
        """The same number at a larger scale."""

    @abstractmethod
    def rounded(self, node: Round) -> str:
        """An exact rounding."""

    def compile(self, node: Node) -> str:  # noqa: PLR0911 - one per node
        """The SQL of a node; a ratio has none of its own, only inside a rounding."""
        match node:
            case Literal():
                return self._literal(node)
            case Name():
                return self.column(node.name, node.type)
            case Defined():
                return step_column(node.name) if node.step else self.compile(node.body)
            case Negate():
                return f"(- {self.compile(node.operand)})"
            case Not():
                return f"(NOT {self.compile(node.operand)})"
            case Arithmetic():
                return self._arithmetic(node)
            case Round():
                return self.rounded(node)
            case Case():
                return self._case(node, 0)
            case Extremum():
                return self._extremum(node)
            case _:
                return self._condition(node)

    def fraction(self, node: Node) -> tuple[str, list[str]]:
        """Numerator and divisors of a ratio (no divisor: a plain number)."""
        if isinstance(node, Defined) and not node.step:
            return self.fraction(node.body)
        if not isinstance(node, Arithmetic) or node.type.kind is not Kind.RATIO:
            return self.compile(node), []
        top, divisors = self.fraction(node.left)
        if node.operator == "/":
            return top, [*divisors, self.compile(node.right)]
        factor, more = self.fraction(node.right)
        return f"({top} * {factor})", [*divisors, *more]

    def _literal(self, node: Literal) -> str:
        match node.value:
            case bool():
                return "TRUE" if node.value else "FALSE"
            case Decimal():
                return self.number(node.value, node.type.scale)
            case date():
                return f"DATE '{node.value.isoformat()}'"
            case _:
                return f"'{node.value}'"

    def _arithmetic(self, node: Arithmetic) -> str:
        if node.type.kind is Kind.RATIO:
            raise TypeError("a ratio has no SQL before it is rounded")
        left, right = self.compile(node.left), self.compile(node.right)
        if node.operator != "*":
            left = self.aligned(left, node.left.type.scale, node.type.scale)
            right = self.aligned(right, node.right.type.scale, node.type.scale)
        return f"({left} {node.operator} {right})"

    def _condition(self, node: Node) -> str:
        match node:
            case Logic():
                parts = f" {node.operator} ".join(map(self.compile, node.operands))
                return f"({parts})"
            case Compare():
                left, right = self._same_scale(node.left, node.right)
                return f"({left} {node.operator} {right})"
            case Between():
                value, low, high = self._same_scale(node.value, node.low, node.high)
                return f"({value} BETWEEN {low} AND {high})"
            case Among():
                value, *choices = self._same_scale(node.value, *node.choices)
                return f"({value} IN ({', '.join(choices)}))"
            case _:
                raise TypeError(f"not a node of the language: {type(node).__name__}")

    def _case(self, node: Case, index: int) -> str:
        if index == len(node.branches):
            return self._at_scale(node.otherwise, node.type.scale)
        branch = node.branches[index]
        condition = self.compile(branch.condition)
        value = self._at_scale(branch.value, node.type.scale)
        rest = self._case(node, index + 1)
        return f"(CASE {condition} WHEN TRUE THEN {value} WHEN FALSE THEN {rest} END)"

    def _extremum(self, node: Extremum) -> str:
        """Null as soon as one operand is; a written value never is."""
        operands = [self._at_scale(operand, node.type.scale) for operand in node.operands]
        doubtful = [
            sql
            for sql, operand in zip(operands, node.operands, strict=True)
            if not isinstance(operand, Literal)
        ]
        chosen = f"{node.function}({', '.join(operands)})"
        if not doubtful:
            return chosen
        unknown = " OR ".join(f"{sql} IS NULL" for sql in doubtful)
        return f"(CASE WHEN {unknown} THEN NULL ELSE {chosen} END)"

    def _same_scale(self, *nodes: Node) -> list[str]:
        scale = max(node.type.scale for node in nodes)
        return [self._at_scale(node, scale) for node in nodes]

    def _at_scale(self, node: Node, scale: int) -> str:
        sql = self.compile(node)
        return self.aligned(sql, node.type.scale, scale) if node.type.kind is Kind.NUMBER else sql
