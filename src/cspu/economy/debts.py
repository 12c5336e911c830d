"""Debts: what is owed and why, contesting, giving back, recovering within the law's share of a month.

Transaction: each operation joins the caller's or owns one. Idempotency: recovery, by debt, month and
what was owed; `give_back`, by the form's token. Refusals: economy.refusal, raised as ActRefused
before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from cspu.economy.deciding import again_when_busy, decide
from cspu.economy.errors import act_refused
from cspu.economy.statements import statement
from cspu.kernel.ids import PersonId, computed_id
from cspu.ledger.errors import refusals_in_words

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed after a correction; amounts in smallest units of `unit`.

    `amount` was missing when it was found, beside `taken_back` that the account could give; `owed` is
    what is left. `takes` is what is taken of itself today, at most; None while that cannot be known. It is
    what is left of `share`, the whole month's, over all her debts where they are money.
    `income` and `dependants` are what that share stands on, for money; None: not known, or
    not shown by this sight (`hidden`).
    """

    debt_id: UUID
    right_id: str
    unit: str
    counterparty: str
    organisation: str
    amount: int
    taken_back: int
    owed: int
    reason: str
    version: date
    period_start: date
    period_end: date
    owed_from: date
    contest_until: date
    contested: bool
    takes: int | None
    share: int | None
    income: int | None
    dependants: int | None
    hidden: bool
    free: int


@dataclass(frozen=True, slots=True)
class DebtMove:
    """What was said of a debt, or what paid a part of it (`amount` above zero)."""

    kind: str
    words: str
    amount: int
    made_at: datetime


def debts(person_id: PersonId, *, on: date) -> list[Debt]:
    """Everything she owes or owed, what is left open first."""
    with connection.cursor() as cursor:
        cursor.execute(statement("debts"), {"person": person_id, "on": on})
        return [Debt(*row) for row in cursor.fetchall()]


def moves(person_id: PersonId, debt_id: UUID) -> list[DebtMove]:
    """What happened to a debt, in order."""
    with connection.cursor() as cursor:
        cursor.execute(statement("debt_moves"), {"person": person_id, "debt": debt_id})
        return [DebtMove(*row) for row in cursor.fetchall()]


def recover(person_id: PersonId, *, on: date) -> int:
    """Take what this month's share lets be taken; how many debts it was taken for."""
    with refusals_in_words(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT economy.recover(%s, %s)", [person_id, on])
        return int(cursor.fetchone()[0])


def recover_all(*, on: date) -> int:
    """The same for everybody who owes, each in a transaction of her own; how many debts. Role: batch."""
    above, done = UUID(int=0), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM economy.debtors(%s, %s)", [above, _MOST])
            found = [PersonId(person) for (person,) in cursor.fetchall()]
        if not found:
            return done
        done += sum(again_when_busy(partial(recover, person, on=on)) for person in found)
        above = found[-1]


def give_back(form: UUID, debt_id: UUID, amount: int, *, on: date) -> UUID:
    """Give back so many smallest units of one's own will; gives the act's id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, debt_unknown, debt_closed,
    amount_not_positive, above_maximum, balance_too_small, protected_share, account_busy.
    """
    act = computed_id("give_back", form, debt_id, amount)
    decide("SELECT economy.give_back(%s, %s, %s, %s)", act, debt_id, amount, on)
    return act


def contest(debt_id: UUID, words: str) -> None:
    """Say that it is not owed: nothing more is taken until it is answered.

    Refusals: not_in_sight, not_covered, debt_unknown, debt_closed, debt_contested, words_missing.
    """
    decide("SELECT economy.contest(%s, %s)", debt_id, words)


def answer(
    person_id: PersonId, debt_id: UUID, *, forgiven: bool, words: str, by: str, on: date
) -> None:
    """The funder's answer to what was contested, or its gift of what is owed. Role: batch.

    Refusals: debt_unknown, debt_closed, words_missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT economy.answer_debt(%s, %s, %s, %s, %s, %s)",
            [person_id, debt_id, forgiven, words, by, on],
        )
        (refusal,) = cursor.fetchone()
    if refusal is not None:
        raise act_refused(refusal)
