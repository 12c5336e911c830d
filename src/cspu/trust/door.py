"""The one door: nothing about a person is read or done but inside `opened`.

Transaction: owned here; the sight ends with it. Each opening writes one line of the person's journal, in the
same transaction, so that what was not journalled was not seen. Idempotency: none, each opening is
a line. Refusals: trust.refusal, in its order (`errors.door_closed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.trust.errors import door_closed

Verb = Literal["read", "act", "answer"]

EVERYTHING = ("*",)
"""All scopes: what a person asks for of herself."""

OWN_ACCOUNT = "own_account"
"""The purpose of a person who looks at her own account."""

COMMAND = "command"
"""Who, why and on what basis, of a line that a named command wrote."""

HELPING = "mandate"
"""The purpose of a helper within a mandate."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose data, to do what, which scopes, why, and through which act of ours.

    `strong`: the act moves value, and asks for a stronger log-in than reading does.
    """

    person_id: PersonId
    act: str
    purpose: str = OWN_ACCOUNT
    scopes: Sequence[str] = EVERYTHING
    verb: Verb = "read"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What the door opened: the line of the journal that says so, and on what basis."""

    person_id: PersonId
    line: int
    basis: str


_OPEN = """
    SELECT refusal, rank, basis FROM trust.open(%s, (%s, %s, %s, %s, %s, %s)::trust.asking)
"""


@contextmanager
def opened(token: str, asking: Asking) -> Iterator[Sight]:
    """The sight of one person, for the length of the block, which is one transaction.

    Raises DoorClosed, before the block runs, when there is no basis for it today.
    """
    # Never a savepoint: a line that can be rolled back alone would prove nothing.
    with transaction.atomic(savepoint=False):
        yield open_sight(token, asking)


def open_sight(token: str, asking: Asking) -> Sight:
    """Open the sight for the rest of the caller's transaction; another opening replaces it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            [
                token,
                asking.person_id,
                asking.verb,
                list(asking.scopes),
                asking.purpose,
                asking.act,
                asking.strong,
            ],
        )
        refusal, rank, basis = cursor.fetchone()
    if refusal is not None:
        raise door_closed(refusal)
    return Sight(asking.person_id, rank, basis)
