"""Conversions as the web role: the quote, exactly that quote, and every way it is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from cspu.economy import conversions, deciding
from cspu.economy.conversions import Quote
from cspu.entitlement.queries import account_page, tile_page
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.kernel.text import Text
from cspu.ledger.errors import AccountBusy
from cspu.trust.door import HELPING, Asking, opened
from tests.economy.neighbours import employer, hired, left
from tests.economy.purse import TODAY, Purse, form, refused
from tests.trust.crowd import Crowd


def asked(rule: str, taken: int) -> Quote:
    """A quote, as it will be shown."""
    found = conversions.quoted(conversions.quote(form(), rule, taken, on=TODAY))
    assert found is not None
    return found


def with_points(purse: Purse, points: int, *, protected: int = 0, born: int = 1985) -> PersonId:
    """Somebody with prevention points."""
    person = purse.person(born=date(born, 5, 4))
    purse.give(person, "c2p", points, unit="c2p_point", protected=protected)
    return person


def test_points_become_training_at_the_rate_of_the_law(purse: Purse) -> None:
    person = with_points(purse, 30, protected=20)
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        quote = asked("c2p_to_training", 8)
        assert (quote.takes, quote.gives, quote.left_over) == (8, 8 * 500_00, Decimal(0))
        assert (quote.had, quote.got) == (30, 100_00)
        conversions.convert(quote.quote_id)
    # Training is what the protected points are for: they go first.
    assert purse.held(person, "c2p") == (22, 12, 0)
    assert purse.held(person, "cpf") == (100_00 + 8 * 500_00, 0, 0)
    purse.is_sound()


def test_another_use_leaves_the_protected_points_whole(purse: Purse) -> None:
    person = with_points(purse, 30, protected=20)
    with purse.acting(person):
        with refused("protected_share"):
            asked("c2p_to_part_time", 11)
        conversions.convert(asked("c2p_to_part_time", 10).quote_id)
    assert purse.held(person, "c2p") == (20, 20, 0)
    assert purse.held(person, "c2p_part_time") == (10 * 12, 0, 0)
    purse.is_sound()


def test_what_she_converted_is_on_her_page_and_in_its_right(purse: Purse) -> None:
    person = with_points(purse, 30)
    with purse.acting(person):
        empty = tile_page(person, "c2p_part_time", on=TODAY, lang="en")
        conversions.convert(asked("c2p_to_part_time", 10).quote_id)
        page = tile_page(person, "c2p_part_time", on=TODAY, lang="en")
        account = account_page(person, on=TODAY, lang="en")
    assert not empty.tile.balance
    assert empty.movements == ()
    assert page.tile.balance is not None
    assert page.tile.balance.minor == 10 * 12
    assert page.tile.meaning == "You can spend 120\u00a0half-time days, paid as full time."
    assert [moved.amount for moved in page.movements] == [page.tile.balance]
    [tile] = [
        each
        for family in account.families
        for each in family.tiles
        if each.right_id == "c2p_part_time"
    ]
    assert tile.balance == page.tile.balance
    assert [moved.amount for moved in tile.news] == [page.tile.balance]


def test_quarters_open_at_the_age_of_the_law_by_tens_and_not_beyond_eight(purse: Purse) -> None:
    with purse.acting(with_points(purse, 100, born=1985)), refused("not_entitled"):
        asked("c2p_to_retirement", 10)
    person = with_points(purse, 100, born=1968)
    with purse.acting(person):
        with refused("amount_not_whole"):
            asked("c2p_to_retirement", 15)
        with refused("above_maximum"):
            asked("c2p_to_retirement", 90)
        conversions.convert(asked("c2p_to_retirement", 70).quote_id)
        with refused("above_maximum"):
            asked("c2p_to_retirement", 20)
    assert purse.held(person, "c2p_retirement") == (7, 0, 0)


def test_a_quote_serves_once_and_only_while_nothing_moved(purse: Purse) -> None:
    person = with_points(purse, 30)
    with purse.acting(person):
        first, second = asked("c2p_to_training", 20), asked("c2p_to_training", 20)
        conversions.convert(first.quote_id)
        with refused("quote_used"):
            conversions.convert(first.quote_id)
        with refused("balance_too_small"):
            conversions.convert(second.quote_id)
    assert purse.held(person, "c2p") == (10, 0, 0)
    assert purse.held(person, "cpf") == (20 * 500_00, 0, 0)


def test_a_quote_is_over_after_its_time(purse: Purse) -> None:
    person = with_points(purse, 30)
    with purse.acting(person):
        quote = asked("c2p_to_training", 20)
    with purse.connected() as owner:
        owner.execute("ALTER TABLE economy.quote DISABLE TRIGGER USER")
        owner.execute("UPDATE economy.quote SET valid_until = now() - interval '1 second'")
    with purse.acting(person), refused("quote_over"):
        conversions.convert(quote.quote_id)
    assert purse.held(person, "c2p") == (30, 0, 0)


def test_what_cannot_be_asked_is_refused(purse: Purse) -> None:
    person = with_points(purse, 30)
    with purse.acting(person):
        with refused("rule_unknown"):
            asked("no_such_rule", 1)
        with refused("amount_not_positive"):
            asked("c2p_to_training", 0)
        with refused("below_minimum"):
            asked("c2p_to_part_time", 9)
        with refused("balance_too_small"):
            asked("c2p_to_training", 31)
        with refused("day_to_come"):
            conversions.quote(form(), "c2p_to_training", 1, on=date(2999, 1, 1))
        with refused("quote_unknown"):
            conversions.convert(form())


def test_somebody_else_s_quote_is_unknown(purse: Purse) -> None:
    person, other = with_points(purse, 30), with_points(purse, 30)
    with purse.acting(person):
        quote = asked("c2p_to_training", 1)
    with purse.acting(other), refused("quote_unknown"):
        conversions.convert(quote.quote_id)


def test_leave_goes_to_the_savings_account_of_the_same_employer(purse: Purse) -> None:
    person = purse.person()
    first, second = (OrganisationId(uuid4()) for _ in range(2))
    for firm in (first, second):
        hired(purse, person, firm)
        purse.give(person, "paid_leave", 30_00, unit="working_day", protected=24_00, held_with=firm)
    with purse.acting(person):
        with refused("protected_share"):
            asked("leave_to_cet", 12_50)
        with refused("amount_not_whole"):
            asked("leave_to_cet", 25)
        conversions.convert(asked("leave_to_cet", 8_50).quote_id)
    held = purse.ask(
        "SELECT right_id, organisation_id, (credits - debits)::int FROM ledger.account"
        " WHERE person_id = %s AND right_id = 'cet'",
        person,
    )
    assert {organisation for _, organisation, _ in held} == {first, second}
    assert sorted(days for _, _, days in held) == [2_50, 6_00]
    assert purse.held(person, "paid_leave") == (51_50, 48_00, 0)
    # The fifth week saved is leave for ever: it may be taken, and never becomes pay.
    assert purse.held(person, "cet") == (8_50, 8_50, 0)
    with purse.acting(person), refused("protected_share"):
        asked("cet_to_pay", 50)
    purse.is_sound()


def test_leave_held_with_a_former_employer_is_not_saved(purse: Purse) -> None:
    person, former, present = purse.person(), employer(purse), employer(purse)
    hired(purse, person, former)
    purse.give(person, "paid_leave", 9_00, unit="working_day", held_with=former)
    with purse.acting(person):
        before = asked("leave_to_cet", 1_00)
    left(purse, person)
    with purse.acting(person):
        assert conversions.rules(person, on=TODAY) == []
        with refused("not_employed_there"):
            asked("leave_to_cet", 1_00)
        with refused("not_employed_there"):
            conversions.convert(before.quote_id)
    hired(purse, person, present)
    purse.give(person, "paid_leave", 4_00, unit="working_day", held_with=present)
    with purse.acting(person):
        [rule] = conversions.rules(person, on=TODAY)
        assert rule.free == 4_00
        with refused("balance_too_small"):
            asked("leave_to_cet", 4_50)
        conversions.convert(asked("leave_to_cet", 4_00).quote_id)
    assert purse.held(person, "paid_leave") == (9_00, 0, 0)
    assert purse.ask(
        "SELECT organisation_id, credits - debits FROM ledger.account"
        " WHERE person_id = %s AND right_id = 'cet'",
        person,
    ) == [(present, 4_00)]
    purse.is_sound()


def test_by_way_of_points_what_rounding_leaves_stays_hers(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "cet", 3_50, unit="day")
    with purse.acting(person):
        quote = asked("cet_to_pay", 1_50)
        # 1.5 days at 84 points, one point a euro: 126 euros and nothing left.
        assert (quote.gives, quote.left_over, quote.assumption) == (126_00, Decimal(0), True)
        conversions.convert(quote.quote_id)
    assert purse.held(person, "cet_pay") == (126_00, 0, 0)
    purse.is_sound()


def test_the_price_may_be_hers_and_unknown(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "unemployment_days_opened", 500_00, unit="day")
    for name, value in (
        ("creating_business", "true"),
        ("acre_obtained", "true"),
        ("benefit_daily_amount", "45.60"),
        ("benefit_days_left", "400"),
    ):
        with purse.acting(person), refused("entitlement_unknown"):
            asked("unemployment_to_business", 400_00)
        purse.know(person, name, value)
    with purse.acting(person):
        # A hundred days of those opened were paid already: they make no capital.
        [rule] = conversions.rules(person, on=TODAY)
        assert rule.free == 400_00
        with refused("above_maximum"):
            asked("unemployment_to_business", 401_00)
        quote = asked("unemployment_to_business", 400_00)
        # 400 days at 45.60 euros, sixty per cent of it: 10,944 euros.
        assert quote.gives == 10_944_00
        conversions.convert(quote.quote_id)
        with refused("above_maximum"):
            asked("unemployment_to_business", 1_00)
    assert purse.held(person, "business_capital") == (10_944_00, 0, 0)
    purse.is_sound()


def quarters(person: PersonId) -> conversions.Rule:
    (found,) = [each for each in conversions.rules(person, on=TODAY) if each.open_to]
    return found


@pytest.mark.parametrize(("born", "is_open"), [(date(1960, 1, 1), True), (date(1990, 1, 1), False)])
def test_a_helper_is_never_told_no_for_what_she_does_not_see(
    purse: Purse, born: date, *, is_open: bool
) -> None:
    crowd, relative, person = Crowd(purse.database), purse.person(), purse.person(born=born)
    purse.give(person, "c2p", 20, unit="c2p_point")
    crowd.mandate(person, relative, "person", "work_training")
    with purse.acting(person):
        mine = quarters(person)
    assert (mine.is_open, mine.hidden) == (is_open, False)
    asking = Asking(person, "test", purpose=HELPING, scopes=["work", "training"])
    with opened(purse.logged_in(relative), asking):
        theirs = quarters(person)
    assert (theirs.is_open, theirs.hidden) == (None, True)


def test_a_condition_that_cannot_be_known_is_not_a_no(purse: Purse) -> None:
    person = PersonId(uuid4())
    purse.ask(
        "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1", person
    )
    purse.give(person, "c2p", 20, unit="c2p_point")
    with purse.acting(person):
        assert (quarters(person).is_open, quarters(person).hidden) == (None, False)


def test_an_act_that_crosses_a_settlement_is_tried_again(purse: Purse) -> None:
    """A bulk posting may take the later account first: of the two, PostgreSQL stops one."""
    person = purse.person()
    purse.give(person, "c2p", 20, unit="c2p_point")
    purse.give(person, "cpf", 100_00)
    take = "SELECT FROM ledger.account WHERE person_id = %s AND account_id = %s FOR UPDATE"
    earlier, later = (
        account
        for (account,) in purse.ask(
            "SELECT account_id FROM ledger.account WHERE person_id = %s ORDER BY 1", person
        )
    )
    with purse.acting(person):
        quoted = conversions.quote(form(), "c2p_to_training", 2, on=TODAY)

    def crosses(settling: psycopg.Connection, act: int) -> None:
        waits = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
        with purse.database.connect(autocommit=True) as watching:
            while watching.execute(waits.encode(), [act]).fetchone() == (False,):
                pass
        with suppress(psycopg.errors.DeadlockDetected):  # where it, and not the act, is stopped
            settling.execute(take.encode(), [person, earlier])
        settling.rollback()

    with purse.connected() as settling, ThreadPoolExecutor(1) as beside, purse.acting(person):
        settling.execute(take.encode(), [person, later])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            crossed = beside.submit(crosses, settling, cursor.fetchone()[0])
        conversions.convert(quoted)
        crossed.result()
    assert purse.held(person, "c2p")[0] == 18
    purse.is_sound()


def test_an_act_that_was_stopped_is_done_at_the_next_try(
    purse: Purse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the crossing of two writers, where the act is surely the one that is stopped."""
    person = with_points(purse, 20)
    tries = []

    def stopped_once(statement: str, *values: deciding.Value) -> str | None:
        tries.append(statement)
        if len(tries) == 1:
            raise AccountBusy(
                "ledger.account_busy", Text("Occupé.", "Busy."), Text("Encore.", "Again.")
            )
        return really(statement, *values)

    with purse.acting(person):
        quoted = conversions.quote(form(), "c2p_to_training", 2, on=TODAY)
        really = deciding._asked
        monkeypatch.setattr(deciding, "_asked", stopped_once)
        conversions.convert(quoted)
    assert len(tries) == 2
    assert purse.held(person, "c2p")[0] == 18
