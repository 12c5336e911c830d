"""Attempts at converting, using and adding, each with every reason to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from cspu.economy import conversions, top_ups, uses
from cspu.kernel.ids import OrganisationId, PersonId
from tests.economy.attempts import (
    DAYS,
    ENDED,
    ONE_ANSWER,
    ONE_DAY,
    SIGHT,
    UNDOING,
    UNKNOWN,
    Attempt,
    Flaw,
    Operation,
    Pair,
    both,
    sets,
)
from tests.economy.neighbours import employer
from tests.economy.purse import TODAY, form
from tests.economy.spending import Spending

EXCLUSIVE = "one says that less is held in all, the other that enough is"

LAW: Mapping[str, Flaw] = {
    "not_entitled": sets(open_to="c2p_retirement"),
    "entitlement_unknown": sets(open_to="no_such_right"),
}
AMOUNT: Mapping[str, Flaw] = {
    "amount_not_positive": sets(amount=0),
    "amount_not_whole": sets(step=7),
    "below_minimum": sets(least=30),
}
NEGATIVE: Mapping[Pair, Flaw] = {
    ("amount_not_positive", "amount_not_whole"): sets(amount=-5, step=7)
}
HELD: Mapping[str, Flaw] = {
    "balance_too_small": sets(held=10),
    "earmarked": sets(held=10, pot=100),
    "protected_share": sets(protected=90),
}
MARKED: Mapping[Pair, Flaw] = {
    ("earmarked", "protected_share"): sets(held=10, protected=10, pot=100)
}
TOO_LITTLE: Mapping[Pair, str] = {("balance_too_small", "earmarked"): EXCLUSIVE}

_CONVERSION = """
INSERT INTO economy.conversion
SELECT %s, in_force, until, %s, 'EUR', %s, %s, %s, 1, '', 10000, FALSE, FALSE, %s, %s,
    40, 40, 'down', FALSE, %s, quote_minutes, label_fr, label_en, reference, url, TRUE, '', %s
FROM economy.conversion WHERE rule = 'c2p_to_training' LIMIT 1 RETURNING 1
"""
_USE = """
INSERT INTO economy.use_rule
SELECT %s, in_force, until, 'cpf', 'EUR', %s, FALSE, %s, %s, %s, undo_hours, answer_days,
    %s, label_fr, label_en, reference, url, TRUE
FROM economy.use_rule WHERE use = 'training_course' LIMIT 1 RETURNING 1
"""
_DONE = """
INSERT INTO economy.act SELECT %s, %s, 'cpf', 'conversion', %s, %s, 'test', now(), '{"takes": 40}' RETURNING 1
"""


def _holds(attempt: Attempt) -> None:
    """What she holds of the right that is given."""
    world, purse = attempt.world, attempt.purse
    purse.give(attempt.person, "cpf", world["held"], protected=world["protected"])
    if world["pot"]:
        Spending(purse, attempt.person).pour("cpf", world["pot"], earmark="other", expires=None)


def _plain(attempt: Attempt) -> None:
    """Every value as it should be."""
    attempt.world.update(
        rule=f"rule_{uuid4().hex}",
        open_to="",
        step=10,
        least=20,
        takes=2,
        done=0,
        held=100,
        protected=0,
        pot=0,
        hours=0,
        published=True,
        to=("solidarity_voucher", "EUR"),
        left=False,
    )


def _publish_conversion(attempt: Attempt) -> None:
    world = attempt.world
    if world["published"]:
        attempt.purse.ask(
            _CONVERSION,
            *(world["rule"], "cpf", *world["to"], world["takes"], world["step"], world["least"]),
            *(world["open_to"], world["left"]),
        )
    if world["done"]:
        attempt.purse.ask(_DONE, attempt.person, uuid4(), world["rule"], TODAY)
    if world["hours"]:
        attempt.purse.give(attempt.person, "help_hours", world["hours"], unit="hour")


def _ready_to_quote(attempt: Attempt) -> None:
    _publish_conversion(attempt)
    _holds(attempt)


LEFT: Mapping[str, Flaw] = {"not_employed_there": sets(left=True)}
CONVERSION: Mapping[str, Flaw] = {
    **LEFT,
    **LAW,
    **AMOUNT,
    "above_maximum": sets(done=40),
    "gives_nothing": sets(takes=1000),
    **HELD,
    "above_limit": sets(to=("help_hours", "hour"), hours=199_95),
}
QUOTE = Operation(
    "quote",
    conversions.quote,
    _ready_to_quote,
    lambda made: conversions.quote(form(), made["rule"], made.amount or 0, on=made.on),
    {**SIGHT, **DAYS, "rule_unknown": sets(published=False), **CONVERSION},
    {
        **ONE_DAY,
        ("rule_unknown", "not_employed_there"): "what is not published has no condition",
        ("not_entitled", "entitlement_unknown"): ONE_ANSWER,
        **TOO_LITTLE,
    },
    {
        **NEGATIVE,
        **MARKED,
        ("below_minimum", "above_maximum"): sets(done=40, least=30),
        ("amount_not_whole", "below_minimum"): sets(step=7, least=30),
    },
    _plain,
)


def _ready_to_convert(attempt: Attempt) -> None:
    """A sound quote of hers first; then all that is wrong comes over it."""
    world, purse, person = attempt.world, attempt.purse, attempt.person
    wanted = dict(world)
    _plain(attempt)
    world.update(rule=wanted["rule"], to=wanted["to"])
    _ready_to_quote(attempt)
    with purse.acting(person):
        world["quote"] = conversions.quote(form(), world["rule"], 20, on=TODAY)
    if wanted.get("used"):
        with purse.acting(person):
            conversions.convert(world["quote"])
    with purse.connected() as owner:
        owner.execute(
            "UPDATE economy.conversion SET step = %s, least = %s, takes = %s, open_to = %s, at_work = %s"
            " WHERE rule = %s",
            [wanted[name] for name in ("step", "least", "takes", "open_to", "left", "rule")],
        )
        owner.execute("ALTER TABLE economy.quote DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE economy.quote SET valid_until = now() - interval '1 s' WHERE person_id = %s AND %s",
            [person, bool(wanted.get("late"))],
        )
    if wanted["done"]:
        purse.ask(_DONE, person, uuid4(), world["rule"], TODAY)
    if wanted["hours"]:
        purse.give(person, "help_hours", wanted["hours"], unit="hour")
    if (wanted["held"], wanted["protected"]) != (100, 0):
        purse.give(person, "cpf", wanted["held"], protected=wanted["protected"])
        purse.give(person, "cpf", -100)
    if wanted["pot"]:
        Spending(purse, person).pour("cpf", wanted["pot"], earmark="other", expires=None)
    if wanted.get("unknown"):
        world["quote"] = UNKNOWN


CONVERT = Operation(
    "convert",
    conversions.convert,
    _ready_to_convert,
    lambda made: conversions.convert(made["quote"]),
    {
        **SIGHT,
        "quote_unknown": sets(unknown=True),
        "quote_used": sets(used=True),
        **{code: flaw for code, flaw in CONVERSION.items() if code != "amount_not_positive"},
        "quote_over": sets(late=True),
        "account_busy": None,
    },
    {
        ("not_covered", "quote_unknown"): "of a quote that is not hers no right is known",
        ("quote_unknown", "quote_used"): "what is unknown was not used",
        ("not_entitled", "entitlement_unknown"): ONE_ANSWER,
        **TOO_LITTLE,
    },
    MARKED,
    _plain,
)


def _plain_use(attempt: Attempt) -> None:
    _plain(attempt)
    attempt.world.update(most=40, accredited=True, known=True, promised=0)


def _ready_to_use(attempt: Attempt) -> None:
    world, purse = attempt.world, attempt.purse
    world["body"] = employer(purse) if world["known"] else OrganisationId(UNKNOWN)
    if world["published"]:
        terms = (world["step"], world["least"], world["most"], world["open_to"])
        purse.ask(_USE, world["rule"], "holder" if world["left"] else "accredited", *terms)
    if world["accredited"]:
        purse.ask(
            "INSERT INTO economy.payee VALUES (%s, %s, '2020-01-01', 'infinity') RETURNING 1",
            *(world["rule"], world["body"]),
        )
    _holds(attempt)


def _use(attempt: Attempt) -> UUID:
    return uses.use(
        form(),
        attempt["rule"],
        attempt["body"],
        attempt.amount or 0,
        added=attempt["promised"],
        on=attempt.on,
    )


USE = Operation(
    "use",
    uses.use,
    _ready_to_use,
    _use,
    {
        **SIGHT,
        **DAYS,
        "rule_unknown": sets(published=False),
        "organisation_unknown": sets(known=False),
        **LEFT,
        "payee_not_accredited": sets(accredited=False),
        **LAW,
        **AMOUNT,
        "above_maximum": sets(most=30, amount=40),
        **HELD,
        "quote_over": sets(promised=5),
    },
    {
        **ONE_DAY,
        ("not_entitled", "entitlement_unknown"): ONE_ANSWER,
        ("below_minimum", "above_maximum"): "a rule's maximum is not below its minimum",
        **TOO_LITTLE,
    },
    {**NEGATIVE, **MARKED, ("amount_not_whole", "below_minimum"): sets(step=7, least=30)},
    _plain_use,
)


def _ready_to_undo(attempt: Attempt) -> None:
    """A sound use of hers; then what comes over it."""
    wanted = dict(attempt.world)
    _plain_use(attempt)
    _ready_to_use(attempt)
    with attempt.purse.acting(attempt.person):
        attempt.world["act"] = uses.use(
            form(), attempt["rule"], attempt["body"], 20, added=0, on=TODAY
        )
        if wanted.get("ended"):
            uses.undo(attempt["act"], on=TODAY)
    if wanted.get("late"):
        attempt.purse.age(timedelta(days=15))
    if wanted.get("unknown"):
        attempt.world["act"] = UNKNOWN


UNDO = Operation(
    "undo",
    uses.undo,
    _ready_to_undo,
    lambda made: uses.undo(made["act"], on=made.on),
    UNDOING,
    {**ONE_DAY, **ENDED},
)
SETTLE_USE = Operation(
    "settle_use",
    uses.settle,
    lambda made: _ready_to_undo(made) if made.world.get("early") else _late(made),
    lambda made: uses.settle(made["act"], made["body"], made.amount or 0, by="test", on=TODAY),
    {
        "hold_unknown": sets(unknown=True),
        "hold_ended": sets(ended=True),
        "amount_not_positive": sets(amount=-1),
        "above_maximum": sets(amount=21),
        "undo_window_open": sets(early=True),
    },
    {
        **ENDED,
        ("amount_not_positive", "above_maximum"): "an amount is not both",
    },
    sighted=False,
)


def _late(attempt: Attempt) -> None:
    attempt.world["late"] = True
    _ready_to_undo(attempt)


def _plain_payee(attempt: Attempt) -> None:
    """A use that may be paid to nobody yet."""
    _plain_use(attempt)
    attempt.world["accredited"] = False


ACCREDIT = Operation(
    "accredit",
    uses.accredit,
    _ready_to_use,
    lambda made: uses.accredit(made["rule"], made["body"], since=TODAY),
    {"rule_unknown": sets(published=False), "organisation_unknown": sets(known=False)},
    before=_plain_payee,
    sighted=False,
)
END_ACCREDITATION = Operation(
    "end_accreditation",
    uses.end_accreditation,
    _ready_to_use,
    lambda made: uses.end_accreditation(made["rule"], made["body"], last_day=TODAY),
    {"payee_not_accredited": sets(accredited=False)},
    before=_plain_use,
    sighted=False,
)


_TOP_UP = """
INSERT INTO economy.top_up_rule
SELECT %s, in_force, until, right_id, unit, funder, employer, '', 'given', '', 100, 0, 0, %s, %s, months,
    %s, label_fr, label_en, reference, url, TRUE
FROM economy.top_up_rule WHERE rule = 'mutual_training' LIMIT 1 RETURNING 1
"""


def _ready_to_top_up(attempt: Attempt) -> None:
    if attempt["published"]:
        most = attempt["most"]
        attempt.purse.ask(_TOP_UP, attempt["rule"], most, most, attempt["open_to"])
    if attempt.world.get("merged"):
        attempt.person = PersonId(UNKNOWN)


GIVE_TOP_UP = Operation(
    "give_top_up",
    top_ups.give,
    _ready_to_top_up,
    lambda made: top_ups.give(made.person, made["rule"], "2026", by="test", on=TODAY),
    {
        "rule_unknown": sets(published=False),
        "person_unknown": sets(merged=True),
        **LAW,
        "above_maximum": sets(most=50),
    },
    {("not_entitled", "entitlement_unknown"): ONE_ANSWER},
    before=both(_plain, sets(most=100)),
    sighted=False,
)
