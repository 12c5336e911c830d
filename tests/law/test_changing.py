"""What would change an answer: the nearest facts, in plain words, and they really open the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import psycopg
import pytest

from cspu.kernel.periods import Period, month_of
from cspu.law import Right, load_pack, postgres_version, version_trees
from cspu.law.changing import Change, Facts, Rule, nearest_changes, rule_of
from cspu.law.domains import domain_of
from cspu.law.expressions import compile_postgres
from cspu.law.expressions.python import Known
from cspu.law.loading import packs_of
from cspu.law.proposing import proposal
from cspu.law.trees import with_steps
from cspu.law.typed import Engine, typed_rows
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.law.drawing import Judged, Row, as_values, judged, rows

PACK = load_pack(packs=packs_of())
LIFE = load_vocabulary()
RIGHTS = [pytest.param(right, id=right.id) for right in PACK]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def rules_of(right: Right) -> Callable[[date], Rule | None]:
    """The rule of the right on each day."""

    @cache
    def rules(day: date) -> Rule | None:
        version = right.version_on(day)
        return None if version is None else rule_of(version_trees(right, version, LIFE.facts), day)

    return rules


EMPLOYEE: Mapping[str, Any] = {
    "employed": True,
    "sheltered_months": 0,
    "self_employment_months": 0,
    "training_contribution_paid": False,
    "hours_assimilated": 0,
    "apprentice": False,
}


def _unknown(right: Right) -> Facts:
    """Nothing known of what any version of the right reads: who waits may come under another one."""
    trees = (version_trees(right, version, LIFE.facts) for version in right.versions)
    return dict.fromkeys(name for each in trees for name in each.facts)


def told(right_id: str, period: Period, born: date | None = None, **known: Known) -> list[str]:
    """What the page would say, in French; facts not given are unknown."""
    right = PACK.rights[right_id]
    facts: Facts = {**_unknown(right), **known}
    found = nearest_changes(
        rules_of(right), facts, LIFE.facts, period, kind=right.period, born=born
    )
    return [proposal(each, PACK).fr.replace("\u00a0", " ") for each in found]


def test_a_missing_fact_is_named_with_what_it_would_have_to_be() -> None:
    assert told("cpf", YEAR, **EMPLOYEE, age=30) == [
        "Il manque : vos heures travaillées (il faudrait : plus de 0 heure)."
    ]


def test_a_threshold_is_reached_by_the_smallest_step() -> None:
    months = {name: 0 for name in LIFE.facts if name.startswith("exposure_")}
    said = told("c2p", YEAR, None, **{**months, "exposure_hyperbaric_months": 1})
    assert "Vos mois d’exposition : milieu hyperbare : 2 mois de plus (3 mois ou plus)." in said


def test_an_age_is_waited_for_until_the_birthday() -> None:
    march = month_of(date(2025, 3, 1))
    facts = {"apprentice": True, "preparing_driving_licence": True}
    assert told("apprentice_licence", march, date(2007, 9, 2), age=17, **facts) == [
        "À partir du 2 septembre 2025 (votre âge : 18 ans ou plus)."
    ]


def test_nobody_waits_for_a_law_that_will_have_ended() -> None:
    march = month_of(date(2025, 3, 1))
    facts = {"apprentice": True, "preparing_driving_licence": True}
    assert told("apprentice_licence", march, date(2008, 9, 2), age=16, **facts) == []


def test_nobody_is_told_to_grow_younger() -> None:
    """The licence of the imagined law ends at an age: who is older is not offered another age."""
    for change in _all_changes():
        for step in change.steps:
            if step.waits and isinstance(step.before, int) and isinstance(step.after, int):
                assert step.after > step.before
            assert not isinstance(step.after, (int, Fraction)) or step.after >= 0


def test_what_must_change_together_is_told_together() -> None:
    assert told("cpf", YEAR, date(2012, 3, 1), **EMPLOYEE, hours_worked=0, age=14)[0] == (
        "Vos heures travaillées : plus de 0 heure. "
        "À partir du 1er mars 2028 (votre âge : 16 ans ou plus)."
    )


def test_an_open_right_needs_no_change() -> None:
    assert told("cpf", YEAR, **EMPLOYEE, hours_worked=10, age=30) == []


@cache
def _drawn(right_id: str) -> list[tuple[Judged, Row, tuple[Change, ...]]]:
    """Lives at random, each with what would open the right."""
    right, random = PACK.rights[right_id], Random(right_id)  # noqa: S311  the same draws each time
    return [
        (
            one,
            row,
            nearest_changes(
                rules_of(right),
                {**_unknown(right), **row},
                LIFE.facts,
                one.period,
                kind=right.period,
            ),
        )
        for one in judged(right, LIFE.facts)
        for row in rows(one, LIFE.facts, random, 6, (0, 0.1, 0.4))
    ]


def _all_changes() -> list[Change]:
    return [change for right in PACK for _, _, found in _drawn(right.id) for change in found]


@pytest.mark.parametrize("right", RIGHTS)
def test_every_change_proposed_opens_the_right(right: Right, postgres: psycopg.Connection) -> None:
    """Asked again with the facts changed, PostgreSQL says yes; without them it did not."""
    before, after = _Asked(), _Asked()
    for one, row, found in _drawn(right.id):
        for change in found:
            changed = {**row, **{step.fact.name: step.after for step in change.steps}}
            before.add(one, row)
            after.add(_waited(one, row, change), changed)
    assert True not in before.answers(postgres)
    assert set(after.answers(postgres)) <= {True}


def test_changes_are_found_for_most_rights() -> None:
    """Else the test above would hold for want of anything to try."""
    found = [right.id for right in PACK if any(each for _, _, each in _drawn(right.id))]
    assert len(found) > len([*PACK]) / 2


def _waited(one: Judged, row: Row, change: Change) -> Judged:
    """The version and figures of the period in which an age is reached."""
    years = [
        int(step.after) - int(step.before)  # type: ignore[arg-type]
        for step in change.steps
        if step.waits
    ]
    if not years:
        return one
    end = one.period.end
    day = end.replace(year=end.year + max(years), day=28)
    period = Period(day.replace(day=1), month_of(day).end)
    version = one.right.version_on(period.end)
    assert version is not None
    return Judged(one.right, version_trees(one.right, version, LIFE.facts), period)


class _Asked:
    """Lives to ask PostgreSQL about, one statement a version and period."""

    def __init__(self) -> None:
        self._lives: dict[tuple[date, date], tuple[Judged, list[Row]]] = {}

    def add(self, one: Judged, row: Row) -> None:
        key = one.trees.version.in_force, one.period.end
        self._lives.setdefault(key, (one, []))[1].append(row)

    def answers(self, postgres: psycopg.Connection) -> list[bool | None]:
        """What `when` says of each."""
        return [
            row[0]
            for one, lives in self._lives.values()
            for row in postgres.execute(_select(one, lives).encode()).fetchall()
        ]


def _select(one: Judged, lives: list[Row]) -> str:
    trees, values = one.trees, [as_values(row) for row in lives]
    facts = typed_rows(trees, LIFE.facts, values, one.period.end, Engine.POSTGRES)
    source = with_steps(trees, facts, compile_postgres)
    return f"SELECT {postgres_version(trees, PACK.scale_of(one.right), str).when} FROM {source}"


@pytest.mark.parametrize("right", RIGHTS)
def test_no_nearer_change_of_one_fact_is_missed(right: Right) -> None:
    """Whatever single fact, tried at random, would open the right: it is found, and no farther."""
    random = Random(f"nearer {right.id}")  # noqa: S311  the same draws each time
    for one, row, found in _drawn(right.id):
        rule = rules_of(right)(one.period.end)
        assert rule is not None
        single = {change.steps[0].fact.name: change for change in found if len(change.steps) == 1}
        for name in sorted(one.trees.facts):
            fact, here = LIFE.facts[name], row[name]
            domain = domain_of(fact, here, one.period)
            if rule.holds(row) is True or domain is None or domain.waits or not domain.ordered:
                continue
            for _ in range(3):
                value = domain.value(random.randint(domain.first, domain.last))
                if rule.holds({**row, name: value}) is not True:
                    continue
                assert [len(each.steps) for each in found[:1]] == [1], (name, value, row)
                if name in single and here is not None:
                    nearest = domain.place(single[name].steps[0].after)
                    start = domain.place(here)
                    assert abs(nearest - start) <= abs(domain.place(value) - start)
