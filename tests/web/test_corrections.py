"""A fact she says is wrong: the page finds it among hers, sends it to who said it, shows who has the ball."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cspu.kernel.ids import NO_ORGANISATION, PersonId, computed_id
from cspu.trust.corrections import Outcome, answer_correction, corrections_of_body
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd
from tests.web.reading import text_of


@dataclass(frozen=True, slots=True)
class Scene:
    """Alice in her browser; the agent of an employer of hers."""

    crowd: Crowd
    alice: PersonId
    browser: Client
    agent: UUID
    desk: str

    def fact(self, kind: str = "employment", organisation: UUID | None = None) -> UUID:
        return computed_id(kind, organisation or self.crowd.employer)

    def form(self, words: str = "C’était en 2024.", **more: str) -> dict[str, str]:
        return {
            "form": str(uuid4()),
            "organisation": str(self.crowd.employer),
            "words": words,
            **more,
        }

    def list_text(self) -> str:
        return text_of(self.browser.get("/corrections/").content.decode())


@pytest.fixture
def scene(fresh_database: FreshDatabase, settings: Settings) -> Iterator[Scene]:
    crowd = Crowd(fresh_database)
    agent = crowd.agent("employer", name="Sacha Lemoine")
    crowd.employer = crowd.organisation_of(agent)
    alice = crowd.person()
    browser = Client()
    browser.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session("person", alice)
    with as_role(fresh_database, "web"):
        yield Scene(crowd, alice, browser, agent, crowd.session("agent", agent))


def send(scene: Scene, form: dict[str, str], fact: UUID | None = None) -> int:
    path = f"/corrections/signaler/{fact or scene.fact()}/envoyer/"
    return scene.browser.post(path, form).status_code


def test_every_line_of_her_life_can_be_disputed(scene: Scene) -> None:
    page = scene.browser.get("/parcours/").content.decode()
    assert f"/corrections/signaler/{scene.fact()}/" in page
    assert f"/corrections/signaler/{computed_id('child_birth', 'e')}/" in page


def test_it_goes_to_whoever_declared_it(scene: Scene) -> None:
    page = text_of(scene.browser.get(f"/corrections/signaler/{scene.fact()}/").content.decode())
    assert "Votre demande ira à : Maison employer" in page
    assert send(scene, scene.form()) == 302
    assert "À l’organisme de répondre" in scene.list_text()
    [waiting] = corrections_of_body(scene.desk)
    assert (waiting.scope, waiting.outcome) == ("work", Outcome.ASKED)
    assert [line[3] for line in scene.crowd.lines(scene.alice)] == [
        "correction_choose",
        "correction_ask",
        "corrections",
    ]


def test_sent_twice_it_is_sent_once(scene: Scene) -> None:
    form = scene.form()
    assert [send(scene, form), send(scene, form)] == [302, 302]
    assert len(corrections_of_body(scene.desk)) == 1


def test_the_ball_goes_to_and_fro(scene: Scene) -> None:
    send(scene, scene.form())
    [waiting] = corrections_of_body(scene.desk)
    key = waiting.correction_id
    answer_correction(scene.desk, key, Outcome.MORE_NEEDED, "Quel mois ?", act="correction_answer")
    page = scene.list_text()
    assert "À vous de répondre" in page
    assert "Quel mois ?" in page
    assert "Sacha Lemoine" in page
    reply = f"/corrections/{key}/suite/"
    assert scene.browser.post(reply, {"words": "Mars."}).status_code == 302
    assert "À l’organisme de répondre" in scene.list_text()
    answer_correction(scene.desk, key, Outcome.CORRECTED, "C’est fait.", act="correction_answer")
    page = scene.list_text()
    assert "L’organisme a corrigé" in page
    assert "Retirer ma demande" not in page
    assert scene.browser.post(reply, {"words": "Encore."}).status_code == 409


def test_she_may_give_up(scene: Scene) -> None:
    send(scene, scene.form())
    [waiting] = corrections_of_body(scene.desk)
    path = f"/corrections/{waiting.correction_id}/suite/"
    assert scene.browser.post(path, {"withdraw": "1", "words": ""}).status_code == 302
    assert "Demande retirée" in scene.list_text()


def test_a_line_nobody_here_answers_for_says_so(scene: Scene) -> None:
    fact = scene.fact("unemployment", NO_ORGANISATION)
    page = text_of(scene.browser.get(f"/corrections/signaler/{fact}/").content.decode())
    assert "Personne ici ne peut encore répondre" in page


def test_without_a_declarer_it_goes_to_the_bodies_that_hold_her_file(scene: Scene) -> None:
    fund = scene.crowd.agent("social_protection_body")
    scene.crowd.file(scene.alice, fund)
    fact = scene.fact("unemployment", NO_ORGANISATION)
    page = text_of(scene.browser.get(f"/corrections/signaler/{fact}/").content.decode())
    assert "Maison social_protection_body" in page


def test_an_employer_is_not_told_of_what_another_said(scene: Scene) -> None:
    scene.crowd.file(scene.alice, scene.agent)
    fact = scene.fact("employment", NO_ORGANISATION)
    page = text_of(scene.browser.get(f"/corrections/signaler/{fact}/").content.decode())
    assert "Maison employer" not in page
    assert "Personne ici ne peut encore répondre" in page
    assert send(scene, scene.form(), fact) == 422


@pytest.mark.parametrize(
    "wrong",
    [{"words": "  "}, {"organisation": str(uuid4())}, {"organisation": ""}, {"form": "x"}],
)
def test_an_incomplete_form_is_shown_again(scene: Scene, wrong: dict[str, str]) -> None:
    assert send(scene, scene.form() | wrong) == 422
    assert corrections_of_body(scene.desk) == []


def test_anothers_fact_cannot_be_disputed(scene: Scene) -> None:
    assert send(scene, scene.form(), uuid4()) == 404
    assert scene.browser.get(f"/corrections/signaler/{uuid4()}/").status_code == 404


def test_too_many_words_are_refused_not_cut(scene: Scene) -> None:
    assert send(scene, scene.form("x" * 2001)) == 422
