"""Gifts: rest days to a colleague in need, hours to a relative; needs, calls and the codes that lead to them.

Transaction: each operation joins the caller's, inside a sight opened with verb `act`, but for
`certify_need`, which an agent does in a session of hers, and the employer's commands (batch role).
Idempotency: by the form's own token and all it says. Refusals: economy.refusal, raised as
ActRefused before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.economy.deciding import decide
from cspu.economy.errors import AgreementStands, act_refused
from cspu.economy.statements import statement
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.kernel.text import Text
from cspu.trust.choices import CODE_LENGTH, code_of, plain_code

REST_DAYS = "rest_days"
HOURS_TO_KIN = "hours_to_kin"
CALL_DAYS = (7, 30, 90)
"""How many days a call may be open, as offered."""


@dataclass(frozen=True, slots=True)
class Source:
    """What may be given of one account today; amounts in smallest units.

    `shielded`: what the law keeps; `agreed`: the employer published its agreement, `outside` with others too;
    `employed`: she works there that day, without which the law lets her give none of them.
    """

    organisation_id: OrganisationId
    organisation: str
    balance: int
    free: int
    shielded: int
    agreed: bool
    outside: bool
    employed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A gift of hers: held, settled, released or expired; held, it may be taken back until `undo_until`."""

    gift_id: UUID
    right_id: str
    unit: str
    amount: int
    to: str
    made_at: datetime
    undo_until: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Need:
    """A need of hers that a body certified."""

    need_id: UUID
    label: Text
    certified_by: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class NeedKind:
    """A kind of need that the law accepts, the roles that certify one, for how many days at most."""

    kind: str
    label: Text
    certifiers: tuple[str, ...]
    most_days: int
    reference: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of hers that is open.

    `stopped_on`: since when the employer agrees to no new gift, None while it does; `pool_waits`: days
    are left in its pool, that it may still grant.
    """

    call_id: UUID
    right_id: str
    opened_at: datetime
    valid_until: date
    organisation: str
    stopped_on: date | None
    pool_waits: bool


@dataclass(frozen=True, slots=True)
class Workplace:
    """An employer with which given days may be taken; `agreed`, `pool_waits` as for a call."""

    organisation_id: OrganisationId
    organisation: str
    agreed: bool
    pool_waits: bool

    @property
    def gives_nothing(self) -> bool:
        """Neither colleagues nor its pool may give there: no call can be opened."""
        return not self.agreed and not self.pool_waits


@dataclass(frozen=True, slots=True)
class Pool:
    """Days given to an employer's pool that went to nobody yet: `left` hundredths of `unit`.

    `agreed`: it agrees to new gifts.
    """

    organisation_id: OrganisationId
    organisation: str
    siret: str
    unit: str
    left: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class GiftRule:
    """What a rule of gifts says on a day; amounts in smallest units."""

    rule: str
    label: Text
    unit: str
    step: int
    least: int
    undo_hours: int
    reference: str
    url: str


def gift_rule(rule: str, *, on: date) -> GiftRule | None:
    """A rule of gifts in force; None when there is none."""
    rows = _rows(
        "SELECT rule, label_fr, label_en, unit, step, least, undo_hours, reference, url"
        " FROM economy.gift_rule WHERE rule = %s AND %s BETWEEN in_force AND until",
        rule,
        on,
    )
    return next((GiftRule(row[0], Text(row[1], row[2]), *row[3:]) for row in rows), None)


def sources(person_id: PersonId, *, on: date) -> list[Source]:
    """The rest days she holds, employer by employer."""
    with connection.cursor() as cursor:
        cursor.execute(statement("gift_sources"), {"person": person_id, "on": on})
        return [Source(*row) for row in cursor.fetchall()]


def gifts_made(person_id: PersonId) -> list[Given]:
    """What she gave, latest first."""
    return [Given(*row) for row in _rows(statement("gifts_made"), person_id)]


def needs(person_id: PersonId, *, on: date) -> list[Need]:
    """Her certified needs in force."""
    return [
        Need(row[0], Text(row[1], row[2]), *row[3:])
        for row in _rows(statement("needs"), person_id, on)
    ]


def calls(person_id: PersonId, *, on: date) -> list[Call]:
    """Her open calls."""
    with connection.cursor() as cursor:
        cursor.execute(statement("calls"), {"person": person_id, "on": on})
        return [Call(*row) for row in cursor.fetchall()]


def employers(person_id: PersonId, *, on: date) -> list[Workplace]:
    """Those she works for on a day, by a status to which the law lets rest days be given."""
    with connection.cursor() as cursor:
        cursor.execute(statement("employers"), {"person": person_id, "on": on})
        return [Workplace(*row) for row in cursor.fetchall()]


def need_kinds() -> list[NeedKind]:
    """Every kind of need that the law in force accepts."""
    return [
        NeedKind(row[0], Text(row[1], row[2]), tuple(row[3].split()), row[4], row[5])
        for row in _rows(
            "SELECT kind, label_fr, label_en, certifiers, most_days, reference"
            " FROM economy.need_kind ORDER BY kind"
        )
    ]


def certify_need(
    token: str, code: str, kind: str, *, starts: date, ends: date, act: str = "need_certify"
) -> UUID:
    """Say, in an agent's session, that whoever gave this code has that need; gives its id.

    Refusals: not_in_sight (no such agent), rule_unknown (no such need), organisation_unknown (not a
    role that certifies it), person_unknown (the code), amount_not_positive, above_maximum (its term).
    """
    need = computed_id("need", plain_code(code), kind, starts, ends)
    decide(
        "SELECT economy.certify_need(%s, %s, %s, %s, %s, %s, %s)",
        *(token, plain_code(code), need, kind, starts, ends, act),
    )
    return need


def record_need(agent: UUID, code: str, kind: str, *, starts: date, ends: date) -> UUID:
    """As `certify_need`, for an agent whose body has no desk here. Role: batch."""
    need = computed_id("need", plain_code(code), kind, starts, ends)
    decide(
        "SELECT economy.record_need(%s, %s, %s, %s, %s, %s, 'need_certify')",
        *(agent, plain_code(code), need, kind, starts, ends),
    )
    return need


def open_call(form: UUID, *, need_id: UUID, employer: OrganisationId, on: date, days: int) -> str:
    """Open a call for rest days; gives the code to hand out.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, not_employed_there,
    need_not_certified, employer_not_agreed (and nothing is left in its pool), amount_not_positive,
    above_maximum, account_busy (that form's code leads elsewhere).
    """
    return _open(form, REST_DAYS, need_id, employer, on=on, days=days)


def open_kin_call(form: UUID, *, on: date, days: int) -> str:
    """A code by which a relative may pass her hours of help.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, amount_not_positive,
    above_maximum, account_busy (as for `open_call`).
    """
    return _open(form, HOURS_TO_KIN, None, NO_ORGANISATION, on=on, days=days)


def end_call(call_id: UUID) -> None:
    """Close a call: its code leads nowhere any more. Refusals: not_in_sight, not_covered, offer_unknown."""
    decide("SELECT economy.end_call(%s)", call_id)


def give_days(form: UUID, amount: int, *, employer: OrganisationId, code: str, on: date) -> UUID:
    """Give rest days held with an employer to the call behind a code; with no code, to the employer's pool.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, organisation_unknown,
    not_employed_there (the law keeps it for those who work there), person_unknown, oneself,
    need_not_certified, employer_not_agreed, amount_not_positive, amount_not_whole, below_minimum,
    balance_too_small, protected_share.
    """
    gift = computed_id("gift", form, amount, employer, plain_code(code))
    hashed = code_hash(code) if plain_code(code) else None
    decide(
        "SELECT economy.give_days(%s, %s, %s, %s, %s, %s)",
        *(gift, REST_DAYS, employer, hashed, amount, on),
    )
    return gift


def take_back(gift_id: UUID, *, on: date) -> None:
    """Take a gift back while it is held.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, hold_unknown, hold_ended, too_late_to_undo.
    """
    decide("SELECT economy.take_back(%s, %s)", gift_id, on)


def pass_hours(form: UUID, amount: int, *, code: str, on: date) -> UUID:
    """Pass hours of care to the relative behind a code.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, person_unknown, oneself,
    amount_not_positive, amount_not_whole, below_minimum, balance_too_small, above_limit (no more
    hours of care than were earned).
    """
    gift = computed_id("gift", form, amount, plain_code(code))
    decide("SELECT economy.pass_hours(%s, %s, %s, %s)", gift, code_hash(code), amount, on)
    return gift


def agree(
    employer: OrganisationId, *, agreed: bool, outside: bool, since: date, at: datetime, by: str
) -> None:
    """Publish whether an employer agrees to gifts of days, and to those with other employers. Role: batch.

    Said again of the same day and moment, nothing is added; something else said of them: AgreementStands.
    Refusals: organisation_unknown.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO economy.gift_agreement SELECT o.organisation_id, %s, %s, %s, %s, %s"
            " FROM people.organisation AS o WHERE o.organisation_id = %s ON CONFLICT DO NOTHING",
            [since, at, agreed, outside, by, employer],
        )
        cursor.execute(
            "SELECT agreed, outside FROM economy.gift_agreement"
            " WHERE (organisation_id, agreed_from, recorded_at) = (%s, %s, %s)",
            [employer, since, at],
        )
        stands = cursor.fetchone()
    if stands is None:
        raise act_refused("organisation_unknown")
    if stands != (agreed, outside):
        raise AgreementStands(agreed=stands[0], outside=stands[1])


def pools(*, on: date) -> list[Pool]:
    """Every pool in which days are left, whether or not its employer still agrees. Role: batch."""
    return [Pool(*row) for row in _rows(statement("pools"), on)]


def grant_from_pool(
    form: UUID, amount: int, *, employer: OrganisationId, code: str, on: date
) -> UUID:
    """Grant days of an employer's pool to the call behind a code. Role: batch.

    Whether or not the employer still agrees: what was given goes on to needs until the pool is empty.

    Refusals: rule_unknown, person_unknown, need_not_certified, amount_not_positive,
    amount_not_whole, balance_too_small (what is in the pool).
    """
    grant = computed_id("grant", form, amount, employer, plain_code(code))
    decide(
        "SELECT economy.grant_from_pool(%s, %s, %s, %s, %s)",
        *(grant, employer, code_hash(code), amount, on),
    )
    return grant


def code_hash(code: str) -> bytes:
    """What the database keeps of a code."""
    return sha256(plain_code(code).encode()).digest()


def spoken(code: str) -> str:
    """A code as it is read out."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def _open(
    form: UUID, rule: str, need_id: UUID | None, employer: OrganisationId, *, on: date, days: int
) -> str:
    code = code_of(form)
    call = computed_id("call", form, rule, need_id, employer, days)
    decide(
        "SELECT economy.open_call(%s, %s, %s, %s, %s, %s, %s)",
        *(call, code_hash(code), rule, need_id, employer, on, days),
    )
    return spoken(code)


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  a statement's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
