"""Calling an act of the database: its refusals raised, the ledger's own said in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction

from cspu.economy.errors import act_refused
from cspu.ledger.errors import AccountBusy, CeilingPassed, FloorBroken, refusals_in_words

T = TypeVar("T")
_TRIES = 5


def decide(
    statement: str, *values: str | int | bool | bytes | date | datetime | UUID | None
) -> None:
    """Run an act that returns its refusal; ActRefused when it has one, and nothing was written.

    Transaction: the caller's, inside the sight. A collision with another writer, which only the
    ledger's keys can see, is refused like the rest.
    """
    try:
        with refusals_in_words(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            (refusal,) = cursor.fetchone()
    except AccountBusy as error:
        raise act_refused("account_busy") from error
    except FloorBroken as error:
        raise act_refused("balance_too_small") from error
    except CeilingPassed as error:
        raise act_refused("above_limit") from error
    if refusal is not None:
        raise act_refused(refusal)


def again_when_busy(act: Callable[[], T]) -> T:
    """What a walk through many persons does for one of them, again where another writer was first.

    Accounts are taken in one order; slots and lanes cannot be, where one transaction posts twice: of
    two that cross there, PostgreSQL stops one (`AccountBusy`), and its act left nothing behind.
    """
    for _ in range(_TRIES - 1):
        try:
            return act()
        except AccountBusy:
            continue
    return act()
