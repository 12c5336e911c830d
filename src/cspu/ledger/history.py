"""All that a person's accounts ever held, a page at a time: what statements and exports read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, PersonId

PAGE = 1000
_SQL = files("cspu.ledger").joinpath("sql", "read")


@dataclass(frozen=True, slots=True)
class Account:
    """An account and the totals of everything posted to it, in smallest units of `unit`."""

    account_id: UUID
    right_id: str
    organisation_id: OrganisationId
    unit: str
    credits: int
    debits: int
    protected: int
    length: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement, `amount` and `protected` signed from the person's side."""

    right_id: str
    due_on: date
    recorded_at: datetime
    account_id: UUID
    rank: int
    organisation_id: OrganisationId
    unit: str
    amount: int
    protected: int
    kind: str
    reason: str
    version: date
    counterparty: str
    period_start: date
    period_end: date
    debit_account_id: UUID
    credit_account_id: UUID
    batch_id: UUID
    hash: bytes


@dataclass(frozen=True, slots=True)
class Posting:
    """An act that posted movements to her accounts: when, and how many."""

    batch_id: UUID
    recorded_at: datetime
    transfers: int


def accounts(person_id: PersonId) -> list[Account]:
    """Every account, by right."""
    return [Account(*row) for row in _rows("accounts", person=person_id)]


def transfers(
    person_id: PersonId,
    *,
    right_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    after: Transfer | None = None,
    most: int | None = None,
) -> list[Transfer]:
    """A page of the movements due between two days, by right then date; `after` the last one read."""
    rows = _rows(
        "history",
        person=person_id,
        right=right_id,
        since=since,
        until=until,
        after_right=after and after.right_id,
        after_due=after and after.due_on,
        after_recorded=after and after.recorded_at,
        after_account=after and after.account_id,
        after_rank=after and after.rank,
        most=most or PAGE,
    )
    return [Transfer(*(*row[:-1], bytes(row[-1]))) for row in rows]


def postings(
    person_id: PersonId, *, after: Posting | None = None, most: int | None = None
) -> list[Posting]:
    """A page of the acts that moved her accounts; `after` the last one read."""
    rows = _rows("postings", person=person_id, after=after and after.batch_id, most=most or PAGE)
    return [Posting(*row) for row in rows]


def _rows(name: str, **values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  a query's own
    with connection.cursor() as cursor:
        cursor.execute(_SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8"), values)
        yield from cursor.fetchall()
