"""Time banks as the web role: two sides confirm, limits hold whatever comes at once, names stay chosen."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection

from cspu.economy import conversions, gifts, time_bank
from cspu.kernel.ids import PersonId
from cspu.trust.logins import new_token
from tests.conftest import FreshDatabase
from tests.economy.neighbours import (
    TOMORROW,
    answered,
    exchange_of,
    helped,
    neighbours,
    offer,
)
from tests.economy.purse import TODAY, Purse, form, refused


def test_hours_move_when_the_other_side_confirms_them(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    exchange = answered(purse, luc, offer(purse, awa))
    with purse.acting(awa):
        proposal = time_bank.propose(form(), exchange, 2_50, day=TODAY, words="Mardi", on=TODAY)
        with refused("not_yours_to_confirm"):
            time_bank.confirm(form(), exchange, proposal, on=TODAY)
    assert purse.held(awa, "help_hours") == (0, 0, 0)
    seen = exchange_of(purse, luc, exchange)
    assert (seen.state, seen.hours, seen.awaits_me, seen.i_help) == ("proposed", 2_50, True, False)
    assert (seen.my_name, seen.their_name) == ("Luc", "Awa")
    with purse.acting(luc):
        time_bank.confirm(form(), exchange, proposal, on=TODAY)
        with refused("offer_closed"):
            time_bank.confirm(form(), exchange, proposal, on=TODAY)
    assert purse.held(awa, "help_hours") == (2_50, 0, 0)
    assert purse.held(luc, "help_hours") == (-2_50, 0, 0)
    with purse.acting(awa):
        assert time_bank.hours(awa, on=TODAY).this_month == 2_50
        assert [step.move for step in time_bank.steps(exchange)] == [
            "said",
            "proposed",
            "confirmed",
        ]
    purse.is_sound()


def test_a_request_is_helped_by_whoever_answers(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    exchange = answered(purse, luc, offer(purse, awa, kind="request"))
    with purse.acting(awa):
        proposal = time_bank.propose(form(), exchange, 1_00, day=TODAY, on=TODAY)
    with purse.acting(luc):
        time_bank.confirm(form(), exchange, proposal, on=TODAY)
    assert purse.held(luc, "help_hours") == (1_00, 0, 0)


def test_contested_hours_are_proposed_anew_and_a_former_proposal_no_longer_counts(
    purse: Purse,
) -> None:
    awa, luc = neighbours(purse)
    exchange = answered(purse, luc, offer(purse, awa))
    with purse.acting(awa):
        much = time_bank.propose(form(), exchange, 3_00, day=TODAY, on=TODAY)
    with purse.acting(luc):
        with refused("words_missing"):
            time_bank.contest(form(), exchange, much, "  ", on=TODAY)
        time_bank.contest(form(), exchange, much, "Plutôt deux heures.", on=TODAY)
        with refused("not_yours_to_confirm"):
            time_bank.confirm(form(), exchange, much, on=TODAY)
        less = time_bank.propose(form(), exchange, 2_00, day=TODAY, on=TODAY)
    with purse.acting(awa):
        with refused("not_yours_to_confirm"):
            time_bank.confirm(form(), exchange, much, on=TODAY)
        time_bank.confirm(form(), exchange, less, on=TODAY)
    assert purse.held(awa, "help_hours") == (2_00, 0, 0)


def test_what_is_sent_twice_is_done_once(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    exchange = answered(purse, luc, offer(purse, awa))
    propose, confirm = form(), form()
    with purse.acting(awa):
        [proposal, _] = [
            time_bank.propose(propose, exchange, 1_00, day=TODAY, on=TODAY) for _ in range(2)
        ]
    with purse.acting(luc):
        for _ in range(2):
            time_bank.confirm(confirm, exchange, proposal, on=TODAY)
        assert len(time_bank.steps(exchange)) == 3
    assert purse.held(luc, "help_hours") == (-1_00, 0, 0)


def test_others_read_words_and_a_chosen_name_and_nothing_else(purse: Purse) -> None:
    awa, luc, stranger = neighbours(purse, 3)
    notice = offer(purse, awa)
    exchange = answered(purse, luc, notice)
    with purse.acting(stranger):
        [seen] = time_bank.board(on=TODAY)
        assert (seen.first_name, seen.words, seen.mine) == (
            "Awa",
            "Je fais les courses du quartier.",
            False,
        )
        assert time_bank.exchanges() == []
        assert time_bank.steps(exchange) == []
        with refused("offer_unknown"):
            time_bank.say(form(), exchange, "Bonjour", on=TODAY)
        with refused("offer_unknown"):
            time_bank.end_notice(notice)
    with purse.acting(luc):
        for row in purse_rows("economy.notice", "economy.exchange", "economy.exchange_move"):
            assert row == 0
    # Outside any sight the board is empty.
    assert time_bank.board(on=TODAY) == []


def purse_rows(*tables: str) -> Sequence[int]:
    """How many rows of these tables the web role reads now."""
    counts = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts.append(cursor.fetchone()[0])
    return counts


def test_an_offer_is_closed_once_and_answered_no_more(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    notice = offer(purse, awa)
    with purse.acting(awa):
        with refused("oneself"):
            time_bank.answer(form(), notice, first_name="Awa", words="Moi", on=TODAY)
        time_bank.end_notice(notice)
        with refused("offer_closed"):
            time_bank.end_notice(notice)
        assert time_bank.board(on=TODAY) == []
    with purse.acting(luc), refused("offer_closed"):
        time_bank.answer(form(), notice, first_name="Luc", words="Bonjour", on=TODAY)


def test_what_cannot_be_said_is_refused_in_order(purse: Purse) -> None:
    awa, child = purse.person(), purse.person(born=date(2015, 1, 1))
    said = {"community": "entraide", "care": False, "first_name": "Awa", "words": "Courses"}
    with purse.acting(child), refused("not_entitled"):
        time_bank.post_notice(form(), "offer", **said, on=TODAY, days=30)  # type: ignore[arg-type]
    ladder: list[tuple[str, dict[str, object]]] = [
        ("day_to_come", {"on": date(2999, 1, 1)}),
        ("rule_unknown", {"community": "ailleurs"}),
        ("amount_not_positive", {"days": 0}),
        ("above_maximum", {"days": 400}),
        ("words_missing", {"words": " "}),
    ]
    with purse.acting(awa):
        for place, (expected, spoiled) in enumerate(ladder):
            for _, also in [("", {}), *ladder[place + 1 :]]:
                with refused(expected):
                    time_bank.post_notice(
                        form(),
                        "offer",
                        **{**said, "on": TODAY, "days": 30, **also, **spoiled},  # type: ignore[arg-type]
                    )


def test_what_answers_a_notice_is_refused_in_order(purse: Purse) -> None:
    awa, child = purse.person(), purse.person(born=date(2015, 1, 1))
    notice = offer(purse, awa)
    with purse.acting(awa), refused("oneself"):
        time_bank.answer(form(), notice, first_name="", words="", on=TODAY)
    with purse.acting(child):
        with refused("offer_unknown"):
            time_bank.answer(form(), form(), first_name="", words="", on=TODAY)
        with refused("not_entitled"):
            time_bank.answer(form(), notice, first_name="", words="", on=TODAY)
    with purse.acting(purse.person()), refused("words_missing"):
        time_bank.answer(form(), notice, first_name="", words="", on=TODAY)


def test_points_that_would_pass_the_top_of_an_account_do_not_become_hours(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "points", 100 * 10_000, unit="point")
    purse.ask("UPDATE economy.community SET ceiling = 300 RETURNING 1")
    with purse.acting(person):
        early, late = (
            conversions.quote(form(), "points_to_help_hours", 25 * 10_000, on=TODAY)
            for _ in range(2)
        )
        conversions.convert(early)
        # Hours that came by points count like those that were given.
        with refused("above_limit"):
            conversions.convert(late)
        with refused("above_limit"):
            conversions.quote(form(), "points_to_help_hours", 25 * 10_000, on=TODAY)
    assert purse.ask(
        "SELECT credits, ceiling FROM ledger.account WHERE right_id = 'help_hours'"
    ) == [(2_08, 3_00)]


def test_hours_proposed_are_refused_in_order(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    exchange = answered(purse, luc, offer(purse, awa))
    with purse.acting(awa):
        for expected, amount, day, where in (
            ("day_to_come", 0, TOMORROW + timedelta(days=36500), exchange),
            # Before they met: each month before would have forty hours of its own to fill.
            ("rule_unknown", 1_00, TODAY - timedelta(days=1), exchange),
            ("offer_unknown", 0, TODAY, form()),
            ("amount_not_positive", 0, TODAY, exchange),
            ("amount_not_whole", 41_01, TODAY, exchange),
            ("above_limit", 41_00, TODAY, exchange),
        ):
            with refused(expected):
                time_bank.propose(form(), where, amount, day=day, on=TODAY)
        time_bank.leave(form(), exchange, on=TODAY)
        with refused("offer_closed"):
            time_bank.propose(form(), exchange, 0, day=TODAY, on=TODAY)
        time_bank.say(form(), exchange, "Une autre fois !", on=TODAY)


def test_help_is_received_twelve_hours_ahead_and_no_further(purse: Purse) -> None:
    awa, luc = neighbours(purse)
    helped(purse, awa, luc, 12_00)
    exchange = answered(purse, luc, offer(purse, awa))
    with purse.acting(awa):
        proposal = time_bank.propose(form(), exchange, 25, day=TODAY, on=TODAY)
    with purse.acting(luc), refused("above_limit"):
        time_bank.confirm(form(), exchange, proposal, on=TODAY)
    assert purse.held(luc, "help_hours") == (-12_00, 0, 0)
    assert exchange_of(purse, luc, exchange).state == "proposed"


def test_a_month_of_help_and_an_account_have_a_top(purse: Purse) -> None:
    helper = purse.person()
    for receiver in neighbours(purse, 3):
        helped(purse, helper, receiver, 12_00)
    last = purse.person()
    with refused("above_limit"):
        helped(purse, helper, last, 4_25)
    helped(purse, helper, last, 4_00)
    assert purse.held(helper, "help_hours") == (40_00, 0, 0)
    full = purse.person()
    purse.give(full, "help_hours", 199_00, unit="hour")
    helped(purse, full, last, 1_00)
    with refused("above_limit"):
        helped(purse, full, last, 25)
    purse.is_sound()


def test_points_become_hours_and_vouchers_at_published_prices(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "points", 100 * 10_000, unit="point")
    with purse.acting(person):
        quote = conversions.quote(form(), "points_to_help_hours", 25 * 10_000, on=TODAY)
        conversions.convert(quote)
        conversions.convert(conversions.quote(form(), "points_to_vouchers", 40 * 10_000, on=TODAY))
    # 25 points at 12 an hour: 2.08 h; the four hundredths of a point left over stay hers.
    assert purse.held(person, "help_hours") == (2_08, 0, 0)
    assert purse.held(person, "solidarity_voucher") == (40_00, 0, 0)
    assert purse.held(person, "points") == (35 * 10_000 + 400, 0, 0)
    purse.is_sound()


def _confirm_at_once(
    database: FreshDatabase, waiting: Sequence[tuple[PersonId, UUID, UUID]]
) -> list[str | None]:
    """Each person confirms her exchange, all in the same instant, as the web role; the refusals."""
    start = Barrier(len(waiting))
    tokens = [new_token() for _ in waiting]
    with database.connect() as owner:
        for token, (person, _, _) in zip(tokens, waiting, strict=True):
            owner.execute(
                "SELECT trust.begin_session(%s, 'person', %s, 'test', TRUE)", [token, person]
            )

    def confirm(place: int) -> str | None:
        person, exchange, proposal = waiting[place]
        with database.connect("web") as web:
            web.execute(
                "SELECT trust.open(%s, (%s, 'act', '{*}', 'own_account', 'test', TRUE)::trust.asking)",
                [tokens[place], person],
            )
            start.wait(timeout=60)
            found = web.execute(
                "SELECT economy.take_step(%s, %s, 'confirmed', 0, NULL, '', %s, %s)",
                [exchange, uuid4(), proposal, TODAY],
            ).fetchone()
        assert found is not None
        return None if found[0] is None else str(found[0])

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(confirm, range(len(waiting))))


def _two_proposals(purse: Purse) -> tuple[PersonId, list[tuple[PersonId, UUID, UUID]]]:
    """Somebody who may go twelve hours below zero says that two neighbours helped her eight hours each."""
    receiver, waiting = purse.person(), []
    for helper in neighbours(purse, 2):
        exchange = answered(purse, receiver, offer(purse, helper))
        with purse.acting(receiver):
            proposal = time_bank.propose(form(), exchange, 8_00, day=TODAY, on=TODAY)
        waiting.append((helper, exchange, proposal))
    return receiver, waiting


def test_two_exchanges_at_once_never_break_the_limit(purse: Purse) -> None:
    receiver, waiting = _two_proposals(purse)
    assert sorted(_confirm_at_once(purse.database, waiting), key=str) == [None, "above_limit"]
    assert purse.held(receiver, "help_hours") == (-8_00, 0, 0)
    purse.is_sound()


def test_control_without_the_constraint_two_exchanges_break_it(purse: Purse) -> None:
    """What the test above would see if nothing but the function stood in the way."""
    with purse.connected() as owner:
        owner.execute("ALTER TABLE ledger.account DROP CONSTRAINT account_floor_never_breaks")
    receiver, waiting = _two_proposals(purse)
    assert _confirm_at_once(purse.database, waiting) == [None, None]
    assert purse.held(receiver, "help_hours") == (-16_00, 0, 0)
    with pytest.raises(AssertionError):
        purse.is_sound()


def test_where_no_community_has_rules_no_hour_is_opened_nor_converted(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "points", 100_0000, unit="point")
    with purse.acting(person):
        quoted = conversions.quote(form(), "points_to_help_hours", 36_0000, on=TODAY)
        assert "points_to_help_hours" in {each.rule for each in conversions.rules(person, on=TODAY)}
    purse.ask("UPDATE economy.community SET until = in_force RETURNING 1")
    with purse.acting(person):
        assert time_bank.communities(on=TODAY) == []
        assert "points_to_help_hours" not in {
            each.rule for each in conversions.rules(person, on=TODAY)
        }
        with refused("rule_unknown"):
            conversions.quote(form(), "points_to_help_hours", 36_0000, on=TODAY)
        with refused("quote_over"):
            conversions.convert(quoted)
        with refused("rule_unknown"):
            gifts.pass_hours(form(), 100, code="AAAA-AAAA", on=TODAY)
    assert purse.held(person, "help_hours") == (0, 0, 0)
