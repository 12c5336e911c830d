"""Facts at random over the whole domain of a right, and what PostgreSQL makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from cspu.kernel.facts import Fact, FactType, Vocabulary
from cspu.kernel.periods import Period, periods_between
from cspu.law import Right, VersionTrees, version_trees
from cspu.law.domains import Domain, domain_of
from cspu.law.expressions.nodes import Literal
from cspu.law.expressions.python import Known, exact
from cspu.law.model import Value

Row = dict[str, Known | None]
_LATEST = date(2026, 10, 31)
_HALF = 0.5


@dataclass(frozen=True)
class Judged:
    """One version of a right, and a period that it rules."""

    right: Right
    trees: VersionTrees
    period: Period


def judged(right: Right, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Each version with the last period that it rules so far (a law to come: its first)."""
    for version in right.versions:
        day = max(version.in_force, min(version.until or _LATEST, _LATEST))
        periods = [
            *periods_between(right.period, day - timedelta(days=800), day + timedelta(days=800))
        ]
        ruled = [each for each in periods if right.version_on(each.end) is version]
        if ruled:
            over = [each for each in ruled if each.end <= day]
            period = over[-1] if over else ruled[0]
            yield Judged(right, version_trees(right, version, vocabulary), period)


def rows(
    one: Judged, vocabulary: Vocabulary, random: Random, count: int, unknown: Sequence[float]
) -> list[Row]:
    """So many lives, near the figures of the text as often as anywhere; a share of facts unknown."""
    figures = _figures(one)
    facts = [vocabulary[name] for name in sorted(one.trees.facts)]
    return [
        {
            fact.name: None
            if random.random() < random.choice(unknown)
            else _fact(fact, one.period, figures, random)
            for fact in facts
        }
        for _ in range(count)
    ]


def as_values(row: Mapping[str, Known | None]) -> dict[str, Value | None]:
    """A row as the engines take it: decimals in place of fractions."""
    return {name: _decimal(value) for name, value in row.items()}


def _decimal(value: Known | None) -> Value | None:
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return value
    return Decimal(value.numerator) / Decimal(value.denominator)


def _figures(one: Judged) -> Sequence[Known]:
    """The figures and dates that the text holds."""
    parameters = [
        one.right.parameters[name].on(one.period.end) for name in sorted(one.trees.parameters)
    ]
    written = [
        node.value
        for _, tree in one.trees.parts()
        for node in tree.walk()
        if isinstance(node, Literal)
    ]
    given = [each.value for each in parameters if each and each.value is not None]
    return [exact(value) for value in (*given, *written)]


def _fact(fact: Fact, period: Period, figures: Sequence[Known], random: Random) -> Known:
    if fact.type is FactType.BOOLEAN:
        return random.random() < _HALF
    if fact.type is FactType.TEXT:
        written = [each for each in figures if isinstance(each, str)]
        return random.choice([*fact.values] or written)
    domain = domain_of(fact, None, period)
    return period.days if domain is None else domain.value(_place(domain, figures, random))


def _place(domain: Domain, figures: Sequence[Known], random: Random) -> int:
    """An end of the domain, a place beside a figure of the text, or anywhere."""
    way = random.choice(("end", "figure", "figure", "figure", "far", "far", "near", "nearer"))
    beside = [
        domain.place(each)
        for each in figures
        if not isinstance(each, (bool, str)) and isinstance(each, date) is domain.days
    ]
    place = domain.first + random.randint(0, domain.last - domain.first)
    if way == "end":
        place = random.choice((domain.first, domain.last))
    elif way == "figure" and beside:
        place = random.choice(beside) + random.choice((-1, 0, 1))
    elif way in ("near", "nearer"):
        place = domain.first + random.randint(0, 1000 if way == "near" else 5)
    return min(max(place, domain.first), domain.last)
