"""A fact that a person says is wrong: it goes to whoever asserted it, and each move says who has the ball.

The person's side works inside the door, opened to act (trust.ask_correction); the body's side takes the token
of an agent. Transactions: the person's side is in the caller's, the body's is owned here. Idempotency: a
correction is known by the form's own token and all it says; a move that no longer applies is refused.
Refusals: trust.choice_refusal, and trust.refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cspu.kernel.ids import OrganisationId, PersonId, computed_id
from cspu.trust.errors import choice_refused


class Outcome(StrEnum):
    """What a move did."""

    ASKED = "asked"
    CORRECTED = "corrected"
    KEPT = "kept"
    MORE_NEEDED = "more_needed"
    WITHDRAWN = "withdrawn"


class Ball(StrEnum):
    """Who has to do something."""

    BODY = "body"
    PERSON = "person"
    NOBODY = "nobody"


ANSWERS = (Outcome.CORRECTED, Outcome.KEPT, Outcome.MORE_NEEDED)
"""What a body may answer."""


def ball_after(outcome: str) -> Ball:
    """Who has the ball after a move."""
    return {Outcome.ASKED: Ball.BODY, Outcome.MORE_NEEDED: Ball.PERSON}.get(
        Outcome(outcome), Ball.NOBODY
    )


@dataclass(frozen=True, slots=True, repr=False)
class Move:
    """One step of a correction: who signed it, what it did, in which words."""

    moved_at: datetime
    mover_name: str
    outcome: Outcome
    words: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """A body that may be asked to correct a fact."""

    organisation_id: OrganisationId
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Correction:
    """A correction in full. `organisation` is empty on the body's own screen."""

    correction_id: UUID
    organisation: str
    scope: str
    fact: str
    moves: tuple[Move, ...]

    @property
    def ball(self) -> Ball:
        """Who has to do something now."""
        return ball_after(self.moves[-1].outcome)

    @property
    def since(self) -> datetime:
        """Since when."""
        return self.moves[-1].moved_at


@dataclass(frozen=True, slots=True)
class Waiting:
    """A correction on the list of a body: no name, no fact."""

    correction_id: UUID
    scope: str
    asked_at: datetime
    outcome: Outcome
    since: datetime

    @property
    def ball(self) -> Ball:
        """Who has to do something now."""
        return ball_after(self.outcome)


def who_corrects(scope: str, said_by: Sequence[UUID]) -> list[Addressee]:
    """Bodies that may correct a fact of the person in sight: who said it, else who holds her file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, name FROM trust.who_corrects(%s, %s)", [scope, list(said_by)]
        )
        return [Addressee(*row) for row in cursor.fetchall()]


def ask_correction(form: UUID, organisation_id: UUID, *, scope: str, fact: str, words: str) -> UUID:
    """Tell a body that a fact is wrong; gives the correction's id. Inside the door, opened to act."""
    correction = computed_id("correction", form, organisation_id, scope, fact, words)
    _refuse_if(
        "SELECT trust.ask_correction(%s, %s, %s, %s, %s)",
        [correction, organisation_id, scope, fact, words],
    )
    return correction


def reply_correction(correction_id: UUID, outcome: Outcome, words: str) -> None:
    """Say more when a body asked for more, or give up. Inside the door, opened to act."""
    _refuse_if("SELECT trust.reply_correction(%s, %s, %s)", [correction_id, outcome.value, words])


def corrections_in_sight(person_id: PersonId) -> list[Correction]:
    """Every correction of the person in sight, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.correction_id, coalesce(o.name, ''), c.scope, c.fact, m.moved_at,"
            " m.mover_name, m.outcome, m.words"
            " FROM trust.correction AS c JOIN trust.correction_move AS m USING (person_id, correction_id)"
            " LEFT JOIN people.organisation AS o USING (organisation_id)"
            " WHERE c.person_id = %s ORDER BY c.asked_at DESC, c.correction_id, m.rank",
            [person_id],
        )
        rows = cursor.fetchall()
    found: dict[UUID, tuple[tuple[str, str, str], list[Move]]] = {}
    for correction_id, body, scope, fact, moved_at, name, outcome, words in rows:
        _head, moves = found.setdefault(correction_id, ((body, scope, fact), []))
        moves.append(Move(moved_at, name, Outcome(outcome), words))
    return [Correction(key, *head, tuple(moves)) for key, (head, moves) in found.items()]


def corrections_of_body(token: str) -> list[Waiting]:
    """What the agent's body was asked to correct, and may: what waits for it first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT correction_id, scope, asked_at, outcome, since FROM trust.corrections(%s)",
            [token],
        )
        return [
            Waiting(key, scope, asked_at, Outcome(outcome), since)
            for key, scope, asked_at, outcome, since in cursor.fetchall()
        ]


def open_correction(token: str, correction_id: UUID, *, act: str) -> Correction | None:
    """One correction in full, which is one line of the journal; None where it is not hers to answer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, fact, moved_at, mover_name, outcome, words"
            " FROM trust.open_correction(%s, %s, %s)",
            [token, correction_id, act],
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    moves = tuple(Move(row[2], row[3], Outcome(row[4]), row[5]) for row in rows)
    return Correction(correction_id, "", rows[0][0], rows[0][1], moves)


def answer_correction(
    token: str, correction_id: UUID, outcome: Outcome, words: str, *, act: str
) -> None:
    """The body's answer, signed by its agent."""
    with transaction.atomic():
        _refuse_if(
            "SELECT trust.answer_correction(%s, %s, %s, %s, %s)",
            [token, correction_id, outcome.value, words, act],
        )


def _refuse_if(statement: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (code,) = cursor.fetchone()
    if code is not None:
        raise choice_refused(code)
