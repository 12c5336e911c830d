"""An origin asserts its whole set again: identical rows stay, the rest is closed and recorded anew."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection

from cspu.kernel.ids import PersonId, computed_id
from cspu.lifecourse.facts import Attribute, FactSet, Measure, Source, Spell
from cspu.lifecourse.operations import assert_facts

pytestmark = pytest.mark.django_db

MORNING = datetime(2025, 2, 5, 8, tzinfo=UTC)
EVENING = datetime(2025, 2, 5, 20, tzinfo=UTC)
JANUARY = date(2025, 1, 1)


def declare(origin: UUID, person: PersonId, *hours: str, at: datetime) -> set[tuple[str, str, int]]:
    """Assert one month of work in as many payments; what changed, as (kind, change, count)."""
    spell = computed_id(person, "contract")
    facts = FactSet(
        spells=[Spell(person, spell, "employment", JANUARY, None, JANUARY)],
        measures=[Measure(person, "hours_worked", JANUARY, Decimal(h), spell) for h in hours],
        attributes=[Attribute(person, "birth_date", "1990-02-03", JANUARY)],
    )
    source = Source(uuid4(), "dsn", "DSN 01/2025", "test", at)
    changes = assert_facts(origin, source, facts, recorded_at=at)
    return {(change.kind, change.change, change.count) for change in changes}


def held(person: PersonId) -> list[tuple[Decimal, bool]]:
    """Every recording of the hours: its value, and whether it still stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, recorded_to = 'infinity' FROM lifecourse.measure"
            " WHERE person_id = %s ORDER BY recorded_from, recorded_to",
            [person],
        )
        return [(value, stands) for value, stands in cursor.fetchall()]


def version(person: PersonId) -> int:
    """The facts version of a person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts_version FROM lifecourse.course WHERE person_id = %s", [person])
        return int(cursor.fetchone()[0])


def test_two_payments_of_one_month_add_up() -> None:
    person = PersonId(uuid4())
    declare(uuid4(), person, "100", "51.67", at=MORNING)
    assert held(person) == [(Decimal("151.6700"), True)]


def test_the_same_assertion_again_changes_nothing() -> None:
    person, origin = PersonId(uuid4()), uuid4()
    first = declare(origin, person, "100", at=MORNING)
    assert first == {("spell", "added", 1), ("measure", "added", 1), ("attribute", "added", 1)}
    assert declare(origin, person, "100", at=EVENING) == set()
    assert version(person) == 1


def test_a_correction_closes_the_old_recording() -> None:
    person, origin = PersonId(uuid4()), uuid4()
    declare(origin, person, "100", at=MORNING)
    assert declare(origin, person, "90", at=EVENING) == {
        ("measure", "closed", 1),
        ("measure", "added", 1),
    }
    assert held(person) == [(Decimal("100.0000"), False), (Decimal("90.0000"), True)]
    assert version(person) == 2


def test_a_correction_in_the_same_moment_is_a_correction_too() -> None:
    person, origin = PersonId(uuid4()), uuid4()
    declare(origin, person, "100", at=MORNING)
    declare(origin, person, "90", at=MORNING)
    assert [value for value, stands in held(person) if stands] == [Decimal("90.0000")]


def test_another_origin_adds_and_never_replaces() -> None:
    person = PersonId(uuid4())
    declare(uuid4(), person, "100", at=MORNING)
    declare(uuid4(), person, "20", at=EVENING)
    assert sorted(held(person)) == [(Decimal("20.0000"), True), (Decimal("100.0000"), True)]
