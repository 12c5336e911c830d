"""Compute what waits for OpenFisca, for everybody or one person, and keep the last answer.

Never in a request: a named command does it. What a chunk of persons has is computed first, in no
transaction, for OpenFisca takes its time, then kept in one of its own. Run again,
it computes only what facts or a new OpenFisca changed; what failed was not kept, and waits for the
next run. An answer is kept with the version of the facts it was computed from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months
from cspu.law import load_pack
from cspu.openfisca.process import Computed, Family
from cspu.openfisca.situations import MONTHS_BACK, Known, situation, variables

Calculate = Callable[[Sequence[Family], Sequence[str], str], Computed]
"""Families, variables and a month (`2026-05`) to what OpenFisca says of them."""

CHUNK = 500
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
    """How many amounts were computed, and how many lacked facts."""

    computed: int = 0
    lacking: int = 0


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
    done = Done()
    for start in range(0, len(everybody), CHUNK):
        chunk = everybody[start : start + CHUNK]
        found = [*_computed(chunk, asked, calculate, version, on=on, at=at, since=since)]
        with transaction.atomic():
            for row in found:
                _keep(row)
        lacking = sum(1 for row in found if row[_AMOUNT] is None)
        done = Done(done.computed + len(found) - lacking, done.lacking + lacking)
    return done


def _computed(
    persons: Sequence[UUID],
    asked: Mapping[str, str],
    calculate: Calculate,
    version: str,
    *,
    on: date,
    at: datetime,
    since: date,
) -> Iterator[tuple[Any, ...]]:
    """The rows to keep: facts that change meanwhile make their version old, and nothing of it is shown."""
    engine = f"{ENGINE} {version}"
    arguments = [[*persons], [*asked], on, since, engine]
    by_month: dict[date, list[_Waiting]] = defaultdict(list)
    for row in _rows(_TO_COMPUTE, arguments):
        by_month[row[2]].append(_Waiting(*row))
    for month, waiting in sorted(by_month.items()):
        known = _known([one.person_id for one in waiting], month, waiting[0].last_day)
        told = [situation(asked[one.right_id], known[one.person_id], month) for one in waiting]
        families = [each.family for each in told if each.family is not None]
        names = sorted({asked[one.right_id] for one in waiting})
        answers = iter(calculate(families, names, f"{month:%Y-%m}").rows if families else ())
        for one, each in zip(waiting, told, strict=True):
            amount = None if each.family is None else _cents(next(answers)[asked[one.right_id]])
            row = (amount, [*each.lacking], engine, one.facts_version, at)
            yield (one.person_id, one.right_id, one.month, *row)


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
