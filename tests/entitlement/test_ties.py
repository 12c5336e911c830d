"""Two origins that speak of the same thing for the same day: who spoke last does not decide."""

from __future__ import annotations

from datetime import date

import pytest

from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.lifecourse.facts import Attribute, FactSet
from tests.conftest import FreshDatabase
from tests.entitlement.lives import (
    FINAL,
    SOMEONE,
    Posted,
    Statement,
    birth,
    low_skilled,
    newcomer,
    posted,
    tell,
    work,
)


def _settled(person: PersonId, *statements: Statement) -> set[Posted]:
    for statement in statements:
        tell(person, statement)
    settle_person(person, as_of=FINAL)
    return posted(person)


def _born(origin: str, day: date) -> Statement:
    said = Attribute(SOMEONE, "birth_date", day.isoformat(), date(2000, 1, 1))
    return Statement(origin, FactSet(attributes=[said]))


CONTRADICTIONS = {
    "one contract, two ends": (
        work(2024, "60", end=date(2024, 6, 30)),
        work(2024, "60", end=date(2024, 8, 31))._replace(origin="another fraction"),
    ),
    "one person, two births": (
        _born("registry", date(1958, 1, 1)),
        _born("school", date(1990, 1, 1)),
    ),
    "declared and not": (
        low_skilled(date(2024, 1, 1)),
        low_skilled(date(2024, 1, 1), value="false")._replace(origin="counter"),
    ),
}


@pytest.mark.parametrize("name", list(CONTRADICTIONS), ids=lambda name: name.replace(" ", "-"))
def test_the_order_of_arrival_decides_nothing(house: FreshDatabase, name: str) -> None:
    first, second = CONTRADICTIONS[name]
    life = [birth(date(1985, 1, 1)), work(2024, "60", exposures=["exposure_night_work"])]
    life = [each for each in life if name != "one person, two births" or each.origin != "registry"]
    there = _settled(newcomer(), *life, first, second)
    assert there, "nothing to compare"
    assert _settled(newcomer(), *life, second, first) == there
