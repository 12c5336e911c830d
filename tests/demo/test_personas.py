"""The people of the demonstration come in through real declarations and named sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString

import pytest
import yaml
from django.db import connection

from cspu.config.environment import project_root
from cspu.demo.declarations import declaration_files
from cspu.demo.operations import Loaded, load_people, write_declarations
from cspu.demo.personas import Cast, read_cast
from cspu.kernel.ids import PersonId
from cspu.people.nir import normalise_nir
from cspu.people.queries import find_by_nir
from tests.conftest import FreshDatabase


@pytest.fixture(scope="module")
def cast() -> Cast:
    return read_cast()


def only(cast: Cast, slug: str, *, since: date | None = None) -> Cast:
    """The same demonstration with one of its people, perhaps declared from later on."""
    chosen = tuple(each for each in cast.personas if each.slug == slug)
    return replace(cast, personas=chosen, first_month=since or cast.first_month)


def person(cast: Cast, slug: str) -> PersonId:
    [nir] = [each.nir for each in cast.personas if each.slug == slug]
    found = find_by_nir(nir)
    assert found is not None
    return found


def rows(statement: LiteralString, *values: str | int | PersonId) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def total(person_id: PersonId, measure: str, year: int) -> Decimal:
    [(value,)] = rows(
        """SELECT coalesce(sum(value), 0) FROM lifecourse.measure WHERE person_id = %s
           AND measure = %s AND extract(year FROM month) = %s AND recorded_to = 'infinity'""",
        person_id,
        measure,
        year,
    )
    return Decimal(value)


def spells(person_id: PersonId, status: str) -> list[tuple[date, date | None]]:
    return [
        (valid.lower, valid.upper)
        for (valid,) in rows(
            """SELECT DISTINCT valid FROM lifecourse.spell WHERE person_id = %s AND status = %s
               AND recorded_to = 'infinity' ORDER BY valid""",
            person_id,
            status,
        )
    ]


# -- what is written


def test_nobody_of_the_demonstration_can_exist(cast: Cast) -> None:
    for persona in cast.personas:
        assert normalise_nir(persona.nir, birth_date=persona.birth_date)
        assert persona.nir[7:10] == "990"
    assert len({persona.nir for persona in cast.personas}) == len(cast.personas)
    assert all(workplace.siret.startswith("000") for workplace in cast.employers.values())


def test_everybody_shows_something_in_both_languages(cast: Cast) -> None:
    for persona in cast.personas:
        assert persona.sentence.fr != persona.sentence.en
        assert max(len(persona.sentence.fr), len(persona.sentence.en)) <= 120


def test_every_word_used_is_in_the_vocabulary(cast: Cast) -> None:
    path = project_root() / "src" / "cspu" / "lifecourse" / "vocabulary.yaml"
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    said = [statement for persona in cast.personas for statement in persona.statements]
    assert {raw["status"] for each in said for raw in each.spells} <= set(words["statuses"])
    assert {raw["measure"] for each in said for raw in each.measures} <= set(words["measures"])
    assert {raw["attribute"] for each in said for raw in each.attributes} <= set(
        words["attributes"]
    )
    assert {raw["kind"] for each in said for raw in each.events} <= set(words["events"])


def test_nothing_was_said_after_the_day_the_demonstration_lives_on(cast: Cast) -> None:
    files = list(declaration_files(cast))
    assert files[-1].received_at.date() <= cast.today
    assert [file.received_at for file in files] == sorted(file.received_at for file in files)
    for persona in cast.personas:
        assert all(each.received <= cast.today for each in persona.statements)


def test_writing_twice_leaves_the_files_alone(cast: Cast, tmp_path: Path) -> None:
    few = only(cast, "ines")
    written = write_declarations(tmp_path, cast=few)
    assert [path.name for path in written[:2]] == ["2025-10-librairie.dsn", "2025-11-librairie.dsn"]
    before = {path: path.stat().st_mtime_ns for path in written}
    assert write_declarations(tmp_path, cast=few) == written
    assert {path: path.stat().st_mtime_ns for path in written} == before


# -- what comes in


def test_loading_everybody_twice_changes_nothing(
    as_batch: FreshDatabase, cast: Cast, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    first = load_people(tmp_path, cast=cast, progress=lambda done, of: seen.append((done, of)))
    assert first.persons == len(cast.personas)
    assert first.files == len(list(tmp_path.iterdir())) == seen[-1][0] == seen[-1][1]
    versions = rows("SELECT person_id, facts_version FROM lifecourse.course ORDER BY person_id")
    assert load_people(tmp_path, cast=cast) == Loaded(first.persons, 0, 0)
    assert versions == rows(
        "SELECT person_id, facts_version FROM lifecourse.course ORDER BY person_id"
    )


def test_nadia_has_two_employers_and_a_platform_at_once(
    as_batch: FreshDatabase, cast: Cast, tmp_path: Path
) -> None:
    load_people(tmp_path, cast=only(cast, "nadia", since=date(2026, 1, 1)))
    nadia = person(cast, "nadia")
    assert len(spells(nadia, "employment")) == 2
    assert spells(nadia, "platform_work") == [(date(2023, 4, 3), None)]
    assert total(nadia, "hours_worked", 2026) == 12 * (Decimal("78.00") + Decimal("52.00"))


def test_moniques_leave_counts_as_work(as_batch: FreshDatabase, cast: Cast, tmp_path: Path) -> None:
    load_people(tmp_path, cast=only(cast, "monique", since=date(2025, 1, 1)))
    monique = person(cast, "monique")
    assert spells(monique, "carer_leave") == [(date(2025, 2, 3), date(2025, 9, 1))]
    assert total(monique, "hours_worked", 2025) < 600 < total(monique, "hours_assimilated", 2025)
    assert total(monique, "hours_worked", 2025) + total(monique, "hours_assimilated", 2025) == (
        8 * Decimal("151.67") + 4 * Decimal("91.00")
    )


def test_karims_exposures_come_from_his_fund_then_from_his_employer(
    as_batch: FreshDatabase, cast: Cast, tmp_path: Path
) -> None:
    load_people(tmp_path, cast=only(cast, "karim", since=date(2024, 12, 1)))
    karim = person(cast, "karim")
    nights = [total(karim, "exposure_night_work", year) for year in range(2014, 2027)]
    assert nights == [0] + [12] * 12
    assert total(karim, "exposure_alternating_shifts", 2025) == 12
    assert total(karim, "exposure_alternating_shifts", 2026) == 0
    assert spells(karim, "sick_leave") == [(date(2025, 2, 4), date(2025, 3, 3))]
    assert spells(karim, "work_accident_leave") == [(date(2026, 5, 13), date(2026, 6, 15))]


def test_leas_missing_months_stay_missing_and_her_number_is_recognised(
    as_batch: FreshDatabase, cast: Cast, tmp_path: Path
) -> None:
    load_people(tmp_path, cast=only(cast, "lea"))
    lea = person(cast, "lea")
    months = {
        month
        for (month,) in rows(
            """SELECT DISTINCT month FROM lifecourse.measure WHERE person_id = %s
               AND measure = 'hours_worked' AND recorded_to = 'infinity'""",
            lea,
        )
    }
    assert date(2024, 4, 1) in months
    for missing in (date(2024, 11, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)):
        assert missing not in months
    assert len(months) == 33 - 4
    assert rows("SELECT kept_id FROM people.merge_log") == [(lea,)]
    assert not rows(
        """SELECT FROM lifecourse.attribute
           WHERE person_id = %s AND attribute = 'education_level'""",
        lea,
    )


def test_what_was_said_later_was_recorded_later(
    as_batch: FreshDatabase, cast: Cast, tmp_path: Path
) -> None:
    load_people(tmp_path, cast=only(cast, "ines"))
    recorded = rows(
        """SELECT measure, max(recorded_from) FROM lifecourse.measure WHERE person_id = %s
           AND month = '2026-12-01' GROUP BY measure""",
        person(cast, "ines"),
    )
    days = {measure: moment.date() for measure, moment in recorded if isinstance(moment, datetime)}
    assert days["hours_worked"] == date(2027, 1, 5)
    assert days["volunteer_hours"] == date(2027, 1, 18)


def test_a_years_change_of_terms_shows_in_the_declarations(cast: Cast) -> None:
    [job] = only(cast, "enzo").personas[0].jobs
    assert job.terms_in(date(2026, 8, 1)).gross < job.terms_in(date(2026, 9, 1)).gross
    assert job.terms_in(date(2025, 1, 1)) == job.terms[0]
