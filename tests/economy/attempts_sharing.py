"""Attempts at giving, helping and passing hours, each with every reason to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from cspu.economy import gifts
from cspu.economy.federation import books
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust.choices import code_of, make_code
from tests.economy.attempts import (
    DAYS,
    ENDED,
    ONE_DAY,
    SIGHT,
    UNDOING,
    UNKNOWN,
    Attempt,
    Flaw,
    Operation,
    Pair,
    sets,
)
from tests.economy.neighbours import (
    agent,
    certified,
    employee,
    employer,
    helped,
    left,
    undo_window_over,
)
from tests.economy.purse import TODAY, form

_NO_CODE = "ZZZZ-ZZZZ"
_NOT_BOTH = "a number is not both"


def _no_rules(attempt: Attempt, *tables: str) -> None:
    for table in tables:
        attempt.purse.ask(f"UPDATE economy.{table} SET until = in_force RETURNING 1")


def _put_back(attempt: Attempt) -> None:
    """What another attempt took out of force is in force again."""
    for table in ("gift_rule", "community"):
        attempt.purse.ask(f"UPDATE economy.{table} SET until = '9999-12-31' RETURNING 1")


# -- needs and calls


def _ready_to_certify(attempt: Attempt) -> None:
    world, purse = attempt.world, attempt.purse
    world["token"] = agent(purse, world.get("role", "health_professional"))
    if world.get("stranger"):
        world["token"] = "nobody"
    with purse.acting(attempt.person):
        world["code"] = make_code(form())
    if world.get("no_code"):
        world["code"] = _NO_CODE


CERTIFY_NEED = Operation(
    "certify_need",
    gifts.certify_need,
    _ready_to_certify,
    lambda made: gifts.certify_need(
        made["token"],
        made["code"],
        made.world.get("kind", "sick_child"),
        starts=TODAY,
        ends=TODAY + timedelta(days=made.world.get("days", 60)),
    ),
    {
        "not_in_sight": sets(stranger=True),
        "rule_unknown": sets(kind="no_such_need"),
        "organisation_unknown": sets(role="employer"),
        "person_unknown": sets(no_code=True),
        "amount_not_positive": sets(days=-1),
        "above_maximum": sets(days=400),
    },
    {
        ("rule_unknown", "organisation_unknown"): "of an unknown need nobody is said to certify it",
        ("amount_not_positive", "above_maximum"): _NOT_BOTH,
    },
    sighted=False,
)


def _ready_to_call(attempt: Attempt) -> None:
    _put_back(attempt)
    world, purse = attempt.world, attempt.purse
    firm = employer(purse, agreed=not world.get("disagreed"))
    attempt.person = employee(purse, firm)
    world["firm"] = firm
    if world.get("stranger"):
        world["firm"] = employer(purse, agreed=not world.get("disagreed"))
    world["need"] = UNKNOWN if world.get("unneeded") else certified(purse, attempt.person)
    world["form"] = form()
    if world.get("no_rule"):
        _no_rules(attempt, "gift_rule")
    if world.get("taken"):
        code = gifts.code_hash(code_of(world["form"]))
        purse.ask(
            "INSERT INTO economy.call_code VALUES (%s, %s, %s) RETURNING 1", code, uuid4(), uuid4()
        )


OPEN_CALL = Operation(
    "open_call",
    gifts.open_call,
    _ready_to_call,
    lambda made: gifts.open_call(
        made["form"],
        need_id=made["need"],
        employer=made["firm"],
        on=made.on,
        days=made.world.get("days", 30),
    ),
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(no_rule=True),
        "not_employed_there": sets(stranger=True),
        "need_not_certified": sets(unneeded=True),
        "employer_not_agreed": sets(disagreed=True),
        "amount_not_positive": sets(days=0),
        "above_maximum": sets(days=400),
        "account_busy": sets(taken=True),
    },
    {**ONE_DAY, ("amount_not_positive", "above_maximum"): _NOT_BOTH},
)


def _ready_to_end_call(attempt: Attempt) -> None:
    _ready_to_call(attempt)
    with attempt.purse.acting(attempt.person):
        gifts.open_call(
            attempt["form"],
            need_id=attempt["need"],
            employer=attempt["firm"],
            on=TODAY,
            days=30,
        )
        [found] = gifts.calls(attempt.person, on=TODAY)
    attempt.world["call"] = UNKNOWN if attempt.world.get("unknown") else found.call_id


END_CALL = Operation(
    "end_call",
    gifts.end_call,
    _ready_to_end_call,
    lambda made: gifts.end_call(made["call"]),
    {**SIGHT, "offer_unknown": sets(unknown=True)},
    {("not_covered", "offer_unknown"): "of a call that is not hers no right is known"},
)

# -- gifts of days


def _ready_to_give(attempt: Attempt) -> None:
    """A colleague's call, and her own leave."""
    _put_back(attempt)
    world, purse = attempt.world, attempt.purse
    firm = employer(purse, agreed=not world.get("disagreed"))
    receiver = employee(purse, firm)
    attempt.person = employee(purse, firm, days=world.get("days", 30), kept=world.get("kept", 24))
    if world.get("gone"):
        left(purse, attempt.person)
    if world.get("oneself"):
        receiver = attempt.person
    need, sent = certified(purse, receiver), form()
    world["code"] = code_of(sent)
    purse.ask(
        "INSERT INTO economy.call VALUES (%s, %s, 'given_days', %s, %s, now(), %s) RETURNING 1",
        *(receiver, sent, need, firm, TODAY + timedelta(days=30)),
    )
    purse.ask(
        "INSERT INTO economy.call_code VALUES (%s, %s, %s) RETURNING 1",
        *(gifts.code_hash(world["code"]), receiver, sent),
    )
    if world.get("need_over"):
        with purse.connected() as owner:
            owner.execute("ALTER TABLE economy.need DISABLE TRIGGER USER")
            owner.execute(
                "UPDATE economy.need SET valid_from = '2026-01-01', valid_until = '2026-01-02'"
                " WHERE need_id = %s",
                [need],
            )
    world["firm"] = OrganisationId(UNKNOWN) if world.get("no_firm") else firm
    if world.get("no_code"):
        world["code"] = _NO_CODE
    if "step" in world:
        purse.ask(
            "UPDATE economy.gift_rule SET step = %s, least = %s RETURNING 1",
            *(world["step"], world["least"]),
        )
    else:
        purse.ask("UPDATE economy.gift_rule SET step = 100, least = 200 RETURNING 1")
    if world.get("no_rule"):
        _no_rules(attempt, "gift_rule")


GIVING: Mapping[str, Flaw] = {
    "amount_not_positive": sets(amount=0),
    "amount_not_whole": sets(amount=250),
    "below_minimum": sets(amount=100),
}
TOGETHER: Mapping[Pair, Flaw] = {
    ("amount_not_positive", "amount_not_whole"): sets(amount=-50),
    ("amount_not_whole", "below_minimum"): sets(amount=150),
}
GIVE_DAYS = Operation(
    "give_days",
    gifts.give_days,
    _ready_to_give,
    lambda made: gifts.give_days(
        form(), made.amount or 0, employer=made["firm"], code=made["code"], on=made.on
    ),
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(no_rule=True),
        "organisation_unknown": sets(no_firm=True),
        "not_employed_there": sets(gone=True),
        "person_unknown": sets(no_code=True),
        "oneself": sets(oneself=True),
        "need_not_certified": sets(need_over=True),
        "employer_not_agreed": sets(disagreed=True),
        **GIVING,
        "balance_too_small": sets(days=1, kept=0),
        "protected_share": sets(kept=29),
    },
    {
        **ONE_DAY,
        ("person_unknown", "oneself"): "nobody is behind an unknown code",
    },
    {
        **TOGETHER,
        ("below_minimum", "balance_too_small"): sets(amount=100, days=0.5, kept=0),
        ("balance_too_small", "protected_share"): sets(days=1, kept=1),
    },
    sets(amount=400),
)


def _ready_to_take_back(attempt: Attempt) -> None:
    wanted = dict(attempt.world)
    attempt.amount = 400
    _ready_to_give(attempt)
    with attempt.purse.acting(attempt.person):
        gift = gifts.give_days(
            form(), 400, employer=attempt["firm"], code=attempt["code"], on=TODAY
        )
        if wanted.get("ended"):
            gifts.take_back(gift, on=TODAY)
    if wanted.get("late"):
        undo_window_over(attempt.purse)
    attempt.world["gift"] = UNKNOWN if wanted.get("unknown") else gift


TAKE_BACK = Operation(
    "take_back",
    gifts.take_back,
    _ready_to_take_back,
    lambda made: gifts.take_back(made["gift"], on=made.on),
    UNDOING,
    {**ONE_DAY, **ENDED},
)


def _ready_to_grant(attempt: Attempt) -> None:
    _ready_to_give(attempt)
    if not attempt.world.get("empty"):
        with attempt.purse.connected() as owner:
            owner.execute(
                "INSERT INTO ledger.slot (slot_id, account_id, counterparty, unit, credits, debits)"
                " VALUES ('00000000-0000-0000-0000-000000000000', economy.counter(economy.pool_of(%s),"
                " 'working_day'), economy.pool_of(%s), 'working_day', 1000, 0)",
                [attempt["firm"], attempt["firm"]],
            )


GRANT = Operation(
    "grant_from_pool",
    gifts.grant_from_pool,
    _ready_to_grant,
    lambda made: gifts.grant_from_pool(
        form(), made.amount or 0, employer=made["firm"], code=made["code"], on=TODAY
    ),
    {
        "rule_unknown": sets(no_rule=True),
        "person_unknown": sets(no_code=True),
        "need_not_certified": sets(need_over=True),
        "amount_not_positive": sets(amount=0),
        "amount_not_whole": sets(amount=250),
        "balance_too_small": sets(empty=True),
    },
    {("person_unknown", "need_not_certified"): "nobody is behind an unknown code"},
    {("amount_not_positive", "amount_not_whole"): sets(amount=-50)},
    sets(amount=400),
    sighted=False,
)

# -- hours


def _ready_to_pass(attempt: Attempt) -> None:
    """Six hours earned by caring, and a relative's code."""
    _put_back(attempt)
    world, purse = attempt.world, attempt.purse
    purse.ask("UPDATE economy.gift_rule SET step = 25, least = 50 RETURNING 1")
    receiver = attempt.person if world.get("oneself") else purse.person()
    if world.get("poor"):
        helped(purse, attempt.person, purse.person(), 50, care=True)
        helped(purse, purse.person(), attempt.person, 25)
    else:
        helped(purse, attempt.person, purse.person(), 600, care=not world.get("careless"))
    with purse.acting(PersonId(receiver)):
        world["code"] = gifts.open_kin_call(form(), on=TODAY, days=30)
    if world.get("no_code"):
        world["code"] = _NO_CODE
    world.setdefault("partner", "north")
    purse.ask(
        "INSERT INTO economy.partner (partner, label, url, keys, active, most_sent, most_received)"
        " VALUES ('north', 'Nord', 'https://north.example', '{}', TRUE, 100000, 100000)"
        " ON CONFLICT (partner) DO UPDATE SET active = TRUE RETURNING 1"
    )
    if world.get("no_rule"):
        _no_rules(attempt, "gift_rule")


PASSING: Mapping[str, Flaw] = {
    "amount_not_positive": sets(amount=0),
    "amount_not_whole": sets(amount=110),
    "below_minimum": sets(amount=25),
    "balance_too_small": sets(poor=True, amount=50),
    "above_limit": sets(careless=True),
}
PASSED: Mapping[Pair, Flaw] = {
    ("amount_not_positive", "amount_not_whole"): sets(amount=-5),
    ("amount_not_whole", "below_minimum"): sets(amount=30),
    ("below_minimum", "balance_too_small"): sets(amount=25, poor=True, more=True),
    ("balance_too_small", "above_limit"): sets(amount=700),
}
PASS_HOURS = Operation(
    "pass_hours",
    gifts.pass_hours,
    _ready_to_pass,
    lambda made: gifts.pass_hours(form(), made.amount or 0, code=made["code"], on=made.on),
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(no_rule=True),
        "person_unknown": sets(no_code=True),
        "oneself": sets(oneself=True),
        **PASSING,
    },
    {**ONE_DAY, ("person_unknown", "oneself"): "nobody is behind an unknown code"},
    PASSED,
    sets(amount=100),
)
SEND_HOURS = Operation(
    "send_hours",
    books.send_hours,
    _ready_to_pass,
    lambda made: books.send_hours(
        form(), made.amount or 0, partner=made["partner"], code="AAAA-2222", on=made.on
    ),
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(no_rule=True),
        "partner_unknown": sets(partner="nowhere"),
        **PASSING,
        "account_busy": None,
    },
    ONE_DAY,
    PASSED,
    sets(amount=100),
)


def _ready_to_recall(attempt: Attempt) -> None:
    _ready_to_pass(attempt)
    with attempt.purse.acting(attempt.person):
        crossing = books.send_hours(form(), 100, partner="north", code="AAAA-2222", on=TODAY)
        if attempt.world.get("ended"):
            books.recall_hours(crossing, on=TODAY)
    attempt.world["crossing"] = UNKNOWN if attempt.world.get("unknown") else crossing


RECALL_HOURS = Operation(
    "recall_hours",
    books.recall_hours,
    _ready_to_recall,
    lambda made: books.recall_hours(made["crossing"], on=made.on),
    {**SIGHT, **DAYS, "hold_unknown": sets(unknown=True), "hold_ended": sets(ended=True)},
    {**ONE_DAY, **ENDED},
)
