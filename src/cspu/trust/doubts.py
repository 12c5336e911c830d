"""Log-ins nobody could be found for without doubt: listed, and settled by a human. Under the batch role.

Transactions: settling owns its own. Idempotency: settled once, then already_ended. Refusals:
already_ended, words_missing, not_a_person, person_unknown, already_linked (trust/sql/0009).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.trust.errors import choice_refused

_SHORT = 12


@dataclass(frozen=True, slots=True)
class HeldDoubt:
    """A doubted log-in: no identity is kept of it. `outcome` is empty while it waits."""

    doubt: str
    provider: str
    reason: str
    seen_at: datetime
    outcome: str
    settled_by: str
    words: str


def doubts(*, settled: bool = False, most: int = 200) -> list[HeldDoubt]:
    """Those that wait, latest first; with `settled`, those that were decided too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(encode(login_hash, 'hex'), %s), provider, reason, seen_at, coalesce(outcome, ''),"
            " coalesce(settled_by, ''), coalesce(words, '') FROM trust.doubt"
            " WHERE settled_at IS NULL OR %s ORDER BY seen_at DESC LIMIT %s",
            [_SHORT, settled, most],
        )
        return [HeldDoubt(*row) for row in cursor.fetchall()]


def login_of_doubt(doubt: str) -> bytes:
    """The log-in that a doubt's short name stands for; ChoiceRefused where none or several."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT login_hash FROM trust.doubt WHERE starts_with(encode(login_hash, 'hex'), %s)",
            [doubt.lower()],
        )
        found = cursor.fetchall()
    if len(doubt) < _SHORT or len(found) != 1:
        raise choice_refused("already_ended")
    return bytes(found[0][0])


def settle_doubt(doubt: str, person_id: PersonId | None, *, by: str, words: str, act: str) -> None:
    """Tie the log-in to that person, whose journal says so, or refuse it for good."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.settle_doubt(%s, %s, %s, %s, %s)",
            [login_of_doubt(doubt), person_id, by, words, act],
        )
        (refusal,) = cursor.fetchone()
        if refusal:
            raise choice_refused(refusal)
