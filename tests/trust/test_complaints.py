"""The data-protection officer and the one line each complaint is about."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cspu.kernel.errors import CspuError
from cspu.trust.grievances import Finding, answer_grievance, complaints, open_grievance
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd
from tests.trust.desk import code_of, complained


def test_an_officer_reads_the_case_and_its_one_line(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer", name="Anne Garde")
    grievance, token = complained(crowd, alice), crowd.session("agent", officer)
    (listed,) = complaints(token)
    assert (listed.grievance_id, listed.finding) == (grievance, None)
    before = len(crowd.lines(alice))
    found = open_grievance(token, grievance, act="complaint")
    assert found is not None
    assert found.line is not None
    assert (found.words, found.line.actor_name, found.line.scopes) == (
        *("Je ne le connais pas.", "Paul Durand"),
        ("work",),
    )
    assert crowd.lines(alice)[before:] == [
        ("read", [], "complaint", "complaint", f"grievance:{grievance}", "Anne Garde")
    ]
    answer_grievance(token, grievance, Finding.TAKEN_UP, "Je regarde.", act="answer")
    answer_grievance(token, grievance, Finding.UPHELD, "Vous avez raison.", act="answer")
    again = open_grievance(token, grievance, act="complaint")
    assert again is not None
    assert [each.finding for each in again.answers] == [Finding.TAKEN_UP, Finding.UPHELD]
    assert again.is_closed
    with pytest.raises(CspuError) as refused:
        answer_grievance(token, grievance, Finding.JUSTIFIED, "Non.", act="answer")
    assert code_of(refused) == "already_ended"


def test_nobody_else_reads_or_answers_complaints(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer")
    grievance = complained(crowd, alice)
    before = crowd.lines(alice)
    roles = [role for (role,) in crowd.ask("SELECT role FROM trust.role")]
    tokens = [
        crowd.session("agent", crowd.agent(role))
        for role in roles
        if role != "data_protection_officer"
    ]
    tokens += [
        crowd.session("agent", officer, second_factor=False),
        crowd.session("person", alice),
    ]
    for token in tokens:
        assert complaints(token) == []
        assert open_grievance(token, grievance, act="complaint") is None
        with pytest.raises(CspuError) as refused:
            answer_grievance(token, grievance, Finding.JUSTIFIED, "Non.", act="answer")
        assert code_of(refused) == "role_may_not"
    with pytest.raises(CspuError) as refused:
        answer_grievance("none", grievance, Finding.JUSTIFIED, "Non.", act="answer")
    assert code_of(refused) == "session_over"
    assert crowd.lines(alice) == before


def test_an_unknown_complaint_or_an_empty_answer_is_refused(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer")
    grievance, token = complained(crowd, alice), crowd.session("agent", officer)
    assert open_grievance(token, uuid4(), act="complaint") is None
    for which, words, expected in (
        (uuid4(), "Non.", "already_ended"),
        (grievance, " ", "words_missing"),
    ):
        with pytest.raises(CspuError) as refused:
            answer_grievance(token, which, Finding.JUSTIFIED, words, act="answer")
        assert code_of(refused) == expected
