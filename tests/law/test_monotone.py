"""What a text says to rise or to fall with a fact does, over worked cases and situations drawn at random.

And nothing jumps but where the text compares: the smallest step of such a fact moves what is given by
little, unless a comparison or a rounding to whole units of the text turns from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from cspu.kernel.periods import Period
from cspu.law import LawPack, Right, VersionTrees, load_pack, version_trees
from cspu.law.cases import load_cases
from cspu.law.checking import check_right
from cspu.law.domains import domain_of
from cspu.law.expressions.nodes import Among, Between, Compare, Extremum, Node, Round
from cspu.law.expressions.python import Function, Known, compile_python, exact
from cspu.law.loading import packs_of
from cspu.law.model import RightVersion
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.law.drawing import Row, judged, rows
from tests.law.forms import texts

PACK, LIFE = load_pack(packs=packs_of()), load_vocabulary()
DRAWN = 10
SOMEWHERE = 5
LITTLE = Fraction(1)
"""One euro, or one day: more than any slope of the texts gives for a cent or a hundredth of an hour."""
DECLARED = [
    pytest.param(right, fact, sign, id=f"{right.id}-{fact}")
    for right in PACK
    for sign, facts in ((1, right.rises_with), (-1, right.falls_with))
    for fact in facts
]


@dataclass(frozen=True)
class Law:
    """One version of a right, compiled once."""

    trees: VersionTrees
    when: Function
    amount: Function
    comparisons: tuple[Function, ...]
    bounds: tuple[tuple[Function, ...], ...]

    def given(self, row: Row) -> Fraction | None:
        """None where it is unknown; nothing where the condition does not hold."""
        opens = self.when(row)
        if opens is False:
            return Fraction(0)
        amount = self.amount(row)
        return None if opens is None or amount is None else Fraction(amount)

    def turns(self, row: Row) -> list[object]:
        """Every comparison and every rounding to whole units of the text, for these facts."""
        return [each(row) for each in self.comparisons]

    def bends(self, row: Row) -> list[object]:
        """And which value of each `least` and `greatest` is taken: where a slope may change."""
        taken: list[object] = []
        for operands in self.bounds:
            values = [each(row) for each in operands]
            known = [Fraction(each) for each in values if isinstance(each, (int, Fraction))]
            taken += [tuple(each > other for each, other in pairwise(known)), len(known)]
        return self.turns(row) + taken


@dataclass(frozen=True)
class Pair:
    """Two neighbours of one fact, all else equal, and what each gives.

    `around` is shared by all the neighbours of one situation.
    """

    law: Law
    around: Row
    fact: str
    low: Fraction
    high: Fraction
    first: Fraction
    second: Fraction

    @property
    def less(self) -> Row:
        """The situation that has less of it."""
        return self.around | {self.fact: self.low}

    @property
    def more(self) -> Row:
        """The situation that has more of it."""
        return self.around | {self.fact: self.high}

    @property
    def gap(self) -> Fraction:
        """How much more."""
        return self.high - self.low


@cache
def law_of(right_id: str, place: int) -> Law:
    """The version of a right at that place among its versions."""
    right = PACK.rights[right_id]
    trees = version_trees(right, right.versions[place], LIFE.facts)
    assert trees.amount is not None
    comparisons = {
        node: compile_python(node)
        for part, tree in trees.parts()
        if part in {"when", "amount"}
        for node in tree.walk()
        if _turns(node)
    }
    parts = compile_python(trees.when), compile_python(trees.amount)
    extrema = {
        node: tuple(compile_python(each) for each in node.operands)
        for part, tree in trees.parts()
        if part in {"when", "amount"}
        for node in tree.walk()
        if isinstance(node, Extremum)
    }
    return Law(trees, *parts, tuple(comparisons.values()), tuple(extrema.values()))


def _turns(node: Node) -> bool:
    whole = isinstance(node, Round) and node.decimals == 0
    return whole or isinstance(node, (Compare, Between, Among))


def _law(right: Right, version: RightVersion) -> Law:
    return law_of(right.id, right.versions.index(version))


def figures(right: Right, period: Period) -> Row:
    """The figures of a right that rule a period."""
    found: Row = {}
    for name, parameter in right.parameters.items():
        value = parameter.on(period.end)
        found[name] = None if value is None or value.value is None else exact(value.value)
    return found


def situations(right: Right, fact: str) -> Iterator[tuple[Law, Row, Period]]:
    """The worked cases of the right, which open it, and situations drawn anywhere."""
    for case in load_cases(PACK, right, LIFE.facts, []):
        for each in case.periods:
            version = right.version_on(each.period.end)
            if version is None:
                continue
            law = _law(right, version)
            row = dict.fromkeys(law.trees.facts) | {
                name: None if value is None else exact(value) for name, value in each.facts.items()
            }
            yield law, row, each.period
    random = Random(f"{right.id} {fact}")  # noqa: S311 - the same draws each time
    for one in judged(right, LIFE.facts):
        for row in rows(one, LIFE.facts, random, DRAWN, (0.0, 0.0, 0.1)):
            yield _law(right, one.trees.version), row, one.period


@cache
def pairs(right_id: str, fact: str) -> list[Pair]:
    """Situations that differ by that fact alone, the second having more of it."""
    right, random = PACK.rights[right_id], Random(fact)  # noqa: S311 - the same draws each time
    scale, found = 10 ** LIFE.facts[fact].scale, []
    for law, facts, period in situations(right, fact):
        if fact not in law.trees.facts:
            continue
        row = figures(right, period) | facts
        values = [Fraction(place, scale) for place in _places(row, fact, period, random)]
        given = [(value, law.given(row | {fact: value})) for value in values]
        found += [
            Pair(law, row, fact, low, high, first, second)
            for (low, first), (high, second) in pairwise(given)
            if first is not None and second is not None
        ]
    return found


def _places(row: Row, fact: str, period: Period, random: Random) -> list[int]:
    """Values of a fact in order: about its own, about the figures of the text, and in between."""
    domain = domain_of(LIFE.facts[fact], None, period)
    assert domain is not None
    numbers: list[Known] = [
        each
        for name, each in row.items()
        if isinstance(each, (int, Fraction))
        and not isinstance(each, bool)
        and (name == fact or name not in LIFE.facts)
    ]
    beside = {domain.place(each) for each in numbers}
    places = {place + step for place in beside for step in (-1, 0, 1)} | {0, 1}
    top = 2 * max(beside, default=10) + 10
    places |= {random.randint(0, top) for _ in range(SOMEWHERE)}
    return sorted(place for place in places if domain.first <= place <= domain.last)


def wrong(right_id: str, fact: str, sign: int) -> list[Pair]:
    """Where more of the fact goes the wrong way."""
    return [each for each in pairs(right_id, fact) if sign * (each.second - each.first) < 0]


def jumps(right_id: str, fact: str) -> list[Pair]:
    """Where the smallest step of the fact moves what is given by more than a little."""
    step = Fraction(1, 10 ** LIFE.facts[fact].scale)
    return [
        each
        for each in pairs(right_id, fact)
        if each.gap == step < 1 and abs(each.second - each.first) > LITTLE
    ]


def cliffs(right_id: str, fact: str) -> list[tuple[Pair, Pair]]:
    """Where three neighbours of a whole number are not in line, and nothing of the text turns."""
    if LIFE.facts[fact].scale:
        return []
    close = [each for each in pairs(right_id, fact) if each.gap == 1]
    return [
        (first, second)
        for first, second in pairwise(close)
        if first.around is second.around
        and first.high == second.low
        and first.law.bends(first.less) == first.law.bends(first.more)
        and first.law.bends(first.more) == first.law.bends(second.more)
        and abs(second.second - second.first - first.second + first.first) > LITTLE
    ]


@pytest.mark.parametrize(("right", "fact", "sign"), DECLARED)
def test_whole_numbers_climb_evenly_but_where_the_text_turns(
    right: Right, fact: str, sign: int
) -> None:
    """One child, day or quarter more gives as much as the one before, unless the text compares there."""
    del sign
    assert cliffs(right.id, fact)[:1] == []


def test_a_cliff_of_whole_numbers_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: blind to what the text compares, hardship points are seen to jump by quarters."""
    monkeypatch.setattr(Law, "bends", lambda *_: [])
    assert cliffs("c2p", "exposure_noise_months")


@pytest.mark.parametrize(("right", "fact", "sign"), DECLARED)
def test_what_is_said_monotone_is(right: Right, fact: str, sign: int) -> None:
    """And moves at least once, without which the draws would prove nothing."""
    assert wrong(right.id, fact, sign)[:1] == []
    assert any(each.first != each.second for each in pairs(right.id, fact))


@pytest.mark.parametrize(("right", "fact", "sign"), DECLARED)
def test_nothing_jumps_but_where_the_text_compares(right: Right, fact: str, sign: int) -> None:
    del sign
    unsaid = [
        each
        for each in jumps(right.id, fact)
        if each.law.turns(each.less) == each.law.turns(each.more)
    ]
    assert unsaid[:1] == []


@pytest.mark.parametrize("fact", ["exposure_noise_months", "exposure_night_work_months"])
def test_a_wrong_sign_is_caught(fact: str) -> None:
    """The control: hardship points said to fall with exposure."""
    assert wrong("c2p", fact, -1)


def test_a_jump_is_seen() -> None:
    """The control: the training credit jumps at half time, and nothing else turns there."""
    [at] = {each.more["hours_worked"] for each in jumps("cpf", "hours_worked")} & {
        Fraction("803.5")
    }
    assert at == Fraction("803.5")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{rises: [no_such_fact]}", "monotone"),
        ("{rises: [apprentice]}", "monotone"),
        ("{rises: [age], falls: [age]}", "monotone"),
        ("{grows: [age]}", "unknown_key"),
    ],
)
def test_a_fact_that_cannot_be_monotone_is_refused(tmp_path: Path, said: str, code: str) -> None:
    folder = texts(tmp_path)
    file = folder / "fr" / "cpf.yaml"
    text = file.read_text("utf-8")
    line = next(each for each in text.splitlines() if each.startswith("monotone:"))
    file.write_text(text.replace(line, f"monotone: {said}"), "utf-8")
    pack: LawPack = load_pack(folder)
    found = [each.code for each in pack.findings]
    if "cpf" in pack.rights:
        checked = check_right(pack.rights["cpf"], pack, LIFE.facts, statuses=LIFE.statuses)
        found += [each.code for each in checked]
    assert code in found
