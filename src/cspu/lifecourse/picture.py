"""The life course as a picture: parallel lanes for simultaneous activities, plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId


@dataclass(frozen=True, slots=True)
class Bar:
    """One spell in a lane. `end` is None while it runs.

    `fact_id` and `organisation_id` say which fact that is and whose, to dispute it.
    """

    status: str
    label: str
    organisation: str
    start: date
    end: date | None
    source: str
    recorded_at: datetime
    fact_id: UUID | None = None
    organisation_id: OrganisationId = NO_ORGANISATION


@dataclass(frozen=True, slots=True)
class Lane:
    """Spells that never overlap one another; two at once are in two lanes."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated event."""

    kind: str
    label: str
    on: date
    source: str
    fact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LifePicture:
    """Everything from `start` to `end`, drawn or read as a table: the same content."""

    start: date
    end: date
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
