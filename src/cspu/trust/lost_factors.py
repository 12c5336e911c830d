"""A second factor that was lost: a colleague or the data-protection officer ends it, a new one is learnt.

Transaction: ending owns its own. Idempotency: ended once, then already_ended. Refusals: session_over,
second_factor_missing, role_may_not (not of one's own body), words_missing, already_ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from cspu.trust.errors import choice_refused


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whose second factor one may end. `ended_at`: when it last was, if ever."""

    agent_id: UUID
    name: str
    role: str
    organisation: str
    has_factor: bool
    ended_at: datetime | None


def colleagues(token: str, *, name: str = "") -> list[Colleague]:
    """Those within reach of the session's agent, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agent_id, name, role, organisation, confirmed, ended_at"
            " FROM trust.factors_in_reach(%s, %s)",
            [token, name],
        )
        return [Colleague(*row) for row in cursor.fetchall()]


def end_second_factor(token: str, agent_id: UUID, words: str) -> None:
    """End it, and that agent's open sessions; written down with who did it and why."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT refusal FROM trust.end_second_factor(%s, %s, %s)", [token, agent_id, words]
        )
        (refusal,) = cursor.fetchone()
        if refusal:
            raise choice_refused(refusal)
