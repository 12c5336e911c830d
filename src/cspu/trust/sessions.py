"""Sessions as a request may use them: who is logged in, and the end of it.

Beginning and strengthening a session is the business of `logins`, on a connection of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, PersonId


@dataclass(frozen=True, slots=True, repr=False)
class Actor:
    """Who is logged in. An agent has a name, a role and an organisation.

    A person has none here: her name is read through the door like everything about her.
    """

    kind: Literal["person", "agent"]
    actor_id: UUID
    name: str
    role: str
    organisation_id: OrganisationId | None
    organisation: str
    provider: str
    second_factor: bool
    needs_second_factor: bool
    strong: bool

    @property
    def person_id(self) -> PersonId | None:
        """Her own account, where the actor is a person."""
        return PersonId(self.actor_id) if self.kind == "person" else None

    @property
    def holds_mandates(self) -> bool:
        """Whether people give mandates to such an actor: a person, or a habilitated helper."""
        return self.kind == "person" or self.role == "habilitated_helper"

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing to use the role: the second factor where it asks for one."""
        return self.second_factor or not self.needs_second_factor


def who(token: str) -> Actor | None:
    """Whose open session this token is of; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_kind, actor_id, coalesce(name, ''), coalesce(role, 'person'),"
            " organisation_id, coalesce(organisation, ''), provider, second_factor,"
            " needs_second_factor, strong FROM trust.who(%s)",
            [token],
        )
        row = cursor.fetchone()
    return Actor(*row) if row and row[0] else None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of one's own open sessions. `mark` names it on a page, and opens nothing."""

    mark: str
    provider: str
    device: str
    begun_at: datetime
    seen_at: datetime
    this_one: bool


def sessions_of(token: str) -> list[OpenSession]:
    """Every open session of whoever holds this token, this one first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mark, provider, device, begun_at, seen_at, this_one FROM trust.sessions_of(%s)",
            [token],
        )
        return [OpenSession(*row) for row in cursor.fetchall()]


def end_sessions(token: str, mark: str = "") -> int:
    """End one of one's own, or all but this one; how many that was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust.end_sessions(%s, %s)", [token, mark])
        return int(cursor.fetchone()[0])


def end_session(token: str) -> bool:
    """End it; False when it was over already. The token is worth nothing afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust.end_session(%s)", [token])
        return bool(cursor.fetchone()[0])
