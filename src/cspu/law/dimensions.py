"""Which unit an expression is in: hours plus euros is a mistake a text should not make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from cspu.kernel.text import Text
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
    Name,
    Negate,
    Node,
    Refusal,
    Round,
)
from cspu.law.model import PLAIN_UNITS

Dimension = Mapping[str, int] | None
"""Unit codes with their powers; None: a bare number, which goes with anything."""

UnitOf = Callable[[str], str]

_RHYTHMS = frozenset({"year", "quarter", "month"})


def unit_of(node: Node, unit_of_name: UnitOf) -> str | None:
    """The one unit code a node is in, or None (bare number, or a compound of units)."""
    dimension = _dimension(node, unit_of_name)
    if dimension is None or len(dimension) != 1:
        return None
    code, power = next(iter(dimension.items()))
    return code if power == 1 else None


def mismatches(node: Node, unit_of_name: UnitOf) -> Iterator[Refusal]:
    """Every sum, comparison or choice that mixes two units."""
    for part in node.written():
        units = [
            dimension
            for operand in _alike(part)
            if (dimension := _dimension(operand, unit_of_name)) is not None
        ]
        if any(dict(unit) != dict(units[0]) for unit in units[1:]):
            listed = ", ".join(dict.fromkeys(map(_spell, units)))
            message = Text(
                fr=f"Unités mélangées : {listed}. Les valeurs comparées ou ajoutées sont dans la "
                "même unité.",
                en=f"Mixed units: {listed}. Values compared or added must be in the same unit.",
            )
            yield Refusal("mixed_units", part.span, "", message)


def parse_unit(code: str) -> Dimension:
    """`EUR/activity` gives euros per activity; rhythms such as `/year` do not count."""
    base, _, divisor = code.partition("/")
    found: Counter[str] = Counter()
    if base not in PLAIN_UNITS:
        found[base] += 1
    if divisor and divisor not in _RHYTHMS:
        found[divisor] -= 1
    return dict(found)


def _dimension(node: Node, names: UnitOf) -> Dimension:
    if node.type.kind not in (Kind.NUMBER, Kind.RATIO) or isinstance(node, Literal):
        return None
    match node:
        case Name() | Defined():
            return parse_unit(names(node.name))
        case Negate() | Round():
            return _dimension(node.operand, names)
        case Arithmetic() if node.operator in "*/":
            return _product(node, names)
        case Arithmetic() | Extremum() | Case():
            found = (_dimension(part, names) for part in _alike(node))
            return next((unit for unit in found if unit is not None), None)
        case _:
            return None


def _product(node: Arithmetic, names: UnitOf) -> Dimension:
    left, right = _dimension(node.left, names), _dimension(node.right, names)
    if left is None and right is None:
        return None
    sign = 1 if node.operator == "*" else -1
    powers = Counter(dict(left or {}))
    for code, power in (right or {}).items():
        powers[code] += sign * power
    return {code: power for code, power in powers.items() if power}


def _alike(node: Node) -> tuple[Node, ...]:
    """The parts of a node that must be in one unit."""
    match node:
        case Arithmetic() if node.operator in "+-":
            return node.children
        case Compare() | Between() | Among() | Extremum():
            return node.children
        case Case():
            return (*(branch.value for branch in node.branches), node.otherwise)
        case _:
            return ()


def _spell(dimension: Dimension) -> str:
    parts = [code if power == 1 else f"{code}^{power}" for code, power in (dimension or {}).items()]
    return " × ".join(parts) or "1"
