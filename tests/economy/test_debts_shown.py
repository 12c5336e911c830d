"""What a page may say of the recovery of a debt, to her and to a helper who sees a part only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from cspu.economy import debts
from cspu.entitlement import wording
from cspu.kernel.ids import NO_ORGANISATION, PersonId, computed_id
from cspu.ledger.operations import Proposal
from cspu.trust.door import HELPING, Asking, opened
from tests.economy.purse import TODAY, Purse
from tests.ledger.book import post_as_is
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd

ON = date(2026, 6, 10)
_INCOME = """
INSERT INTO lifecourse.measure
    (person_id, measure, month, spell_id, origin_id, organisation_id, value, source_id, recorded_from)
VALUES (%s, 'net_social_amount', '2026-05-01', kernel.computed_id('x'), kernel.computed_id('o'),
    kernel.computed_id('e'), %s, kernel.computed_id('s'), now()) RETURNING 1
"""


def owe(purse: Purse, person: PersonId, amount: int) -> UUID:
    """A debt in euros on a right of the family, found long ago, and what pays it back."""
    purse.give(person, "family_support", 500_00)
    debt = uuid4()
    purse.ask(
        "INSERT INTO entitlement.debt SELECT person_id, %s, right_id, account_id, unit,"
        " debit_account_id, counterparty, %s, 0, 'facts_changed', version, period_start, period_end,"
        " '2026-01-01', now() FROM ledger.transfer WHERE person_id = %s AND right_id = 'family_support'"
        " LIMIT 1 RETURNING 1",
        *(debt, amount, person),
    )
    with purse.connected() as owner:
        post_as_is(
            owner,
            str(debt),
            Proposal(
                person_id=person,
                right_id="family_support",
                unit="EUR",
                organisation_id=NO_ORGANISATION,
                counter_id=computed_id("funder", "test", "EUR"),
                counterparty="funder:test",
                amount=amount,
                protected=0,
                kind="advance",
                reason=f"debt {debt}",
                version=date(2019, 1, 1),
                period_start=date(2025, 1, 1),
                period_end=date(2025, 12, 31),
                due_on=date(2026, 1, 1),
            ),
        )
    return debt


@pytest.fixture
def debtor(purse: Purse) -> PersonId:
    """She owes 300 € and earns 1,500 € net a month."""
    person = purse.person()
    owe(purse, person, 300_00)
    purse.ask(_INCOME, person, "1500")
    return person


def plan(person: PersonId) -> debts.Debt:
    (found,) = debts.debts(person, on=ON)
    return found


def test_she_reads_the_share_and_what_it_stands_on(purse: Purse, debtor: PersonId) -> None:
    with purse.acting(debtor):
        mine = plan(debtor)
    assert (mine.income, mine.dependants, mine.hidden) == (1_500_00, None, False)
    assert mine.takes == mine.share
    assert mine.share is not None
    assert 0 < mine.share < 300_00
    purse.know(debtor, "dependent_children", "2")
    with purse.acting(debtor):
        lower = plan(debtor)
    assert lower.dependants == 2
    assert lower.share is not None
    assert lower.share < mine.share


def test_a_helper_reads_neither_the_income_nor_what_tells_it(
    purse: Purse, debtor: PersonId
) -> None:
    crowd, relative = Crowd(purse.database), purse.person()
    crowd.mandate(debtor, relative, "person", "family")
    asking = Asking(debtor, "test", purpose=HELPING, scopes=["family"])
    with opened(purse.logged_in(relative), asking):
        theirs = plan(debtor)
    assert (theirs.owed, theirs.hidden) == (300_00, True)
    assert (theirs.takes, theirs.share, theirs.taken) == (None, None, None)
    assert (theirs.income, theirs.dependants) == (None, None)


def test_the_plan_goes_on_month_by_month_until_nothing_is_owed(
    purse: Purse, debtor: PersonId
) -> None:
    with purse.acting(debtor):
        assert debts.recover(debtor, on=ON) == 1
        mine = plan(debtor)
        foreseen = debts.plan([mine], mine, on=ON)
    assert mine.share is not None
    assert (mine.takes, mine.taken) == (0, mine.share), "this month is taken"
    whole, rest = divmod(mine.owed, mine.share)
    assert [each.amount for each in foreseen.instalments] == [mine.share] * whole + [rest]
    assert foreseen.instalments[0].month == date(2026, 7, 1)
    assert foreseen.left == 0
    # What was foreseen is what recovery does, month after month.
    with purse.acting(debtor):
        for each in foreseen.instalments:
            owed = plan(debtor).owed
            assert debts.recover(debtor, on=each.month) == 1
            assert owed - plan(debtor).owed == each.amount


def test_the_walk_goes_on_past_whoever_owes_no_more(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person at a time, the first of whom has paid."""
    monkeypatch.setattr(debts, "_MOST", 1)
    paid, owing = sorted(purse.person() for _ in range(2))
    with purse.acting(paid):
        debts.give_back(uuid4(), owe(purse, paid, 100), 100, on=TODAY)
    owe(purse, owing, 300_00)
    purse.ask(_INCOME, owing, "1500")
    with as_role(purse.database, "batch"):
        assert debts.recover_all(on=ON) == 1


def test_two_debts_share_a_month_and_what_the_account_lacks_waits() -> None:
    older, newer = (_debt(owed_from=date(2026, 1, day), owed=50_00, free=80_00) for day in (1, 2))
    both = [newer, older]
    assert [each.amount for each in debts.plan(both, older, on=ON).instalments] == [30_00, 20_00]
    second = debts.plan(both, newer, on=ON)
    assert [(each.month.month, each.amount) for each in second.instalments] == [
        *((7, 10_00), (8, 20_00))
    ]
    assert second.left == 20_00


def test_a_right_in_kind_gives_its_part_of_what_is_free_each_month() -> None:
    only = replace(_debt(owed=6, free=10), unit="c2p_point", in_kind=Decimal("0.2"), share=2)
    assert [each.amount for each in debts.plan([only], only, on=ON).instalments] == [2, 2, 2]
    assert not debts.plan([replace(only, last_word="contested")], only, on=ON).instalments
    later = replace(only, contest_until=date(2026, 9, 15))
    assert debts.plan([later], later, on=ON).instalments[0].month == date(2026, 9, 1)


def test_an_income_that_nobody_knows_is_told_as_such(purse: Purse) -> None:
    person = purse.person()
    owe(purse, person, 300_00)
    with purse.acting(person):
        found = plan(person)
    assert (found.takes, found.share, found.income, found.hidden) == (None, None, None, False)


@pytest.mark.parametrize("kind", ["top_up", "return"])
def test_what_a_correction_undoes_is_called_no_top_up(kind: str) -> None:
    """As her archive names it."""
    assert "cancels out" in wording.what_of(kind, "protection_spent", "en")
    assert wording.what_of(kind, "act", "en") == wording.KINDS[kind].en


def _debt(*, owed: int, free: int, owed_from: date = date(2026, 1, 1)) -> debts.Debt:
    """In euros, of which thirty may be taken a month."""
    return debts.Debt(
        debt_id=uuid4(),
        account_id=NO_ORGANISATION,
        right_id="cpf",
        unit="EUR",
        counterparty="funder:state",
        organisation="",
        amount=owed,
        taken_back=0,
        owed=owed,
        reason="facts_changed",
        version=ON,
        period_start=ON,
        period_end=ON,
        owed_from=owed_from,
        contest_until=date(2026, 3, 1),
        last_word="",
        takes=30_00,
        share=30_00,
        taken=0,
        income=None,
        dependants=None,
        hidden=False,
        free=free,
        in_kind=None,
        rule="",
        rule_url="",
    )
