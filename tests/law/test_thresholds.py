"""Cliffs of time: an age reached, how long something has lasted, a day, a change of the law.

Every value that such a fact may take is tried, one after the other, in the worked cases and in
situations drawn at random: what the law says turns only at a threshold that the text contains. And
its figures and versions change, in the database, on the days that the text says, all of them and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import psycopg
import pytest

from cspu.entitlement.compiling import EVER, ruling_of, ruling_periods
from cspu.kernel.facts import Fact, FactType
from cspu.kernel.periods import Period, periods_between
from cspu.law import Right, VersionTrees, version_trees
from cspu.law.cases import load_cases
from cspu.law.domains import domain_of
from cspu.law.expressions.nodes import Among, Between, Compare, Literal, Name, Node, Origin
from cspu.law.expressions.python import Function, Known, compile_python, exact
from tests.law.drawing import Row, judged, rows
from tests.law.test_monotone import LIFE, PACK, figures

TIMES = {"year", "month", "day"}
DRAWN, FARTHEST, AROUND = 8, 150, 5
"""Situations drawn of each version; how far each value is tried; and around each figure beyond that."""
SINCE, LAST = date(2000, 1, 1), date(2027, 12, 31)
RIGHTS = [pytest.param(right, id=right.id) for right in PACK]

Turn = tuple[Known, frozenset[Known]]
"""A value from which the law says something else, and the thresholds that the text has there."""


@cache
def _versions(right_id: str) -> list[VersionTrees]:
    right = PACK.rights[right_id]
    return [version_trees(right, each, LIFE.facts) for each in right.versions]


def _facts(trees: VersionTrees) -> set[str]:
    """The facts that the condition speaks of."""
    names = (each for each in trees.when.walk() if isinstance(each, Name))
    return {each.name for each in names if each.origin is Origin.FACT}


def is_time(fact: Fact) -> bool:
    """Whether a fact is an age, a duration or a day."""
    return fact.type is FactType.DATE or (fact.unit in TIMES and not fact.scale)


TIMED = [
    pytest.param(right, name, id=f"{right.id}-{name}")
    for right in PACK
    for name in sorted({name for each in _versions(right.id) for name in _facts(each)})
    if is_time(LIFE.facts[name]) and domain_of(LIFE.facts[name], None, Period(SINCE, LAST))
]


def situations(right: Right) -> Iterator[tuple[VersionTrees, Row, Period]]:
    """The worked cases, which open it, and situations drawn anywhere."""
    trees = {each.version.in_force: each for each in _versions(right.id)}
    for case in load_cases(PACK, right, LIFE.facts, []):
        for each in case.periods:
            version = right.version_on(each.period.end)
            if version is not None:
                given = each.facts.items()
                row = {name: None if value is None else exact(value) for name, value in given}
                yield trees[version.in_force], row, each.period
    random = Random(right.id)  # noqa: S311 - the same draws each time
    for one in judged(right, LIFE.facts):
        for row in rows(one, LIFE.facts, random, DRAWN, (0.0,)):
            yield trees[one.trees.version.in_force], row, one.period


@cache
def turns(right_id: str, fact: str) -> frozenset[Turn]:
    """Where the law opens or closes a right by the smallest step of that fact alone."""
    right, found = PACK.rights[right_id], set[Turn]()
    for trees, given, period in situations(right):
        if fact not in _facts(trees):
            continue
        row = figures(right, period) | dict.fromkeys(trees.facts) | given
        opens = _compiled(trees.when)
        tried = [row | {fact: each} for each in _values(trees, row, fact, period)]
        answers = [(each, opens(each)) for each in tried]
        for (less, before), (more, after) in pairwise(answers):
            if before != after:
                found.add((_value(more, fact), frozenset(thresholds(trees.when, less, more, fact))))
    return frozenset(found)


def thresholds(when: Node, less: Row, more: Row, fact: str) -> Iterator[Known]:
    """The values of the text that lie between two neighbours of a fact: beside the fact in a comparison."""
    for node in when.walk():
        reads = any(isinstance(each, Name) and each.name == fact for each in node.walk())
        if isinstance(node, (Compare, Between, Among)) and reads:
            compared = _compiled(node)
            if compared(less) != compared(more):
                yield from _sides(node, less, more, fact)


def _sides(node: Compare | Between | Among, less: Row, more: Row, fact: str) -> Iterator[Known]:
    """What the fact is compared with, where it lies there; a figure reckoned from it lies where it turns."""
    beside = [each for each in node.children if not (isinstance(each, Name) and each.name == fact)]
    bare = len(beside) < len(node.children)
    values = [_compiled(each)(more) for each in beside] if bare else [_value(more, fact)]
    ends = (_value(less, fact), _value(more, fact))
    yield from (each for each in values if each is not None and _between(ends, each))


def _between(ends: tuple[Known, Known], value: Known) -> bool:
    return value in ends or ends[0] < value < ends[1]  # type: ignore[operator]


def _value(row: Row, fact: str) -> Known:
    found = row[fact]
    assert found is not None
    return found


def _values(trees: VersionTrees, row: Row, fact: str, period: Period) -> list[Known]:
    """Each value from none on, then around every figure of the text; days, around the days of the text."""
    domain = domain_of(LIFE.facts[fact], None, period)
    assert domain is not None
    figures = [each for name, each in row.items() if name not in LIFE.facts or name == fact]
    numbers = [
        each
        for each in (*figures, *_literals(trees))
        if each is not None
        and not isinstance(each, (bool, str))
        and isinstance(each, date) is domain.days
    ]
    places = {*range(domain.first, domain.first + (0 if domain.days else FARTHEST))}
    for place in map(domain.place, numbers):
        places |= {*range(place - AROUND, place + AROUND + 1)}
    return [domain.value(each) for each in sorted(places) if domain.first <= each <= domain.last]


def _literals(trees: VersionTrees) -> Iterator[Known]:
    written = (each.value for each in trees.when.walk() if isinstance(each, Literal))
    yield from (exact(each) for each in written)


@cache
def _compiled(node: Node) -> Function:
    return compile_python(node)


def unexplained(right_id: str, fact: str) -> list[Known]:
    """Where the law turns at no threshold of its text."""
    return [value for value, written in turns(right_id, fact) if not written]


@pytest.mark.parametrize(("right", "fact"), TIMED)
def test_time_opens_and_closes_at_the_thresholds_of_the_text(right: Right, fact: str) -> None:
    assert unexplained(right.id, fact) == []


def test_the_scan_finds_what_the_texts_are_known_to_say() -> None:
    """Without which it would prove nothing: ages, a number of months, days, and both ends of a range."""
    found = {
        (right, fact): {value for value, _ in turns(right, fact)}
        for right, fact in (
            ("rsa", "age"),
            ("rsa", "months_alone"),
            ("aah", "age"),
            ("apprentice_licence", "age"),
        )
    }
    assert found["rsa", "age"] == {18, 25}
    assert found["rsa", "months_alone"] == {12}
    assert found["aah", "age"] == {16, 20, 62}
    assert found["apprentice_licence", "age"] == {18}


def test_a_threshold_that_the_text_does_not_contain_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the same texts, judged as if everybody were three years older."""
    read, condition = _compiled, {each.when for each in _versions("rsa")}

    def older(node: Node) -> Function:
        judge = read(node)
        if node not in condition:
            return judge
        return lambda row: judge({**row, "age": row["age"] + 3})  # type: ignore[operator]

    monkeypatch.setattr("tests.law.test_thresholds._compiled", older)
    turns.cache_clear()
    assert {*unexplained("rsa", "age")} == {15, 22}
    turns.cache_clear()


@pytest.mark.parametrize("right", RIGHTS)
def test_the_law_changes_on_the_days_that_the_text_says(
    right: Right, postgres: psycopg.Connection
) -> None:
    """Period after period, the version and the figures that rule: new in the first that ends after a day."""
    assert changes_in(right, postgres) == changes_said(right)


def test_a_change_of_law_on_another_day_is_caught(postgres: psycopg.Connection) -> None:
    """The control: the same right, one of its figures changing a year later than the text says."""
    right = PACK.rights["rsa"]
    figure = right.parameters["single_amount"]
    last = replace(figure.values[-1], start=figure.values[-1].start.replace(year=2027))
    late = replace(figure, values=(*figure.values[:-1], last))
    moved = replace(right, parameters={**right.parameters, "single_amount": late})
    assert changes_in(moved, postgres) != changes_said(right)


def changes_in(right: Right, postgres: psycopg.Connection) -> list[date]:
    """The last days of the periods that another version or figure rules, as PostgreSQL has them."""
    trees = _versions(right.id)
    ruling = [each for each in ruling_of(right, trees) if each not in ("period_end", "due_on")]
    last = f"DATE '{LAST + timedelta(days=1)}'"
    periods = ruling_periods(right, trees, EVER).replace("$2", last).replace("$3", last)
    found = postgres.execute(
        f"WITH period AS ({periods}) SELECT period_end, ROW({', '.join(ruling)})::text FROM period ORDER BY 1"
    ).fetchall()
    return [end for (_, before), (end, after) in pairwise(found) if before != after]


def changes_said(right: Right) -> list[date]:
    """The same, from the days written in the text, for the figures that the law reads."""
    read = {name for trees in _versions(right.id) for name in trees.parameters}
    days = {each.in_force for each in right.versions}
    days |= {each.until + timedelta(days=1) for each in right.versions if each.until}
    days |= {each.start for name in read for each in right.parameters[name].values}
    first = min(each.in_force for each in right.versions)
    ends = [each.end for each in periods_between(right.period, first, LAST) if each.end <= LAST]
    ruled = [end for end in ends if right.version_on(end)]
    return [end for before, end in pairwise(ruled) if any(before < day <= end for day in days)]
