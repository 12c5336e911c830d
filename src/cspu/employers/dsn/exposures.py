"""Exposures to hardship: statements kept, facts made of the latest one for each contract and year.

Exposures are declared once a year for the whole year, corrected from a later month, cancelled by
a code that does not say which factor. So a statement is kept with the declaration that made it, and
the facts of an establishment's year are asserted as a whole, from the latest statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.employers.dsn.facts import ExposureStatement, contract_spell_id
from cspu.employers.dsn.heads import Head
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.periods import Period, PeriodKind, periods_between
from cspu.lifecourse.facts import FactSet, Measure, Source
from cspu.lifecourse.operations import Assertion, assertion
from cspu.people.organisations import organisation_id

_BUNDLE = 1000

_LATEST = """
    SELECT DISTINCT ON (person, contract) person, contract, contract_start, contract_end, measures
    FROM (
        SELECT COALESCE(p.merged_into, e.person_id) AS person, e.*
        FROM employers.exposure_statement AS e JOIN people.person AS p USING (person_id)
        WHERE e.siret = %s AND e.year = %s
    ) AS stated
    ORDER BY person, contract, asserted_for DESC, slot_id
"""

Year = tuple[str, int]
"""An establishment (SIRET) and a year."""


def forget(slot_id: UUID) -> set[Year]:
    """Drop what a slot had stated; gives the years it spoke of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM employers.exposure_statement WHERE slot_id = %s RETURNING siret, year",
            [slot_id],
        )
        return set(cursor.fetchall())


def keep(head: Head, statements: Iterable[tuple[PersonId, ExposureStatement]]) -> set[Year]:
    """Keep what a declaration states; gives the years it speaks of."""
    rows = [
        (
            person_id,
            head.siret,
            said.year,
            said.contract,
            head.slot_id,
            head.asserted_for,
            said.start,
            said.end,
            list(said.factors),
        )
        for person_id, said in statements
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO employers.exposure_statement
                   (person_id, siret, year, contract, slot_id, asserted_for, contract_start,
                    contract_end, measures)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
               ON CONFLICT (person_id, siret, year, contract, slot_id) DO NOTHING""",
            rows,
        )
    return {(head.siret, row[2]) for row in rows}


def assert_year(year: Year, source: Source, *, recorded_at: datetime) -> Assertion:
    """Assert the exposures of an establishment's year from the latest statements."""
    origin = computed_id("dsn-exposures", *year)
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, list(year))
        rows = cursor.fetchall()
    with assertion(origin, source, recorded_at=recorded_at) as asserted:
        measures = _measures(year, rows)
        while bundle := list(islice(measures, _BUNDLE)):
            asserted.add(FactSet(measures=bundle))
    return asserted


def _measures(year: Year, rows: Iterable[tuple[Any, ...]]) -> Iterator[Measure]:
    siret, number = year
    organisation = organisation_id(siret)
    for person_id, contract, start, end, measures in rows:
        spell_id = contract_spell_id(siret, contract, start)
        first, last = max(start, date(number, 1, 1)), min(end or date.max, date(number, 12, 31))
        for month in _months(first, last):
            for measure in measures:
                yield Measure(person_id, measure, month.start, Decimal(1), spell_id, organisation)


def _months(first: date, last: date) -> Iterator[Period]:
    return periods_between(PeriodKind.MONTH, first, last) if first <= last else iter(())
