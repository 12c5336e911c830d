"""What an agent does at her desk: whom she may see and why, what she asks, the mandates she records.

Every operation takes the token of her session; the database checks who she is, her second factor and her
role (trust/sql/0007). Transactions: owned here. Idempotency: a question and a mandate bear the id
that the caller gives, and are made once. Refusals: trust.refusal and trust.choice_refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.nir import normalise_nir
from cspu.trust.errors import choice_refused
from cspu.trust.papers import Paper

PAGE = 25
"""Persons on one page of a roster."""

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """Why somebody may be seen: `basis` is consent, mandate or law. `until` is None while it lasts.

    `question` is what the body wrote when it asked; empty where it did not ask.
    """

    basis: Literal["consent", "mandate", "law"]
    purpose: str
    scopes: tuple[str, ...]
    until: datetime | None
    question: str


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """Somebody on a roster. `name` is empty where nothing lets the agent know who she is."""

    person_id: PersonId
    name: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A purpose for which a dossier may be opened today, the scopes it opens, and on what basis."""

    purpose: str
    scopes: tuple[str, ...]
    basis: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent asks of whoever gave her a code."""

    request_id: UUID
    purpose: str
    scopes: Sequence[str]
    days: int
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the agent's body, and whether it was answered; nothing of the answer."""

    request_id: UUID
    asked_at: datetime
    asked_by: str
    purpose: str
    scopes: tuple[str, ...]
    days: int
    answered: bool


@dataclass(frozen=True, slots=True, repr=False)
class OfflineMandate:
    """A mandate given at the counter or on paper, and the paper that proves it. Prints nothing of it."""

    mandate_id: UUID
    nir: str
    birth_date: date
    themes: Sequence[str]
    days: int
    channel: Literal["counter", "paper"]
    document_id: UUID
    paper: Paper | None


def roster(token: str, *, act: str, after: UUID | None = None, most: int = PAGE) -> list[Listed]:
    """A page of the persons who may be looked at, by id. Each name is a line of her journal."""
    with transaction.atomic():
        rows = _rows(
            lambda *row: row,
            "SELECT person_id, name, basis, purpose, scopes, valid_until, question"
            " FROM trust.roster(%s, %s, %s, %s)",
            [token, act, after, most],
        )
    persons: dict[PersonId, tuple[str, list[Reason]]] = {}
    for person_id, name, *reason in rows:
        _name, reasons = persons.setdefault(person_id, (name, []))
        reasons.append(_reason(*reason))
    return [
        Listed(person_id, name, tuple(reasons)) for person_id, (name, reasons) in persons.items()
    ]


def ways_to_see(token: str, person_id: PersonId) -> list[Way]:
    """For which purposes the dossier may be opened today, and what of it. Opens nothing."""
    return _rows(
        lambda purpose, scopes, basis, until: Way(purpose, tuple(scopes), basis, until),
        "SELECT purpose, scopes, basis, valid_until FROM trust.ways_to_see(%s, %s)",
        [token, person_id],
    )


def ask(token: str, code: str, question: Question, *, act: str) -> None:
    """Put a question to whoever gave this code. Raises ChoiceRefused or DoorClosed."""
    with transaction.atomic():
        _refuse_if(
            "SELECT trust.ask(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(
                    token,
                    _plain(code),
                    question.request_id,
                    question.purpose,
                    list(question.scopes),
                ),
                *(question.days, question.message, act),
            ],
        )


def questions(token: str) -> list[Asked]:
    """Questions of the agent's own body, latest first."""
    return _rows(
        lambda request_id, asked_at, asked_by, purpose, scopes, days, answered: Asked(
            request_id, asked_at, asked_by, purpose, tuple(scopes), days, answered
        ),
        "SELECT request_id, asked_at, asked_by, purpose, scopes, days, answered"
        " FROM trust.questions(%s)",
        [token],
    )


def record_mandate(token: str, mandate: OfflineMandate, *, keyring: Keyring, act: str) -> None:
    """Keep a mandate given off line, for the person with that number and birth date.

    Raises InvalidIdentity for a number that cannot be, naming the rule and never the number.
    """
    nir = normalise_nir(mandate.nir, birth_date=mandate.birth_date)
    blinds = [key.blind(nir, "nir") for key in keyring.keys]
    paper = mandate.paper
    with transaction.atomic():
        _refuse_if(
            "SELECT trust.record_mandate(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(token, blinds, mandate.birth_date, mandate.mandate_id, list(mandate.themes)),
                *(mandate.days, mandate.channel, mandate.document_id),
                *((paper.media_type, paper.content) if paper else (None, None)),
                act,
            ],
        )


def _plain(code: str) -> str:
    """A code as people write it (`abcd efgh`), as it was made."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _reason(
    basis: Literal["consent", "mandate", "law"],
    purpose: str,
    scopes: Sequence[str],
    until: datetime | None,
    question: str,
) -> Reason:
    return Reason(basis, purpose, tuple(scopes), until, question)


def _rows(make: Callable[..., _Row], statement: str, values: Sequence[Any]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [make(*row) for row in cursor.fetchall()]


def _refuse_if(statement: str, values: Sequence[Any]) -> None:
    """Raise what a function of the schema answers, when it answers anything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (code,) = cursor.fetchone()
    if code is not None:
        raise choice_refused(code)
