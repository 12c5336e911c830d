"""Facts as a source asserts them, before they are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId


@dataclass(frozen=True, slots=True)
class Source:
    """Who asserts the facts, and through which document."""

    source_id: UUID
    kind: str
    label: str
    reference: str
    received_at: datetime
    organisation_id: OrganisationId = NO_ORGANISATION


@dataclass(frozen=True, slots=True)
class Spell:
    """A dated status. `end` is the last day, None while it runs.

    `asserted_for` is the month or day the assertion is about: when several origins speak of one
    spell, the latest wins, whatever the order in which they arrive.
    """

    person_id: PersonId
    spell_id: UUID
    status: str
    start: date
    end: date | None
    asserted_for: date
    organisation_id: OrganisationId = NO_ORGANISATION
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of one month worked or lived. Two of the same month and spell add up."""

    person_id: PersonId
    measure: str
    month: date
    value: Decimal
    spell_id: UUID
    organisation_id: OrganisationId = NO_ORGANISATION


@dataclass(frozen=True, slots=True)
class Attribute:
    """What someone is between two dates: `start` None is since ever, `end` None is for good."""

    person_id: PersonId
    attribute: str
    value: str
    asserted_for: date
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happened on a day."""

    person_id: PersonId
    event_id: UUID
    kind: str
    happened_on: date
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactSet:
    """Facts of any number of persons, as one bundle."""

    spells: Iterable[Spell] = ()
    measures: Iterable[Measure] = ()
    attributes: Iterable[Attribute] = ()
    events: Iterable[LifeEvent] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What an assertion changed for one person: `count` rows of `kind` were added or closed."""

    person_id: PersonId
    kind: str
    change: str
    months: tuple[date, ...]
    count: int
