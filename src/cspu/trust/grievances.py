"""Complaints about access, as the data-protection officer reads and answers them.

Each one opened shows the words of the person and the one line of her journal they are about, and is a line
itself. Transactions: owned here. Idempotency: none, each opening is a line; an answer that no longer
applies is refused. Refusals: trust.choice_refusal, and trust.refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction

from cspu.trust.errors import choice_refused


class Finding(StrEnum):
    """What the officer says of a complaint. The last two close it."""

    TAKEN_UP = "taken_up"
    JUSTIFIED = "justified"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint on the list: nobody's name. `finding` is None while nobody took it up."""

    grievance_id: UUID
    opened_at: datetime
    finding: Finding | None
    since: datetime

    @property
    def is_closed(self) -> bool:
        """Whether it was decided."""
        return self.finding in {Finding.JUSTIFIED, Finding.UPHELD}


@dataclass(frozen=True, slots=True, repr=False)
class LineInQuestion:
    """The line of the journal that a complaint is about."""

    seen_at: datetime
    actor_name: str
    organisation: str
    role: str
    verb: str
    scopes: tuple[str, ...]
    purpose: str
    act: str
    basis: str


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """One answer of an officer's."""

    moved_at: datetime
    mover_name: str
    finding: Finding
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Grievance:
    """A complaint in full. `line` is None where the journal holds no such line."""

    grievance_id: UUID
    words: str
    opened_at: datetime
    line: LineInQuestion | None
    answers: tuple[Answered, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it was decided."""
        return any(each.finding is not Finding.TAKEN_UP for each in self.answers)


def complaints(token: str) -> list[Complaint]:
    """Every complaint, those that wait first; none for whoever is not an officer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grievance_id, opened_at, outcome, since FROM trust.grievances(%s)", [token]
        )
        return [
            Complaint(key, opened_at, Finding(outcome) if outcome else None, since)
            for key, opened_at, outcome, since in cursor.fetchall()
        ]


def open_grievance(token: str, grievance_id: UUID, *, act: str) -> Grievance | None:
    """One complaint in full; None where there is none of that id for this actor."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT words, opened_at, moves, seen_at, actor_name, organisation, role, verb,"
            " scopes, purpose, line_act, basis FROM trust.open_grievance(%s, %s, %s)",
            [token, grievance_id, act],
        )
        words, opened_at, moves, seen_at, name, body, role, verb, scopes, *why = cursor.fetchone()
    if words is None:
        return None
    line = LineInQuestion(seen_at, name, body, role, verb, tuple(scopes), *why) if seen_at else None
    answers = tuple(
        Answered(
            datetime.fromisoformat(move["moved_at"]),
            move["mover_name"],
            Finding(move["outcome"]),
            move["words"],
        )
        for move in json.loads(moves)
    )
    return Grievance(grievance_id, words, opened_at, line, answers)


def answer_grievance(
    token: str, grievance_id: UUID, finding: Finding, words: str, *, act: str
) -> None:
    """The officer's answer, signed by her name."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.answer_grievance(%s, %s, %s, %s, %s)",
            [token, grievance_id, finding.value, words, act],
        )
        (code,) = cursor.fetchone()
    if code is not None:
        raise choice_refused(code)
