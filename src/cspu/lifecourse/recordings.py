"""Everything ever recorded of a life: what holds, what was withdrawn, and on whose word. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId

PAGE = 1000
_SQL = files("cspu.lifecourse").joinpath("sql", "read")


@dataclass(frozen=True, slots=True)
class Recording:
    """A fact as recorded once. `fact_id` is its spell or event; `recorded_to` is None while it holds.

    `name` is its status, measure, attribute or kind of event; `to_day` is None while it runs.
    """

    name: str
    fact_id: UUID
    origin_id: UUID
    organisation_id: OrganisationId
    value: str
    from_day: date | None
    to_day: date | None
    asserted_for: date
    details: dict[str, Any]
    source_id: UUID
    recorded_from: datetime
    recorded_to: datetime | None


@dataclass(frozen=True, slots=True)
class Document:
    """What asserted facts: a declaration, a certificate, an entry at a counter."""

    source_id: UUID
    kind: str
    label: str
    organisation_id: OrganisationId
    reference: str
    received_at: datetime


def spells(person_id: PersonId) -> list[Recording]:
    """Every recording of every spell, those withdrawn since included."""
    return [_recording(row) for row in _rows("recorded_spells", person=person_id)]


def attributes(person_id: PersonId) -> list[Recording]:
    """Every recording of every dated property."""
    return [_recording(row) for row in _rows("recorded_attributes", person=person_id)]


def events(person_id: PersonId) -> list[Recording]:
    """Every recording of every event."""
    return [_recording(row) for row in _rows("recorded_events", person=person_id)]


def measures(
    person_id: PersonId, *, after: Recording | None = None, most: int | None = None
) -> list[Recording]:
    """A page of the recordings of monthly quantities, by month; `after` the last one read."""
    rows = _rows(
        "recorded_measures",
        person=person_id,
        after_month=after and after.from_day,
        after_name=after and after.name,
        after_spell=after and after.fact_id,
        after_origin=after and after.origin_id,
        after_recorded=after and after.recorded_from,
        most=most or PAGE,
    )
    return [_recording(row) for row in rows]


def documents(person_id: PersonId) -> list[Document]:
    """The documents that ever asserted something of her, in the order they came."""
    return [Document(*row) for row in _rows("sources", person=person_id)]


def organisations(person_id: PersonId) -> set[OrganisationId]:
    """The organisations her life speaks of, and those that spoke of it."""
    found = {row[0] for row in _rows("organisations", person=person_id)}
    return found - {NO_ORGANISATION}


def _recording(row: tuple[Any, ...]) -> Recording:
    return Recording(*(*row[:8], json.loads(row[8]), *row[9:]))


def _rows(name: str, **values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  a query's own
    with connection.cursor() as cursor:
        cursor.execute(_SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8"), values)
        yield from cursor.fetchall()
