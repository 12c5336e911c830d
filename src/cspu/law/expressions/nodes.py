"""The typed tree of one expression of law: small, frozen, every node knows where it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cspu.kernel.text import Text

MAX_DIGITS = 38
MAX_BOUND = 10**MAX_DIGITS - 1


class Kind(StrEnum):
    """What sort of value an expression has. A ratio is exact and must be rounded before use."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class ValueType:
    """The static type of a value.

    A number is an integer of 10^-`scale` whose magnitude never exceeds `bound`.
    A ratio has such a numerator, and a denominator described by the two last fields.
    """

    kind: Kind
    scale: int = 0
    bound: int = 0
    denominator_scale: int = 0
    denominator_bound: int = 1

    @property
    def digits(self) -> int:
        """How many digits the value may need, before and after the point together."""
        return len(str(self.bound))

    @classmethod
    def number(cls, digits: int, scale: int) -> ValueType:
        """The type of a decimal column of that many digits."""
        return cls(Kind.NUMBER, scale, 10**digits - 1)


BOOLEAN = ValueType(Kind.BOOLEAN)
DATE = ValueType(Kind.DATE)
TEXT = ValueType(Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node was written: characters [start, end) of the expression's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A part of an expression that the language does not allow, and what it allows instead."""

    code: str
    span: Span
    offending: str
    message: Text


class Origin(StrEnum):
    """Where the value of a name comes from."""

    FACT = "fact"
    PARAMETER = "parameter"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression."""

    span: Span
    type: ValueType

    @property
    def children(self) -> tuple[Node, ...]:
        """The parts this one is computed from, in the order they were written."""
        return ()

    def walk(self) -> Iterator[Node]:
        """This node, then everything under it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def written(self) -> Iterator[Node]:
        """The same, without going into what is defined elsewhere."""
        yield self
        if not isinstance(self, Defined):
            for child in self.children:
                yield from child.written()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written in the text itself."""

    value: Decimal | str | bool | date


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact of the vocabulary or a parameter of the right."""

    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Defined(Node):
    """A quantity that the version names once (`define:`) and uses by that name.

    `step`: heavy enough to be computed once, in a column of its own (`step_column`). See
    Note [steps] in compiling.py.
    """

    name: str
    body: Node
    step: bool = False

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.body,)


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """Unary minus."""

    operand: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Logical negation: unknown stays unknown."""

    operand: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+ - *` on numbers; `* /` build a ratio as soon as one division is written."""

    operator: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`= <> < <= > >=`."""

    operator: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`AND` or `OR` of two or more conditions, by Kleene's tables."""

    operator: str
    operands: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return self.operands


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value BETWEEN low AND high`, both included."""

    value: Node
    low: Node
    high: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.value, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`value IN (literals)`."""

    value: Node
    choices: tuple[Literal, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.value, *self.choices)


@dataclass(frozen=True, slots=True)
class Branch:
    """One `WHEN condition THEN value`."""

    condition: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Case(Node):
    """Strict CASE: the first true condition decides; an unknown condition makes it unknown."""

    branches: tuple[Branch, ...]
    otherwise: Node

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        parts = [part for branch in self.branches for part in (branch.condition, branch.value)]
        return (*parts, self.otherwise)


@dataclass(frozen=True, slots=True)
class Extremum(Node):
    """`least` or `greatest`, unknown as soon as one of the values is."""

    function: str
    operands: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return self.operands


@dataclass(frozen=True, slots=True)
class Round(Node):
    """`round_up` (ceiling), `round_down` (floor), `round_half_up` (half away from zero)."""

    function: str
    operand: Node
    decimals: int

    @property
    def children(self) -> tuple[Node, ...]:
        """See Node.children."""
        return (self.operand,)
