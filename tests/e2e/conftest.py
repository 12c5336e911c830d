"""The whole demonstration on a real server: its law, its people and their declarations.

The batch settles up to the demonstration's day before anybody is there: what these tests see was
settled by opening a page, as it would be on the day a law passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import psycopg
import pytest
from django.db import connection
from playwright.sync_api import Page
from pytest_django.plugin import DjangoDbBlocker

from cspu.demo import rules
from cspu.demo.agents import read_bodies
from cspu.demo.choices import make_choices
from cspu.demo.operations import load_people
from cspu.demo.personas import read_cast
from cspu.entitlement.enactment import enact
from cspu.entitlement.operations import settle_all
from cspu.law.loading import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from cspu.trust.logins import LoginDesk
from tests import browser, database
from tests.conftest import FreshDatabase


class LogIn(Protocol):
    """Opens a session in a browser; `strong`: by the stronger log-in, that moving value asks for."""

    def __call__(self, page: Page, name: str, /, *, strong: bool = False) -> None: ...


@pytest.fixture(scope="session")
def demonstration(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FreshDatabase]:
    """A database holding the demonstration, shared by these tests."""
    name = f"{database.DATABASE}_demonstration"
    database.copy(database.TEMPLATE, name)
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            enact(load_pack(), load_vocabulary(), enacted_at=datetime.now(UTC))
            rules.publish()
            batch = database.address("batch", name).conninfo()
            settle_all(lambda: psycopg.connect(batch), as_of=read_cast().today, connections=1)
            load_people(tmp_path_factory.mktemp("declarations"))
            login = database.address("login", name).conninfo()
            make_choices(read_cast(), LoginDesk(lambda: psycopg.connect(login)))
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
    yield FreshDatabase(name)
    database.drop(name)


@pytest.fixture(scope="session")
def site(demonstration: FreshDatabase) -> Iterator[str]:
    """The address of the demonstration, on its own day."""
    today = read_cast().today.isoformat()
    with browser.running_app(demonstration.address, {"CSPU_TODAY": today}) as address:
        yield address


@pytest.fixture
def log_in(site: str, demonstration: FreshDatabase) -> LogIn:
    """Opens the session of one of the demonstration's persons, by her first given name."""

    def opened(page: Page, given_name: str, *, strong: bool = False) -> None:
        with demonstration.connect() as owner:
            found = owner.execute(
                "SELECT person_id FROM people.identity JOIN people.person USING (person_id)"
                " WHERE split_part(given_names, ' ', 1) = %s AND merged_into IS NULL",
                [given_name],
            ).fetchall()
        ((person,),) = found
        browser.log_in(page, site, demonstration.address("owner"), "person", person, strong=strong)

    return opened


@pytest.fixture
def log_in_agent(site: str, demonstration: FreshDatabase) -> LogIn:
    """Opens the session of one of the demonstration's agents, by her id, second factor shown."""

    def opened(page: Page, slug: str, *, strong: bool = False) -> None:
        [agent] = [each for each in read_bodies(read_cast()).agents if each.slug == slug]
        browser.log_in(page, site, demonstration.address("owner"), "agent", agent.agent_id)

    return opened
