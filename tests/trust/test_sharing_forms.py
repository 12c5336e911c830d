"""The forms of who-sees-what, sent twice, half, or by somebody who may not: by a client, as the web role."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from pytest_django.fixtures import Settings

from cspu.trust.access import load_access
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd


def browser(crowd: Crowd, person: UUID, settings: Settings, *, strong: bool = False) -> Client:
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session("person", person, strong=strong)
    return client


def consents(crowd: Crowd, person: UUID) -> list[tuple[object, ...]]:
    return crowd.ask("SELECT scopes, purpose FROM trust.consent WHERE person_id = %s", person)


def consent_form(crowd: Crowd, agent: UUID, **more: object) -> dict[str, object]:
    return {
        "form": str(uuid4()),
        "organisme": str(crowd.organisation_of(agent)),
        "motif": "career_guidance",
        "portee": ["work"],
        "jours": "30",
        **more,
    }


def is_refused(answer: Any, code: str) -> bool:
    return answer.status_code == 409 and code in answer.content.decode()


def test_the_same_form_sent_twice_gives_one_consent(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    client, form = browser(crowd, alice, settings), consent_form(crowd, adviser)
    first, second = (client.post("/partage/donner/oui/", form) for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert str(alice) not in first["Location"]
    assert consents(crowd, alice) == [(["work"], "career_guidance")]


def test_a_form_that_is_not_ours_changes_nothing(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    employer, client = crowd.agent("employer"), browser(crowd, alice, settings)
    body = str(crowd.organisation_of(employer))
    for wrong in ({"organisme": "nowhere"}, {"organisme": body}, {"motif": "care"}):
        answer = client.post("/partage/donner/oui/", consent_form(crowd, adviser, **wrong))
        assert is_refused(answer, "web.form_unreadable"), wrong
    assert crowd.lines(alice) == []
    shown_again: tuple[dict[str, object], ...] = ({"form": "1"}, {"jours": "3650"}, {"portee": []})
    for unfit in shown_again:
        answer = client.post("/partage/donner/oui/", consent_form(crowd, adviser, **unfit))
        assert is_refused(answer, 'role="alert"'), unfit
    assert consents(crowd, alice) == []
    # A refused act leaves no line that says it was done: what was shown again was read.
    lines = [(verb, act) for verb, _, _, act, _, _ in crowd.lines(alice)]
    assert lines == [("read", "sharing")] * len(shown_again)
    assert client.get("/partage/donner/oui/").status_code == 405


def test_a_code_is_the_same_when_its_page_is_sent_again(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, form = crowd.person(), {"form": str(uuid4())}
    client = browser(crowd, alice, settings)
    pages = {client.post("/partage/code/", form).content.split(b"data-code>")[1][:9] for _ in "12"}
    assert len(pages) == 1
    assert crowd.ask("SELECT count(*) FROM trust.code WHERE person_id = %s", alice) == [(1,)]


def test_a_line_is_reported_once_and_only_by_whose_it_is(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, form = crowd.person(), {"form": str(uuid4()), "mots": "Qui est-ce ?"}
    client = browser(crowd, alice, settings)
    client.get("/journal/")
    for _ in range(2):
        assert client.post("/journal/anormal/1/", form).status_code == 302
    assert crowd.ask(
        "SELECT about_line, words FROM trust.grievance WHERE person_id = %s", alice
    ) == [(1, "Qui est-ce ?")]
    assert client.get("/journal/anormal/999999999/").status_code == 404
    assert client.post("/journal/anormal/99999999999/", form).status_code == 404
    assert is_refused(client.post("/journal/anormal/1/", {"form": str(uuid4())}), 'role="alert"')
    assert [line[3] for line in crowd.lines(alice)].count("grievance") == 2


def test_acting_for_somebody_who_did_not_ask_for_it_opens_nothing(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, berthe = crowd.person(), crowd.person(name="BERNARD")
    client = browser(crowd, berthe, settings, strong=True)
    everything = {"personne": str(alice), "portee": list(load_access().scopes)}
    assert client.post("/aide/agir/", everything).status_code == 302
    answer = client.get("/journal/")
    assert is_refused(answer, "trust.no_basis")
    assert "MARCHAND" not in answer.content.decode()
    assert crowd.lines(alice) == []
    # And the next page is her own again.
    assert "BERNARD" not in client.get("/journal/").content.decode()
    assert [line[3] for line in crowd.lines(berthe)] == ["journal"]


def test_a_mandate_widened_by_hand_opens_nothing(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, berthe = crowd.person(), crowd.person(name="BERNARD")
    crowd.mandate(alice, berthe, "person", "papers")
    client = browser(crowd, berthe, settings, strong=True)
    client.post("/aide/agir/", {"personne": str(alice), "portee": ["identity", "resources"]})
    assert is_refused(client.get("/journal/"), "trust.no_basis")
    client.post("/aide/agir/", {"personne": str(alice), "portee": ["identity"]})
    page = client.get("/journal/").content.decode()
    assert "MARCHAND" in page
    # Her own choices stay hers: a helper hands out no mandate and takes no document away.
    for path in ("/aide/confier/", "/aide/", "/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/aide/dossier/")
    assert client.post("/aide/fin/").status_code == 302
    assert "MARCHAND" not in client.get("/journal/").content.decode()


def test_nobody_logged_in_reaches_none_of_it(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    client = Client()
    for path in ("/partage/", "/aide/", "/aide/dossier/", "/journal/", "/partage/donner/"):
        assert client.get(path)["Location"] == "/connexion/"
    assert client.post("/aide/agir/", {"personne": str(uuid4())})["Location"] == "/connexion/"
