"""What a page may say of the recovery of a debt, to her and to a helper who sees a part only."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from cspu.economy import debts
from cspu.kernel.ids import NO_ORGANISATION, PersonId, computed_id
from cspu.ledger.operations import Proposal
from cspu.trust.door import HELPING, Asking, opened
from tests.economy.purse import Purse
from tests.ledger.book import post_as_is
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


def test_a_helper_reads_the_same_amount_and_never_the_income(
    purse: Purse, debtor: PersonId
) -> None:
    crowd, relative = Crowd(purse.database), purse.person()
    crowd.mandate(debtor, relative, "person", "family")
    with purse.acting(debtor):
        mine = plan(debtor)
    asking = Asking(debtor, "test", purpose=HELPING, scopes=["family"])
    with opened(purse.logged_in(relative), asking):
        theirs = plan(debtor)
    assert (theirs.takes, theirs.share, theirs.owed) == (mine.takes, mine.share, mine.owed)
    assert (theirs.income, theirs.dependants, theirs.hidden) == (None, None, True)


def test_what_was_taken_for_another_right_counts_though_it_is_not_seen(
    purse: Purse, debtor: PersonId
) -> None:
    crowd, relative = Crowd(purse.database), purse.person()
    crowd.mandate(debtor, relative, "person", "family")
    with purse.acting(debtor):
        assert debts.recover(debtor, on=ON) == 1
    asking = Asking(debtor, "test", purpose=HELPING, scopes=["family"])
    with opened(purse.logged_in(relative), asking):
        assert plan(debtor).takes == 0


def test_an_income_that_nobody_knows_is_told_as_such(purse: Purse) -> None:
    person = purse.person()
    owe(purse, person, 300_00)
    with purse.acting(person):
        found = plan(person)
    assert (found.takes, found.share, found.income, found.hidden) == (None, None, None, False)
