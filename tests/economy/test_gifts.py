"""Gifts as the web role: who may, what stays, what nobody learns, and every way they are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from cspu.economy import gifts, uses
from cspu.economy.errors import AgreementStands
from cspu.trust.choices import make_code
from tests.economy.neighbours import (
    agent,
    calling,
    certified,
    employee,
    employer,
    helped,
    hired,
    left,
    undo_window_over,
)
from tests.economy.purse import TODAY, Purse, form, refused
from tests.people.conftest import as_role


def rows_in_sight() -> str:
    """All that the web role reads about the person in sight, of every table of the two rooms."""
    said = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.table_privileges"
            " WHERE grantee = 'cspu_web' AND privilege_type = 'SELECT'"
            " AND table_schema IN ('economy', 'ledger', 'trust') ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT array_agg(t::text) FROM {table} AS t")
            said.append(f"{table} {cursor.fetchone()}")
    return "\n".join(said)


def test_days_reach_a_colleague_when_the_undo_window_is_over(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    donor = employee(purse, firm)
    with purse.acting(donor):
        [source] = gifts.sources(donor, on=TODAY)
        assert (source.free, source.shielded, source.agreed) == (6_00, 24_00, True)
        gifts.give_days(form(), 5_00, employer=firm, code=code, on=TODAY)
        [given] = gifts.gifts_made(donor)
        assert (given.state, given.amount, given.to) == ("held", 5_00, "call")
    assert purse.held(donor, "paid_leave") == (30_00, 24_00, 5_00)
    assert purse.held(receiver, "given_days") == (0, 0, 0)
    undo_window_over(purse)
    with purse.acting(donor):
        assert uses.catch_up(donor, on=TODAY) == 1
        assert uses.catch_up(donor, on=TODAY) == 0
    assert purse.held(donor, "paid_leave") == (25_00, 24_00, 0)
    assert purse.held(receiver, "given_days") == (5_00, 0, 0)
    # And are taken, with the employer that holds them.
    with purse.acting(receiver):
        assert [each.name for each in uses.payees(receiver, "given_leave", on=TODAY)]
        uses.use(form(), "given_leave", firm, 1_50, added=0, on=TODAY)
    assert purse.held(receiver, "given_days") == (5_00, 0, 1_50)
    purse.is_sound()


def test_a_gift_is_taken_back_while_it_may_be_and_not_after(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    donor = employee(purse, firm)
    with purse.acting(donor):
        gift = gifts.give_days(form(), 2_00, employer=firm, code=code, on=TODAY)
        gifts.take_back(gift, on=TODAY)
        with refused("hold_ended"):
            gifts.take_back(gift, on=TODAY)
        with refused("hold_unknown"):
            gifts.take_back(form(), on=TODAY)
        late = gifts.give_days(form(), 1_00, employer=firm, code=code, on=TODAY)
    undo_window_over(purse)
    with purse.acting(donor), refused("too_late_to_undo"):
        gifts.take_back(late, on=TODAY)
    assert purse.held(donor, "paid_leave") == (30_00, 24_00, 1_00)
    assert purse.held(receiver, "given_days") == (0, 0, 0)


def test_the_same_form_gives_once(purse: Purse) -> None:
    firm = employer(purse)
    _, code = calling(purse, firm)
    donor, sent = employee(purse, firm), form()
    with purse.acting(donor):
        for _ in range(2):
            gifts.give_days(sent, 2_00, employer=firm, code=code, on=TODAY)
    assert purse.held(donor, "paid_leave") == (30_00, 24_00, 2_00)


def test_neither_learns_of_the_other(purse: Purse) -> None:
    """Nothing the receiver can read names the donor or her employer; nothing of the donor's, the need."""
    firm, other = employer(purse, outside=True), employer(purse, outside=True)
    receiver, code = calling(purse, firm)
    donor = employee(purse, other)
    with purse.acting(donor):
        gift = gifts.give_days(form(), 3_00, employer=other, code=code, on=TODAY)
    undo_window_over(purse)
    with purse.acting(donor):
        uses.catch_up(donor, on=TODAY)
        seen = rows_in_sight()
        assert str(receiver) not in seen
        assert "economy.need (None,)" in seen
        assert "economy.call (None,)" in seen
    with purse.acting(receiver):
        seen = rows_in_sight()
        assert "given " in seen
        for hidden in (donor, gift):
            assert str(hidden) not in seen
        movements = [line for line in seen.splitlines() if line.startswith("ledger.")]
        assert not any(str(other) in line for line in movements)
        # Nor could she find the pair's account by trying every employer she can think of.
        for name in (f"clearing:gift:{other}:{firm}", f"clearing:gift:{firm}:{other}"):
            ((guess,),) = purse.ask("SELECT economy.counter(%s, 'working_day')", name)
            assert str(guess) not in seen
    assert purse.held(receiver, "given_days") == (3_00, 0, 0)


def test_employers_agree_first_each_for_its_own_and_both_across(purse: Purse) -> None:
    firm, closed = employer(purse), employer(purse, agreed=False)
    inward, outward = employer(purse), employer(purse, outside=True)
    _, code = calling(purse, firm)
    for where in (closed, inward, outward):
        with purse.acting(employee(purse, where)), refused("employer_not_agreed"):
            gifts.give_days(form(), 1_00, employer=where, code=code, on=TODAY)
    receiver, open_code = calling(purse, employer(purse, outside=True))
    donor = employee(purse, outward)
    with purse.acting(donor):
        gifts.give_days(form(), 1_00, employer=outward, code=open_code, on=TODAY)
    undo_window_over(purse)
    with purse.acting(donor):
        uses.catch_up(donor, on=TODAY)
    assert purse.held(receiver, "given_days") == (1_00, 0, 0)
    # An agreement is withdrawn by the next word.
    with as_role(purse.database, "batch"):
        at = datetime.now(UTC)
        gifts.agree(outward, agreed=False, outside=False, since=TODAY, at=at, by="test")
    with purse.acting(donor), refused("employer_not_agreed"):
        gifts.give_days(form(), 1_00, employer=outward, code=open_code, on=TODAY)


def test_an_agreement_of_one_moment_says_one_thing(purse: Purse) -> None:
    firm, at = employer(purse), datetime(2020, 1, 2, tzinfo=UTC)

    def publish(*, agreed: bool, outside: bool) -> None:
        with as_role(purse.database, "batch"):
            gifts.agree(firm, agreed=agreed, outside=outside, since=TODAY, at=at, by="test")

    publish(agreed=True, outside=False)
    publish(agreed=True, outside=False)
    for agreed, outside in ((True, True), (False, False)):
        with pytest.raises(AgreementStands, match="between its own employees"):
            publish(agreed=agreed, outside=outside)
    assert purse.ask(
        "SELECT agreed, outside FROM economy.gift_agreement"
        " WHERE organisation_id = %s AND recorded_at = %s",
        *(firm, at),
    ) == [(True, False)]


def test_a_pool_gives_what_it_was_given_and_no_more(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    donors = [employee(purse, firm) for _ in range(2)]
    for donor in donors:
        with purse.acting(donor):
            gifts.give_days(form(), 2_00, employer=firm, code="", on=TODAY)
    with as_role(purse.database, "batch"), refused("balance_too_small"):
        gifts.grant_from_pool(form(), 1_00, employer=firm, code=code, on=TODAY)
    undo_window_over(purse)
    for donor in donors:
        with purse.acting(donor):
            uses.catch_up(donor, on=TODAY)
    with as_role(purse.database, "batch"):
        sent = form()
        for _ in range(2):
            gifts.grant_from_pool(sent, 3_00, employer=firm, code=code, on=TODAY)
        with refused("balance_too_small"):
            gifts.grant_from_pool(form(), 2_00, employer=firm, code=code, on=TODAY)
        with refused("person_unknown"):
            gifts.grant_from_pool(form(), 1_00, employer=employer(purse), code=code, on=TODAY)
    assert purse.held(receiver, "given_days") == (3_00, 0, 0)
    purse.is_sound()


def test_what_is_in_a_pool_goes_on_to_needs_when_its_employer_agrees_no_more(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    donor, late = employee(purse, firm), employee(purse, firm)
    with purse.acting(receiver):
        [call] = gifts.calls(receiver, on=TODAY)
        assert (call.stopped_on, call.pool_waits) == (None, False)
    with purse.acting(donor):
        gifts.give_days(form(), 3_00, employer=firm, code="", on=TODAY)
        gifts.give_days(form(), 1_00, employer=firm, code=code, on=TODAY)
    with as_role(purse.database, "batch"):
        at = datetime.now(UTC)
        gifts.agree(firm, agreed=False, outside=False, since=TODAY, at=at, by="test")
    with purse.acting(receiver):
        [call] = gifts.calls(receiver, on=TODAY)
        assert (call.organisation, call.stopped_on, call.pool_waits) == ("Atelier", TODAY, False)
        [place] = gifts.employers(receiver, on=TODAY)
        assert place.gives_nothing
    # Those to come are refused; those made, one of them on its way to a colleague, arrive.
    for to in ("", code):
        with purse.acting(donor), refused("employer_not_agreed"):
            gifts.give_days(form(), 1_00, employer=firm, code=to, on=TODAY)
    undo_window_over(purse)
    with purse.acting(donor):
        uses.catch_up(donor, on=TODAY)
    assert purse.held(receiver, "given_days") == (1_00, 0, 0)
    with as_role(purse.database, "batch"):
        [pool] = [each for each in gifts.pools(on=TODAY) if each.organisation_id == firm]
        assert (pool.left, pool.agreed) == (3_00, False)
    # She is told that days are left, and not how many; nobody else is, nor for another employer.
    stranger = employee(purse, employer(purse))
    for person, waits in ((receiver, True), (stranger, False)):
        with purse.acting(person):
            assert [each.pool_waits for each in gifts.employers(person, on=TODAY)] == [waits]
            with connection.cursor() as cursor:
                cursor.execute("SELECT economy.pools_waiting(%s)", [TODAY])
                assert cursor.fetchall() == [(firm,)] * waits
    with purse.acting(receiver):
        assert [each.pool_waits for each in gifts.calls(receiver, on=TODAY)] == [True]
    # The pool goes to calls that were open, and to others that may still be opened for it.
    need = certified(purse, late)
    with purse.acting(late):
        late_code = gifts.open_call(form(), need_id=need, employer=firm, on=TODAY, days=30)
    with as_role(purse.database, "batch"):
        gifts.grant_from_pool(form(), 2_00, employer=firm, code=code, on=TODAY)
        gifts.grant_from_pool(form(), 1_00, employer=firm, code=late_code, on=TODAY)
        with refused("balance_too_small"):
            gifts.grant_from_pool(form(), 1_00, employer=firm, code=late_code, on=TODAY)
    assert purse.held(receiver, "given_days") == (3_00, 0, 0)
    assert purse.held(late, "given_days") == (1_00, 0, 0)
    with as_role(purse.database, "batch"):
        assert firm not in {each.organisation_id for each in gifts.pools(on=TODAY)}
    with purse.acting(late), refused("employer_not_agreed"):
        gifts.open_call(form(), need_id=need, employer=firm, on=TODAY, days=30)
    purse.is_sound()


def test_who_left_an_employer_gives_none_of_the_days_held_there(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    donor = employee(purse, firm)
    with purse.acting(donor):
        gifts.give_days(form(), 2_00, employer=firm, code=code, on=TODAY)
        [source] = gifts.sources(donor, on=TODAY)
        assert source.employed
    left(purse, donor)
    with purse.acting(donor):
        [source] = gifts.sources(donor, on=TODAY)
        assert (source.employed, source.free) == (False, 4_00)
        for to in ("", code):
            with refused("not_employed_there"):
                gifts.give_days(form(), 1_00, employer=firm, code=to, on=TODAY)
    # What she gave while she worked there arrives.
    undo_window_over(purse)
    with purse.acting(donor):
        uses.catch_up(donor, on=TODAY)
    assert purse.held(receiver, "given_days") == (2_00, 0, 0)


LADDER: list[tuple[str, dict[str, object]]] = [
    ("day_to_come", {"on": date(2999, 1, 1)}),
    ("day_past", {"on": date(2013, 1, 1)}),
    ("organisation_unknown", {"employer": UUID(int=7)}),
    ("not_employed_there", {"employer": "another"}),
    ("person_unknown", {"code": "ABCD-EFGH"}),
    ("employer_not_agreed", {"employer": "silent"}),
    ("amount_not_positive", {"amount": 0}),
    ("amount_not_whole", {"amount": 1_50}),
    ("balance_too_small", {"amount": 31_00}),
    ("protected_share", {"amount": 7_00}),
]
"""In the order of the enum; what each spoils, so that two at once show which comes first."""


def test_of_two_reasons_the_first_of_the_order_is_said(purse: Purse) -> None:
    firm = employer(purse)
    others = {"another": employer(purse), "silent": employer(purse, agreed=False)}
    _, code = calling(purse, firm)
    donor = employee(purse, firm)
    hired(purse, donor, others["silent"])
    with purse.acting(donor):
        for place, (expected, spoiled) in enumerate(LADDER):
            for _, also in [("", {}), *LADDER[place + 1 :]]:
                asked: dict[str, object] = {
                    "amount": 1_00,
                    "employer": firm,
                    "code": code,
                    "on": TODAY,
                }
                asked |= {**also, **spoiled}
                asked["employer"] = others.get(str(asked["employer"]), asked["employer"])
                with refused(expected):
                    gifts.give_days(form(), **asked)  # type: ignore[arg-type]


def test_nobody_gives_to_herself_or_for_a_need_that_is_over(purse: Purse) -> None:
    firm = employer(purse)
    receiver, code = calling(purse, firm)
    with purse.acting(receiver), refused("oneself"):
        gifts.give_days(form(), 1_00, employer=firm, code=code, on=TODAY)
    with purse.acting(receiver):
        [call] = gifts.calls(receiver, on=TODAY)
        gifts.end_call(call.call_id)
        assert gifts.calls(receiver, on=TODAY) == []
    with purse.acting(employee(purse, firm)), refused("person_unknown"):
        gifts.give_days(form(), 1_00, employer=firm, code=code, on=TODAY)


def test_a_job_that_was_withdrawn_is_no_present_job(purse: Purse) -> None:
    firm = employer(purse)
    person = employee(purse, firm)
    need = certified(purse, person)
    with purse.acting(person):
        [place] = gifts.employers(person, on=TODAY)
        assert (place.organisation_id, place.organisation) == (firm, "Atelier")
    purse.ask(
        "INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid,"
        " asserted_for, source_id, recorded_from) SELECT person_id, spell_id, kernel.computed_id('x', 'y'),"
        " 'cancelled', organisation_id, valid, '2026-02-01', source_id, now() FROM lifecourse.spell"
        " WHERE person_id = %s RETURNING 1",
        person,
    )
    with purse.acting(person):
        assert gifts.employers(person, on=TODAY) == []
        with refused("not_employed_there"):
            gifts.open_call(form(), need_id=need, employer=firm, on=TODAY, days=30)


def test_a_code_that_leads_elsewhere_opens_no_second_call(purse: Purse) -> None:
    first, second, sent = purse.person(), purse.person(), form()
    with purse.acting(first):
        gifts.open_kin_call(sent, on=TODAY, days=30)
    with purse.acting(second):
        with refused("account_busy"):
            gifts.open_kin_call(sent, on=TODAY, days=7)
        assert gifts.calls(second, on=TODAY) == []


def test_a_call_needs_a_certificate_in_force_and_an_employer_of_hers(purse: Purse) -> None:
    firm = employer(purse)
    person = employee(purse, firm)
    need = certified(purse, person)
    with purse.acting(person):
        [known] = gifts.needs(person, on=TODAY)
        assert known.need_id == need
        with refused("not_employed_there"):
            gifts.open_call(form(), need_id=need, employer=employer(purse), on=TODAY, days=30)
        with refused("need_not_certified"):
            gifts.open_call(form(), need_id=form(), employer=firm, on=TODAY, days=30)
        with refused("above_maximum"):
            gifts.open_call(form(), need_id=need, employer=firm, on=TODAY, days=400)
    silent = employer(purse, agreed=False)
    worker = employee(purse, silent)
    need = certified(purse, worker)
    with purse.acting(worker), refused("employer_not_agreed"):
        gifts.open_call(form(), need_id=need, employer=silent, on=TODAY, days=30)


def test_a_need_is_certified_by_the_roles_of_the_law_for_a_term_with_a_code(purse: Purse) -> None:
    person = employee(purse, employer(purse))
    with purse.acting(person):
        code = make_code(form())
    week = TODAY + timedelta(days=7)
    token = agent(purse)
    with refused("not_in_sight"):
        gifts.certify_need("no such session", code, "carer", starts=TODAY, ends=week)
    with refused("rule_unknown"):
        gifts.certify_need(token, code, "no_such_need", starts=TODAY, ends=week)
    with refused("organisation_unknown"):
        gifts.certify_need(token, code, "reservist", starts=TODAY, ends=week)
    with refused("above_maximum"):
        gifts.certify_need(token, code, "carer", starts=TODAY, ends=date(2999, 1, 1))
    with refused("person_unknown"):
        gifts.certify_need(token, "ABCDEFGH", "carer", starts=TODAY, ends=week)
    gifts.certify_need(token, code, "carer", starts=TODAY, ends=week)
    with refused("person_unknown"):
        gifts.certify_need(token, code, "carer", starts=TODAY, ends=week)
    with purse.acting(person):
        again = make_code(form())
    ((doctor,),) = purse.ask("SELECT agent_id FROM trust.agent WHERE role = 'health_professional'")
    with as_role(purse.database, "batch"):
        with refused("not_in_sight"):
            gifts.record_need(form(), again, "carer", starts=TODAY, ends=week)
        gifts.record_need(doctor, again, "carer", starts=TODAY, ends=week)
    # She reads in her journal who certified it.
    lines = purse.ask("SELECT actor_kind, act FROM trust.access WHERE person_id = %s", person)
    assert ("agent", "need_certify") in lines


def test_hours_of_care_and_no_others_pass_to_a_relative(purse: Purse) -> None:
    carer, elder, neighbour, mother = (purse.person() for _ in range(4))
    helped(purse, carer, elder, 3_00, care=True)
    helped(purse, carer, neighbour, 4_00)
    with purse.acting(mother):
        code = gifts.open_kin_call(form(), on=TODAY, days=30)
    with purse.acting(carer):
        with refused("above_limit"):
            gifts.pass_hours(form(), 3_25, code=code, on=TODAY)
        with refused("amount_not_whole"):
            gifts.pass_hours(form(), 1, code=code, on=TODAY)
        with refused("balance_too_small"):
            gifts.pass_hours(form(), 8_00, code=code, on=TODAY)
        with refused("person_unknown"):
            gifts.pass_hours(form(), 1_00, code="ABCDEFGH", on=TODAY)
        gifts.pass_hours(form(), 2_00, code=code, on=TODAY)
        back = gifts.pass_hours(form(), 1_00, code=code, on=TODAY)
        with refused("above_limit"):
            gifts.pass_hours(form(), 25, code=code, on=TODAY)
        gifts.take_back(back, on=TODAY)
    undo_window_over(purse)
    with purse.acting(carer):
        uses.catch_up(carer, on=TODAY)
        gifts.pass_hours(form(), 1_00, code=code, on=TODAY)
    assert purse.held(mother, "help_hours") == (2_00, 0, 0)
    assert purse.held(carer, "help_hours") == (5_00, 0, 1_00)
    purse.is_sound()


def test_hours_that_the_receiver_may_not_hold_come_back(purse: Purse) -> None:
    carer, elder, mother = (purse.person() for _ in range(3))
    helped(purse, carer, elder, 3_00, care=True)
    with purse.acting(mother):
        code = gifts.open_kin_call(form(), on=TODAY, days=30)
    with purse.acting(carer):
        gifts.pass_hours(form(), 2_00, code=code, on=TODAY)
    purse.give(mother, "help_hours", 199_00, unit="hour")
    undo_window_over(purse)
    with purse.acting(carer):
        assert uses.catch_up(carer, on=TODAY) == 1
        assert [one.state for one in gifts.gifts_made(carer)] == ["expired"]
    assert purse.held(carer, "help_hours") == (3_00, 0, 0)
    assert purse.held(mother, "help_hours") == (199_00, 0, 0)
    purse.is_sound()
