"""Reading whom the person in sight lets see, what they ask, and who helps. Nothing is written here.

Each read shows the rows of the person in sight alone, and none without the right to see her choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust.access import CONSENT, AccessTable, Verb
from cspu.trust.access.model import Purpose

MANY = 50


@dataclass(frozen=True, slots=True)
class Consent:
    """What a body may see, why, until when; `given_by` is a name, empty when it was herself."""

    consent_id: UUID
    organisation: str
    purpose: str
    scopes: tuple[str, ...]
    given_at: datetime
    valid_until: datetime
    given_by: str
    ended_at: datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A body that holds a file on her, and what the law shows it: basis by basis, its scopes."""

    organisation: str
    relation: str
    held_from: date
    bases: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a body asks of her; `agent` signs it."""

    request_id: UUID
    organisation: str
    agent: str
    role: str
    purpose: str
    scopes: tuple[str, ...]
    days: int
    message: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who may act for her; `recorded_by` is who took it off line, empty when given on line."""

    mandate_id: UUID
    holder: str
    holder_kind: str
    themes: tuple[str, ...]
    given_at: datetime
    valid_until: datetime
    channel: str
    proof_id: UUID | None
    recorded_by: str
    ended_at: datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """For one purpose, what a body could be shown if she agreed."""

    purpose: Purpose
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A body she may give consent to."""

    organisation_id: OrganisationId
    name: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Helped:
    """Somebody the actor may act for today, until when, and which scopes are covered."""

    person_id: PersonId
    name: str
    scopes: tuple[str, ...]
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """The paper a mandate was signed on."""

    media_type: str
    content: bytes


_SQL = files("cspu.trust").joinpath("sql", "read")


def consents() -> list[Consent]:
    """Every consent of the person in sight, latest first."""
    return [Consent(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in _rows("consents")]


def mandates() -> list[Mandate]:
    """Every mandate of the person in sight, latest first."""
    return [Mandate(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in _rows("mandates")]


def questions() -> list[Question]:
    """What bodies ask of the person in sight and she did not answer yet."""
    return [
        Question(*row[:5], tuple(row[5]), *row[6:])  # type: ignore[call-arg]
        for row in _rows("questions")
    ]


def bodies() -> list[Body]:
    """The bodies that see something of hers by law, file by file."""
    found: dict[tuple[str, str, date], list[tuple[str, tuple[str, ...]]]] = {}
    for name, relation, held_from, basis, scopes in _rows("bodies"):
        bases = found.setdefault((name, relation, held_from), [])
        if basis is not None:
            bases.append((basis, tuple(scopes)))
    return [Body(*key, tuple(bases)) for key, bases in found.items()]


def receivers(
    table: AccessTable, *, search: str = "", only: OrganisationId | None = None, most: int = MANY
) -> list[Receiver]:
    """The bodies that could be given consent, and for what; by name."""
    roles = [role for role in table.roles if _consented(table, role, "")]
    values = {"roles": roles, "search": search, "only": only, "most": most}
    return [
        Receiver(OrganisationId(row[0]), row[1], offers)
        for row in _rows("receivers", values)
        if (offers := _offers(table, row[3], row[2]))
    ]


def _consented(table: AccessTable, role: str, region: str) -> tuple[str, ...]:
    """The scopes a role may be shown by consent in a region; regions that add some count too."""
    regions = {region, *(each.region for each in table.settings if not region)}
    return tuple(
        scope
        for scope in table.scopes
        if any(table.basis_of(role, scope, Verb.READ, one) == CONSENT for one in regions)
    )


def _offers(table: AccessTable, roles: Sequence[str], region: str) -> tuple[Offer, ...]:
    offers = []
    for purpose in table.purposes.values():
        allowed = {
            scope
            for role in roles
            if role in purpose.roles
            for scope in table.scopes
            if table.basis_of(role, scope, Verb.READ, region) == CONSENT
        }
        if purpose.terms and allowed:
            offers.append(Offer(purpose, tuple(s for s in table.scopes if s in allowed)))
    return tuple(offers)


def helping_bodies(*, most: int = MANY) -> list[tuple[OrganisationId, str]]:
    """The structures of habilitated helpers."""
    return [(OrganisationId(row[0]), row[1]) for row in _rows("helpers", {"most": most})]


def document(document_id: UUID) -> Document | None:
    """A paper of the person in sight; None when it is not hers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT media_type, content FROM trust.document"
            " WHERE person_id = kernel.in_sight() AND document_id = %s",
            [document_id],
        )
        row = cursor.fetchone()
    return Document(row[0], bytes(row[1])) if row else None


def helped(token: str, act: str) -> list[Helped]:
    """Whom the actor may act for today. Closes the sight; each name is a line of that journal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, name, scopes, valid_until FROM trust.roster(%s, %s)"
            " WHERE basis = 'mandate'",
            [token, act],
        )
        return [
            Helped(PersonId(row[0]), row[1], tuple(row[2]), row[3]) for row in cursor.fetchall()
        ]


def _rows(name: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8"), values)
        return list(cursor.fetchall())
