"""Fixtures everybody uses.

pg, web_connection, batch_connection
    psycopg connections to the migrated database, rolled back after the test. Django's own
    connection (`db`) reaches the same database as owner.
fresh_database
    a copy of the migrated database for this test alone: commit in it what you like, as any role,
    from any process or thread; Django's connection points to it too.
in_force
    asked for beside `fresh_database`: that copy has the law as published in force.
serve_app, live_app
    the product itself (gunicorn, web role) on `fresh_database`: `serve_app(CSPU_TODAY="2026-11-23")`
    gives its address; `live_app` is that address with no setting.
page
    a page of Chromium that fails the test on any error of script or on a refused resource.
    `tests.browser.accessibility_violations(page)` is what axe-core finds wrong on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connection as django_connection
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker

from cspu.config.environment import DatabaseRole
from cspu.config.postgres.addresses import Address
from cspu.entitlement.enactment import enact
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from tests import browser, database

ENACTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_copies = count(1)

# How long drawing an example takes is the machine's business, not the code's.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database of one test's own."""

    name: str

    def address(self, role: DatabaseRole) -> Address:
        """Where a role finds it."""
        return database.address(role, self.name)

    def connect(self, role: DatabaseRole = "owner", **options: Any) -> psycopg.Connection:
        """A new connection as a role; the test closes it."""
        return psycopg.connect(self.address(role).conninfo(), **options)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Start the tests' server and give this process a database name of its own."""
    database.start()
    settings.DATABASES["default"]["TEST"]["NAME"] = database.DATABASE
    settings.CSPU_LOGIN_CONNINFO = database.address("login").conninfo()
    settings.DATABASES["default"].update(database.address("owner").django())
    django_connection.settings_dict.update(database.address("owner", "cspu").django())
    django_connection.settings_dict["TEST"]["NAME"] = database.DATABASE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Migrate once, let the roles log in, keep a copy to make fresh databases from."""
    with django_db_blocker.unblock():
        with database.one_at_a_time():
            django_connection.creation.create_test_db(verbosity=0, autoclobber=True)
            django_connection.close()
            database.give_logins()
        database.copy(database.DATABASE, database.TEMPLATE)
        yield
        django_connection.close()
    database.drop(database.TEMPLATE)
    database.drop(database.DATABASE)


def _rolled_back(role: DatabaseRole) -> Iterator[psycopg.Connection]:
    connection = psycopg.connect(database.address(role).conninfo())
    try:
        yield connection
        connection.rollback()
    finally:
        connection.close()


@pytest.fixture
def pg(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The database as its owner."""
    yield from _rolled_back("owner")


@pytest.fixture
def web_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The database as a web request sees it."""
    yield from _rolled_back("web")


@pytest.fixture
def batch_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The database as a named command sees it."""
    yield from _rolled_back("batch")


@contextmanager
def copy_of(source: str, blocker: DjangoDbBlocker) -> Iterator[FreshDatabase]:
    """A copy of a database that nobody is connected to; Django's connection points to it meanwhile."""
    fresh = FreshDatabase(f"{database.DATABASE}_{next(_copies)}")
    database.copy(source, fresh.name)
    before = django_connection.settings_dict["NAME"]
    with blocker.unblock():
        django_connection.close()
        django_connection.settings_dict["NAME"] = fresh.name
        settings.CSPU_LOGIN_CONNINFO = fresh.address("login").conninfo()
        try:
            yield fresh
        finally:
            django_connection.close()
            django_connection.settings_dict["NAME"] = before
            settings.CSPU_LOGIN_CONNINFO = database.address("login").conninfo()
            database.drop(fresh.name)


@pytest.fixture(scope="session")
def enacted_template(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database with the law in force, made once: reading and compiling it takes seconds."""
    with copy_of(database.TEMPLATE, django_db_blocker) as enacted:
        enact(load_pack(), load_vocabulary(), enacted_at=ENACTED_AT)
        django_connection.close()
        name = f"{database.TEMPLATE}_enacted"
        database.copy(enacted.name, name)
    yield name
    database.drop(name)


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[FreshDatabase]:
    """A database for this test alone."""
    source = database.TEMPLATE
    if "in_force" in request.fixturenames:
        source = request.getfixturevalue("enacted_template")
    with copy_of(source, django_db_blocker) as fresh:
        yield fresh


@pytest.fixture
def in_force(fresh_database: FreshDatabase) -> None:
    """The law as published is in force in the test's database, since ENACTED_AT."""


@pytest.fixture
def serve_app(fresh_database: FreshDatabase) -> Iterator[Callable[..., str]]:
    """Starts the product on this test's database, with settings of one's choice."""
    with ExitStack() as servers:

        def serve(**environ: str) -> str:
            return servers.enter_context(browser.running_app(fresh_database.address, environ))

        yield serve


@pytest.fixture
def live_app(serve_app: Callable[..., str]) -> str:
    """The address of the product, served from this test's database."""
    return serve_app()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each has pages of its own."""
    # Playwright keeps an event loop in this thread, in which nothing of Django's runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with browser.running_browser() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page at phone width, in French; errors of script and refused resources fail the test."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield opened
    context.close()
    assert wrong == []
