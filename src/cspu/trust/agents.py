"""Bringing in the people of bodies, their log-ins and the files their body holds. Under the batch role.

An agent is registered by her organisation before she first logs in: neither her name nor her e-mail would
prove anything. Transactions: each operation is one statement, in the caller's. Idempotency: the
same again changes nothing; an agent who left is kept, inactive, for the lines she signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust.doubts import login_of_doubt
from cspu.trust.errors import choice_refused
from cspu.trust.logins import login_hash


@dataclass(frozen=True, slots=True)
class DeclaredAgent:
    """Somebody who acts for a body, in one role, under her own name."""

    agent_id: UUID
    organisation_id: OrganisationId
    role: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class DeclaredLogin:
    """How an agent will be known when she comes: what her provider calls her."""

    provider: str
    subject: str
    agent_id: UUID


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A body holds a file on a person. `until` is None while it does."""

    person_id: PersonId
    organisation_id: OrganisationId
    since: date
    until: date | None = None
    relation: Literal["own_file", "audit", "inquiry"] = "own_file"


def register_agents(agents: Sequence[DeclaredAgent], *, recorded_at: datetime) -> int:
    """Make these agents known as they are described; how many that changed."""
    statement = """
        INSERT INTO trust.agent AS known
            (agent_id, organisation_id, role, name, active, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (agent_id) DO UPDATE SET
            (organisation_id, role, name, active, recorded_at) = ROW
            (excluded.organisation_id, excluded.role, excluded.name, excluded.active, excluded.recorded_at)
        WHERE (known.organisation_id, known.role, known.name, known.active)
            IS DISTINCT FROM (excluded.organisation_id, excluded.role, excluded.name, excluded.active)
    """
    return _each(
        statement,
        [
            (each.agent_id, each.organisation_id, each.role, each.name, each.active, recorded_at)
            for each in agents
        ],
    )


def link_logins(logins: Sequence[DeclaredLogin], *, linked_at: datetime) -> int:
    """Say beforehand whose log-in each will be; how many were new."""
    linked = 0
    with connection.cursor() as cursor:
        for each in logins:
            hashed = login_hash(each.provider, each.subject)
            cursor.execute(
                "SELECT trust.link_agent(%s, %s, %s, %s)",
                [hashed, each.provider, each.agent_id, linked_at],
            )
            linked += bool(cursor.fetchone()[0])
    return linked


def agents_of(organisation_id: OrganisationId) -> list[DeclaredAgent]:
    """Everybody registered for a body, by name; those who left too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agent_id, organisation_id, role, name, active FROM trust.agent"
            " WHERE organisation_id = %s ORDER BY name, agent_id",
            [organisation_id],
        )
        return [DeclaredAgent(*row) for row in cursor.fetchall()]


def end_agent(agent_id: UUID) -> None:
    """She left: the door refuses her next request. ChoiceRefused where she is unknown or left already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trust.agent SET active = FALSE WHERE agent_id = %s AND active", [agent_id]
        )
        if not cursor.rowcount:
            raise choice_refused("already_ended")


def link_doubt(doubt: str, agent_id: UUID, *, at: datetime) -> None:
    """The log-in by which she came and was not known is hers. ChoiceRefused where it was somebody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.link_doubted_agent(%s, %s, %s)", [login_of_doubt(doubt), agent_id, at]
        )
        if not cursor.fetchone()[0]:
            raise choice_refused("already_ended")


def hold_files(files: Sequence[HeldFile], *, recorded_at: datetime) -> int:
    """Say which bodies hold a file on whom; how many were new.

    A body known to hold one keeps the day it was first said to begin.
    """
    if not files:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO trust.file
               SELECT person_id, organisation_id, relation, min(since), max(coalesce(upto, 'infinity')), %s
               FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::date[])
                   AS told (person_id, organisation_id, relation, since, upto)
               WHERE NOT EXISTS (
                   SELECT FROM trust.file AS f WHERE f.person_id = told.person_id
                       AND f.organisation_id = told.organisation_id AND f.relation = told.relation)
               GROUP BY person_id, organisation_id, relation ORDER BY person_id
               ON CONFLICT DO NOTHING""",
            [
                recorded_at,
                [each.person_id for each in files],
                [each.organisation_id for each in files],
                [each.relation for each in files],
                [each.since for each in files],
                [each.until for each in files],
            ],
        )
        return int(cursor.rowcount)


def _each(statement: str, rows: Sequence[Sequence[Any]]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)
