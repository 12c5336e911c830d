"""A disputed fact goes to whoever asserted it, and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.trust.corrections import (
    Ball,
    Outcome,
    answer_correction,
    ask_correction,
    corrections_in_sight,
    corrections_of_body,
    open_correction,
    reply_correction,
    who_corrects,
)
from cspu.trust.door import Asking, opened
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd
from tests.trust.desk import code_of, disputed


def sees(crowd: Crowd, person: PersonId) -> list[tuple[Any, ...]]:
    """Her corrections as she reads them."""
    with opened(crowd.session("person", person), Asking(person, "corrections")):
        return [
            (each.ball, [(move.outcome, move.mover_name) for move in each.moves])
            for each in corrections_in_sight(person)
        ]


def test_a_correction_goes_to_and_fro_and_says_who_has_the_ball(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer", name="Camille Roy")
    token = crowd.session("agent", agent)
    correction = disputed(crowd, alice, agent)
    (waiting,) = corrections_of_body(token)
    assert (waiting.correction_id, waiting.scope, waiting.ball) == (correction, "work", Ball.BODY)
    before = len(crowd.lines(alice))
    found = open_correction(token, correction, act="correction")
    assert found is not None
    assert (found.fact, found.moves[0].words) == ("Emploi, mars 2025", "Je ne travaillais pas là.")
    answer_correction(token, correction, Outcome.MORE_NEEDED, "Quel mois ?", act="answer")
    assert [line[:5] for line in crowd.lines(alice)[before:]] == [
        ("answer", ["work"], "correction", "correction", "law:correction"),
        ("answer", ["work"], "correction", "answer", "law:correction"),
    ]
    assert [each[0] for each in sees(crowd, alice)] == [Ball.PERSON]
    with opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")):
        reply_correction(correction, Outcome.ASKED, "Tout le mois.")
    answer_correction(token, correction, Outcome.CORRECTED, "C’est fait.", act="answer")
    assert sees(crowd, alice) == [
        (
            Ball.NOBODY,
            [
                (Outcome.ASKED, "Alice MARCHAND"),
                (Outcome.MORE_NEEDED, "Camille Roy"),
                (Outcome.ASKED, "Alice MARCHAND"),
                (Outcome.CORRECTED, "Camille Roy"),
            ],
        )
    ]


def test_only_the_body_asked_answers_and_only_for_scopes_of_its_role(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent, other = crowd.person(), crowd.agent("employer"), crowd.agent("employer")
    correction = disputed(crowd, alice, agent)
    before = crowd.lines(alice)
    union = uuid4()
    crowd.ask(
        "INSERT INTO trust.agent VALUES (%s, %s, 'union', 'Une autre', TRUE, now()) RETURNING 1",
        union,
        crowd.organisation_of(agent),
    )
    for token, expected in (
        (crowd.session("agent", other), "role_may_not"),
        (crowd.session("agent", union), "role_may_not"),
        (crowd.session("person", alice), "role_may_not"),
        (crowd.session("agent", agent, second_factor=False), "second_factor_missing"),
        ("none", "session_over"),
    ):
        assert corrections_of_body(token) == []
        assert open_correction(token, correction, act="correction") is None
        with pytest.raises(CspuError) as refused:
            answer_correction(token, correction, Outcome.KEPT, "Non.", act="answer")
        assert code_of(refused) == expected
    assert crowd.lines(alice) == before


def test_an_answer_says_something_and_comes_once(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    token, correction = crowd.session("agent", agent), disputed(crowd, alice, agent)
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.KEPT, "  ", act="answer")
    assert code_of(refused) == "words_missing"
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.WITHDRAWN, "Non.", act="answer")
    assert code_of(refused) == "already_ended"
    answer_correction(token, correction, Outcome.KEPT, "C’est exact.", act="answer")
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.CORRECTED, "Si.", act="answer")
    assert code_of(refused) == "already_ended"
    with (
        opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")),
        pytest.raises(CspuError) as refused,
    ):
        reply_correction(correction, Outcome.ASKED, "Encore.")
    assert code_of(refused) == "already_ended"


def test_a_correction_is_asked_in_sight_of_a_body_that_answers(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent, union = crowd.person(), crowd.agent("employer"), crowd.agent("union")
    token = crowd.session("person", alice)
    cases: list[tuple[UUID, str, str, str]] = [
        (crowd.organisation_of(union), "work", "Non.", "organisation_unknown"),
        (crowd.organisation_of(agent), "training", "Non.", "organisation_unknown"),
        (uuid4(), "work", "Non.", "organisation_unknown"),
        (crowd.organisation_of(agent), "work", " ", "words_missing"),
    ]
    for body, scope, words, expected in cases:
        with (
            opened(token, Asking(alice, "correct", verb="act")),
            pytest.raises(CspuError) as refused,
        ):
            ask_correction(uuid4(), body, scope=scope, fact="Emploi", words=words)
        assert code_of(refused) == expected
    with opened(token, Asking(alice, "read")), pytest.raises(CspuError) as refused:
        ask_correction(uuid4(), crowd.organisation_of(agent), scope="work", fact="F", words="Non.")
    assert code_of(refused) == "not_in_sight"
    assert crowd.ask("SELECT 1 FROM trust.correction") == []


def test_a_form_sent_again_with_other_words_is_not_passed_over(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, form = crowd.person(), uuid4()
    body = crowd.organisation_of(crowd.agent("employer"))
    for words in ("Je n’y étais pas.", "Je n’y étais pas.", "J’y étais en avril."):
        with opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")):
            ask_correction(form, body, scope="work", fact="Emploi", words=words)
    said = crowd.ask("SELECT words FROM trust.correction_move ORDER BY words")
    assert said == [("Je n’y étais pas.",), ("J’y étais en avril.",)]


def test_a_helper_asks_for_corrections_within_her_mandate_alone(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, employer = crowd.person(), crowd.agent("employer")
    helper = crowd.agent("habilitated_helper", name="Noé Petit")
    crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "work_training")
    token = crowd.session("agent", helper)
    within = Asking(alice, "correct", purpose="mandate", scopes=["work"], verb="act")
    body = crowd.organisation_of(employer)
    with opened(token, within):
        ask_correction(uuid4(), body, scope="work", fact="Emploi", words="Ce n’est pas elle.")
    with opened(token, within), pytest.raises(CspuError) as refused:
        ask_correction(uuid4(), body, scope="family", fact="Naissance", words="Non.")
    assert code_of(refused) == "scope_not_yours_to_open"
    assert crowd.ask("SELECT mover_name FROM trust.correction_move") == [("Noé Petit",)]


def test_who_corrects_is_who_said_it_else_who_holds_a_file(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, employer = crowd.person(), crowd.agent("employer")
    fund = crowd.agent("social_protection_body")
    crowd.agent("social_protection_body")
    crowd.file(alice, fund)
    with opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")):
        said = crowd.organisation_of(employer)
        assert [each.organisation_id for each in who_corrects("work", [said])] == [said]
        assert [each.organisation_id for each in who_corrects("retirement", [said])] == [
            crowd.organisation_of(fund)
        ]
        assert who_corrects("training", [said]) == []
    assert who_corrects("retirement", []) == []
