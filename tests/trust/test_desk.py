"""The desk: whom an agent may see, why, and what she asks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from cspu.kernel.errors import CspuError
from cspu.trust.agents import (
    DeclaredAgent,
    DeclaredLogin,
    HeldFile,
    hold_files,
    link_logins,
    register_agents,
)
from cspu.trust.desk import (
    ask,
    questions,
    roster,
    ways_to_see,
)
from cspu.trust.door import Asking, opened
from cspu.trust.logins import login_hash
from tests.conftest import FreshDatabase
from tests.people.conftest import RECORDED_AT, as_role
from tests.trust.crowd import Crowd
from tests.trust.desk import a_code, code_of, complained, disputed, question


def test_a_roster_says_who_why_and_until_when(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, berthe = crowd.person(name="MARCHAND"), crowd.person(name="BERNARD")
    agent = crowd.agent("career_adviser")
    crowd.consent(alice, agent, "career_guidance", "work", "training")
    crowd.file(alice, agent)
    crowd.consent(berthe, agent, "career_guidance", "work")
    crowd.person(name="ABSENTE")
    token = crowd.session("agent", agent)
    listed = {each.person_id: each for each in roster(token, act="roster")}
    assert set(listed) == {alice, berthe}
    assert (listed[alice].name, listed[berthe].name) == ("Alice MARCHAND", "")
    assert [(each.basis, each.scopes) for each in listed[alice].reasons] == [
        ("law", ("identity",)),
        ("consent", ("work", "training")),
    ]
    assert listed[alice].reasons[0].until is None
    assert listed[berthe].reasons[0].until is not None


def test_each_name_shown_is_one_line_and_no_name_is_none(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, berthe = crowd.person(), crowd.person()
    agent = crowd.agent("career_adviser", name="Camille Roy")
    crowd.file(alice, agent)
    crowd.consent(alice, agent, "career_guidance", "work")
    crowd.consent(berthe, agent, "career_guidance", "work")
    roster(crowd.session("agent", agent), act="roster")
    assert crowd.lines(alice) == [
        (
            *("read", ["identity"], "career_guidance", "roster"),
            *("law:appointed_support", "Camille Roy"),
        )
    ]
    assert crowd.lines(berthe) == []


def test_a_roster_comes_a_page_at_a_time(crowd: Crowd, as_web: FreshDatabase) -> None:
    agent = crowd.agent("employer")
    people = sorted(crowd.person() for _ in range(3))
    for person in people:
        crowd.file(person, agent)
    token = crowd.session("agent", agent)
    first = [each.person_id for each in roster(token, act="roster", most=2)]
    rest = [each.person_id for each in roster(token, act="roster", after=first[-1], most=2)]
    assert (first, rest) == (people[:2], people[2:])
    assert [len(crowd.lines(person)) for person in people] == [1, 1, 1]


def test_files_of_the_past_of_others_or_of_another_kind_list_nobody(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice = crowd.person()
    employer, other, union = (crowd.agent(role) for role in ("employer", "employer", "union"))
    crowd.file(alice, other)
    crowd.file(alice, union)
    crowd.file(alice, employer, "audit")
    crowd.ask(
        "INSERT INTO trust.file VALUES (%s, %s, 'own_file', '2020-01-01', '2020-12-31', now())"
        " RETURNING 1",
        alice,
        crowd.organisation_of(employer),
    )
    for agent in (employer, union):
        assert roster(crowd.session("agent", agent), act="roster") == []
    assert crowd.lines(alice) == []


def test_a_helper_knows_by_name_whom_she_helps(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, helper = crowd.person(), crowd.agent("habilitated_helper")
    mandate = crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "housing")
    (listed,) = roster(crowd.session("agent", helper), act="roster")
    assert listed.name == "Alice MARCHAND"
    assert [each.scopes for each in listed.reasons] == [("identity", "housing")]
    assert crowd.lines(alice)[0][4] == f"mandate:{mandate}"


def test_nobody_is_listed_without_a_session_a_second_factor_or_a_job(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    crowd.file(alice, agent)
    weak = crowd.session("agent", agent, second_factor=False)
    token = crowd.session("agent", agent)
    assert roster(weak, act="roster") == roster("no such token", act="roster") == []
    assert ways_to_see(weak, alice) == []
    crowd.ask("UPDATE trust.agent SET active = FALSE WHERE agent_id = %s RETURNING 1", agent)
    assert roster(token, act="roster") == []
    assert ways_to_see(token, alice) == []
    assert crowd.lines(alice) == []


def test_the_ways_to_see_are_those_that_the_door_opens(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser")
    token = crowd.session("agent", agent)
    assert ways_to_see(token, alice) == []
    crowd.file(alice, agent)
    consent = crowd.consent(alice, agent, "career_guidance", "work", "resources")
    (way,) = ways_to_see(token, alice)
    assert way.scopes == ("identity", "resources", "work")
    assert set(way.basis.split()) == {f"consent:{consent}", "law:appointed_support"}
    asking = Asking(alice, "dossier", purpose=way.purpose, scopes=way.scopes)
    with opened(token, asking) as sight:
        assert set(sight.basis.split()) == set(way.basis.split())
    assert len(crowd.lines(alice)) == 1


def test_every_way_there_is_opens_for_every_role(crowd: Crowd, as_web: FreshDatabase) -> None:
    """Twins: what `ways_to_see` promises, `trust.open` keeps, whatever the role and the reason."""
    alice = crowd.person()
    found = 0
    for (role,) in crowd.ask("SELECT role FROM trust.role ORDER BY position"):
        agent = crowd.agent(role)
        for relation in ("own_file", "audit", "inquiry"):
            crowd.file(alice, agent, relation)
        crowd.mandate(alice, crowd.organisation_of(agent), "organisation", "family")
        for (purpose,) in crowd.ask(
            "SELECT DISTINCT purpose FROM trust.purpose_term JOIN trust.purpose_role USING (purpose)"
            " WHERE role = %s",
            role,
        ):
            scopes = [
                scope
                for (scope,) in crowd.ask(
                    "SELECT scope FROM trust.view WHERE role = %s AND verb = 'read'"
                    " AND basis = 'consent' AND allowed AND region = ''",
                    role,
                )
            ]
            if scopes:
                crowd.consent(alice, agent, purpose, *scopes)
        token = crowd.session("agent", agent)
        for way in ways_to_see(token, alice):
            with opened(token, Asking(alice, "t", purpose=way.purpose, scopes=way.scopes)) as sight:
                assert set(sight.basis.split()) == set(way.basis.split())
            found += 1
    assert found > 15


def test_a_revoked_consent_is_no_way_any_more(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("union")
    consent = crowd.consent(alice, agent, "defence", "work")
    token = crowd.session("agent", agent)
    assert [way.purpose for way in ways_to_see(token, alice)] == ["defence"]
    crowd.ask(
        "UPDATE trust.consent SET ended_at = now(), ended_by = 'person' WHERE consent_id = %s"
        " RETURNING 1",
        consent,
    )
    assert ways_to_see(token, alice) == []


def test_a_question_reaches_whoever_gave_the_code(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser", name="Camille Roy")
    token = crowd.session("agent", agent)
    sent = question()
    a_code(crowd, alice, "ABCDEFGH")
    ask(token, "abcd efgh", sent, act="ask")
    assert crowd.lines(alice) == [
        ("ask", ["work"], "career_guidance", "ask", "code", "Camille Roy")
    ]
    (asked,) = questions(token)
    assert (asked.request_id, asked.asked_by, asked.answered) == (
        *(sent.request_id, "Camille Roy"),
        False,
    )
    crowd.ask(
        "UPDATE trust.request SET answered_at = now(), answer = 'refused' RETURNING 1",
    )
    assert [each.answered for each in questions(token)] == [True]
    assert questions(crowd.session("agent", crowd.agent("career_adviser"))) == []
    assert questions(crowd.session("agent", agent, second_factor=False)) == []


@pytest.mark.parametrize(
    ("role", "changed", "expected"),
    [
        ("career_adviser", {"purpose": "defence"}, "purpose_unknown"),
        ("career_adviser", {"scopes": []}, "nothing_asked"),
        ("career_adviser", {"scopes": ["everything"]}, "nothing_asked"),
        ("career_adviser", {"scopes": ["work", "family"]}, "role_may_not"),
        ("career_adviser", {"scopes": ["identity"]}, "role_may_not"),
        ("career_adviser", {"days": 0}, "term_too_long"),
        ("career_adviser", {"days": 367}, "term_too_long"),
        ("union", {"purpose": "defence", "days": 120}, "term_too_long"),
        ("employer", {"purpose": "payroll_declaration"}, "role_may_not"),
    ],
)
def test_a_question_out_of_bounds_is_refused_and_keeps_the_code(
    crowd: Crowd, as_web: FreshDatabase, role: str, changed: dict[str, Any], expected: str
) -> None:
    alice, agent = crowd.person(), crowd.agent(role)
    code = a_code(crowd, alice)
    with pytest.raises(CspuError) as refused:
        ask(crowd.session("agent", agent), code, question(**changed), act="ask")
    assert code_of(refused) == expected
    assert crowd.lines(alice) == []
    assert crowd.ask("SELECT used_at FROM trust.code") == [(None,)]


def test_a_code_serves_once_and_an_unknown_one_never(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser")
    token, code = crowd.session("agent", agent), a_code(crowd, alice)
    ask(token, code, question(), act="ask")
    for written in (code, "ZZZZZZZZ", ""):
        with pytest.raises(CspuError) as refused:
            ask(token, written, question(), act="ask")
        assert code_of(refused) == "code_unknown"
    fresh = a_code(crowd, alice, "IJKLMNOP")
    for bad, expected in (
        ("none", "session_over"),
        (crowd.session("agent", agent, second_factor=False), "second_factor_missing"),
        (crowd.session("person", alice), "session_over"),
    ):
        with pytest.raises(CspuError) as refused:
            ask(bad, fresh, question(), act="ask")
        assert code_of(refused) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM trust.persons_held(NULL, NULL, NULL, 10)",
        "SELECT * FROM trust.reasons_to_see(NULL, NULL, '{}')",
        "SELECT trust.agent_of(NULL)",
        "SELECT trust.officer_of(NULL)",
        "SELECT trust.correction_for(NULL, NULL)",
        "INSERT INTO trust.correction_move DEFAULT VALUES",
        "INSERT INTO trust.grievance_move DEFAULT VALUES",
    ],
)
def test_a_request_reaches_none_of_what_lies_behind(web_connection: Any, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        web_connection.execute(statement)


def test_raw_sql_lists_no_question_correction_or_complaint(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    disputed(crowd, alice, agent)
    complained(crowd, alice)
    with connection.cursor() as cursor:
        for table in ("request", "correction", "correction_move", "grievance", "file"):
            cursor.execute(f"SELECT * FROM trust.{table}")
            assert cursor.fetchall() == []


def test_agents_log_ins_and_files_are_brought_in_once(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    alice, known = crowd.person(), crowd.agent("employer")
    body = crowd.organisation_of(known)
    agent = DeclaredAgent(uuid4(), body, "employer", "Camille Roy")
    login = DeclaredLogin("pro_connect", "provider|sub", agent.agent_id)
    held = HeldFile(alice, body, date(2024, 1, 1))
    with as_role(fresh_database, "batch"):
        for expected in (1, 0):
            assert register_agents([agent], recorded_at=RECORDED_AT) == expected
            assert link_logins([login], linked_at=RECORDED_AT) == expected
            assert hold_files([held], recorded_at=RECORDED_AT) == expected
        left = DeclaredAgent(agent.agent_id, body, "employer", "Camille Roy", active=False)
        assert register_agents([left], recorded_at=RECORDED_AT) == 1
        assert register_agents([], recorded_at=RECORDED_AT) == 0
    assert crowd.ask(
        "SELECT actor_kind, actor_id FROM trust.login WHERE login_hash = %s",
        login_hash("pro_connect", "provider|sub"),
    ) == [("agent", agent.agent_id)]
    assert crowd.ask("SELECT held_to::text FROM trust.file") == [("infinity",)]
    assert crowd.ask("SELECT active FROM trust.agent WHERE agent_id = %s", agent.agent_id) == [
        (False,)
    ]
