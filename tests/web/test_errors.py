"""Errors: both languages, a next step, nothing personal, nothing of the machinery."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.web import errors
from tests.web import examples
from tests.web.conftest import FakeDomain
from tests.web.reading import text_of


def assert_plain(page: str) -> None:
    assert 'lang="fr"' in page
    assert 'lang="en"' in page
    assert "Aller à mon compte" in page
    assert "Go to my account" in page
    assert "Traceback" not in page
    assert str(examples.PERSON) not in page


def test_a_page_not_found(nadia: Client) -> None:
    answer = nadia.get("/no/such/page/")
    assert answer.status_code == 404
    assert_plain(answer.content.decode())
    assert "no/such/page" not in text_of(answer.content.decode())


def test_a_refused_form_is_a_link_away(nadia: Client) -> None:
    sent = {"first": "2026-12-01", "last": "2020-01-01"}
    came_from = {"referer": "http://testserver/documents/"}
    page = nadia.post("/documents/releve/", sent, headers=came_from).content.decode()
    assert '<a class="ds-link" href="/documents/">Revenir au formulaire</a>' in page
    assert '<a class="ds-link" href="/documents/">Back to the form</a>' in page
    assert "Revenir au formulaire" not in nadia.get("/no/such/page/").content.decode()


def test_an_address_that_answers_a_form_says_so_when_it_is_opened(nadia: Client) -> None:
    answer = nadia.get("/documents/tout/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert_plain(answer.content.decode())


def test_a_failure_says_that_nothing_was_lost(
    nadia: Client, domain: FakeDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("Nadia Benali 2 89 05 49 588 157 80")

    monkeypatch.setattr("cspu.web.account.views.entitlement.account_page", fail)
    nadia.raise_request_exception = False
    answer = nadia.get("/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert_plain(page)
    assert "Nadia" not in page
    assert "Vos droits et vos données n’ont pas changé" in text_of(page)


def test_a_failure_page_needs_neither_session_nor_database(rf: RequestFactory) -> None:
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert_plain(answer.content.decode())


def test_a_database_that_is_away_is_said_to_machines_too(
    nadia: Client, domain: FakeDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr("cspu.web.account.views.entitlement.account_page", fail)
    nadia.raise_request_exception = False
    answer = nadia.get("/")
    assert answer.status_code == 503
    assert_plain(answer.content.decode())
    assert "10.0.0.1" not in answer.content.decode()


def test_a_refused_page(rf: RequestFactory) -> None:
    answer = errors.forbidden(rf.get("/"), PermissionError("Nadia Benali"))
    assert answer.status_code == 403
    assert_plain(answer.content.decode())
    assert "Nadia" not in answer.content.decode()


def test_a_refusal_of_the_domain_speaks_for_itself(
    nadia: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise CspuError("some.code", Text("Non.", "No."), Text("Attendez.", "Wait."))

    monkeypatch.setattr("cspu.web.account.current.operations.settle_person", refuse)
    answer = nadia.get("/")
    assert answer.status_code == 409
    assert "Non." in answer.content.decode()
    assert "Wait." in answer.content.decode()
