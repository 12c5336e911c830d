"""Attempts at what is done about a debt, each with every reason to refuse it."""

from __future__ import annotations

from cspu.economy import debts
from tests.economy.attempts import (
    DAYS,
    ONE_DAY,
    SIGHT,
    UNKNOWN,
    Attempt,
    Operation,
    sets,
)
from tests.economy.purse import TODAY, form
from tests.economy.test_debts_shown import owe


def _ready_to_pay_back(attempt: Attempt) -> None:
    """She owes 50, and has 500 euros beside."""
    world, purse, person = attempt.world, attempt.purse, attempt.person
    world["debt"] = owe(purse, person, 50)
    if world.get("contested"):
        with purse.acting(person):
            debts.contest(world["debt"], "Non.")
    if world.get("closed"):
        with purse.acting(person):
            debts.give_back(form(), world["debt"], 50, on=TODAY)
    if world.get("poor"):
        purse.give(person, "family_support", 10, protected=world.get("protected", 0))
        purse.give(person, "family_support", 40 - purse.held(person, "family_support")[0])
    elif world.get("protected"):
        purse.give(person, "family_support", 500_00, protected=500_00)
        purse.give(person, "family_support", 10 + 500_00 - purse.held(person, "family_support")[0])
    if world.get("unknown"):
        world["debt"] = UNKNOWN


_CLOSED = "what is unknown is not closed"
GIVE_BACK = Operation(
    "give_back",
    debts.give_back,
    _ready_to_pay_back,
    lambda made: debts.give_back(form(), made["debt"], made.amount or 0, on=made.on),
    {
        **SIGHT,
        **DAYS,
        "debt_unknown": sets(unknown=True),
        "debt_closed": sets(closed=True),
        "amount_not_positive": sets(amount=0),
        "above_maximum": sets(amount=51),
        "balance_too_small": sets(amount=45, poor=True),
        "protected_share": sets(protected=500_00),
        "account_busy": None,
    },
    {
        **ONE_DAY,
        ("debt_unknown", "debt_closed"): _CLOSED,
        ("amount_not_positive", "above_maximum"): "an amount is not both",
    },
    {
        ("above_maximum", "balance_too_small"): sets(amount=51, poor=True),
        ("balance_too_small", "protected_share"): sets(amount=45, poor=True, protected=10),
    },
)
CONTEST = Operation(
    "contest",
    debts.contest,
    _ready_to_pay_back,
    lambda made: debts.contest(made["debt"], made.world.get("words", "Non.")),
    {
        **SIGHT,
        "debt_unknown": sets(unknown=True),
        "debt_closed": sets(closed=True),
        "debt_contested": sets(contested=True),
        "words_missing": sets(words=" "),
    },
    {
        ("not_covered", "debt_unknown"): "of a debt that is not hers no right is known",
        ("debt_unknown", "debt_closed"): _CLOSED,
    },
)
ANSWER_DEBT = Operation(
    "answer_debt",
    debts.answer,
    _ready_to_pay_back,
    lambda made: debts.answer(
        made.person,
        made["debt"],
        forgiven=False,
        words=made.world.get("words", "Non."),
        by="test",
        on=TODAY,
    ),
    {
        "debt_unknown": sets(unknown=True),
        "debt_closed": sets(closed=True),
        "words_missing": sets(words=" "),
    },
    {("debt_unknown", "debt_closed"): _CLOSED},
    sighted=False,
)
