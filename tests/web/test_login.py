"""The demonstration's log-in: there in a demonstration, nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django.fixtures import Settings

from tests.web.conftest import NADIA, FakeDomain

PERSONAL = ["/", "/droits/cpf/", "/parcours/"]


def test_the_persons_are_listed_with_age_and_story(domain: FakeDomain) -> None:
    page = Client().get("/connexion/").content.decode()
    assert "Nadia Benali" in page
    assert "37 ans" in page
    assert "Deux emplois à temps partiel." in page


def test_picking_a_person_opens_her_account(nadia: Client) -> None:
    assert "Bonjour Nadia Benali" in nadia.get("/").content.decode()


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_outside_the_demonstration_there_is_no_such_log_in(
    domain: FakeDomain, settings: Settings, method: str
) -> None:
    settings.CSPU_DEMO = False
    client = Client()
    answer = getattr(client, method)("/connexion/", {"person": str(NADIA.person_id)})
    assert answer.status_code == 404
    assert "Nadia" not in answer.content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("person", ["", "not-an-id", str(uuid4())])
def test_only_a_listed_person_can_be_picked(domain: FakeDomain, person: str) -> None:
    client = Client()
    assert client.post("/connexion/", {"person": person}).status_code == 403
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_ask_to_log_in_first(domain: FakeDomain, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/connexion/")
    assert domain.calls == []


def test_log_in_changes_the_session_key(domain: FakeDomain) -> None:
    client = Client()
    for _ in range(2):
        before = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
        key = before.value if before else None
        client.post("/connexion/", {"person": str(NADIA.person_id)})
        assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != key


def test_a_session_key_is_worth_nothing_after_log_out(nadia: Client) -> None:
    key = nadia.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert nadia.post("/connexion/quitter/").status_code == 302
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/").status_code == 302


def test_a_mere_link_logs_nobody_out(nadia: Client) -> None:
    assert nadia.get("/connexion/quitter/").status_code == 405
    assert nadia.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/connexion/", "/connexion/quitter/", "/langue/"])
def test_a_form_without_its_token_changes_nothing(domain: FakeDomain, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, {"person": str(NADIA.person_id), "language": "en"})
    assert answer.status_code == 403
    assert "Ce formulaire n'est plus valable" in answer.content.decode().replace("&#x27;", "'")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_are_read_only_and_never_kept(nadia: Client, path: str) -> None:
    assert "no-store" in nadia.get(path).headers["Cache-Control"]
    assert nadia.post(path).status_code == 405
