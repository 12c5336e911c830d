"""Compute what waits for OpenFisca, for everybody or one person, and keep the last answer.

Never in a request: a named command does it. What a chunk of persons has is computed first, in no
transaction, for OpenFisca takes its time, then kept in one of its own. Run again,
it computes only what facts or a new OpenFisca changed. An answer is kept with the version of the facts it
was computed from.

What fails is tried once more; what fails again is not kept, waits for the next run, and lets the others
go on. Too many failures in a row are OpenFisca's, and end the run.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months
from cspu.law import load_pack
from cspu.openfisca.process import Computed, Family, OpenFiscaMissing
from cspu.openfisca.situations import MONTHS_BACK, Known, Told, situation, variables

Calculate = Callable[[Sequence[Family], Sequence[str], str], Computed]
"""Families, variables and a month (`2026-05`) to what OpenFisca says of them."""

_log = logging.getLogger(__name__)

CHUNK = 500
_ATTEMPTS = 2
_FAILURES_IN_A_ROW = 3
ENGINE = "openfisca-france"
_CENTS = Decimal(100)
_AMOUNT = 3
"""The place of the amount in a row that is kept."""

_TO_COMPUTE = "SELECT * FROM entitlement.to_compute(%s::uuid[], %s, %s, %s, %s)"
_ATTRIBUTES = """
    SELECT person_id, attribute, value FROM lifecourse.attribute
    WHERE person_id = ANY (%s) AND valid @> %s::date AND recorded_to = 'infinity'
"""
_PAY = """
    SELECT person_id, month, sum(value) FROM lifecourse.measure
    WHERE person_id = ANY (%s) AND measure = 'net_social_amount' AND month BETWEEN %s AND %s
        AND recorded_to = 'infinity'
    GROUP BY 1, 2
"""
_KEEP = """
    INSERT INTO entitlement.computed (
        person_id, right_id, period_start, amount, lacking, engine, facts_version, computed_at
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (person_id, right_id, period_start) DO UPDATE SET
        amount = excluded.amount, lacking = excluded.lacking, engine = excluded.engine,
        facts_version = excluded.facts_version, computed_at = excluded.computed_at
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How many amounts were computed, how many lacked facts, how many OpenFisca failed on."""

    computed: int = 0
    lacking: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    person_id: UUID
    right_id: str
    month: date
    last_day: date
    facts_version: int


def compute_waiting(
    calculate: Calculate,
    version: str,
    *,
    on: date,
    at: datetime,
    since: date,
    person: PersonId | None = None,
) -> Done:
    """Compute what waits of the months from `since`; `version` is that of the OpenFisca that answers."""
    asked = {right.id: right.openfisca for right in load_pack() if right.openfisca in variables()}
    everybody = [person] if person else _everybody()
    patient, done = _Patient(calculate), Done()
    for start in range(0, len(everybody), CHUNK):
        chunk = everybody[start : start + CHUNK]
        found = [*_computed(chunk, asked, patient, version, on=on, at=at, since=since)]
        with transaction.atomic():
            for row in found:
                _keep(row)
        lacking = sum(1 for row in found if row[_AMOUNT] is None)
        done = Done(done.computed + len(found) - lacking, done.lacking + lacking)
    return replace(done, failed=patient.failed)


@dataclass(slots=True)
class _Patient:
    """Asks again before giving up, and gives up for good when nothing works any more."""

    calculate: Calculate
    failed: int = 0
    in_a_row: int = 0

    def ask(
        self, families: Sequence[Family], variables: Sequence[str], month: str
    ) -> Sequence[Mapping[str, float]] | None:
        """A row a family; None where it failed each time; OpenFiscaMissing after too many."""
        for _ in range(_ATTEMPTS):
            try:
                rows = self.calculate(families, variables, month).rows
            except OpenFiscaMissing as error:
                last = error
                _log.warning("%s: %s", month, error)
            else:
                self.in_a_row = 0
                return rows
        self.failed, self.in_a_row = self.failed + len(families), self.in_a_row + 1
        if self.in_a_row == _FAILURES_IN_A_ROW:
            raise last
        return None


def _computed(
    persons: Sequence[UUID],
    asked: Mapping[str, str],
    patient: _Patient,
    version: str,
    *,
    on: date,
    at: datetime,
    since: date,
) -> Iterator[tuple[Any, ...]]:
    """The rows to keep: facts that change meanwhile make their version old, and nothing of it is shown."""
    engine = f"{ENGINE} {version}"
    by_month: dict[date, list[_Waiting]] = defaultdict(list)
    for row in _rows(_TO_COMPUTE, [[*persons], [*asked], on, since, engine]):
        by_month[row[2]].append(_Waiting(*row))
    for month, waiting in sorted(by_month.items()):
        known = _known([one.person_id for one in waiting], month, waiting[0].last_day)
        told = [situation(asked[one.right_id], known[one.person_id], month) for one in waiting]
        for one, each, amount in _amounts(waiting, told, asked, patient, month):
            row = (amount, [*each.lacking], engine, one.facts_version, at)
            yield (one.person_id, one.right_id, one.month, *row)


def _amounts(
    waiting: Sequence[_Waiting],
    told: Sequence[Told],
    asked: Mapping[str, str],
    patient: _Patient,
    month: date,
) -> Iterator[tuple[_Waiting, Told, int | None]]:
    """Each with its amount, or none where facts lack; without those that OpenFisca failed on."""
    families = [each.family for each in told if each.family is not None]
    names = sorted({asked[one.right_id] for one in waiting})
    found = patient.ask(families, names, f"{month:%Y-%m}") if families else ()
    answers = None if found is None else iter(found)
    for one, each in zip(waiting, told, strict=True):
        if each.family is None:
            yield one, each, None
        elif answers is not None:
            yield one, each, _cents(next(answers)[asked[one.right_id]])


def _known(persons: Sequence[UUID], month: date, last_day: date) -> Mapping[UUID, Known]:
    """What the account knows of each on the last day of the month."""
    attributes: dict[UUID, dict[str, str]] = defaultdict(dict)
    for person_id, name, value in _rows(_ATTRIBUTES, [[*persons], last_day]):
        attributes[person_id][name] = value
    pay: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    for person_id, day, value in _rows(_PAY, [[*persons], add_months(month, -MONTHS_BACK), month]):
        pay[person_id][day] = value
    born = "SELECT person_id, birth_date FROM lifecourse.course WHERE person_id = ANY (%s)"
    return {
        person_id: Known(birth, attributes[person_id], pay[person_id])
        for person_id, birth in _rows(born, [[*persons]])
    }


def _cents(euros: float) -> int:
    """The smallest unit, from what OpenFisca computes in floats of 24 bits."""
    return int((Decimal(euros) * _CENTS).quantize(Decimal(1), ROUND_HALF_UP))


def _everybody() -> list[UUID]:
    return [row[0] for row in _rows("SELECT person_id FROM lifecourse.course ORDER BY 1", [])]


def _rows(query: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return [*cursor.fetchall()]


def _keep(row: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, row)
