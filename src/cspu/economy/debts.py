"""Debts: what is owed and why, contesting, giving back, recovering within the law's share of a month.

Transaction: each operation joins the caller's or owns one. Idempotency: recovery, by debt, month and
what was owed; `give_back`, by the form's token. Refusals: economy.refusal, raised as ActRefused
before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from cspu.economy.deciding import again_when_busy, decide, refuse_day_to_come
from cspu.economy.errors import act_refused
from cspu.economy.statements import statement
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.periods import add_months, month_of
from cspu.ledger.errors import refusals_in_words

_MOST = 1000
_LONGEST = 60
"""How many months a plan looks ahead."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed after a correction; amounts in smallest units of `unit`.

    `amount` was missing when it was found, beside `taken_back` that the account could give; `owed` is
    what is left. `takes` is what is taken of itself today, at most; None while that cannot be known. It is
    what is left of `share`, the whole month's, over all her debts where they are money, once
    `taken` was. `income` and `dependants` are what that share stands on, for money. None: not known, or
    not shown by this sight (`hidden`). `in_kind`: which part of what is `free` a month may take of
    a right that is no money. `rule`: the articles that bound it. `last_word`: contested, upheld or
    forgiven; empty where nothing was said.
    """

    debt_id: UUID
    account_id: UUID
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
    last_word: str
    takes: int | None
    share: int | None
    taken: int | None
    income: int | None
    dependants: int | None
    hidden: bool
    free: int
    in_kind: Decimal | None
    rule: str
    rule_url: str

    @property
    def contested(self) -> bool:
        """She said that she does not owe it, and its funder has not answered yet."""
        return self.last_word == "contested"


@dataclass(frozen=True, slots=True)
class DebtMove:
    """What was said of a debt, or what paid a part of it (`amount` above zero, for a day).

    `kind`: contested, upheld, forgiven; recovery: she paid; waiver: who forgave did.
    """

    kind: str
    words: str
    amount: int
    made_at: datetime
    for_day: date | None


@dataclass(frozen=True, slots=True)
class Contested:
    """A debt that waits for its funder's answer: `owed` smallest units of `unit`, and why she says not."""

    debt_id: UUID
    right_id: str
    unit: str
    counterparty: str
    organisation: str
    period_start: date
    period_end: date
    owed: int
    contested_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """What a month would take, in smallest units; `month` is its first day."""

    month: date
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Month by month, and what would be left: the account would have nothing more to give."""

    instalments: tuple[Instalment, ...]
    left: int


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


def plan(known: Sequence[Debt], debt: Debt, *, on: date) -> Plan:
    """The months in which a debt would be paid back of itself, beside her others, if nothing changed."""
    owed = {each.debt_id: each.owed for each in known}
    free = {each.account_id: max(each.free, 0) for each in known}
    oldest_first = sorted(known, key=lambda each: (each.owed_from, each.debt_id))
    instalments = []
    for months in range(_LONGEST):
        month = add_months(on, months)
        last_day = month_of(month).end
        taken: dict[object, int] = {}
        for each in oldest_first:
            if each.contested or each.contest_until > last_day or each.share is None:
                continue
            of = each.account_id if each.in_kind else each.unit
            before = taken.get(of, (each.taken or 0) if not months else 0)
            left = max(_share(each, free[each.account_id] + before) - before, 0)
            amount = min(owed[each.debt_id], free[each.account_id], left)
            taken[of] = before + amount
            owed[each.debt_id] -= amount
            free[each.account_id] -= amount
            if each.debt_id == debt.debt_id and amount:
                instalments.append(Instalment(month, amount))
    return Plan(tuple(instalments), owed[debt.debt_id])


def _share(debt: Debt, free: int) -> int:
    """What a month may take, over all debts for money, of that account alone for a right in kind."""
    if debt.in_kind is None:
        return debt.share or 0
    return int((free * debt.in_kind).to_integral_value(ROUND_CEILING))


def recover(person_id: PersonId, *, on: date) -> int:
    """Take what this month's share lets be taken; how many debts it was taken for."""
    with refusals_in_words(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT economy.recover(%s, %s)", [person_id, on])
        return int(cursor.fetchone()[0])


def recover_all(*, on: date) -> int:
    """The same for everybody who owes, each in a transaction of her own; how many debts. Role: batch.

    Refusals: day_to_come.
    """
    refuse_day_to_come(on)
    above, done = UUID(int=0), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM economy.debtors(%s, %s)", [above, _MOST])
            last, found = cursor.fetchone()
        if last is None:
            return done
        done += sum(again_when_busy(partial(recover, PersonId(each), on=on)) for each in found)
        above = last


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


def contested() -> list[Contested]:
    """Every debt that waits for an answer, longest first; nobody's name. Role: batch."""
    with connection.cursor() as cursor:
        cursor.execute(statement("contested"))
        return [Contested(*row) for row in cursor.fetchall()]


def debtor(debt_id: UUID) -> PersonId:
    """Whose debt that is; ActRefused (debt_unknown) where there is none of that id. Role: batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM entitlement.debt WHERE debt_id = %s", [debt_id])
        row = cursor.fetchone()
    if row is None:
        raise act_refused("debt_unknown")
    return PersonId(row[0])


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
