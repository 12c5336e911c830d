"""Top-ups: given to many, matching, what a use lacks; spent for their use, or back to who gave them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cspu.economy import top_ups, uses
from cspu.kernel.ids import PersonId
from cspu.people.organisations import organisation_id
from tests.economy.purse import TODAY, Purse, form, refused
from tests.economy.spending import School, school

__all__ = ["school"]

BRITTANY = "53"


def resident(purse: Purse, region: str = BRITTANY) -> PersonId:
    """Somebody who lives in a region."""
    person = purse.person()
    purse.ask(
        "INSERT INTO lifecourse.attribute (person_id, attribute, valid, origin_id, value,"
        " asserted_for, source_id, recorded_from) VALUES (%s, 'region', '[2020-01-01,)',"
        " kernel.computed_id('r'), %s, '2025-12-01',"
        " kernel.computed_id('s'), now()) RETURNING 1",
        *(person, region),
    )
    return person


def fills(purse: Purse, most: int) -> None:
    """A State rule that fills what a training course lacks, for anybody."""
    purse.ask(
        "INSERT INTO economy.top_up_rule SELECT 'state_fills', in_force, until, right_id, unit,"
        " 'funder:state', employer, '', 'missing', earmark, 0, 0, 0, %s, most_ever, 3, '',"
        " 'Coup de main', 'A hand', '', '', TRUE"
        " FROM economy.top_up_rule WHERE rule = 'region_brittany_training' RETURNING 1",
        most,
    )


def funder(purse: Purse, name: str) -> int:
    """What a funder has given and not got back, over all slots."""
    ((given,),) = purse.ask(
        "SELECT coalesce(sum(debits - credits), 0)::bigint FROM ledger.slot WHERE counterparty = %s",
        name,
    )
    return int(given)


def test_one_for_two_up_to_the_maximum_of_the_year(purse: Purse, school: School) -> None:
    person = resident(purse)
    purse.give(person, "cpf", 2_000_00)
    with purse.acting(person):
        shown = uses.look("training_course", school.payee, 300_00, on=TODAY)
        assert [(part.rule, part.amount) for part in shown.parts] == [
            ("", 200_00),
            ("region_brittany_training", 100_00),
        ]
        uses.use(form(), "training_course", school.payee, 300_00, added=100_00, on=TODAY)
        again = uses.look("training_course", school.payee, 1_500_00, on=TODAY)
        assert again.added == 300_00  # of 500, what is left of the year's 400
    assert purse.held(person, "cpf") == (2_100_00, 0, 300_00)
    assert funder(purse, "funder:regions") == 100_00
    purse.is_sound()


def test_a_region_adds_for_its_residents_alone(purse: Purse, school: School) -> None:
    elsewhere, nowhere = resident(purse, "11"), purse.person()
    for person in (elsewhere, nowhere):
        purse.give(person, "cpf", 300_00)
        with purse.acting(person):
            assert uses.look("training_course", school.payee, 300_00, on=TODAY).added == 0


def test_what_a_use_lacks_is_added_in_the_same_act_or_not_at_all(
    purse: Purse, school: School
) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    fills(purse, 250_00)
    with purse.acting(person):
        assert uses.look("training_course", school.payee, 100_00, on=TODAY).added == 0
        assert (
            uses.look("training_course", school.payee, 350_01, on=TODAY).refusal
            == "balance_too_small"
        )
        with refused("balance_too_small"):
            uses.use(form(), "training_course", school.payee, 350_01, added=250_00, on=TODAY)
        with refused("quote_over"):  # she was shown nothing added
            uses.use(form(), "training_course", school.payee, 350_00, added=0, on=TODAY)
    assert purse.held(person, "cpf") == (100_00, 0, 0)
    with purse.acting(person):
        act = uses.use(form(), "training_course", school.payee, 350_00, added=250_00, on=TODAY)
        (pot,) = top_ups.pots(person, on=TODAY)
        (told,) = uses.used(person, act_id=act)
        (added,) = top_ups.top_ups(person)
    assert (pot.label.fr, pot.balance, pot.held, pot.expires_on) == (
        "Coup de main",
        250_00,
        250_00,
        date(2027, 3, 1),
    )
    assert (told.amount, told.added, told.had, told.still_open) == (350_00, 250_00, 100_00, True)
    assert (added.kind, added.funder, added.amount) == ("top_up", "funder:state", 250_00)
    assert purse.held(person, "cpf") == (350_00, 0, 350_00)
    purse.is_sound()


def test_she_fills_after_matching_and_every_cent_is_somebody_s(
    purse: Purse, school: School
) -> None:
    person = resident(purse)
    purse.give(person, "cpf", 100_00)
    fills(purse, 500_00)
    with purse.acting(person):
        shown = uses.look("training_course", school.payee, 400_00, on=TODAY)
        assert [(part.rule, part.amount) for part in shown.parts] == [
            *(("", 100_00), ("region_brittany_training", 133_33), ("state_fills", 166_67)),
        ]


def test_undone_what_was_added_goes_back_and_counts_no_more(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    fills(purse, 250_00)
    for _ in range(2):
        with purse.acting(person):
            act = uses.use(form(), "training_course", school.payee, 350_00, added=250_00, on=TODAY)
            uses.undo(act, on=TODAY)
        assert purse.held(person, "cpf") == (100_00, 0, 0)
        assert funder(purse, "funder:state") == 0
    with purse.acting(person):
        assert [each.kind for each in top_ups.top_ups(person)].count("return") == 2
    purse.is_sound()


def test_settled_in_part_the_rest_of_what_was_added_goes_back(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    fills(purse, 250_00)
    with purse.acting(person):
        uses.use(form(), "training_course", school.payee, 350_00, added=250_00, on=TODAY)
    school.answers(purse, 200_00)
    # A course of 200 would have lacked 100: the State pays no more, and she her own hundred.
    assert funder(purse, "funder:state") == 100_00
    assert purse.held(person, "cpf") == (0, 0, 0)
    purse.is_sound()


def test_a_course_cut_short_is_not_paid_by_its_funders_alone(purse: Purse, school: School) -> None:
    person = resident(purse)
    purse.give(person, "cpf", 100_00)
    fills(purse, 500_00)
    with purse.acting(person):
        uses.use(form(), "training_course", school.payee, 400_00, added=300_00, on=TODAY)
    school.answers(purse, 90_00)
    # A third is the region's; of the rest, nothing was lacking.
    assert (funder(purse, "funder:regions"), funder(purse, "funder:state")) == (30_00, 0)
    assert purse.held(person, "cpf") == (40_00, 0, 0)
    purse.is_sound()


def test_a_payee_that_says_nothing_gives_the_top_up_back_too(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    fills(purse, 250_00)
    with purse.acting(person):
        uses.use(form(), "training_course", school.payee, 350_00, added=250_00, on=TODAY)
    purse.age(timedelta(days=366))
    with school.speaking(purse):
        assert uses.catch_up_all(on=TODAY) == 2
    assert purse.held(person, "cpf") == (100_00, 0, 0)
    assert funder(purse, "funder:state") == 0
    purse.is_sound()


def test_given_once_a_campaign_spent_for_its_use_and_back_on_its_day(
    purse: Purse, school: School
) -> None:
    person = purse.person()
    start = date(2026, 3, 15)
    with school.speaking(purse):
        first = top_ups.give(person, "mutual_training", "spring", by="test", on=start)
        assert top_ups.give(person, "mutual_training", "spring", by="test", on=start) == first
        with refused("above_maximum"):
            top_ups.give(person, "mutual_training", "autumn", by="test", on=start)
    with purse.acting(person):
        (pot,) = top_ups.pots(person, on=start)
        assert (pot.balance, pot.earmark, pot.expires_on) == (300_00, "", date(2026, 10, 1))
        uses.use(form(), "training_course", school.payee, 80_00, added=0, on=date(2026, 9, 30))
        assert uses.catch_up(person, on=date(2026, 9, 30)) == 0
        with refused("earmarked"):
            uses.use(form(), "training_course", school.payee, 80_00, added=0, on=date(2026, 10, 1))
        assert uses.catch_up(person, on=date(2026, 10, 1)) == 1
        assert uses.catch_up(person, on=date(2026, 10, 1)) == 0
    # What she promised in time stays promised; the rest is the mutual's again.
    assert purse.held(person, "cpf") == (80_00, 0, 80_00)
    assert funder(purse, "funder:mutuals") == 80_00
    purse.is_sound()


def test_everybody_is_caught_up_and_expired_pots_go_back(purse: Purse, school: School) -> None:
    persons = [purse.person() for _ in range(3)]
    with school.speaking(purse):
        for person in persons:
            top_ups.give(person, "mutual_training", "spring", by="test", on=date(2026, 3, 15))
        assert uses.catch_up_all(on=TODAY) == 3
        assert uses.catch_up_all(on=TODAY) == 0
    assert funder(purse, "funder:mutuals") == 0
    purse.is_sound()


@pytest.mark.parametrize(
    ("code", "rule", "on"),
    [
        ("rule_unknown", "no_such_rule", TODAY),
        ("rule_unknown", "region_brittany_training", TODAY),
        ("rule_unknown", "mutual_training", date(2025, 12, 31)),
        ("entitlement_unknown", "state_training_low_income", TODAY),
    ],
)
def test_what_cannot_be_given_is_refused(
    purse: Purse, school: School, code: str, rule: str, on: date
) -> None:
    person = purse.person()
    with school.speaking(purse), refused(code):
        top_ups.give(person, rule, "spring", by="test", on=on)
    with school.speaking(purse), refused("person_unknown"):
        top_ups.give(PersonId(form()), "mutual_training", "spring", by="test", on=TODAY)


def test_an_employer_adds_for_those_who_work_there(purse: Purse, school: School) -> None:
    employer, worker, stranger = organisation_id("00012345600017"), purse.person(), purse.person()
    purse.ask(
        "INSERT INTO economy.top_up_rule SELECT 'employer_adds', in_force, until, right_id, unit,"
        " 'employer:' || %(who)s, %(who)s,"
        " '', how, '', amount, 0, 0, most_a_year, most_ever, months, '', 'Geste', 'Gesture', '', '', TRUE"
        " FROM economy.top_up_rule WHERE rule = 'mutual_training' RETURNING 1".replace(
            "%(who)s", f"'{employer}'::uuid"
        )
    )
    purse.ask(
        "INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, organisation_id, status, valid,"
        " asserted_for, source_id, recorded_from) VALUES (%s,"
        " kernel.computed_id('e'), kernel.computed_id('o'), %s,"
        " 'employment',"
        " '[2024-01-01,)', '2025-12-01', kernel.computed_id('s'), now()) RETURNING 1",
        *(worker, employer),
    )
    with school.speaking(purse):
        top_ups.give(worker, "employer_adds", "spring", by="test", on=TODAY)
        with refused("not_entitled"):
            top_ups.give(stranger, "employer_adds", "spring", by="test", on=TODAY)
    with purse.acting(worker):
        (pot,) = top_ups.pots(worker, on=TODAY)
    assert (pot.organisation, pot.balance) == ("École des métiers (fictive)", 300_00)


def test_who_is_known_by_an_employer_s_number_alone_waits(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.ask(
        "UPDATE people.person SET provisional = TRUE WHERE person_id = %s RETURNING 1", person
    )
    with school.speaking(purse):
        with refused("person_unknown"):
            top_ups.give(person, "mutual_training", "2026", by="test", on=TODAY)
        assert person not in set(top_ups.entitled_persons("mutual_training", on=TODAY))


def test_everybody_whom_the_law_answers_yes_is_found(purse: Purse, school: School) -> None:
    old, young = purse.person(born=date(1965, 5, 4)), purse.person(born=date(1990, 5, 4))
    with school.speaking(purse):
        assert set(top_ups.entitled_persons("mutual_training", on=TODAY)) == {old, young}
        purse.ask(
            "UPDATE economy.top_up_rule SET open_to = 'c2p_retirement'"
            " WHERE rule = 'mutual_training' RETURNING 1"
        )
        assert list(top_ups.entitled_persons("mutual_training", on=TODAY)) == [old]
        assert list(top_ups.entitled_persons("no_such_rule", on=TODAY)) == []
        with refused("not_entitled"):
            top_ups.give(young, "mutual_training", "spring", by="test", on=TODAY)
