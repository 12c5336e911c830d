"""Attempts at offering help and at each step of an exchange, each with every reason to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cspu.economy import time_bank
from tests.economy.attempts import (
    DAYS,
    ONE_ANSWER,
    ONE_DAY,
    SIGHT,
    UNKNOWN,
    Attempt,
    Flaw,
    Operation,
    Pair,
    sets,
)
from tests.economy.neighbours import answered, offer
from tests.economy.purse import TODAY, form

LAW: Mapping[str, Flaw] = {
    "not_entitled": sets(born=date(2020, 1, 1)),
    "entitlement_unknown": sets(born=None),
}
ADULT: Mapping[Pair, str] = {("not_entitled", "entitlement_unknown"): ONE_ANSWER}
CLOSED: Mapping[Pair, str] = {("offer_unknown", "offer_closed"): "what is unknown is not closed"}


def _age(attempt: Attempt) -> None:
    """Her birth date, as the test would have it known."""
    if "born" in attempt.world:
        attempt.purse.ask(
            "UPDATE lifecourse.course SET birth_date = %s WHERE person_id = %s RETURNING 1",
            *(attempt["born"], attempt.person),
        )


POST_NOTICE = Operation(
    "post_notice",
    time_bank.post_notice,
    _age,
    lambda made: time_bank.post_notice(
        form(),
        "offer",
        community=made.world.get("community", "entraide"),
        care=False,
        first_name="Awa",
        words=made.world.get("words", "Je jardine."),
        on=made.on,
        days=made.world.get("days", 30),
    ),
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(community="nowhere"),
        **LAW,
        "amount_not_positive": sets(days=0),
        "above_maximum": sets(days=400),
        "words_missing": sets(words=""),
    },
    {**ONE_DAY, **ADULT, ("amount_not_positive", "above_maximum"): "a number is not both"},
)


def _ready_to_end(attempt: Attempt) -> None:
    attempt.world["notice"] = offer(attempt.purse, attempt.person)
    if attempt.world.get("ended"):
        with attempt.purse.acting(attempt.person):
            time_bank.end_notice(attempt["notice"])
    if attempt.world.get("unknown"):
        attempt.world["notice"] = UNKNOWN


END_NOTICE = Operation(
    "end_notice",
    time_bank.end_notice,
    _ready_to_end,
    lambda made: time_bank.end_notice(made["notice"]),
    {**SIGHT, "offer_unknown": sets(unknown=True), "offer_closed": sets(ended=True)},
    CLOSED,
)


def _ready_to_answer(attempt: Attempt) -> None:
    world, purse = attempt.world, attempt.purse
    owner = attempt.person if world.get("oneself") else purse.person()
    world["notice"] = offer(purse, owner)
    if world.get("ended"):
        with purse.acting(owner):
            time_bank.end_notice(world["notice"])
    if world.get("unknown"):
        world["notice"] = UNKNOWN
    _age(attempt)


ANSWER_NOTICE = Operation(
    "answer_notice",
    time_bank.answer,
    _ready_to_answer,
    lambda made: time_bank.answer(
        form(),
        made["notice"],
        first_name="Luc",
        words=made.world.get("words", "Mardi ?"),
        on=made.on,
    ),
    {
        **SIGHT,
        **DAYS,
        "offer_unknown": sets(unknown=True),
        "oneself": sets(oneself=True),
        **LAW,
        "offer_closed": sets(ended=True),
        "words_missing": sets(words=""),
    },
    {**ONE_DAY, **ADULT, ("offer_unknown", "oneself"): "an unknown offer is nobody's"},
)


def _ready_to_step(attempt: Attempt) -> None:
    """An exchange of hers: she helps, and the other side proposed an hour."""
    world, purse = attempt.world, attempt.purse
    purse.ask("UPDATE economy.community SET until = '9999-12-31' RETURNING 1")
    other = purse.person()
    world["exchange"] = answered(purse, other, offer(purse, attempt.person))
    sender = attempt.person if world.get("mine") else other
    with purse.acting(sender):
        world["proposal"] = time_bank.propose(
            form(), world["exchange"], world.get("proposed", 100), day=TODAY, on=TODAY
        )
    if world.get("full"):
        with purse.connected() as owner:
            owner.execute(
                "INSERT INTO economy.helped_month"
                " VALUES (%s, date_trunc('month', %s::date), 'help_hours', 4000, 4000)",
                [attempt.person, TODAY],
            )
    if world.get("over"):
        with purse.acting(other):
            time_bank.leave(form(), world["exchange"], on=TODAY)
    if world.get("unknown"):
        world["exchange"] = UNKNOWN
    if world.get("no_rule"):
        purse.ask("UPDATE economy.community SET until = in_force RETURNING 1")


UNKNOWN_STEP: Mapping[Pair, str] = {
    ("rule_unknown", "offer_unknown"): "the rules are those of a known exchange's community"
}
STEP: Mapping[str, Flaw] = {
    **SIGHT,
    **DAYS,
    "rule_unknown": sets(no_rule=True),
    "offer_unknown": sets(unknown=True),
}
SAY = Operation(
    "say",
    time_bank.say,
    _ready_to_step,
    lambda made: time_bank.say(
        form(), made["exchange"], made.world.get("words", "Oui."), on=made.on
    ),
    {**STEP, "words_missing": sets(words="")},
    {**ONE_DAY, **UNKNOWN_STEP},
)
PROPOSE = Operation(
    "propose",
    time_bank.propose,
    _ready_to_step,
    lambda made: time_bank.propose(
        form(),
        made["exchange"],
        made.amount or 0,
        day=TODAY,
        words=made.world.get("words", ""),
        on=made.on,
    ),
    {
        **STEP,
        "offer_closed": sets(over=True),
        "amount_not_positive": sets(amount=0),
        "amount_not_whole": sets(amount=30),
        "above_limit": sets(amount=4025),
        "words_missing": sets(words="x" * 1001),
    },
    {**ONE_DAY, **UNKNOWN_STEP, **CLOSED},
    {
        ("amount_not_positive", "amount_not_whole"): sets(amount=-30),
        ("amount_not_whole", "above_limit"): sets(amount=4030),
    },
    sets(amount=100),
)
CONFIRM = Operation(
    "confirm",
    time_bank.confirm,
    _ready_to_step,
    lambda made: time_bank.confirm(form(), made["exchange"], made["proposal"], on=made.on),
    {
        **STEP,
        "offer_closed": sets(over=True),
        "not_yours_to_confirm": sets(mine=True),
        "above_limit": sets(full=True),
        "account_busy": None,
    },
    {**ONE_DAY, **UNKNOWN_STEP, **CLOSED},
)
CONTEST = Operation(
    "contest_hours",
    time_bank.contest,
    _ready_to_step,
    lambda made: time_bank.contest(
        form(), made["exchange"], made["proposal"], made.world.get("words", "Non."), on=made.on
    ),
    {
        **STEP,
        "offer_closed": sets(over=True),
        "not_yours_to_confirm": sets(mine=True),
        "words_missing": sets(words=""),
    },
    {**ONE_DAY, **UNKNOWN_STEP, **CLOSED},
)
LEAVE = Operation(
    "leave",
    time_bank.leave,
    _ready_to_step,
    lambda made: time_bank.leave(
        form(), made["exchange"], words=made.world.get("words", ""), on=made.on
    ),
    {**STEP, "offer_closed": sets(over=True), "words_missing": sets(words="x" * 1001)},
    {**ONE_DAY, **UNKNOWN_STEP, **CLOSED},
)
