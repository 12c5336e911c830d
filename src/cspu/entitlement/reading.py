"""Reads of one person's entitlements, each one query: judgements, tellings, holdings, movements, silences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.entitlement.compiling import MONTHS_SHOWN
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.kernel.periods import add_months, first_of_month

_EXACTLY = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)
NEWS_DAYS = 31
_MOST_MOVEMENTS = 400
_MONTHS_LATELY = 2
_SQL = files("cspu.entitlement").joinpath("sql", "read")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The law's word on one period: `entitled` and `amount` are None when unknown.

    A status has neither amount nor counterparty.
    """

    right_id: str
    organisation_id: OrganisationId
    period_start: date
    period_end: date
    due_on: date
    version: date
    counterparty: str | None
    entitled: bool | None
    amount: int | None
    award: int
    protected: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What OpenFisca said last of a right in a month: an amount, or the facts it lacked."""

    right_id: str
    period_start: date
    amount: int | None
    lacking: tuple[str, ...]
    engine: str
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """The intermediate values of one period's computation, by step."""

    right_id: str
    organisation_id: OrganisationId
    period_start: date
    period_end: date
    due_on: date
    version: date
    steps: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """One account of a person on a date; `reserved`: what holds promise of it now."""

    right_id: str
    account_id: UUID
    organisation_id: OrganisationId
    organisation: str
    balance: int
    protected: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer, signed from the person's side, with what the right's accounts held after it.

    `is_new`: due in the last month, or recorded in it otherwise than because it was due.
    """

    right_id: str
    account_id: UUID
    rank: int
    organisation: str
    period_start: date
    period_end: date
    due_on: date
    recorded_at: datetime
    amount: int
    balance_after: int
    kind: str
    reason: str
    counterparty: str
    version: date
    is_new: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """A month an employer has not declared."""

    organisation_id: OrganisationId
    organisation: str
    month: date


@dataclass(frozen=True, slots=True)
class Asserted:
    """A fact as a source asserted it: `name` is a measure, status, attribute or event of the vocabulary."""

    kind: str
    name: str
    organisation_id: OrganisationId
    organisation: str
    value: str
    from_day: date | None
    to_day: date | None
    source: str
    reference: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """Up to which day, edition of the law and version of her facts a person is settled."""

    settled_through: date
    settled_at: datetime
    law_edition: int
    facts_version: int


def settlement(person_id: PersonId) -> Settlement | None:
    """How far she is settled; None before the first time."""
    return next((Settlement(*row) for row in _rows("settled", person=person_id)), None)


def lately(on: date) -> date:
    """The first month that the answer of a monthly right is about: two are over, and one runs."""
    return first_of_month(add_months(on, -_MONTHS_LATELY))


def review(
    person_id: PersonId, *, on: date, latest: bool = False
) -> tuple[list[Judgement], list[Telling]]:
    """Every period judged so far, the running ones included; and what a page of all rights tells.

    Of the last period over and the running one, the steps of the conditions and the facts they wait for.
    `latest` leaves out what such a page has no use for: periods that had ended when what is shown
    begins, and months before the last ones.
    """
    judged, told = [], []
    shown = add_months(on, -MONTHS_SHOWN)
    values = {
        "person": person_id,
        "on": on,
        "since": lately(on) if latest else shown,
        "ended": shown if latest else date.min,
    }
    for row in _rows("review", **values):
        judged.append(Judgement(*row[:11]))
        if row[11] is not None:
            told.append(_telling((*row[:6], row[11])))
    return judged, told


def computed_elsewhere(person_id: PersonId) -> list[Elsewhere]:
    """What OpenFisca said of her, from facts that have not changed since."""
    return [
        Elsewhere(right_id, start, amount, tuple(lacking), engine, at)
        for right_id, start, amount, lacking, engine, at in _rows("computed", person=person_id)
    ]


def judgements(person_id: PersonId, *, on: date) -> list[Judgement]:
    """Every period judged so far, the running ones included."""
    return review(person_id, on=on)[0]


def judgements_of(person_id: PersonId, right_id: str, *, on: date) -> list[Judgement]:
    """Every period judged of one right. `right_id` must be a right in force."""
    query = (
        f"SELECT '{right_id}', organisation_id, period_start, period_end, due_on, version,"
        " counterparty, entitled, amount, award, protected"
        f" FROM entitlement.judge_{right_id}(ARRAY[%(person)s::uuid], %(on)s, 'infinity')"
        " ORDER BY period_start, organisation_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"person": person_id, "on": on})
        return [Judgement(*row) for row in cursor.fetchall()]


def tellings_of(person_id: PersonId, right_id: str, *, on: date, since: date) -> list[Telling]:
    """Every period of one right that ends after `since`. `right_id` must be a right in force."""
    query = (
        f"SELECT '{right_id}', told.organisation_id, told.period_start, told.period_end,"
        " told.due_on, told.version, told.steps::text"
        f" FROM entitlement.tell_{right_id}(ARRAY[%(person)s::uuid], %(on)s, 'infinity', %(since)s) AS told"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"person": person_id, "on": on, "since": since})
        return [_telling(row) for row in cursor.fetchall()]


def holdings(person_id: PersonId, *, on: date) -> list[Held]:
    """Every account with what it holds on that date."""
    return [Held(*row) for row in _rows("holdings", person=person_id, on=on)]


def movements(
    person_id: PersonId, *, on: date, right_id: str | None = None, only_new: bool = False
) -> list[Moved]:
    """The latest transfers due by that date, latest first; of one right or of all; or only the news."""
    values = {"person": person_id, "on": on, "right": right_id, "most": _MOST_MOVEMENTS}
    news = {"new_since": on - timedelta(days=NEWS_DAYS), "only_new": only_new}
    return [Moved(*row) for row in _rows("movements", **values, **news)]


def silences(person_id: PersonId, *, since: date, on: date, statuses: list[str]) -> list[Silence]:
    """Months over by `on` in which a spell that is declared monthly was not declared."""
    return [
        Silence(*row)
        for row in _rows("silences", person=person_id, since=since, on=on, statuses=statuses)
    ]


def assertions(person_id: PersonId, *, since: date, on: date) -> list[Asserted]:
    """The facts held true about a span of life, with their sources."""
    return [Asserted(*row) for row in _rows("assertions", person=person_id, since=since, on=on)]


def _rows(name: str, **values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  a query's own
    with connection.cursor() as cursor:
        cursor.execute(_query(name), values)
        yield from cursor.fetchall()


@cache
def _query(name: str) -> str:
    return _SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _telling(row: Sequence[Any]) -> Telling:
    steps = _EXACTLY.decode(row[6]) if row[6] else {}
    return Telling(row[0], row[1], row[2], row[3], row[4], row[5], steps)
