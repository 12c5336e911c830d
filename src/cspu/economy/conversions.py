"""Converting: a quote first, then exactly that quote.

Transaction: each operation joins the caller's, inside a sight opened with verb `act`
(`cspu.trust.door.opened`). Idempotency: the quote's id, computed from the form's own token and all
it says. Refusals: economy.refusal, raised as ActRefused before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from cspu.economy.deciding import decide
from cspu.economy.statements import statement
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force and what may be given by it today; amounts in smallest units.

    `free`: what she holds and the rule may take; `shielded`: what of it the rule leaves alone.
    `open_to` is the right of the law that must be answered yes (empty: none), `is_open` its answer
    today, None when it cannot be known, or when this sight does not show that right (`hidden`).
    """

    rule: str
    label: Text
    from_right: str
    to_right: str
    step: int
    least: int
    free: int
    shielded: int
    reference: str
    url: str
    open_to: str
    is_open: bool | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What a conversion would do; amounts in smallest units, `left_over` in points.

    `had` and `got` are the balances before; `shielded` stays protected whatever she does.
    `stays_protected`: what comes out is protected where it goes.
    """

    quote_id: UUID
    rule: str
    label: Text
    from_right: str
    to_right: str
    takes: int
    gives: int
    left_over: Decimal
    had: int
    shielded: int
    got: int
    purpose: bool
    stays_protected: bool
    reference: str
    url: str
    assumption: bool
    for_day: date
    valid_until: datetime
    used: bool


def rules(person_id: PersonId, *, on: date) -> list[Rule]:
    """Every rule by which she holds something to convert."""
    with connection.cursor() as cursor:
        cursor.execute(statement("rules"), {"person": person_id, "on": on})
        return [Rule(row[0], Text(row[1], row[2]), *row[3:]) for row in cursor.fetchall()]


def quote(form: UUID, rule: str, taken: int, *, on: date) -> UUID:
    """Ask what a conversion of so many smallest units would do; gives the quote's id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, not_employed_there (days
    held with former employers alone), not_entitled, entitlement_unknown, amount_not_positive,
    amount_not_whole, below_minimum, above_maximum, gives_nothing, balance_too_small,
    earmarked, protected_share, above_limit (hours of help have a ceiling).
    """
    asked = computed_id("quote", form, rule, taken)
    decide("SELECT economy.quote(%s, %s, %s, %s)", asked, rule, taken, on)
    return asked


def quoted(quote_id: UUID) -> Quote | None:
    """One quote of the person in sight; None when there is none of that id."""
    with connection.cursor() as cursor:
        cursor.execute(statement("quote"), {"quote": quote_id})
        row = cursor.fetchone()
    if row is None:
        return None
    quote_id, rule, fr, en, *others = row
    return Quote(quote_id, rule, Text(fr, en), *others)


def convert(quote_id: UUID) -> None:
    """Execute exactly that quote.

    Refusals: not_in_sight, not_covered, quote_unknown, quote_used, not_employed_there, not_entitled,
    entitlement_unknown, amount_not_whole, below_minimum, above_maximum, gives_nothing,
    balance_too_small, earmarked, protected_share, quote_over (the rule changed, its time is over, or
    the accounts moved), above_limit, account_busy.
    """
    decide("SELECT economy.convert(%s)", quote_id)
