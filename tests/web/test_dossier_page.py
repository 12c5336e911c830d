"""A dossier at the desk as a request: what the scopes open, what they do not, and one line for each view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd
from tests.web.examples import TODAY
from tests.web.reading import text_of


class WithoutAccounts(Crowd):
    """Persons with facts of every kind, whose accounts the law itself will open."""

    @staticmethod
    def _run(owner: psycopg.Connection, statements: str, values: dict[str, Any]) -> None:
        kept = [each for each in statements.split(";\n") if "INTO ledger.account" not in each]
        Crowd._run(owner, ";\n".join(kept), values)


@pytest.fixture
def crowd(fresh_database: FreshDatabase, in_force: None, settings: Settings) -> Crowd:
    """Persons and agents under the law of the project."""
    settings.CSPU_TODAY = TODAY
    connection.close()  # the owner's: the next one is a request's
    return WithoutAccounts(fresh_database)


@pytest.fixture
def as_web(crowd: Crowd, fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """Django's connection is a request's."""
    with as_role(fresh_database, "web"):
        yield fresh_database


def opened(crowd: Crowd, agent: UUID, person: UUID) -> tuple[Client, str]:
    """The browser of that agent, and the words of the dossier it opened."""
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = crowd.session("agent", agent)
    client.post("/bureau/dossier/", {"person": str(person)})
    answer = client.get("/bureau/dossier/")
    assert answer.status_code == 200, text_of(answer.content.decode())
    return client, text_of(answer.content.decode())


def test_a_dossier_shows_what_was_agreed_to_and_says_what_is_left_out(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("union")
    crowd.consent(alice, agent, "defence", "work")
    client, said = opened(crowd, agent, alice)
    assert "Emploi salarié" in said
    assert "Avec son accord" in said
    assert "MARCHAND" not in said
    assert "Arrêt maladie" not in said
    assert "Non couvert : Identité" in said
    assert [line[:4] for line in crowd.lines(alice)] == [("read", ["work"], "defence", "dossier")]
    client.get("/bureau/dossier/")
    assert len(crowd.lines(alice)) == 2


def test_an_employer_is_told_that_it_sees_its_own_rows_alone(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    crowd.file(alice, agent)
    _client, said = opened(crowd, agent, alice)
    assert "Seulement ce que votre organisme a lui-même déclaré : travail." in said
    assert "Dossier : Alice MARCHAND" in said
    assert "Emploi salarié" not in said, "declared by others"


def test_revoked_while_it_is_open_the_next_request_is_refused(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("union")
    crowd.consent(alice, agent, "defence", "work")
    client, _said = opened(crowd, agent, alice)
    crowd.ask("UPDATE trust.consent SET ended_at = now(), ended_by = 'person' RETURNING 1")
    answer = client.get("/bureau/dossier/")
    assert answer.status_code == 409
    page = text_of(answer.content.decode())
    assert "Aucun accord ni aucune règle en vigueur" in page
    assert "Emploi salarié" not in page
    assert len(crowd.lines(alice)) == 1


def test_another_purpose_is_taken_only_where_it_has_a_basis(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("association")
    crowd.file(alice, agent)
    client, _said = opened(crowd, agent, alice)
    for purpose, taken in (
        ("commitment_certificate", "commitment_certificate"),
        ("defence", "social_support"),
    ):
        client.post("/bureau/dossier/", {"purpose": purpose})
        client.get("/bureau/dossier/")
        assert crowd.lines(alice)[-1][2] == taken
