"""Calling an act of the database: its refusals raised, the ledger's own said in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction

from cspu.economy.errors import act_refused
from cspu.ledger.errors import AccountBusy, CeilingPassed, FloorBroken, refusals_in_words

T = TypeVar("T")
Value = str | int | bool | bytes | date | datetime | UUID | None
_TRIES = 5


def decide(statement: str, *values: Value) -> None:
    """Run an act that returns its refusal; ActRefused when it has one, and nothing was written.

    Transaction: the caller's, inside the sight. A collision with another writer, which only the
    ledger's keys can see, is tried again, then refused like the rest.
    """
    try:
        refusal = again_when_busy(partial(_asked, statement, *values))
    except AccountBusy as error:
        raise act_refused("account_busy") from error
    except FloorBroken as error:
        raise act_refused("balance_too_small") from error
    except CeilingPassed as error:
        raise act_refused("above_limit") from error
    if refusal is not None:
        raise act_refused(refusal)


def _asked(statement: str, *values: Value) -> str | None:
    """The refusal of an act run within a savepoint: stopped by a collision, it left nothing, nor any lock."""
    with refusals_in_words(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        (refusal,) = cursor.fetchone()
    return str(refusal) if refusal is not None else None


def refuse_day_to_come(on: date) -> None:
    """ActRefused where that day has not come: what a month may take would be taken months early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s > entitlement.last_day()", [on])
        (to_come,) = cursor.fetchone()
    if to_come:
        raise act_refused("day_to_come")


def again_when_busy(act: Callable[[], T]) -> T:
    """What is done, again where another writer was first.

    Acts and settlements take accounts in one order, but slots and lanes cannot be in order where one
    transaction posts twice, a batch read its ranks before it waited, and two may be the first to draw
    on a funder: PostgreSQL stops one (`AccountBusy`), and what it did left nothing behind.
    """
    for _ in range(_TRIES - 1):
        try:
            return act()
        except AccountBusy:
            continue
    return act()
