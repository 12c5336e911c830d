"""Random populations: the same seed, the same people; nothing of them contradicts itself."""

from __future__ import annotations

from datetime import date
from typing import Any, LiteralString

import pytest
import yaml
from django.db import connection

from cspu.config.environment import project_root
from cspu.demo import population
from cspu.demo.errors import PopulationClash
from cspu.demo.population import NOTHING, Population, generate
from cspu.people.crypto import Keyring
from cspu.people.queries import display_name, find_by_nir
from tests.conftest import FreshDatabase

UNTIL = date(2026, 12, 31)
FEW = Population(persons=300, seed=7, until=UNTIL)
FINGERPRINT = "ba89bf6d8d11c5fd34bc83684d7e1335"
"""Of the people FEW draws: changes only when what they are made of is changed on purpose."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several slices, the last one short, without thousands of persons."""
    monkeypatch.setattr(population, "_SLICE", 90)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.of(b"k" * 32)


def one(statement: LiteralString) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def fingerprint() -> Any:
    return one(
        """SELECT md5(string_agg(told::text, '|' ORDER BY told::text)) FROM (
               SELECT person_id::text, measure, month::text, value::text, organisation_id::text
                   FROM lifecourse.measure
               UNION ALL SELECT person_id::text, status, valid::text, organisation_id::text, ''
                   FROM lifecourse.spell
               UNION ALL SELECT person_id::text, attribute, value, '', '' FROM lifecourse.attribute
               UNION ALL SELECT person_id::text, birth_name, given_names, birth_date::text, sex
                   FROM people.identity) AS told"""
    )


@pytest.mark.parametrize("connections", [1, 3])
def test_the_same_seed_gives_the_same_people_however_it_is_cut(
    as_batch: FreshDatabase, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared with a fingerprint: chance must not depend on order, cuts or machine."""
    monkeypatch.setattr(population, "_SLICE", 40 * connections)
    drawn = generate(FEW, connections=connections)
    assert drawn.persons == 300
    assert fingerprint() == FINGERPRINT


def test_another_seed_gives_other_people(as_batch: FreshDatabase) -> None:
    generate(Population(persons=300, seed=8, until=UNTIL))
    assert fingerprint() != FINGERPRINT


def test_run_again_it_adds_nothing_and_asked_for_more_it_adds_those(
    as_batch: FreshDatabase,
) -> None:
    seen: list[tuple[int, int]] = []
    generate(FEW, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (300, 300)
    before = fingerprint()
    assert generate(FEW) == NOTHING
    assert fingerprint() == before
    assert generate(Population(persons=320, seed=7, until=UNTIL)).persons == 20


def test_two_populations_share_a_database_unless_their_numbers_meet(
    as_batch: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(FEW)
    assert generate(Population(persons=300, seed=8, until=UNTIL)).persons == 300
    # The same numbers for other persons, as a seed with the same last digit may draw.
    monkeypatch.setattr(population, "_ARRIVE", population._ARRIVE.replace(
        "SELECT person_id, false", "SELECT kernel.computed_id('other', person_id::text), false"
    ).replace(
        "SELECT person_id FROM created",
        "SELECT profile.person_id FROM profile JOIN created"
        " ON created.person_id = kernel.computed_id('other', profile.person_id::text)",
    ))  # fmt: skip
    with pytest.raises(PopulationClash):
        generate(FEW)


def test_nothing_contradicts_itself(as_batch: FreshDatabase) -> None:
    generate(Population(persons=2_000, seed=3, until=UNTIL))
    assert one("SELECT count(*) FROM people.person") == 2_000
    assert one("SELECT count(*) FROM people.nir_index") == 2_000
    assert one("SELECT count(*) FROM lifecourse.course WHERE facts_version = 1") == 2_000
    # Worked months are within the spell, and within the months told.
    assert (
        one(
            """SELECT count(*) FROM lifecourse.measure AS m LEFT JOIN lifecourse.spell AS s
               USING (person_id, spell_id) WHERE s.valid IS NULL OR NOT s.valid @> m.month"""
        )
        == 0
    )
    assert one("SELECT min(month) FROM lifecourse.measure") == date(2025, 1, 1)
    assert one("SELECT max(month) FROM lifecourse.measure") == date(2026, 12, 1)
    # Every month of a job is declared, and by somebody.
    assert (
        one(
            """SELECT count(*) FROM lifecourse.spell
           WHERE status IN ('employment', 'apprenticeship', 'public_service')
               AND organisation_id NOT IN (SELECT organisation_id FROM people.organisation)"""
        )
        == 0
    )
    assert (
        one(
            """SELECT count(*) FROM lifecourse.measure WHERE measure = 'hours_worked'
               AND value NOT BETWEEN 1 AND 200"""
        )
        == 0
    )
    assert one("SELECT count(DISTINCT status) FROM lifecourse.spell") >= 10


def test_a_generated_person_is_found_by_her_number(
    as_batch: FreshDatabase, keyring: Keyring
) -> None:
    generate(FEW, keyring=keyring)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, nir_encrypted, birth_name FROM people.identity")
        for person_id, sealed, birth_name in cursor.fetchall():
            nir = keyring.current.unseal(bytes(sealed), person_id=person_id)
            assert find_by_nir(nir, keyring=keyring) == person_id
            assert display_name(person_id).endswith(birth_name)


def test_every_word_used_is_in_the_vocabulary(as_batch: FreshDatabase) -> None:
    path = project_root() / "src" / "cspu" / "lifecourse" / "vocabulary.yaml"
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    generate(Population(persons=2_000, seed=3, until=UNTIL))
    for table, column, kind in (
        ("spell", "status", "statuses"),
        ("measure", "measure", "measures"),
        ("attribute", "attribute", "attributes"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT {column} FROM lifecourse.{table}")
            used = {word for (word,) in cursor.fetchall()}
        assert used
        assert used <= set(words[kind])
    levels = set(words["attributes"]["education_level"]["values"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT value FROM lifecourse.attribute WHERE attribute = 'education_level'"
        )
        assert {value for (value,) in cursor.fetchall()} <= levels
