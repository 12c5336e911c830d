"""The desk's pages as a request: who is let in, what is counted, what is never said again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cspu.trust.access import load_access
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd
from tests.web.reading import text_of

PAGES = {
    "/bureau/": set(load_access().roles),
    "/bureau/collegues/": set(load_access().roles),
    "/bureau/demandes/": {"career_adviser", "union", "training_body"},
    "/bureau/demandes/nouvelle/": {"career_adviser", "union", "training_body"},
    "/bureau/mandats/": {"habilitated_helper"},
    "/bureau/mandats/imprimer/": {"habilitated_helper"},
    "/bureau/corrections/": {"social_protection_body", "employer", "training_body"},
    "/bureau/reclamations/": {"data_protection_officer"},
}
ROLES = (
    *("career_adviser", "union", "training_body", "habilitated_helper"),
    *("social_protection_body", "employer", "data_protection_officer"),
)
UNKNOWN = "2850575990001"


@pytest.fixture
def crowd(fresh_database: FreshDatabase) -> Crowd:
    """Persons and agents in this test's database."""
    return Crowd(fresh_database)


@pytest.fixture
def as_web(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """Django's connection is a request's."""
    with as_role(fresh_database, "web"):
        yield fresh_database


def browser_of(crowd: Crowd, kind: str, actor: UUID, **how: bool) -> Client:
    """A browser in which somebody is logged in."""
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session(kind, actor, **how)
    return client


def at_the_desk(crowd: Crowd, role: str, **how: bool) -> Client:
    return browser_of(crowd, "agent", crowd.agent(role), **{"strong": True, **how})


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_pages_and_no_other(
    crowd: Crowd, as_web: FreshDatabase, role: str
) -> None:
    client = at_the_desk(crowd, role)
    for path, roles in PAGES.items():
        answer = client.get(path)
        assert answer.status_code == (200 if role in roles else 403), path
        assert "no-store" in answer.headers["Cache-Control"]
    offered = set(re.findall(r'href="(/bureau/[^"]*)"', client.get("/bureau/").content.decode()))
    assert offered <= {path for path, roles in PAGES.items() if role in roles}


def test_a_person_reads_in_plain_words_that_it_is_not_for_her(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    client = browser_of(crowd, "person", crowd.person())
    for path in [*PAGES, "/bureau/dossier/", f"/bureau/corrections/{uuid4()}/"]:
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Cette page n’est pas pour vous" in text_of(answer.content.decode())


def test_nobody_logs_in_first_and_a_second_factor_is_asked_for(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    weak = at_the_desk(crowd, "employer", second_factor=False)
    for path in PAGES:
        assert Client().get(path).headers["Location"] == "/connexion/"
        assert weak.get(path).headers["Location"] == "/connexion/code/"


def test_an_agent_who_asks_for_an_account_is_shown_to_her_desk(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    client = at_the_desk(crowd, "employer")
    assert client.get("/").headers["Location"] == "/bureau/"
    assert client.get("/bureau/").status_code == 200


def test_codes_are_tried_five_times_then_there_is_a_pause(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    client = at_the_desk(crowd, "career_adviser")
    sent = {"code": "ZZZZ", "purpose": "career_guidance", "scopes": ["work"], "days": "30"}
    statuses = [client.post("/bureau/demandes/nouvelle/", sent).status_code for _ in range(6)]
    assert statuses == [409] * 5 + [429]


def test_numbers_are_tried_ten_times_and_never_shown_again(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    client = at_the_desk(crowd, "habilitated_helper")
    for tried in range(11):
        answer = client.post(
            "/bureau/mandats/",
            {
                "nir": UNKNOWN,
                "birth_date": "1985-05-04",
                "themes": ["work_training"],
                "duration": "month",
                "paper": SimpleUploadedFile("mandat.pdf", b"%PDF-1.7"),
            },
        )
        page = answer.content.decode()
        assert answer.status_code == (409 if tried < 10 else 429)
        assert UNKNOWN not in page
        assert "1985-05-04" not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"nir": "12"}, "Le NIR n'a pas la forme attendue"),
        ({"birth_date": "hier"}, "La date de naissance manque"),
        ({"themes": []}, "Aucun domaine n’est choisi"),
        ({"duration": "always"}, "Un accord dure d’un jour à un an"),
        ({"paper": SimpleUploadedFile("mandat.pdf", b"<script>")}, "ni un PDF ni une photo"),
        ({"paper": ""}, "garde sa preuve"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_in_plain_words(
    crowd: Crowd, as_web: FreshDatabase, changed: dict[str, Any], said: str
) -> None:
    sent = {
        "nir": UNKNOWN,
        "birth_date": "1985-05-04",
        "themes": ["work_training"],
        "duration": "month",
        "paper": SimpleUploadedFile("mandat.pdf", b"%PDF-1.7"),
    }
    answer = at_the_desk(crowd, "habilitated_helper").post("/bureau/mandats/", sent | changed)
    assert answer.status_code == 409
    assert said in text_of(answer.content.decode())


def test_a_dossier_is_chosen_by_this_agent_and_not_by_an_address(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, mine, other = crowd.person(), crowd.agent("employer"), crowd.agent("employer")
    crowd.file(alice, mine)
    client = browser_of(crowd, "agent", mine)
    assert client.get("/bureau/dossier/").headers["Location"] == "/bureau/"
    assert client.get(f"/bureau/dossier/?person={alice}").headers["Location"] == "/bureau/"
    chosen = client.post("/bureau/dossier/", {"person": str(alice)})
    assert chosen.headers["Location"] == "/bureau/dossier/"
    client.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session("agent", other)
    assert client.get("/bureau/dossier/").headers["Location"] == "/bureau/"


def test_a_person_who_agreed_to_nothing_cannot_be_told_from_one_who_does_not_exist(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    client, alice = at_the_desk(crowd, "employer"), crowd.person()
    pages = []
    for person in (alice, uuid4()):
        client.post("/bureau/dossier/", {"person": str(person)})
        answer = client.get("/bureau/dossier/")
        assert answer.status_code == 409
        pages.append(text_of(answer.content.decode()))
    assert pages[0] == pages[1]
    assert crowd.lines(alice) == []


@pytest.mark.parametrize("path", ["/bureau/corrections/", "/bureau/reclamations/"])
def test_what_is_not_hers_to_answer_is_not_there(
    crowd: Crowd, as_web: FreshDatabase, path: str
) -> None:
    role = "employer" if "corrections" in path else "data_protection_officer"
    assert at_the_desk(crowd, role).get(f"{path}{uuid4()}/").status_code == 404
