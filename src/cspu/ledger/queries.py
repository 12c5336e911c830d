"""Reading balances, on any date, as known at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, PersonId

_BALANCES = files("cspu.ledger").joinpath("sql", "read", "balances.sql")


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held: `balance` and, within it, `protected`, in smallest units of `unit`."""

    account_id: UUID
    right_id: str
    organisation_id: OrganisationId
    unit: str
    balance: int
    protected: int


def balances(person_id: PersonId, *, on: date, known_at: datetime | None) -> list[Balance]:
    """Each account of a person that had been moved: what was due by `on`, as known at `known_at`.

    `known_at` None is everything known by now: later corrections count. With a moment, only what
    had been recorded by then counts: what her page said, or would have said, that day.
    """
    return _read({"person": person_id, "on": on, "known_at": known_at, "account": None})


def balance(person_id: PersonId, account_id: UUID, *, on: date, known_at: datetime | None) -> int:
    """What one account held, in smallest units; 0 before its first movement. See `balances`."""
    held = _read({"person": person_id, "on": on, "known_at": known_at, "account": account_id})
    return held[0].balance if held else 0


def _read(values: dict[str, UUID | date | None]) -> list[Balance]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES.read_text(encoding="utf-8"), values)
        return [Balance(*row) for row in cursor.fetchall()]
