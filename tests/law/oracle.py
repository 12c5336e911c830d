"""Random expressions of law, each with what it is worth, by an evaluator of its own.

Every strategy draws a `Drawn`: the text of an expression and a function that computes it, with
fractions and Python's own values, None being unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Row = Mapping[str, Any]

COLUMNS: Mapping[str, tuple[str, int, int]] = {
    "hours": ("number", 6, 2),
    "age": ("number", 3, 0),
    "rate": ("number", 5, 4),
    "pay": ("number", 9, 2),
    "employed": ("boolean", 0, 0),
    "declared": ("boolean", 0, 0),
    "born": ("date", 0, 0),
    "started": ("date", 0, 0),
    "level": ("text", 0, 0),
}
LEVELS = ("none", "level_3", "level_4")


@dataclass(frozen=True)
class Drawn:
    """An expression and its meaning."""

    text: str
    worth: Callable[[Row], Any]


def names(kind: str) -> SearchStrategy[Drawn]:
    """A column of that kind."""
    found = [name for name, (column, _, _) in COLUMNS.items() if column == kind]
    return st.sampled_from(found).map(lambda name: Drawn(name, lambda row: row[name]))


@st.composite
def number_literals(draw: DrawFn) -> Drawn:
    scale = draw(st.integers(0, 3))
    value = draw(st.integers(0, 9999))
    text = str(Decimal(value).scaleb(-scale))
    return Drawn(f"{Decimal(text):f}", lambda _: Fraction(value, 10**scale))


def date_literals() -> SearchStrategy[Drawn]:
    days = st.dates(date(1950, 1, 1), date(2030, 1, 1))
    return days.map(lambda day: Drawn(f"DATE '{day}'", lambda _: day))


def text_literals() -> SearchStrategy[Drawn]:
    return st.sampled_from(LEVELS).map(lambda level: Drawn(f"'{level}'", lambda _: level))


def strict(function: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    """Unknown as soon as one value is."""
    return lambda values: None if None in values else function(*values)


def combine(template: str, parts: Sequence[Drawn], function: Callable[..., Any]) -> Drawn:
    """A strict operation on several parts."""
    worth = strict(function)
    text = template.format(*(part.text for part in parts))
    return Drawn(text, lambda row: worth([part.worth(row) for part in parts]))


@st.composite
def sums(draw: DrawFn, inner: SearchStrategy[Drawn]) -> Drawn:
    left, right = draw(inner), draw(inner)
    sign = draw(st.sampled_from("+-*"))
    operate = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}[sign]
    return combine("({} " + sign + " {})", (left, right), operate)


@st.composite
def negations(draw: DrawFn, inner: SearchStrategy[Drawn]) -> Drawn:
    return combine("(- {})", (draw(inner),), lambda value: -value)


@st.composite
def extrema(draw: DrawFn, inner: SearchStrategy[Drawn]) -> Drawn:
    operands = draw(st.lists(inner, min_size=2, max_size=3))
    function = draw(st.sampled_from(("least", "greatest")))
    listed = ", ".join("{}" for _ in operands)
    choose = min if function == "least" else max
    return combine(f"{function}({listed})", operands, lambda *values: choose(values))


@st.composite
def roundings(draw: DrawFn, inner: SearchStrategy[Drawn]) -> Drawn:
    """A number, or one to three numbers multiplied and divided, rounded."""
    function = draw(st.sampled_from(("round_up", "round_down", "round_half_up")))
    decimals = draw(st.integers(0, 3))
    first = draw(inner)
    more = draw(st.lists(st.tuples(st.sampled_from("/*"), inner), max_size=3))
    text = first.text + "".join(f" {sign} {part.text}" for sign, part in more)

    def worth(row: Row) -> Fraction | None:
        value = first.worth(row)
        for sign, part in more:
            factor = part.worth(row)
            if value is None or factor is None or (sign == "/" and factor == 0):
                return None
            value = value * factor if sign == "*" else value / factor
        return None if value is None else rounded(function, value, decimals)

    return Drawn(f"{function}({text}, {decimals})", worth)


def rounded(function: str, value: Fraction, decimals: int) -> Fraction:
    """The three roundings, from their definitions."""
    scaled = value * 10**decimals
    if function == "round_up":
        whole = math.ceil(scaled)
    elif function == "round_down":
        whole = math.floor(scaled)
    else:
        whole = math.floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
    return Fraction(whole, 10**decimals)


@st.composite
def cases(draw: DrawFn, conditions: SearchStrategy[Drawn], values: SearchStrategy[Drawn]) -> Drawn:
    branches = draw(st.lists(st.tuples(conditions, values), min_size=1, max_size=3))
    otherwise = draw(values)
    whens = " ".join(f"WHEN {when.text} THEN {then.text}" for when, then in branches)

    def worth(row: Row) -> Any:
        for when, then in branches:
            truth = when.worth(row)
            if truth is None:
                return None
            if truth:
                return then.worth(row)
        return otherwise.worth(row)

    return Drawn(f"(CASE {whens} ELSE {otherwise.text} END)", worth)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@st.composite
def comparisons(draw: DrawFn, ordered: SearchStrategy[Drawn]) -> Drawn:
    operator = draw(st.sampled_from(sorted(_COMPARE)))
    parts = (draw(ordered), draw(ordered))
    return combine("({} " + operator + " {})", parts, _COMPARE[operator])


@st.composite
def text_conditions(draw: DrawFn) -> Drawn:
    column = draw(names("text"))
    if draw(st.booleans()):
        operator = draw(st.sampled_from(("=", "<>")))
        return combine(
            "({} " + operator + " {})", (column, draw(text_literals())), _COMPARE[operator]
        )
    chosen = draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=2))
    listed = ", ".join(f"'{level}'" for level in chosen)
    return combine("({} IN (" + listed + "))", (column,), lambda value: value in chosen)


@st.composite
def memberships(draw: DrawFn, numbers: SearchStrategy[Drawn]) -> Drawn:
    value = draw(numbers)
    choices = draw(st.lists(number_literals(), min_size=1, max_size=3))
    listed = ", ".join(choice.text for choice in choices)
    known = [choice.worth({}) for choice in choices]
    return combine("({} IN (" + listed + "))", (value,), lambda found: found in known)


@st.composite
def betweens(draw: DrawFn, ordered: SearchStrategy[Drawn]) -> Drawn:
    value, low, high = draw(ordered), draw(ordered), draw(ordered)

    def worth(row: Row) -> bool | None:
        at_least = strict(lambda a, b: a >= b)([value.worth(row), low.worth(row)])
        at_most = strict(lambda a, b: a <= b)([value.worth(row), high.worth(row)])
        return kleene_and([at_least, at_most])

    return Drawn(f"({value.text} BETWEEN {low.text} AND {high.text})", worth)


def kleene_and(truths: Sequence[bool | None]) -> bool | None:
    if any(truth is False for truth in truths):
        return False
    return None if None in truths else True


@st.composite
def connectives(draw: DrawFn, conditions: SearchStrategy[Drawn]) -> Drawn:
    operands = draw(st.lists(conditions, min_size=2, max_size=3))
    word = draw(st.sampled_from(("AND", "OR")))
    text = f" {word} ".join(part.text for part in operands)

    def worth(row: Row) -> bool | None:
        truths = [part.worth(row) for part in operands]
        if word == "AND":
            return kleene_and(truths)
        flipped = kleene_and([None if truth is None else not truth for truth in truths])
        return None if flipped is None else not flipped

    return Drawn(f"({text})", worth)


@st.composite
def denials(draw: DrawFn, conditions: SearchStrategy[Drawn]) -> Drawn:
    return combine("(NOT {})", (draw(conditions),), lambda truth: not truth)


def grow(depth: int) -> tuple[SearchStrategy[Drawn], SearchStrategy[Drawn]]:
    """Numbers and conditions nested at most `depth` deep."""
    days = st.one_of(names("date"), date_literals())
    numbers: SearchStrategy[Drawn] = st.one_of(names("number"), number_literals())
    truths = st.sampled_from((Drawn("TRUE", lambda _: True), Drawn("FALSE", lambda _: False)))
    conditions: SearchStrategy[Drawn] = st.one_of(
        names("boolean"), truths, text_conditions(), comparisons(numbers), comparisons(days)
    )
    for _ in range(depth):
        numbers, conditions = (
            st.one_of(
                numbers,
                sums(numbers),
                negations(numbers),
                extrema(numbers),
                roundings(numbers),
                cases(conditions, numbers),
            ),
            st.one_of(
                conditions,
                comparisons(numbers),
                betweens(numbers),
                betweens(days),
                memberships(numbers),
                connectives(conditions),
                denials(conditions),
                cases(conditions, conditions),
            ),
        )
    return numbers, conditions


def expressions(depth: int = 3) -> SearchStrategy[Drawn]:
    """Any expression of the language: a number, a condition, a date or a text."""
    numbers, conditions = grow(depth)
    days = st.one_of(names("date"), date_literals())
    later = st.one_of(extrema(days), cases(conditions, days))
    texts = cases(conditions, st.one_of(names("text"), text_literals()))
    simple = roundings(st.one_of(names("number"), number_literals()))
    return st.one_of(numbers, simple, roundings(numbers), conditions, later, texts)


@st.composite
def rows(draw: DrawFn) -> Row:
    """One person's facts, any of them unknown."""
    found: dict[str, Any] = {}
    for name, (kind, digits, scale) in COLUMNS.items():
        if kind == "number":
            top = 10**digits - 1
            whole = st.one_of(st.integers(-top, top), st.integers(-20, 20))
            value: SearchStrategy[Any] = st.builds(Fraction, whole, st.just(10**scale))
        elif kind == "boolean":
            value = st.booleans()
        elif kind == "date":
            value = st.integers(0, 30000).map(lambda n: date(1950, 1, 1) + timedelta(days=n))
        else:
            value = st.sampled_from(LEVELS)
        found[name] = draw(st.one_of(st.none(), value))
    return found
