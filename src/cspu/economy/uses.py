"""Using: pay an accredited body, take leave; undone within a window, settled after it.

Transaction: each operation joins the caller's or owns one. Idempotency: `use`, by the form's own
token and all it says; ending a hold, once. Refusals: economy.refusal, raised as ActRefused before
anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from cspu.economy.deciding import again_when_busy, decide, refuse_day_to_come
from cspu.economy.statements import statement
from cspu.kernel.ids import OrganisationId, PersonId, computed_id
from cspu.kernel.text import Text
from cspu.ledger.errors import refusals_in_words

_MOST = 200


@dataclass(frozen=True, slots=True)
class Use:
    """A use in force; amounts in smallest units.

    `free`: what she holds and it may take; `shielded`: what of it stays protected; `helped`: some
    funder's published rule adds to it. `answer_days` 0: it settles of itself after `undo_hours`.
    """

    use: str
    label: Text
    right_id: str
    payee: str
    step: int
    least: int
    most: int
    undo_hours: int
    answer_days: int
    free: int
    shielded: int
    helped: bool
    purpose: bool
    reference: str
    url: str
    assumption: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A body that may be paid."""

    organisation_id: OrganisationId
    name: str
    siret: str


@dataclass(frozen=True, slots=True)
class Behind:
    """What she holds with an employer for which she no longer works, in smallest units: no use takes it."""

    right_id: str
    organisation_id: OrganisationId
    organisation: str
    amount: int


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A body that a use may pay, from a day to a day (None: until it is ended)."""

    use: str
    siret: str
    name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part of a use comes from, in smallest units: her own right (no label), a pot, a top-up.

    `rule` names the funder's rule that would add it for this very use; empty for what she has.
    """

    label: Text
    amount: int
    protected: int
    expires_on: date | None
    earmark: str
    rule: str
    funder: str
    reference: str
    assumption: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a use would do: the refusal's code, or its parts in the order in which they are taken."""

    refusal: str
    parts: tuple[Part, ...]

    @property
    def added(self) -> int:
        """What funders would add."""
        return sum(part.amount for part in self.parts if part.rule)


@dataclass(frozen=True, slots=True)
class Used:
    """A use that was made; amounts in smallest units of `unit`.

    `amount` was promised, of which funders `added` a part for it; `paid` was settled. `settles_at`:
    of itself; `expires_at`: let go, unless the payee speaks before. `had`: her balance before.
    """

    act_id: UUID
    use: str
    label: Text
    right_id: str
    unit: str
    payee: str
    amount: int
    added: int
    had: int
    for_day: date
    made_at: datetime
    undo_until: datetime
    settles_at: datetime | None
    expires_at: datetime | None
    paid: int
    still_open: bool
    outcome: str
    ended_at: datetime | None
    reference: str
    url: str


def uses(person_id: PersonId, *, on: date) -> list[Use]:
    """Every use for which she holds something."""
    return _uses(person_id, None, on=on)


def use_of(person_id: PersonId, use: str, *, on: date) -> Use | None:
    """One use in force, whether or not she holds something for it."""
    return next((each for each in _uses(person_id, use, on=on) if each.use == use), None)


def _uses(person_id: PersonId, use: str | None, *, on: date) -> list[Use]:
    with connection.cursor() as cursor:
        cursor.execute(statement("uses"), {"person": person_id, "use": use, "on": on})
        return [Use(row[0], Text(row[1], row[2]), *row[3:]) for row in cursor.fetchall()]


def payees(person_id: PersonId, use: str, *, on: date) -> list[Body]:
    """Whom a use may pay: bodies accredited for it, or her present employers, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("payees"), {"person": person_id, "use": use, "on": on, "most": _MOST}
        )
        return [Body(*row) for row in cursor.fetchall()]


def left_behind(person_id: PersonId, *, on: date) -> list[Behind]:
    """Days held with former employers, right by right."""
    with connection.cursor() as cursor:
        cursor.execute(statement("left_behind"), {"person": person_id, "on": on})
        return [Behind(*row) for row in cursor.fetchall()]


def look(use: str, payee: OrganisationId, amount: int, *, on: date) -> Look:
    """What using so many smallest units would take and from where; writes nothing.

    In a sight opened with verb `act`: what is looked at is held until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            statement("look_at_use"), {"use": use, "payee": payee, "amount": amount, "on": on}
        )
        rows = cursor.fetchall()
    parts = tuple(Part(Text(row[1], row[2]), *row[3:]) for row in rows if row[3] is not None)
    return Look(rows[0][0] or "", parts)


def use(form: UUID, use: str, payee: OrganisationId, amount: int, *, added: int, on: date) -> UUID:
    """Promise so many smallest units to a body; gives the act's id.

    `added`: what she was shown that funders add. Refusals: not_in_sight, not_covered, day_to_come, day_past,
    rule_unknown, organisation_unknown, not_employed_there (days held with a former employer),
    payee_not_accredited, not_entitled, entitlement_unknown, amount_not_positive, amount_not_whole,
    below_minimum, above_maximum, quote_over (what funders add has changed), balance_too_small,
    earmarked, protected_share.
    """
    act = computed_id("use", form, use, payee, amount, added)
    decide("SELECT economy.use(%s, %s, %s, %s, %s, %s)", act, use, payee, amount, added, on)
    return act


def undo(act_id: UUID, *, on: date) -> None:
    """Take back what was promised, within its window.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, hold_unknown, hold_ended, too_late_to_undo.
    """
    decide("SELECT economy.undo(%s, %s)", act_id, on)


def used(person_id: PersonId, *, act_id: UUID | None = None) -> list[Used]:
    """What she used, what is still open first; or one act alone."""
    with connection.cursor() as cursor:
        cursor.execute(statement("used"), {"person": person_id, "act": act_id, "most": _MOST})
        rows = cursor.fetchall()
    return [Used(act, use, Text(fr, en), *others) for act, use, fr, en, *others in rows]


def settle(act_id: UUID, payee: OrganisationId, amount: int, *, by: str, on: date) -> None:
    """The payee's word: so much is due to it, and the rest is let go; 0 lets all go. Role: batch.

    Refusals: hold_unknown, hold_ended, amount_not_positive, above_maximum, undo_window_open.
    """
    decide("SELECT economy.settle_use(%s, %s, %s, %s, %s)", act_id, payee, amount, by, on)


def unit_of(act_id: UUID) -> str:
    """In which unit a use was promised; empty when there is none of that id. Role: batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT said ->> 'from_unit' FROM economy.act WHERE act_id = %s AND kind = 'use'",
            [act_id],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def accreditations(*, on: date, use: str = "") -> list[Accreditation]:
    """Bodies accredited that day or later, by use and name."""
    with connection.cursor() as cursor:
        cursor.execute(statement("accreditations"), {"on": on, "use": use})
        return [Accreditation(*row) for row in cursor.fetchall()]


def accredit(use: str, payee: OrganisationId, *, since: date) -> None:
    """A body may be paid by a use from a day on. Role: batch.

    Refusals: rule_unknown, organisation_unknown.
    """
    decide("SELECT economy.accredit(%s, %s, %s)", use, payee, since)


def end_accreditation(use: str, payee: OrganisationId, *, last_day: date) -> None:
    """A body may be paid by a use until that day, included. Role: batch.

    Refusals: payee_not_accredited.
    """
    decide("SELECT economy.end_accreditation(%s, %s, %s)", use, payee, last_day)


def catch_up(person_id: PersonId, *, on: date) -> int:
    """End what time has ended: holds, what a use did not spend, pots past their day; how many.

    Within a transaction of the caller, a refusal is the end of it all.
    """
    with (
        refusals_in_words(),
        transaction.atomic(savepoint=False),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT economy.catch_up(%s, %s)", [person_id, on])
        return int(cursor.fetchone()[0])


def catch_up_all(*, on: date) -> int:
    """The same for everybody whom time concerns, each in a transaction of her own. Role: batch.

    Refusals: day_to_come.
    """
    refuse_day_to_come(on)
    above, done = UUID(int=0), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM economy.persons_to_catch_up(%s, %s, %s)", [above, on, _MOST]
            )
            found = [PersonId(person) for (person,) in cursor.fetchall()]
        if not found:
            return done
        done += sum(again_when_busy(partial(catch_up, person, on=on)) for person in found)
        above = found[-1]
