"""Dates of the law: versions, figures and windows take the right day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cspu.law import LawPack
from cspu.law.expressions import Kind
from cspu.law.model import Per, Window
from cspu.law.trees import version_trees
from cspu.lifecourse.vocabulary import LifeVocabulary


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2015, 1, 1), date(2015, 1, 1)),
        (date(2016, 6, 30), date(2015, 1, 1)),
        (date(2016, 7, 1), date(2016, 7, 1)),
        (date(2023, 8, 31), date(2018, 1, 1)),
        (date(2023, 9, 1), date(2023, 9, 1)),
        (date(2060, 1, 1), date(2023, 9, 1)),
    ],
)
def test_version_of_a_day(pack: LawPack, day: date, first: date) -> None:
    """A version holds from its entry into force to the day before the next."""
    version = pack.rights["c2p"].version_on(day)
    assert version is not None
    assert version.in_force == first


def test_no_version_before_the_first_nor_after_the_end(pack: LawPack) -> None:
    """The law says nothing outside its versions."""
    assert pack.rights["c2p"].version_on(date(2014, 12, 31)) is None
    licence = pack.rights["apprentice_licence"]
    assert licence.version_on(date(2026, 2, 20)) is not None
    assert licence.version_on(date(2026, 2, 21)) is None


def test_figure_of_a_day(pack: LawPack) -> None:
    """A figure has no value before its first date, and none once it was ended."""
    cap = pack.rights["c2p"].parameters["career_cap"]
    assert cap.on(date(2014, 12, 31)) is None
    opening, ending = cap.on(date(2023, 8, 31)), cap.on(date(2023, 9, 1))
    assert opening is not None
    assert ending is not None
    assert (opening.value, ending.value) == (Decimal(100), None)


def test_type_of_a_figure_is_that_of_its_values(pack: LawPack) -> None:
    """Just wide enough: the compiler can then prove that nothing overflows."""
    leave = pack.rights["paid_leave"].parameters["days_per_month"].type
    assert (leave.kind, leave.scale, leave.bound) == (Kind.NUMBER, 1, 25)
    assert pack.rights["c2p"].parameters["doubled_before"].type.kind is Kind.DATE


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_windows_cover_every_day_once(months: int) -> None:
    """Each day is in exactly one window, of the right length."""
    window = Window(6, 1, months)
    day, end = date(2023, 6, 1), date(2025, 6, 1)
    while day < end:
        first, last = window.around(day)
        assert first <= day <= last
        assert window.around(first) == window.around(last) == (first, last)
        assert (first.month - 6) % months == 0
        day += timedelta(days=1)


def test_leave_year() -> None:
    """The leave year runs from June to May."""
    window = Window(6, 1, 12)
    assert window.around(date(2025, 5, 31)) == (date(2024, 6, 1), date(2025, 5, 31))
    assert window.around(date(2025, 6, 1)) == (date(2025, 6, 1), date(2026, 5, 31))


def test_what_unemployment_texts_name_alike_is_alike(pack: LawPack) -> None:
    """Texts share no definitions: days opened, paid and carried must still be reckoned alike."""
    said: dict[str, set[str]] = {}
    names = ("unemployment_benefit", "unemployment_days_opened", "unemployment_days_carried")
    for right in (pack.rights[name] for name in names):
        for each in (each for version in right.versions for each in version.definitions):
            said.setdefault(each.name, set()).add(" ".join(each.expression.text.split()))
        for name, figure in right.parameters.items():
            values = [(each.start, each.value) for each in figure.values]
            said.setdefault(name, set()).add(str(values))
    assert {name: found for name, found in said.items() if len(found) > 1} == {}


_LIVED_WITH_AN_EMPLOYER = {"work", "leave"}
_READ_OF_ONE_EMPLOYER = ("in", "days_in", "months_in", "continuous_months_in")


def test_no_right_kept_by_employer_asks_for_what_is_lived_with_none(
    pack: LawPack, life: LifeVocabulary
) -> None:
    """Its facts are read of one employer's spells: a carer who works was told that she cares for nobody."""
    asked = [
        (right.id, name, status)
        for right in pack
        if right.per is Per.EMPLOYER
        for version in right.versions
        for name in version_trees(right, version, life.facts).facts
        for way, statuses in life.facts[name].derive.items()
        if way in _READ_OF_ONE_EMPLOYER
        for status in statuses
        if life.statuses[status].lane not in _LIVED_WITH_AN_EMPLOYER
    ]
    assert asked == []


def test_every_condition_names_what_it_compares(pack: LawPack, life: LifeVocabulary) -> None:
    """A sum without a name of its own is told by its value: “0 €: 0 €. It takes more than 0 €”."""
    unnamed = [
        (right.id, version.when.text)
        for right in pack
        for version in right.versions
        if re.search(r"\w+ [+*/-] \w+[^()]*[<>=]", version.when.text)
    ]
    assert unnamed == []
