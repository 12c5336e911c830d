"""Facts follow a person whose NIR becomes known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from cspu.employers.merging import merge_facts
from cspu.kernel.ids import PersonId, computed_id
from cspu.lifecourse.facts import Attribute, FactSet, LifeEvent, Measure, Source, Spell
from cspu.lifecourse.operations import assert_facts
from cspu.people.identities import DeclaredIdentity
from cspu.people.operations import Recognition, match_or_create

IMPORTED_AT = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
MERGED_AT = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)
SIREN, NTT, NIR = "000123455", "2000123455A1", "2850575990001"
ORIGIN = computed_id("slot", "one")
SPELL = computed_id("spell", "one")
SOURCE = Source(computed_id("source", "one"), "dsn", "DSN", "file.dsn", IMPORTED_AT)
MONTH = date(2026, 12, 1)


def declared(**number: str) -> DeclaredIdentity:
    return DeclaredIdentity(birth_name="MARCHAND", given_names="Alice", **number)  # type: ignore[arg-type]


def match(identity: DeclaredIdentity) -> PersonId:
    [person] = match_or_create([identity], recorded_at=IMPORTED_AT)
    return person


def facts_of(person: PersonId) -> FactSet:
    return FactSet(
        spells=[Spell(person, SPELL, "employment", MONTH, None, MONTH)],
        measures=[Measure(person, "hours", MONTH, Decimal("151.67"), SPELL)],
        attributes=[Attribute(person, "birth_date", "1985-05-04", MONTH)],
        events=[LifeEvent(person, computed_id("event", "one"), "hire", MONTH)],
    )


def held(person: PersonId) -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in ("spell", "measure", "attribute", "event"):
            cursor.execute(
                f"SELECT count(*) FROM lifecourse.{table}"
                " WHERE person_id = %s AND recorded_to = 'infinity' AND origin_id = %s",
                [person, ORIGIN],
            )
            counts[table] = int(cursor.fetchone()[0])
    return counts


def head(person: PersonId) -> tuple[date | None, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT birth_date, facts_version FROM lifecourse.course WHERE person_id = %s",
            [person],
        )
        row: tuple[date | None, int] = cursor.fetchone()
    return row


def recognise(recorded_at: datetime = MERGED_AT) -> Recognition | None:
    return merge_facts(
        declared(nir=NIR),
        ntt=NTT,
        siren=SIREN,
        source="DSN",
        reason="bloc 31",
        recorded_at=recorded_at,
    )


NOTHING = {"spell": 0, "measure": 0, "attribute": 0, "event": 0}
ONE_OF_EACH = {"spell": 1, "measure": 1, "attribute": 1, "event": 1}


@pytest.mark.django_db
def test_facts_leave_the_provisional_person_for_the_one_who_had_the_nir() -> None:
    known = match(declared(nir=NIR))
    provisional = match(declared(ntt=NTT, siren=SIREN))
    assert_facts(ORIGIN, SOURCE, facts_of(provisional), recorded_at=IMPORTED_AT)

    recognition = recognise()

    assert recognition == Recognition(provisional, known, is_news=True)
    assert held(provisional) == NOTHING
    assert held(known) == ONE_OF_EACH
    assert head(provisional) == (None, 2)
    assert head(known) == (date(1985, 5, 4), 1)


@pytest.mark.django_db
def test_recognising_twice_or_reading_the_old_file_again_changes_nothing() -> None:
    known = match(declared(nir=NIR))
    provisional = match(declared(ntt=NTT, siren=SIREN))
    assert_facts(ORIGIN, SOURCE, facts_of(provisional), recorded_at=IMPORTED_AT)
    recognise()
    versions = head(provisional), head(known)

    recognise(datetime(2027, 1, 7, tzinfo=UTC))
    same_file = facts_of(match(declared(ntt=NTT, siren=SIREN)))
    changes = assert_facts(ORIGIN, SOURCE, same_file, recorded_at=datetime(2027, 1, 8, tzinfo=UTC))

    assert changes == []
    assert (head(provisional), head(known)) == versions


@pytest.mark.django_db
def test_what_was_held_before_the_merge_can_still_be_read() -> None:
    match(declared(nir=NIR))
    provisional = match(declared(ntt=NTT, siren=SIREN))
    assert_facts(ORIGIN, SOURCE, facts_of(provisional), recorded_at=IMPORTED_AT)
    recognise()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT recorded_from, recorded_to FROM lifecourse.spell WHERE person_id = %s",
            [provisional],
        )
        assert cursor.fetchall() == [(IMPORTED_AT, MERGED_AT)]


@pytest.mark.django_db
def test_a_nir_nobody_had_moves_nothing() -> None:
    provisional = match(declared(ntt=NTT, siren=SIREN))
    assert_facts(ORIGIN, SOURCE, facts_of(provisional), recorded_at=IMPORTED_AT)
    assert recognise() == Recognition(provisional, provisional, is_news=True)
    assert held(provisional) == ONE_OF_EACH
    assert head(provisional) == (date(1985, 5, 4), 1)


@pytest.mark.django_db
def test_other_peoples_facts_stay_where_they_are() -> None:
    match(declared(nir=NIR))
    provisional = match(declared(ntt=NTT, siren=SIREN))
    other = match(declared(ntt="2000123455B2", siren=SIREN))
    both = [facts_of(provisional), facts_of(other)]
    assert_facts(
        ORIGIN,
        SOURCE,
        FactSet(
            spells=[spell for each in both for spell in each.spells],
            measures=[measure for each in both for measure in each.measures],
            attributes=[attribute for each in both for attribute in each.attributes],
            events=[event for each in both for event in each.events],
        ),
        recorded_at=IMPORTED_AT,
    )
    recognise()
    assert held(other) == ONE_OF_EACH
    assert head(other) == (date(1985, 5, 4), 1)
