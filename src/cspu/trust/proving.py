"""Proofs a person makes of one right: kept with her account, withdrawn when she wants.

Transactions: each operation joins the caller's, opened by the door to act. Idempotency: `keep` by the proof's
id, which comes from the form; withdrawing twice is refused the second time. Refusals: ChoiceRefused.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.trust.errors import choice_refused
from cspu.trust.proofs import Frame, IssuedProof, StatusReference, present
from cspu.trust.proofs.errors import StatusListFull

LIST = 1
"""The list new proofs take a place in; another is opened before this one is half full."""
_DRAWS = 64

Address = Callable[[int], str]
"""The public address of a list, by its number."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptProof:
    """A proof she made. `shown` is what she handed over: nothing else of it is kept."""

    proof_id: UUID
    number: str
    right_id: str
    disclosed: list[str]
    shown_to: str
    shown: str
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    is_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The proof she wants: of which right, showing what, to whom."""

    proof_id: UUID
    right_id: str
    disclosed: Sequence[str]
    shown_to: str


def keep(
    wish: Wish, seal: Callable[[StatusReference], IssuedProof], *, frame: Frame, address: Address
) -> None:
    """Draw a free place, seal the proof for it, keep what is shown of it."""
    for _ in range(_DRAWS):
        index = secrets.randbelow(frame.list_size)
        proof = seal(StatusReference(address(LIST), index))
        row: list[Any] = [
            UUID(int=0),  # the database puts the person in sight
            wish.proof_id,
            proof.number,
            LIST,
            index,
            wish.right_id,
            list(wish.disclosed),
            wish.shown_to,
            present(proof, wish.disclosed),
            proof.issued_at,
            proof.expires_at,
            None,
        ]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(row))
            cursor.execute(f"SELECT trust.keep_proof(ROW({marks})::trust.proof)", row)
            if cursor.fetchone()[0]:
                return
    raise StatusListFull


def withdraw(proof_id: UUID) -> None:
    """From now on, whoever checks it on line is told that it was withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trust.withdraw_proof(%s)", [proof_id])
        refusal = cursor.fetchone()[0]
    if refusal:
        raise choice_refused(refusal)


def proofs_in_sight() -> list[KeptProof]:
    """Every proof she made, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT proof_id, number, right_id, disclosed, shown_to, shown, issued_at, expires_at,
                   withdrawn_at, withdrawn_at IS NULL AND expires_at > now()
               FROM trust.proof ORDER BY issued_at DESC, proof_id"""
        )
        return [KeptProof(*row) for row in cursor.fetchall()]


def withdrawn_places(list_id: int) -> list[int]:
    """The places of a list whose proof was withdrawn before its time. Anybody may know."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT status_index FROM trust.proof_place
               WHERE list_id = %s AND withdrawn_at IS NOT NULL AND expires_at > now()
               ORDER BY status_index""",
            [list_id],
        )
        return [index for (index,) in cursor.fetchall()]
