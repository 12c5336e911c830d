"""Top-ups: what funders added, for what and until when; giving one to many persons.

Transaction: `give` owns one; reads join the caller's. Idempotency: `give`, by campaign, rule and
person. Refusals: economy.refusal, raised as ActRefused before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.economy.deciding import decide
from cspu.economy.statements import statement
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.text import Text

_MOST = 200
_CHUNK = 1000
REMINDER_DAYS = 60
"""How long before its last day a pot is set out on the account's first page."""


@dataclass(frozen=True, slots=True)
class Pot:
    """What was added and is still there; amounts in smallest units of `unit`.

    `held` of it is promised. `use` names the use it is marked for (empty: any). `expires_on`: the
    day on which what is left goes back (None: never).
    """

    pot_id: UUID
    label: Text
    right_id: str
    unit: str
    funder: str
    organisation: str
    earmark: str
    use: Text
    balance: int
    held: int
    expires_on: date | None

    def is_ending(self, on: date) -> bool:
        """Its last day is near."""
        return self.expires_on is not None and (self.expires_on - on).days <= REMINDER_DAYS


@dataclass(frozen=True, slots=True)
class TopUp:
    """A sum added (`top_up`) or gone back (`return`), in smallest units of `unit`."""

    act_id: UUID
    kind: str
    label: Text
    right_id: str
    unit: str
    funder: str
    organisation: str
    earmark: str
    use: Text
    amount: int
    for_day: date
    expires_on: date | None
    reference: str
    assumption: bool


def pots(person_id: PersonId, *, on: date, right_id: str | None = None) -> list[Pot]:
    """What is still there of what was added, what ends soonest first."""
    with connection.cursor() as cursor:
        cursor.execute(statement("pots"), {"person": person_id, "right": right_id, "on": on})
        return [_pot(row) for row in cursor.fetchall()]


def top_ups(person_id: PersonId) -> list[TopUp]:
    """What funders added and what went back, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(statement("top_ups"), {"person": person_id, "most": _MOST})
        return [_top_up(row) for row in cursor.fetchall()]


def give(person_id: PersonId, rule: str, campaign: str, *, by: str, on: date) -> UUID:
    """Give one person what a rule of kind `given` gives, once a campaign; the act's id. Role: batch.

    Refusals: rule_unknown, person_unknown, not_entitled, entitlement_unknown, above_maximum.
    """
    act = computed_id("top_up", campaign, rule, person_id)
    decide("SELECT economy.give_top_up(%s, %s, %s, %s, %s)", person_id, act, rule, by, on)
    return act


def entitled_persons(rule: str, *, on: date) -> Iterator[PersonId]:
    """Everybody whom the rule's condition in law answers yes that day, walked through by parts.

    Role: batch.
    """
    above = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM economy.persons_for_top_up(%s, %s, %s, %s)",
                [rule, above, on, _CHUNK],
            )
            last, persons = cursor.fetchone()
        if last is None:
            return
        yield from map(PersonId, persons)
        above = last


def _pot(row: tuple[Any, ...]) -> Pot:
    pot, fr, en, right, unit, funder, body, earmark, use_fr, use_en, *others = row
    label, use = Text(fr, en), Text(use_fr, use_en)
    return Pot(pot, label, right, unit, funder, body, earmark, use, *others)


def _top_up(row: tuple[Any, ...]) -> TopUp:
    act, kind, fr, en, right, unit, funder, body, earmark, use_fr, use_en, *others = row
    label, use = Text(fr, en), Text(use_fr, use_en)
    return TopUp(act, kind, label, right, unit, funder, body, earmark, use, *others)
