"""Every refusal of every write, and which of two neighbours of the order is said when both are true."""

from __future__ import annotations

import pytest

from tests.economy import attempts_helping as helping
from tests.economy import attempts_owing as owing
from tests.economy import attempts_sharing as sharing
from tests.economy import attempts_spending as spending
from tests.economy.attempts import Operation
from tests.economy.purse import Purse

OPERATIONS = [
    each
    for table in (spending, owing, sharing, helping)
    for each in vars(table).values()
    if isinstance(each, Operation)
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_each_refusal_comes_alone_and_the_first_of_two_is_said(
    purse: Purse, operation: Operation
) -> None:
    assert operation.documents(), "its docstring names the refusals of this table"
    assert operation.outcome(purse) is None, "the sound attempt"
    alone = {code: flaw for code, flaw in operation.flaws.items() if flaw is not None}
    assert {code: operation.outcome(purse, flaw) for code, flaw in alone.items()} == {
        code: code for code in alone
    }
    pairs = operation.pairs()
    said = {pair: operation.outcome(purse, *operation.both_of(pair)) for pair in pairs}
    assert said == {pair: pair[0] for pair in pairs}


def test_no_write_is_left_out(purse: Purse) -> None:
    """Whatever a request or a command may call and that answers with a refusal is in a table."""
    found = purse.ask(
        "SELECT proname FROM pg_proc WHERE prorettype = 'economy.refusal'::regtype AND EXISTS ("
        " SELECT FROM unnest(ARRAY['cspu_web', 'cspu_batch']) AS r"
        " WHERE has_function_privilege(r, oid, 'EXECUTE'))"
    )
    steps = {"say", "propose", "confirm", "contest_hours", "leave"}
    tried = {each.name for each in OPERATIONS}
    assert steps <= tried, "each step of an exchange is one `take_step`"
    # A need recorded by a command is refused by the same function as one certified at a desk.
    assert {name for (name,) in found} == (tried - steps) | {"take_step", "record_need"}
