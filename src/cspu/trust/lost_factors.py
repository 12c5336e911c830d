"""A second factor that was lost: one colleague ends it, another allows a new one to be learnt.

All in one's own body, in a session that gave a code lately. Transaction: each operation owns its own.
Idempotency: ended or allowed once, then already_ended. Refusals: session_over, second_factor_missing,
stronger_login_needed, role_may_not (not of one's own body), words_missing, then those of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from cspu.trust.errors import choice_refused


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of one's own body. `ended_at`: when her codes last were ended, if ever.

    `waits`: nobody allowed new ones since; `waits_for_me`: one may, for another ended them.
    """

    agent_id: UUID
    name: str
    role: str
    organisation: str
    has_factor: bool
    ended_at: datetime | None
    waits: bool
    waits_for_me: bool


def colleagues(token: str, *, name: str = "") -> list[Colleague]:
    """Those of the session's agent, by name; none before she gave a code lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agent_id, name, role, organisation, confirmed, ended_at, waits, waits_for_me"
            " FROM trust.factors_in_reach(%s, %s)",
            [token, name],
        )
        return [Colleague(*row) for row in cursor.fetchall()]


def end_second_factor(token: str, agent_id: UUID, words: str) -> None:
    """End it, and that agent's open sessions; written down with who did it and why.

    Refusals of its own: too_many_today, already_ended (she has none).
    """
    _decide("SELECT refusal FROM trust.end_second_factor(%s, %s, %s)", token, agent_id, words)


def allow_second_factor(token: str, agent_id: UUID, words: str) -> None:
    """Let her learn a new one at her next log-in; written down with who did it and why.

    Refusals of its own: another_must (one ended it oneself), already_ended (nothing waits).
    """
    _decide("SELECT refusal FROM trust.allow_second_factor(%s, %s, %s)", token, agent_id, words)


def _decide(statement: str, token: str, agent_id: UUID, words: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [token, agent_id, words])
        (refusal,) = cursor.fetchone()
        if refusal:
            raise choice_refused(refusal)
