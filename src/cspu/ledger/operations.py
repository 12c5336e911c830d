"""Posting to the ledger: the typed door to its one way in.

Transaction: the caller's, or one of its own. Idempotency: the key; the same key and proposals again
post nothing. Refusals: those of `cspu.ledger.errors`, and then nothing is written. Role: batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.ledger.errors import refusals_in_words

Kind = Literal[
    "award",
    "correction",
    "conversion",
    "use",
    "gift",
    "help",
    "top_up",
    "return",
    "advance",
    "recovery",
    "waiver",
]

_POST = "SELECT ledger.post(%s, ARRAY[{}]::ledger.proposal[], %s)"
_ROW = f"({', '.join(['%s'] * 15)})::ledger.proposal"


def account_of(
    person_id: PersonId, right_id: str, organisation_id: OrganisationId = NO_ORGANISATION
) -> UUID:
    """The account in which a person holds a right, with one organisation or with none."""
    return computed_id(person_id, right_id, organisation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A movement to post on a person's account, against a counter-account.

    `amount` is in smallest units: above zero it enters the person's account, below zero it leaves
    it. `protected` is the part of it that enters or leaves the protected share, with the sign of
    `amount`. The period is the one lived or worked, both days included; `due_on` comes after it.
    """

    person_id: PersonId
    right_id: str
    unit: str
    counter_id: UUID
    counterparty: str
    amount: int
    kind: Kind
    reason: str
    version: date
    period_start: date
    period_end: date
    due_on: date
    protected: int = 0
    organisation_id: OrganisationId = NO_ORGANISATION

    @property
    def account_id(self) -> UUID:
        """The person's account that moves."""
        return account_of(self.person_id, self.right_id, self.organisation_id)


def post(key: str, proposals: Sequence[Proposal], *, recorded_at: datetime) -> int:
    """Post movements together under an idempotency key; how many were posted (0: already done).

    `recorded_at` is when they become known; it must carry a time zone.
    """
    if not proposals:
        return 0
    # In one order, so that the same batch is always sent alike: first by person, as the ledger wants it.
    rows = sorted(map(_row, proposals))
    statement = _POST.format(", ".join([_ROW] * len(rows)))
    # One statement is a transaction of its own: within another's, a refusal must leave that one usable.
    kept_whole = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with refusals_in_words(), kept_whole, connection.cursor() as cursor:
        cursor.execute(statement, [key, *chain.from_iterable(rows), recorded_at])
        return int(cursor.fetchone()[0])


def _row(proposal: Proposal) -> tuple[Any, ...]:
    return (
        proposal.person_id,
        proposal.account_id,
        proposal.right_id,
        proposal.organisation_id,
        proposal.unit,
        proposal.counter_id,
        proposal.counterparty,
        proposal.amount,
        proposal.protected,
        proposal.kind,
        proposal.reason,
        proposal.version,
        proposal.period_start,
        proposal.period_end,
        proposal.due_on,
    )
