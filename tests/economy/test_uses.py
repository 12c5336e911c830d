"""Uses as the web role: the order of spending, undo, the payee's word, and every way one is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from cspu.economy import top_ups, uses
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId
from cspu.ledger.errors import NotAllowed
from cspu.trust.door import HELPING, Asking, opened
from tests.economy.neighbours import employer, hired, left
from tests.economy.purse import TODAY, Purse, form, refused
from tests.economy.spending import School, Spending, school
from tests.trust.crowd import Crowd

__all__ = ["school"]


def promise(
    person: PersonId, payee: OrganisationId, amount: int, *, use: str = "training_course"
) -> UUID:
    """Use so much, as she was shown it."""
    shown = uses.look(use, payee, amount, on=TODAY)
    assert shown.refusal == ""
    return uses.use(form(), use, payee, amount, added=shown.added, on=TODAY)


def test_what_ends_soonest_and_is_most_earmarked_is_spent_first(
    purse: Purse, school: School
) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    spending = Spending(purse, person)
    spending.pour("cpf", 10_00, earmark="", expires=None)
    spending.pour("cpf", 20_00, earmark="training_course", expires=None)
    spending.pour("cpf", 30_00, earmark="", expires=date(2027, 3, 1))
    spending.pour("cpf", 40_00, earmark="training_course", expires=date(2027, 3, 1))
    spending.pour("cpf", 50_00, earmark="", expires=date(2026, 12, 1))
    spending.pour("cpf", 60_00, earmark="skills_audit", expires=date(2026, 12, 1))
    with purse.acting(person):
        shown = uses.look("training_course", school.payee, 155_00, on=TODAY)
        assert [part.amount for part in shown.parts] == [50_00, 40_00, 30_00, 20_00, 10_00, 5_00]
        promise(person, school.payee, 155_00)
    assert purse.held(person, "cpf") == (310_00, 0, 155_00)
    school.answers(purse, 45_00)
    # What ends soonest is settled first too; the rest is free again.
    assert purse.held(person, "cpf") == (265_00, 0, 0)
    assert spending.left("cpf") == {
        10_00: 10_00,
        20_00: 20_00,
        30_00: 30_00,
        40_00: 40_00,
        50_00: 5_00,
        60_00: 60_00,
    }
    purse.is_sound()


def test_a_use_that_is_not_the_purpose_leaves_the_protected_share(
    purse: Purse, school: School
) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00, protected=70_00)
    with purse.connected() as owner:
        owner.execute("UPDATE economy.use_rule SET purpose = FALSE WHERE use = 'training_course'")
    with purse.acting(person):
        assert (
            uses.look("training_course", school.payee, 31_00, on=TODAY).refusal == "protected_share"
        )
        with refused("protected_share"):
            uses.use(form(), "training_course", school.payee, 31_00, added=0, on=TODAY)
        promise(person, school.payee, 30_00)
    assert purse.held(person, "cpf") == (100_00, 70_00, 30_00)
    with purse.connected() as owner:
        owner.execute("UPDATE economy.use_rule SET purpose = TRUE WHERE use = 'training_course'")
    with purse.acting(person):
        promise(person, school.payee, 50_00)
    school.answers(purse, 50_00)
    assert purse.held(person, "cpf") == (50_00, 20_00, 30_00)
    purse.is_sound()


def test_she_undoes_within_the_window_once_and_not_after(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        first = promise(person, school.payee, 40_00)
        uses.undo(first, on=TODAY)
        with refused("hold_ended"):
            uses.undo(first, on=TODAY)
        second = promise(person, school.payee, 30_00)
    assert purse.held(person, "cpf") == (100_00, 0, 30_00)
    Spending(purse, person).later(hours=337)
    with purse.acting(person):
        assert uses.catch_up(person, on=TODAY) == 0
        with refused("too_late_to_undo"):
            uses.undo(second, on=TODAY)
        with refused("hold_unknown"):
            uses.undo(form(), on=TODAY)
    purse.is_sound()


def test_somebody_else_undoes_nothing(purse: Purse, school: School) -> None:
    person, other = purse.person(), purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        act = promise(person, school.payee, 40_00)
    with purse.acting(other), refused("hold_unknown"):
        uses.undo(act, on=TODAY)
    assert purse.held(person, "cpf") == (100_00, 0, 40_00)


def test_leave_goes_back_to_the_employer_of_itself_after_its_window(
    purse: Purse, school: School
) -> None:
    person, other = purse.person(), purse.organisation("00012345700016", "Ailleurs (fictif)")
    purse.give(person, "paid_leave", 500, unit="working_day", protected=400, held_with=school.payee)
    purse.give(person, "paid_leave", 300, unit="working_day", held_with=other)
    for firm in (school.payee, other):
        hired(purse, person, firm)
    with purse.acting(person):
        assert [each.organisation_id for each in uses.payees(person, "leave", on=TODAY)] == [
            other,
            school.payee,
        ]
        with refused("balance_too_small"):
            uses.use(form(), "leave", school.payee, 550, added=0, on=TODAY)
        act = promise(person, school.payee, 450, use="leave")
        assert uses.catch_up(person, on=TODAY) == 0
    assert purse.held(person, "paid_leave") == (800, 400, 450)
    Spending(purse, person).later(hours=25)
    with purse.acting(person):
        assert uses.catch_up(person, on=TODAY) == 1
        (told,) = uses.used(person, act_id=act)
        with refused("hold_ended"):
            uses.undo(act, on=TODAY)
    assert (told.paid, told.still_open, told.outcome) == (450, False, "settled")
    assert purse.held(person, "paid_leave") == (350, 0, 0)
    purse.is_sound()


def test_days_held_with_a_former_employer_are_not_taken_and_are_said_apart(purse: Purse) -> None:
    firm, former = employer(purse), employer(purse)
    person = purse.person()
    hired(purse, person, former)
    for where, amount in ((firm, 5_00), (former, 9_00)):
        purse.give(person, "paid_leave", amount, unit="working_day", held_with=where)
    purse.give(person, "rtt", 2_00, unit="day", held_with=former)
    with purse.acting(person):
        promise(person, former, 1_00, use="leave")
    left(purse, person)
    hired(purse, person, firm)
    with purse.acting(person):
        assert {each.use: each.free for each in uses.uses(person, on=TODAY)} == {"leave": 5_00}
        assert [each.organisation_id for each in uses.payees(person, "leave", on=TODAY)] == [firm]
        assert uses.payees(person, "rest_day", on=TODAY) == []
        behind = uses.left_behind(person, on=TODAY)
        assert [(each.right_id, each.organisation_id, each.amount) for each in behind] == [
            ("paid_leave", former, 8_00),
            ("rtt", former, 2_00),
        ]
        for use in ("leave", "rest_day"):
            assert uses.look(use, former, 50, on=TODAY).refusal == "not_employed_there"
            with refused("not_employed_there"):
                uses.use(form(), use, former, 50, added=0, on=TODAY)
        promise(person, firm, 5_00, use="leave")
    # What she asked for while she worked there is taken.
    Spending(purse, person).later(hours=25)
    with purse.acting(person):
        assert uses.catch_up(person, on=TODAY) == 2
    assert purse.held(person, "paid_leave") == (8_00, 0, 0)
    purse.is_sound()


def test_a_helper_who_sees_no_job_is_told_where_days_may_be_taken(purse: Purse) -> None:
    firm, former = employer(purse), employer(purse)
    relative, person = purse.person(), purse.person()
    hired(purse, person, firm)
    for where in (firm, former):
        purse.give(person, "given_days", 5_00, unit="working_day", held_with=where)
    Crowd(purse.database).mandate(person, relative, "person", "social_health")
    asking = Asking(person, "test", purpose=HELPING, scopes=["family"])
    with opened(purse.logged_in(relative), asking):
        assert [each.organisation_id for each in uses.payees(person, "given_leave", on=TODAY)] == [
            firm
        ]
        assert [each.free for each in uses.uses(person, on=TODAY)] == [5_00]
        assert [each.organisation_id for each in uses.left_behind(person, on=TODAY)] == [former]


def test_the_payee_settles_a_part_after_the_window_and_once(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        act = promise(person, school.payee, 80_00)
    with school.speaking(purse), refused("undo_window_open"):
        uses.settle(act, school.payee, 80_00, by="test", on=TODAY)
    Spending(purse, person).later(hours=337)
    with school.speaking(purse):
        with refused("above_maximum"):
            uses.settle(act, school.payee, 80_01, by="test", on=TODAY)
        with refused("hold_unknown"):
            uses.settle(act, NO_ORGANISATION, 1_00, by="test", on=TODAY)
        with refused("amount_not_positive"):
            uses.settle(act, school.payee, -1, by="test", on=TODAY)
        uses.settle(act, school.payee, 60_00, by="test", on=TODAY)
        with refused("hold_ended"):
            uses.settle(act, school.payee, 20_00, by="test", on=TODAY)
    assert purse.held(person, "cpf") == (40_00, 0, 0)
    purse.is_sound()


def test_a_payee_that_says_nothing_lets_it_go(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        act = promise(person, school.payee, 80_00)
    Spending(purse, person).later(hours=24 * 366)
    with school.speaking(purse):
        assert uses.catch_up_all(on=TODAY) == 1
        assert uses.catch_up_all(on=TODAY) == 0
    with purse.acting(person):
        (told,) = uses.used(person, act_id=act)
    assert (told.paid, told.outcome) == (0, "expired")
    assert purse.held(person, "cpf") == (100_00, 0, 0)
    purse.is_sound()


def test_the_same_form_twice_promises_once(purse: Purse, school: School) -> None:
    person, same = purse.person(), form()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        first = uses.use(same, "training_course", school.payee, 60_00, added=0, on=TODAY)
        assert uses.use(same, "training_course", school.payee, 60_00, added=0, on=TODAY) == first
    assert purse.held(person, "cpf") == (100_00, 0, 60_00)


REFUSED = {
    "day_to_come": ("training_course", "payee", 10_00, date(2999, 1, 1)),
    "rule_unknown": ("no_such_use", "payee", 10_00, TODAY),
    "organisation_unknown": ("training_course", "nobody", 0, TODAY),
    "payee_not_accredited": ("training_course", "other", 0, TODAY),
    "not_entitled": ("skills_audit", "payee", 0, TODAY),
    "amount_not_positive": ("training_course", "payee", 0, TODAY),
    "amount_not_whole": ("leave", "payee", 25, TODAY),
    "above_maximum": ("capped", "payee", 2_000_00, TODAY),
    "balance_too_small": ("training_course", "payee", 900_00, TODAY),
    "earmarked": ("training_course", "payee", 300_00, TODAY),
}
"""Each refusal by an act that everything after it in the enum would refuse too, where it can be."""


@pytest.mark.parametrize("code", REFUSED)
def test_every_refusal_comes_first_where_it_should(purse: Purse, school: School, code: str) -> None:
    use, whom, amount, on = REFUSED[code]
    person, other = purse.person(), purse.organisation("00012345700016", "Ailleurs (fictif)")
    purse.give(person, "cpf", 200_00)
    Spending(purse, person).pour("cpf", 200_00, earmark="skills_audit", expires=None)
    purse.give(person, "paid_leave", 500, unit="working_day", held_with=school.payee)
    if use == "leave":
        hired(purse, person, school.payee)
    with purse.connected() as owner:
        owner.execute(
            "INSERT INTO economy.use_rule SELECT 'capped', in_force, until, right_id, unit, payee,"
            " purpose, step, least, 1000_00, undo_hours, answer_days, '',"
            " label_fr, label_en, reference, url, assumption"
            " FROM economy.use_rule WHERE use = 'training_course'"
        )
        owner.execute(
            "INSERT INTO economy.payee SELECT u, %s, '2020-01-01', 'infinity'"
            " FROM unnest(ARRAY['capped', 'skills_audit']) AS u",
            (school.payee,),
        )
    payee = {"payee": school.payee, "other": other, "nobody": OrganisationId(form())}[whom]
    with purse.acting(person):
        assert uses.look(use, payee, amount, on=on).refusal == code
        with refused(code):
            uses.use(form(), use, payee, amount, added=0, on=on)
    assert purse.held(person, "cpf") == (400_00, 0, 0)


def test_outside_the_sight_or_its_scopes_nothing_is_used(purse: Purse, school: School) -> None:
    with refused("not_in_sight"):
        uses.use(form(), "training_course", school.payee, 1_00, added=0, on=TODAY)
    with refused("not_in_sight"):
        uses.undo(form(), on=TODAY)


def test_an_accreditation_ends_on_its_day(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with school.speaking(purse):
        uses.end_accreditation("training_course", school.payee, last_day=date(2026, 11, 23))
        with refused("payee_not_accredited"):
            uses.end_accreditation("training_course", school.payee, last_day=TODAY)
    with purse.acting(person):
        assert uses.payees(person, "training_course", on=TODAY) == []
        with refused("payee_not_accredited"):
            uses.use(form(), "training_course", school.payee, 1_00, added=0, on=TODAY)
        uses.use(form(), "training_course", school.payee, 1_00, added=0, on=date(2026, 11, 23))


def test_two_acts_at_once_share_what_there_is(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    tokens = [purse.logged_in(person) for _ in range(2)]
    start = Barrier(2)

    def act(token: str) -> str:
        address = purse.database.address("web").conninfo()
        with psycopg.connect(address) as web:
            start.wait()
            web.execute(
                "SELECT trust.open(%s, (%s, 'act', ARRAY['*'], 'own_account', 'test', TRUE)::trust.asking)",
                (token, person),
            )
            row = web.execute(
                "SELECT economy.use(gen_random_uuid(), 'training_course', %s, 6000, 0, %s)",
                (school.payee, TODAY),
            ).fetchone()
        assert row is not None
        return str(row[0])

    with ThreadPoolExecutor(2) as together:
        assert sorted(together.map(act, tokens)) == ["None", "balance_too_small"]
    assert purse.held(person, "cpf") == (100_00, 0, 60_00)
    purse.is_sound()


def test_catching_up_with_nothing_to_do_writes_nothing(purse: Purse) -> None:
    person, other = purse.person(), purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        assert uses.catch_up(person, on=TODAY) == 0
        with pytest.raises(NotAllowed):
            uses.catch_up(other, on=TODAY)


def test_what_she_may_use_says_how_much(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    Spending(purse, person).pour("cpf", 25_00, earmark="skills_audit", expires=date(2027, 1, 1))
    with purse.acting(person):
        free = {each.use: each.free for each in uses.uses(person, on=TODAY)}
        (pot,) = top_ups.pots(person, on=TODAY)
    assert free == {"training_course": 100_00, "skills_audit": 125_00}
    assert (pot.balance, pot.earmark, pot.expires_on, pot.is_ending(TODAY)) == (
        *(25_00, "skills_audit", date(2027, 1, 1), True),
    )


def test_a_voucher_is_paid_at_once_when_the_body_says_so(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "solidarity_voucher", 50_00)
    with school.speaking(purse):
        uses.accredit("solidarity_voucher", school.payee, since=date(2020, 1, 1))
    with purse.acting(person):
        act = promise(person, school.payee, 30_00, use="solidarity_voucher")
        with refused("too_late_to_undo"):
            uses.undo(act, on=TODAY)
    with school.speaking(purse):
        uses.settle(act, school.payee, 30_00, by="test", on=TODAY)
    assert purse.held(person, "solidarity_voucher") == (20_00, 0, 0)
    purse.is_sound()


def test_the_payee_s_word_after_its_term_settles_nothing(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        act = uses.use(form(), "training_course", school.payee, 60_00, added=0, on=TODAY)
    purse.age(timedelta(days=366))
    with school.speaking(purse), refused("hold_ended"):
        uses.settle(act, school.payee, 60_00, by="school", on=TODAY)
    assert purse.held(person, "cpf") == (100_00, 0, 0)
    purse.is_sound()


def test_a_payee_s_word_is_refused_in_order(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        undone = uses.use(form(), "training_course", school.payee, 10_00, added=0, on=TODAY)
        uses.undo(undone, on=TODAY)
        act = uses.use(form(), "training_course", school.payee, 60_00, added=0, on=TODAY)
    with school.speaking(purse):
        for code, name, amount in (
            ("hold_unknown", form(), -1),
            ("hold_ended", undone, -1),
            ("amount_not_positive", act, -1),
            ("above_maximum", act, 60_01),
            ("undo_window_open", act, 60_00),
        ):
            with refused(code):
                uses.settle(name, school.payee, amount, by="school", on=TODAY)
    assert purse.held(person, "cpf") == (100_00, 0, 60_00)
