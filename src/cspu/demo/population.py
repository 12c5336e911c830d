"""Random populations: plausible, made by the database itself, the same for the same seed.

Slices of persons, each its own transaction, on several connections; a slice that is there already
is left as it is, so a run that was stopped is simply run again. Only the sealing of the NIRs
passes through Python, a slice at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import connection, transaction

from cspu.demo.errors import PopulationClash
from cspu.demo.names import FAMILY, FEMALE, MALE
from cspu.employers.dsn.fictitious import fictitious_siret
from cspu.kernel.ids import NO_ORGANISATION, computed_id
from cspu.kernel.periods import month_of
from cspu.people.crypto import Keyring
from cspu.people.identities import PersonNumber
from cspu.people.keys import installed_keyring
from cspu.people.organisations import DeclaredOrganisation, register_organisations

_SQL = files("cspu.demo").joinpath("sql")
_SLICE = 2_000
_PERSONS_PER_EMPLOYER = 40
_MOST_EMPLOYERS = 5_000
_FIRST_EMPLOYER = 20_000
"""Rank of the first made-up employer: the personas of the demonstration have those below."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Population:
    """What to draw: how many persons, which chance, which months.

    `until` is any day of the last month told, `months` how many months are told up to it.
    """

    persons: int
    seed: int
    until: date
    months: int = 24


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was added; all zero when it was there already."""

    persons: int
    spells: int
    measures: int
    attributes: int

    def __add__(self, other: Drawn) -> Drawn:
        return Drawn(
            self.persons + other.persons,
            self.spells + other.spells,
            self.measures + other.measures,
            self.attributes + other.attributes,
        )


NOTHING = Drawn(0, 0, 0, 0)


def generate(
    population: Population,
    *,
    connections: int = 2,
    progress: Progress = lambda _done, _total: None,
    keyring: Keyring | None = None,
) -> Drawn:
    """Draw a population into the database. Each slice of persons is one transaction.

    Running it again adds nothing; asking for more persons adds those. Raises PopulationClash when a
    population of another seed ending in the same digit has some of the numbers.
    """
    ring = keyring or installed_keyring()
    values = _prepare(population)
    done, total = 0, NOTHING
    with ThreadPoolExecutor(connections) as pool:
        futures = [
            pool.submit(_draw_slice, values | {"numbers": numbers}, ring)
            for numbers in _slices(population)
        ]
        try:
            for future in as_completed(futures):
                drawn = future.result()
                done, total = done + _SLICE, total + drawn
                progress(min(done, population.persons), population.persons)
        finally:
            pool.shutdown(cancel_futures=True)
    return total


def _slices(population: Population) -> Iterator[list[int]]:
    """Numbers of persons, slice by slice, in the order of the ids they will have.

    So that every index is filled from left to right: smaller, and quicker to fill.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n FROM generate_series(0, %s - 1) AS n"
            " ORDER BY kernel.computed_id('generated', %s::text, n::text)",
            [population.persons, population.seed],
        )
        while rows := cursor.fetchmany(_SLICE):
            yield [number for (number,) in rows]


def _prepare(population: Population) -> dict[str, Any]:
    """Make the employers known, and give the values every statement needs."""
    until = month_of(population.until)
    recorded_at = datetime.combine(until.end + timedelta(days=15), datetime.min.time(), UTC)
    employers = min(max(population.persons // _PERSONS_PER_EMPLOYER, 10), _MOST_EMPLOYERS)
    with transaction.atomic():
        organisations = register_organisations(
            [
                DeclaredOrganisation(
                    siret=fictitious_siret(_FIRST_EMPLOYER + rank),
                    name=f"Établissement fictif {rank + 1}",
                )
                for rank in range(employers)
            ],
            recorded_at=recorded_at,
        )
        source = computed_id("source", "generated", population.seed)
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO lifecourse.source
                       (source_id, kind, label, organisation_id, reference, received_at)
                   VALUES (%s, 'generated', 'Population fictive', %s, %s, %s)
                   ON CONFLICT (source_id) DO NOTHING""",
                [source, NO_ORGANISATION, f"graine {population.seed}", recorded_at],
            )
    return {
        "seed": population.seed,
        "until": until.start,
        "months": population.months,
        "organisations": organisations,
        "employers": employers,
        "nobody": NO_ORGANISATION,
        "source": source,
        "recorded_at": recorded_at,
    }


_ARRIVE = """
    CREATE TEMPORARY TABLE arrived ON COMMIT DROP AS
    WITH created AS (
        INSERT INTO people.person (person_id, provisional, created_at)
        SELECT person_id, false, %(recorded_at)s FROM profile
        ON CONFLICT (person_id) DO NOTHING
        RETURNING person_id
    )
    SELECT person_id FROM created
"""
_SEALED = """
    CREATE TEMPORARY TABLE sealed
        (person_id uuid, blind_index bytea, nir_encrypted bytea) ON COMMIT DROP
"""
_INDEX = """
    INSERT INTO people.nir_index (blind_index, person_id, key_version)
    SELECT blind_index, person_id, %(key_version)s FROM sealed ORDER BY blind_index
    ON CONFLICT (blind_index) DO NOTHING
"""
_IDENTIFY = """
    INSERT INTO people.identity (person_id, birth_name, given_names, sex, birth_date,
        birth_country, nir_encrypted, key_version, recorded_at)
    SELECT person_id, (%(family)s::text[])[1 + h_name %% %(families)s],
        CASE WHEN female THEN (%(female)s::text[])[1 + h_name / 100 %% %(females)s]
            ELSE (%(male)s::text[])[1 + h_name / 100 %% %(males)s] END,
        CASE WHEN female THEN 'F' ELSE 'M' END, birth_date, 'FR', nir_encrypted, %(key_version)s,
        %(recorded_at)s
    FROM profile JOIN sealed USING (person_id)
"""


def _draw_slice(values: Mapping[str, Any], ring: Keyring) -> Drawn:
    """One slice, in a transaction of its own, on this thread's connection."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_statements("profile.sql")[0], values)
            cursor.execute(_ARRIVE, values)
            if not _identify(cursor, values, ring):
                return NOTHING
            cursor.execute(_statements("life.sql")[0], values)
            counts = []
            for statement in _statements("facts.sql"):
                cursor.execute(statement, values)
                counts.append(cursor.rowcount)
    finally:
        connection.close()
    persons, spells, attributes, measures = counts
    return Drawn(persons, spells, measures, attributes)


def _identify(cursor: Any, values: Mapping[str, Any], ring: Keyring) -> int:  # noqa: ANN401
    """Give an identity to those who just arrived; how many they are."""
    cursor.execute("SELECT person_id, nir FROM profile JOIN arrived USING (person_id)")
    arrived = cursor.fetchall()
    if not arrived:
        return 0
    key = ring.current
    cursor.execute(_SEALED)
    with cursor.copy("COPY sealed FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["uuid", "bytea", "bytea"])
        for person_id, nir in arrived:
            blind = PersonNumber("nir", nir).blind(key)
            copy.write_row((person_id, blind, key.seal(nir, person_id=person_id)))
    named = {
        "key_version": key.version,
        "female": list(FEMALE),
        "females": len(FEMALE),
        "male": list(MALE),
        "males": len(MALE),
        "family": list(FAMILY),
        "families": len(FAMILY),
    }
    cursor.execute(_INDEX, named)
    if cursor.rowcount != len(arrived):
        raise PopulationClash
    cursor.execute(_IDENTIFY, {**values, **named})
    return len(arrived)


@cache
def _statements(name: str) -> tuple[str, ...]:
    """The statements of one of this room's files."""
    text = _SQL.joinpath(name).read_text(encoding="utf-8")
    return tuple(part for part in text.split(";\n") if part.strip())
