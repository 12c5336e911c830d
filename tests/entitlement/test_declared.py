"""What is only declared: without a declaration, none; said badly, unknown."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from cspu.kernel.ids import PersonId
from cspu.lifecourse.facts import Attribute, FactSet
from tests.conftest import FreshDatabase
from tests.entitlement.lives import SOMEONE, Statement, birth, newcomer, tell

ON = date(2026, 5, 31)
HOUSE = {
    "lives_stably_in_france": "true",
    "dependent_children": "2",
    "children_14_or_more": "0",
    "children_born_before_march_2012": "0",
    "family_income_reference_year": "30000.00",
}


def child_benefit(person: PersonId, month: date) -> tuple[bool | None, int | None]:
    """The law's word on one month: entitled, and how many cents."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entitled, amount FROM entitlement.judge_shown(ARRAY[%s::uuid], %s, 'infinity')"
            " WHERE right_id = 'child_benefit' AND period_start = %s",
            [person, ON, month],
        )
        found: tuple[bool | None, int | None] = cursor.fetchone()
        return found


@pytest.mark.parametrize(
    ("said", "cents"),
    [(None, 15225), ("0", 15225), ("1", 15225 + 9627), ("2", 34479), ("two", None)],
)
def test_children_of_twenty_are_counted_as_declared(
    house: FreshDatabase, said: str | None, cents: int | None
) -> None:
    """Twins count twice; nobody has to say that there is none."""
    person = newcomer()
    tell(person, birth(date(1980, 5, 17)))
    told = HOUSE | ({} if said is None else {"children_aged_twenty": said})
    for name, value in told.items():
        fact = Attribute(SOMEONE, name, value, date(2020, 1, 1))
        tell(person, Statement(name, FactSet(attributes=[fact])))
    assert child_benefit(person, date(2026, 5, 1)) == (True, cents)
