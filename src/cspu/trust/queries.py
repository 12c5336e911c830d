"""Reading what the trust room holds of the person in sight: who she is, whom she lets see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from cspu.people.identities import Sex
from cspu.people.queries import Identity


def identity_in_sight() -> Identity | None:
    """Who the person in sight is; None where identity was not opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT birth_name, usual_name, given_names, sex, birth_date"
            " FROM trust.identity_in_sight()"
        )
        row = cursor.fetchone()
    return Identity(row[0], row[1], row[2], Sex(row[3]), row[4]) if row else None


@dataclass(frozen=True, slots=True, repr=False)
class Consent:
    """Whom she lets see what, why, until when."""

    consent_id: UUID
    organisation_id: UUID
    organisation: str
    purpose: str
    scopes: tuple[str, ...]
    given_at: datetime
    valid_until: datetime
    given_by_herself: bool
    ended_at: datetime | None
    is_open: bool


def consents_in_sight() -> list[Consent]:
    """Every consent she ever gave, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.consent_id, c.organisation_id, o.name, c.purpose, c.scopes, c.given_at,
                   c.valid_until, c.given_by = 'person:' || c.person_id, c.ended_at,
                   c.ended_at IS NULL AND c.valid_until > now()
               FROM trust.consent AS c JOIN people.organisation AS o USING (organisation_id)
               ORDER BY c.given_at DESC, c.consent_id"""
        )
        return [Consent(*row[:4], tuple(row[4]), *row[5:]) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """What a body asks her to let it see."""

    request_id: UUID
    organisation: str
    agent: str
    purpose: str
    scopes: tuple[str, ...]
    days: int
    message: str
    asked_at: datetime
    answer: str


def questions_in_sight() -> list[Question]:
    """Every question she was asked, those that wait first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.request_id, o.name, coalesce(a.name, ''), r.purpose, r.scopes, r.days,
                   r.message, r.asked_at, coalesce(r.answer, '')
               FROM trust.request AS r JOIN people.organisation AS o ON o.organisation_id = r.organisation_id
               LEFT JOIN trust.agent AS a USING (agent_id)
               ORDER BY r.answered_at DESC NULLS FIRST, r.asked_at DESC"""
        )
        return [Question(*row[:4], tuple(row[4]), *row[5:]) for row in cursor.fetchall()]
