"""Debts: found by settlement, never below the floor, contested, recovered within the law's share."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from cspu.economy import conversions, debts, uses
from cspu.entitlement.operations import settle_person
from cspu.entitlement.queries import tile_page
from cspu.kernel.ids import PersonId
from tests.economy.moving import moved, reserved, waiting_for
from tests.economy.purse import Purse, form, refused
from tests.entitlement.lives import Statement, birth, newcomer, nothing, tell, work
from tests.people.conftest import as_role

ON = date(2026, 3, 10)
LATER = date(2026, 6, 10)


@pytest.fixture
def spent(purse: Purse) -> PersonId:
    """Somebody whose eight points of 2024 became 4,000 € of training, before they were taken back."""
    person = newcomer()
    exposed = work(2024, "151.67", exposures=["exposure_night_work", "exposure_noise"])
    with as_role(purse.database, "batch"):
        purse.ask(
            "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1",
            person,
        )
        tell(person, birth(date(1958, 1, 1)))
        tell(person, exposed)
        settle_person(person, as_of=ON)
    with purse.acting(person):
        conversions.convert(conversions.quote(form(), "c2p_to_training", 6, on=ON))
    assert purse.held(person, "c2p") == (2, 0, 0)
    with as_role(purse.database, "batch"):
        tell(person, nothing(exposed.origin))
        settle_person(person, as_of=ON)
    return person


def fact(purse: Purse, person: PersonId, statement: Statement) -> None:
    """A source speaks, and she is settled again."""
    with as_role(purse.database, "batch"):
        tell(person, statement)
        settle_person(person, as_of=ON)


def only(person: PersonId, on: date) -> debts.Debt:
    """The one debt she has."""
    (found,) = debts.debts(person, on=on)
    return found


def test_what_is_missing_is_owed_and_the_floor_holds(purse: Purse, spent: PersonId) -> None:
    with purse.acting(spent):
        owed = only(spent, ON)
    assert purse.held(spent, "c2p") == (0, 0, 0)
    assert (owed.right_id, owed.taken_back, owed.amount, owed.owed) == ("c2p", 2, 6, 6)
    assert (owed.reason, owed.period_start) == ("facts_changed", date(2024, 1, 1))
    purse.is_sound()


def test_the_same_right_given_again_pays_its_own_debt(purse: Purse, spent: PersonId) -> None:
    fact(purse, spent, work(2024, "151.67", exposures=["exposure_night_work"]))
    # Four points come back for 2024: all of them pay what was owed for 2024.
    with purse.acting(spent):
        assert only(spent, ON).owed == 2
    assert purse.held(spent, "c2p") == (0, 0, 0)
    fact(purse, spent, work(2024, "151.67", exposures=["exposure_night_work", "exposure_noise"]))
    with purse.acting(spent):
        assert only(spent, ON).owed == 0
    assert purse.held(spent, "c2p") == (2, 0, 0)
    purse.is_sound()


def test_what_comes_back_pays_two_debts_of_one_period_once(purse: Purse) -> None:
    person = newcomer()
    told = [
        work(2024, "151.67", exposures=exposures)
        for exposures in (("exposure_night_work", "exposure_noise"), ("exposure_night_work",))
    ]
    with as_role(purse.database, "batch"):
        purse.ask(
            "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1",
            person,
        )
        tell(person, birth(date(1958, 1, 1)))
    fact(purse, person, told[0])
    with purse.acting(person):
        conversions.convert(conversions.quote(form(), "c2p_to_training", 6, on=ON))
    fact(purse, person, told[1])
    fact(purse, person, nothing(told[1].origin))
    # Eight were given, six are spent: the first four taken back leave two owed, the others four more.
    with purse.acting(person):
        assert sorted(each.owed for each in debts.debts(person, on=ON)) == [2, 4]
    fact(purse, person, told[1])
    with purse.acting(person):
        assert sum(each.owed for each in debts.debts(person, on=ON)) == 2
    assert purse.held(person, "c2p") == (0, 0, 0)
    purse.is_sound()


def test_recovery_takes_its_share_of_the_month_and_no_more(purse: Purse, spent: PersonId) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point", protected=10)
    with purse.acting(spent):
        assert debts.recover(spent, on=ON) == 0, "sixty days to contest come first"
        assert only(spent, LATER).takes == 2, "a fifth of ten free points"
        assert debts.recover(spent, on=LATER) == 1
        assert debts.recover(spent, on=LATER) == 0, "once a month"
        assert only(spent, LATER).owed == 4
    assert purse.held(spent, "c2p") == (18, 10, 0)
    purse.is_sound()


def test_nothing_is_taken_while_it_is_contested(purse: Purse, spent: PersonId) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point")
    with purse.acting(spent):
        owed = only(spent, LATER)
        with refused("words_missing"):
            debts.contest(owed.debt_id, "  ")
        debts.contest(owed.debt_id, "J’étais bien exposée en 2024.")
        with refused("debt_contested"):
            debts.contest(owed.debt_id, "Encore.")
        assert debts.recover(spent, on=LATER) == 0
    with as_role(purse.database, "batch"):
        # Its funder reads her words, and neither who she is nor another's.
        [waiting] = [each for each in debts.contested() if each.debt_id == owed.debt_id]
        assert (waiting.owed, waiting.words) == (6, "J’étais bien exposée en 2024.")
        assert debts.debtor(owed.debt_id) == spent
        debts.answer(spent, owed.debt_id, forgiven=False, words="Non.", by="batch", on=LATER)
        assert owed.debt_id not in {each.debt_id for each in debts.contested()}
        with refused("debt_unknown"):
            debts.debtor(form())
    with purse.acting(spent):
        assert debts.recover(spent, on=LATER) == 1
        assert [move.kind for move in debts.moves(spent, owed.debt_id)] == [
            *("contested", "upheld", "recovery")
        ]


def test_a_forgiven_debt_is_paid_by_the_funder(purse: Purse, spent: PersonId) -> None:
    with purse.acting(spent):
        owed = only(spent, ON)
    with as_role(purse.database, "batch"):
        debts.answer(spent, owed.debt_id, forgiven=True, words="Notre erreur.", by="batch", on=ON)
    with purse.acting(spent):
        assert (only(spent, ON).owed, only(spent, ON).last_word) == (0, "forgiven")
        # It is not she who paid, and the page does not say so.
        kinds = [move.kind for move in debts.moves(spent, owed.debt_id)]
        assert kinds == ["forgiven", "waiver"]
        with refused("debt_closed"):
            debts.contest(owed.debt_id, "")
        with refused("debt_closed"):
            debts.give_back(form(), owed.debt_id, 0, on=ON)
    assert purse.held(spent, "c2p") == (0, 0, 0)
    purse.is_sound()


def test_she_gives_back_what_she_wants_above_the_floor(purse: Purse, spent: PersonId) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point", protected=17)
    with purse.acting(spent):
        owed = only(spent, ON)
        for amount, why in (
            (0, "amount_not_positive"),
            (7, "above_maximum"),
            (4, "protected_share"),
        ):
            with refused(why):
                debts.give_back(form(), owed.debt_id, amount, on=ON)
        with refused("debt_unknown"):
            debts.give_back(form(), form(), 0, on=ON)
        sent = form()
        debts.give_back(sent, owed.debt_id, 3, on=ON)
        debts.give_back(sent, owed.debt_id, 3, on=ON)
        assert only(spent, ON).owed == 3
    assert purse.held(spent, "c2p") == (17, 17, 0)
    purse.is_sound()


def test_a_debt_is_forgiven_as_far_as_it_is_owed_once_others_are_done(
    purse: Purse, spent: PersonId
) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point")
    with purse.acting(spent):
        debt = only(spent, ON).debt_id
    paid = (
        "SELECT ledger.post('paid', ARRAY[economy.recovery_of(d, 4, %s)], now())"
        " FROM entitlement.debt AS d"
    )
    answer = "SELECT economy.answer_debt(%s, %s, TRUE, 'Oui.', 'batch', %s)"
    with purse.connected() as first:
        first.execute(paid.encode(), [ON])
        with waiting_for(first, purse.database, answer, spent, debt, ON) as answered:
            first.commit()
            assert answered.result() == [(None,)]
    with purse.acting(spent):
        assert only(spent, ON).owed == 0
    assert purse.held(spent, "c2p") == (16, 0, 0)
    purse.is_sound()


@pytest.mark.parametrize("more", [0, 10])
def test_what_was_protected_and_spent_can_still_be_corrected(purse: Purse, more: int) -> None:
    """Young enough for her points to be kept for training: six of eight are, when four are taken back."""
    person = newcomer()
    both = work(2024, "151.67", exposures=["exposure_night_work", "exposure_noise"])
    with as_role(purse.database, "batch"):
        purse.ask(
            "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1",
            person,
        )
        tell(person, birth(date(1985, 5, 4)))
    fact(purse, person, both)
    with purse.acting(person):
        conversions.convert(conversions.quote(form(), "c2p_to_training", 6, on=ON))
    if more:
        with purse.connected() as owner:
            moved(owner, "more", person, "c2p", more, unit="c2p_point")
    assert purse.held(person, "c2p") == (2 + more, 2, 0)
    fact(purse, person, work(2024, "151.67", exposures=["exposure_night_work"]))
    assert purse.held(person, "c2p") == (max(more - 2, 0), 0, 0)
    with purse.acting(person):
        told = [moved.reason for moved in tile_page(person, "c2p", on=ON, lang="en").movements]
    # What comes and goes is told as that, and not as an unused top-up.
    assert sum("cancels out" in reason for reason in told) == (2 if more else 0)
    assert "Unused top-up, returned to its funder" not in told
    settled_again = len(purse.ask("SELECT 1 FROM ledger.transfer"))
    with as_role(purse.database, "batch"):
        settle_person(person, as_of=ON)
    assert len(purse.ask("SELECT 1 FROM ledger.transfer")) == settled_again
    # Given again, it pays what was advanced, and never protects more than there is.
    fact(purse, person, both)
    with purse.acting(person):
        assert [each.owed for each in debts.debts(person, on=ON)] == ([] if more else [0])
    balance, protected, _ = purse.held(person, "c2p")
    assert (balance, protected) == (2 + more, 4 if more else 2)
    purse.is_sound()


def test_the_command_recovers_from_whoever_owes(purse: Purse, spent: PersonId) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point")
    with as_role(purse.database, "batch"):
        # Of a day to come, the months between would be taken from her at once.
        for early in (debts.recover_all, uses.catch_up_all):
            with refused("day_to_come"):
                early(on=date(2126, 1, 1))
        assert debts.recover_all(on=LATER) == 1
        assert debts.recover_all(on=LATER) == 0
    assert purse.held(spent, "c2p") == (16, 0, 0)
    purse.is_sound()


def test_a_correction_takes_back_what_others_leave_it(purse: Purse, spent: PersonId) -> None:
    purse.give(spent, "c2p", 20, unit="c2p_point")
    given = work(2023, "151.67", exposures=["exposure_night_work"])
    fact(purse, spent, given)
    with as_role(purse.database, "batch"):
        tell(spent, nothing(given.origin))
    held = purse.held(spent, "c2p")[0]
    with purse.connected() as first:
        reserved(first, form(), spent, "c2p", held - 1, unit="c2p_point", until=LATER)
        settle = "SELECT posted FROM entitlement.settle(ARRAY[%s]::uuid[], %s)"
        with waiting_for(first, purse.database, settle, spent, ON) as settled:
            first.commit()
            assert settled.result()[0][0] > 0
    # Four were to be taken back, one was left: the funder advanced the others.
    assert purse.held(spent, "c2p") == (held - 1, 0, held - 1)
    purse.is_sound()


# Code du travail, art. R3252-2 and R3252-3, in cents: by hand, band after band, a twelfth of the year.
SCALE = [
    (0, 0, 0),
    (651_69, 0, 0),  # less than this is never taken
    (
        *(1_500_00, 0),
        (
            4480_00 * 5
            + 4250_00 * 10
            + 4270_00 * 20
            + 4230_00 * 25
            + (18_000_00 - 17_230_00) * 100 // 3
        )
        // 100
        // 12,
    ),
]


@pytest.mark.parametrize(("net", "children", "expected"), SCALE)
def test_the_seizable_part_is_that_of_the_scale(
    purse: Purse, net: int, children: int, expected: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT economy.seizable_part(%s, %s, %s)", [net, children, LATER])
        assert abs(cursor.fetchone()[0] - expected) <= 1


def test_dependants_lower_it_and_no_known_income_takes_nothing(
    purse: Purse, spent: PersonId
) -> None:
    parts = []
    for children in (0, 1, 4):
        with connection.cursor() as cursor:
            cursor.execute("SELECT economy.seizable_part(200000, %s, %s)", [children, LATER])
            parts.append(cursor.fetchone()[0])
    assert parts == sorted(parts, reverse=True)
    assert len(set(parts)) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT economy.seizable_part(NULL, 0, %s)", [LATER])
        assert cursor.fetchone() == (None,)
