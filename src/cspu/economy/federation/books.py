"""What the database keeps of federation: partners, crossings, outbox and inbox.

Transactions: the caller's, or one of its own each. Roles: a request sends, recalls and deposits
(SECURITY DEFINER functions); all else is a named command's. Idempotency: crossings and messages by their ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from joserfc.jwk import KeySetSerialization

from cspu.economy.deciding import decide
from cspu.economy.errors import act_refused
from cspu.economy.federation.messages import Message
from cspu.economy.gifts import code_hash
from cspu.kernel.ids import PersonId, computed_id
from cspu.ledger.errors import refusals_in_words
from cspu.trust.choices import plain_code

REASONS = ("", "withdrawn", "not_active", "terms", "nobody", "full", "limit")
"""Why an offer is refused; empty: it is not."""


@dataclass(frozen=True, slots=True)
class Partner:
    """Another instance, and where both sides stand, in smallest units of an hour."""

    partner: str
    label: str
    url: str
    keys: KeySetSerialization
    active: bool
    most_sent: int
    most_received: int
    sent: int
    pending: int
    received: int


@dataclass(frozen=True, slots=True)
class Due:
    """A message of the outbox to be sent now. `said`: what it says; an answer's is its decision's."""

    message_id: UUID
    partner: str
    kind: str
    crossing_id: UUID
    body: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Hours of hers on their way to a partner: offered, settled, refused or reversed.

    They are sent from `undo_until` on. `reason`: of REASONS, why they were refused.
    """

    crossing_id: UUID
    partner: str
    amount: int
    opened_at: datetime
    undo_until: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One crossing in the book kept with a partner; `outgoing`: from who keeps the book."""

    crossing_id: UUID
    outgoing: bool
    amount: int
    state: str


def add_partner(
    partner: str,
    *,
    label: str,
    url: str,
    keys: KeySetSerialization,
    most_sent: int,
    most_received: int,
    active: bool = True,
) -> None:
    """Make a partner known, or change what is known of it. A limit below where both stand is refused."""
    with refusals_in_words(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO economy.partner AS p (partner, label, url, keys, active, most_sent, most_received)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (partner) DO UPDATE SET"
            " (label, url, keys, active, most_sent, most_received) = ROW (excluded.label, excluded.url,"
            " excluded.keys, excluded.active, excluded.most_sent, excluded.most_received)",
            [partner, label, url, json.dumps(keys), active, most_sent, most_received],
        )


def partners() -> list[Partner]:
    """Every partner, by name."""
    return [
        Partner(row[0], row[1], row[2], json.loads(row[3]), *row[4:])
        for row in _rows(
            "SELECT partner, label, url, keys::text, active, most_sent, most_received, sent, pending,"
            " received FROM economy.partner ORDER BY partner"
        )
    ]


def partner_named(name: str) -> Partner:
    """One partner; ActRefused (partner_unknown) when there is none of that name."""
    found = next((each for each in partners() if each.partner == name), None)
    if found is None:
        raise act_refused("partner_unknown")
    return found


def send_hours(form: UUID, amount: int, *, partner: str, code: str, on: date) -> UUID:
    """Pass hours of care to the relative behind a code of another instance; gives the crossing's id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, partner_unknown,
    amount_not_positive, amount_not_whole, below_minimum, balance_too_small, above_limit, account_busy.
    """
    crossing = computed_id("crossing", form, amount, partner, plain_code(code))
    decide(
        "SELECT economy.send_hours(%s, %s, %s, %s, %s)",
        *(crossing, partner, code_hash(code), amount, on),
    )
    return crossing


def recall_hours(crossing: UUID, *, on: date) -> None:
    """Take hours back: at once while nothing was sent; else the partner is asked.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, hold_unknown, hold_ended.
    """
    decide("SELECT economy.recall_hours(%s, %s)", crossing, on)


def crossings(person_id: PersonId) -> list[Crossing]:
    """Hers, latest first."""
    rows = _rows(
        "SELECT c.crossing_id, p.label, c.amount, c.opened_at, (a.said ->> 'undo_until')::timestamptz,"
        " coalesce(e.outcome, 'offered'), coalesce(e.reason, '') FROM economy.crossing AS c"
        " JOIN economy.partner AS p USING (partner)"
        " JOIN economy.act AS a ON a.person_id = c.person_id AND a.act_id = c.crossing_id"
        " LEFT JOIN economy.crossing_end AS e ON e.person_id = c.person_id AND e.crossing_id = c.crossing_id"
        " WHERE c.person_id = %s ORDER BY c.opened_at DESC, c.crossing_id",
        person_id,
    )
    return [Crossing(*row) for row in rows]


def terms_of(crossing: UUID) -> tuple[int, bytes, bytes]:
    """Of a crossing of ours: amount, the code's digest, the digest of its terms."""
    [(amount, code, terms)] = _rows(
        "SELECT amount, code_hash, economy.terms(crossing_id, amount, code_hash)"
        " FROM economy.crossing WHERE crossing_id = %s",
        crossing,
    )
    return amount, bytes(code), bytes(terms)


def deposit(message: Message, body: str) -> str:
    """Keep a message that came in: kept, known, or contradictory (then it is refused and written down)."""
    return str(
        _rows(
            "SELECT economy.deposit(%s, %s, %s, %s, %s, %s)",
            *(message.sender, message.id, message.kind, message.crossing, message.digest, body),
        )[0][0]
    )


def refuse(sender: str, digest: bytes, reason: str) -> None:
    """Write down that a message was refused, and why; nothing of what it said."""
    _rows("SELECT economy.refuse_message(%s, %s, %s)", sender, digest, reason)


def take_due(*, at: datetime) -> Due | None:
    """The next message to send, counted as tried; to be committed before it is sent."""
    rows = _rows(
        "UPDATE economy.message SET tries = tries + 1, due_at = %s + least(tries, 10) * interval '1 minute'"
        " + interval '1 second' WHERE message_id = (SELECT message_id FROM economy.message"
        " WHERE outgoing AND done_at IS NULL AND due_at <= %s ORDER BY due_at, message_id"
        " FOR UPDATE SKIP LOCKED LIMIT 1)"
        " RETURNING message_id, partner, kind, crossing_id, body",
        *(at, at),
    )
    return Due(*rows[0]) if rows else None


def sent(message_id: UUID) -> None:
    """An answer reached its partner: it is not sent again unless it is asked for."""
    _run(
        "UPDATE economy.message SET done_at = now() WHERE message_id = %s AND kind = 'answer'",
        message_id,
    )


def queue_answer(partner: str, crossing: UUID, name: UUID, body: str, *, at: datetime) -> None:
    """Put an answer in the outbox; known already, it is sent again."""
    _run(
        "INSERT INTO economy.message AS m (message_id, partner, outgoing, kind, crossing_id, digest,"
        " body, made_at, due_at) VALUES (%s, %s, TRUE, 'answer', %s, '', %s, %s, %s)"
        " ON CONFLICT (message_id) DO UPDATE SET done_at = NULL, due_at = excluded.due_at",
        *(name, partner, crossing, body, at, at),
    )


def next_received(*, at: datetime) -> tuple[UUID, str, str] | None:
    """The next message of the inbox to decide, taken: its id, who sent it, its text."""
    rows = _rows(
        "SELECT message_id, partner, body FROM economy.message WHERE NOT outgoing AND done_at IS NULL"
        " AND due_at <= %s ORDER BY made_at, message_id FOR UPDATE SKIP LOCKED LIMIT 1",
        at,
    )
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def put_off(message_id: UUID, *, at: datetime) -> None:
    """A message of the inbox could not be decided: it is looked at again later, the others meanwhile."""
    _run(
        "UPDATE economy.message SET tries = tries + 1,"
        " due_at = %s + (least(tries, 10) + 1) * interval '1 minute' WHERE message_id = %s",
        *(at, message_id),
    )


def decided(message_id: UUID) -> None:
    """A message of the inbox is done with."""
    _run("UPDATE economy.message SET done_at = now() WHERE message_id = %s", message_id)


def decide_crossing(
    partner: str, crossing: UUID, amount: int | None, code: bytes | None, terms: bytes, *, on: date
) -> tuple[str, str]:
    """Decide once of what a partner offers or withdraws: accepted, refused or contradictory, and why."""
    with refusals_in_words():
        row = _rows(
            "SELECT outcome, reason FROM economy.decide_crossing(%s, %s, %s, %s, %s, %s)",
            *(partner, crossing, amount, code, terms, on),
        )[0]
    return row[0], row[1]


def take_answer(
    partner: str, crossing: UUID, terms: bytes, outcome: str, reason: str, *, on: date
) -> str:
    """A partner's answer: done, known, or unknown, altered, unasked, contradictory."""
    with refusals_in_words():
        return str(
            _rows(
                "SELECT economy.take_answer(%s, %s, %s, %s, %s, %s)",
                *(partner, crossing, terms, outcome, reason, on),
            )[0][0]
        )


def book_with(partner: str) -> list[Line]:
    """This side's book of crossings with a partner."""
    return [Line(*row) for row in _rows("SELECT * FROM economy.book_with(%s)", partner)]


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  a statement's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _run(statement: str, *values: Any) -> None:  # noqa: ANN401  a statement's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
