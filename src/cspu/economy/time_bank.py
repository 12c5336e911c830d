"""Time banks: offers and requests, exchanges that two sides confirm, what limits leave.

Transaction: each operation joins the caller's, inside a sight (verb `act` for what writes). Idempotency: by
the form's own token and all it says. Refusals: economy.refusal, raised as ActRefused before
anything is written. Nobody is ranked; what others see is what she wrote and a first name she chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from cspu.economy.deciding import decide
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.text import Text

BOARD = 100
"""How many notices the board shows at once, latest first."""
NOTICE_DAYS = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class Community:
    """The published limits of a community on a day; in smallest units of an hour."""

    community: str
    label: Text
    overdraft: int
    ceiling: int
    most_a_month: int
    step: int
    reference: str


@dataclass(frozen=True, slots=True)
class Hours:
    """What she holds and what limits leave, in smallest units of an hour.

    `care_left`: hours of care that may still be passed to a relative.
    """

    balance: int
    held: int
    this_month: int
    care_left: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody offers or asks for."""

    notice_id: UUID
    kind: Literal["offer", "request"]
    community: str
    care: bool
    first_name: str
    words: str
    made_at: datetime
    valid_until: date
    mine: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange of hers. `state` is the last step but words: said, proposed, contested, confirmed or left.

    `mine`: that step is hers; `proposal`: its id, to confirm or contest.
    """

    exchange_id: UUID
    notice: str
    community: str
    care: bool
    i_help: bool
    my_name: str
    their_name: str
    opened_at: datetime
    state: str
    hours: int
    for_day: date | None
    proposal: UUID | None
    mine: bool

    @property
    def over(self) -> bool:
        """Nothing but words can follow."""
        return self.state in ("confirmed", "left")

    @property
    def awaits_me(self) -> bool:
        """The other side proposed hours, and she has not answered."""
        return self.state == "proposed" and not self.mine


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an exchange, as both sides read it."""

    mine: bool
    move: str
    hours: int
    for_day: date
    words: str
    made_at: datetime


def communities(*, on: date) -> list[Community]:
    """Those in force on a day."""
    rows = _rows(
        "SELECT community, label_fr, label_en, overdraft, ceiling, most_a_month, step, reference"
        " FROM economy.community WHERE %s BETWEEN in_force AND until ORDER BY community",
        on,
    )
    return [Community(row[0], Text(row[1], row[2]), *row[3:]) for row in rows]


def hours(person_id: PersonId, *, on: date) -> Hours:
    """Her hours, and what limits leave."""
    rows = _rows(
        """SELECT coalesce(sum(a.credits - a.debits), 0)::bigint, coalesce(sum(a.held), 0)::bigint,
               coalesce((SELECT m.hours FROM economy.helped_month AS m
                   WHERE m.person_id = %s AND m.month = date_trunc('month', %s::date)::date), 0),
               coalesce((SELECT c.earned FROM economy.care AS c WHERE c.person_id = %s), 0)
                   - coalesce((SELECT sum(coalesce(e.settled, h.amount)) FROM ledger.hold AS h
                       LEFT JOIN ledger.hold_end AS e USING (person_id, hold_id)
                       WHERE h.person_id = %s AND h.right_id = 'help_hours' AND h.kind = 'gift'), 0)::bigint
           FROM ledger.account AS a WHERE a.person_id = %s AND a.right_id = 'help_hours'""",
        *(person_id, on, person_id, person_id, person_id),
    )
    return Hours(*rows[0])


def board(*, on: date, most: int = BOARD) -> list[Notice]:
    """What is offered and asked for, latest first; hers are marked."""
    return [Notice(*row) for row in _rows("SELECT * FROM economy.board(%s, %s)", on, most)]


def exchanges() -> list[Exchange]:
    """The exchanges of the person in sight, latest first."""
    return [Exchange(*row) for row in _rows("SELECT * FROM economy.exchanges()")]


def steps(exchange_id: UUID) -> list[Step]:
    """What was said and done in an exchange of hers, in order; empty when it is not hers."""
    return [Step(*row) for row in _rows("SELECT * FROM economy.steps_of(%s)", exchange_id)]


def post_notice(
    form: UUID,
    kind: Literal["offer", "request"],
    *,
    community: str,
    care: bool,
    first_name: str,
    words: str,
    on: date,
    days: int,
) -> UUID:
    """Offer help or ask for it, for so many days; gives the notice's id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, not_entitled,
    entitlement_unknown, amount_not_positive, above_maximum, words_missing.
    """
    said, name = _words(words), _words(first_name)
    notice = computed_id("notice", form, kind, community, care, name, said, days)
    decide(
        "SELECT economy.post_notice(%s, %s, %s, %s, %s, %s, %s, %s)",
        *(notice, kind, community, care, name, said, on, days),
    )
    return notice


def end_notice(notice_id: UUID) -> None:
    """Take a notice off the board. Refusals: not_in_sight, not_covered, offer_unknown, offer_closed."""
    decide("SELECT economy.end_notice(%s)", notice_id)


def answer(form: UUID, notice_id: UUID, *, first_name: str, words: str, on: date) -> UUID:
    """Answer somebody's notice under a first name of one's choice; gives the exchange's id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, offer_unknown, oneself, not_entitled,
    entitlement_unknown, offer_closed, words_missing.
    """
    said, name = _words(words), _words(first_name)
    exchange = computed_id("exchange", form, notice_id, name, said)
    decide(
        "SELECT economy.answer_notice(%s, %s, %s, %s, %s)", *(exchange, notice_id, name, said, on)
    )
    return exchange


def say(form: UUID, exchange_id: UUID, words: str, *, on: date) -> None:
    """Write to the other side.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, offer_unknown, words_missing.
    """
    _step(form, exchange_id, "said", words=words, on=on)


def propose(
    form: UUID, exchange_id: UUID, amount: int, *, day: date, words: str = "", on: date
) -> UUID:
    """Say how many hours of help there were that day; the other side confirms or contests. Gives its id.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, offer_unknown, offer_closed,
    amount_not_positive, amount_not_whole, above_limit, words_missing.
    """
    return _step(form, exchange_id, "proposed", amount=amount, day=day, words=words, on=on)


def confirm(form: UUID, exchange_id: UUID, proposal: UUID, *, on: date) -> None:
    """Confirm the hours that the other side proposed: they move.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, offer_unknown, offer_closed,
    not_yours_to_confirm (also when another proposal came meanwhile), above_limit, account_busy.
    """
    _step(form, exchange_id, "confirmed", proposal=proposal, on=on)


def contest(form: UUID, exchange_id: UUID, proposal: UUID, words: str, *, on: date) -> None:
    """Say why the hours proposed are not right.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, offer_unknown, offer_closed,
    not_yours_to_confirm, words_missing.
    """
    _step(form, exchange_id, "contested", proposal=proposal, words=words, on=on)


def leave(form: UUID, exchange_id: UUID, *, words: str = "", on: date) -> None:
    """End an exchange without hours.

    Refusals: not_in_sight, not_covered, day_to_come, day_past, rule_unknown, offer_unknown, offer_closed,
    words_missing.
    """
    _step(form, exchange_id, "left", words=words, on=on)


def _step(
    form: UUID,
    exchange_id: UUID,
    what: str,
    *,
    on: date,
    amount: int = 0,
    day: date | None = None,
    words: str = "",
    proposal: UUID | None = None,
) -> UUID:
    said = _words(words)
    step = computed_id("step", form, exchange_id, what, amount, day, said, proposal)
    decide(
        "SELECT economy.take_step(%s, %s, %s, %s, %s, %s, %s, %s)",
        *(exchange_id, step, what, amount, day, said, proposal, on),
    )
    return step


def _words(written: str) -> str:
    return written.replace("\r\n", "\n").strip()


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  a statement's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
