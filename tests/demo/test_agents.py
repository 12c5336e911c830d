"""Those who work for bodies in the demonstration: registered beforehand, with what they may see at first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from stdnum.fr import siret

from cspu.demo.agents import Bodies, read_bodies
from cspu.demo.choices import choices_are_made, make_choices
from cspu.demo.logins import identities_of, login_of
from cspu.demo.operations import load_people
from cspu.demo.personas import Cast, read_cast
from cspu.kernel.ids import PersonId
from cspu.people.queries import find_by_nir
from cspu.trust.access import Verb, load_access
from cspu.trust.desk import questions, roster, ways_to_see
from cspu.trust.logins import LoginDesk
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.settings import TEST_DATA


@pytest.fixture(scope="module")
def cast() -> Cast:
    """Nadia alone: she is the one the bodies ask about."""
    whole = read_cast()
    return replace(whole, personas=tuple(each for each in whole.personas if each.slug == "nadia"))


@pytest.fixture(scope="module")
def bodies(cast: Cast) -> Bodies:
    return read_bodies(cast)


@pytest.fixture
def nadia(fresh_database: FreshDatabase, cast: Cast, tmp_path: Path) -> PersonId:
    """Loaded with everybody around her, as the command does."""
    with as_role(fresh_database, "batch"):
        load_people(tmp_path, cast=cast)
        found = find_by_nir(cast.personas[0].nir)
    assert found is not None
    return found


@pytest.fixture
def desk(fresh_database: FreshDatabase, nadia: PersonId) -> Iterator[LoginDesk]:
    """The log-in role; Django's connection is a request's."""
    with as_role(fresh_database, "web"):
        yield LoginDesk(lambda: fresh_database.connect("login"))


def token_of(desk: LoginDesk, bodies: Bodies, slug: str) -> str:
    [agent] = [each for each in bodies.agents if each.slug == slug]
    token = desk.strengthen(
        desk.begin("agent", agent.agent_id, provider="test"), second_factor=True
    )
    assert token is not None
    return token


def count(database: FreshDatabase, table: str) -> int:
    counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("trust", table))
    with database.connect() as owner:
        [(number,)] = owner.execute(counting).fetchall()
    return int(number)


def test_no_body_can_exist_and_every_role_is_one_of_the_table() -> None:
    bodies, table = read_bodies(read_cast()), load_access()
    for body in bodies.bodies:
        assert siret.is_valid(body.siret)
        assert body.siret.startswith("000")
    taken = {each.siret for each in read_cast().employers.values()}
    assert taken.isdisjoint(each.siret for each in bodies.bodies)
    assert {each.role for each in bodies.agents} <= set(table.roles)
    for agent in bodies.agents:
        assert agent.sentence.fr != agent.sentence.en
        assert max(len(agent.sentence.fr), len(agent.sentence.en)) <= 120


def test_nothing_is_asked_that_the_table_refuses() -> None:
    bodies, table = read_bodies(read_cast()), load_access()
    for question in bodies.questions:
        role = question.agent.role
        assert all(table.allowed(role, scope, Verb.ASK) for scope in question.scopes)
        assert role in table.purposes[question.purpose].roles
        assert question.days in table.purposes[question.purpose].terms


def test_the_provider_of_the_demonstration_knows_them(cast: Cast, bodies: Bodies) -> None:
    known = {each.id: each.siret for each in identities_of(cast).agents}
    assert known == {each.slug: each.body.siret for each in bodies.agents}


def test_they_are_found_at_log_in(desk: LoginDesk, bodies: Bodies) -> None:
    for agent in bodies.agents:
        login = login_of(agent)
        assert desk.actor_of(login.provider, login.subject) == ("agent", agent.agent_id)
        assert desk.agent_at(agent.agent_id, agent.body.siret)


def test_loading_twice_adds_nobody(
    fresh_database: FreshDatabase, nadia: PersonId, cast: Cast, tmp_path: Path
) -> None:
    tables = ("agent", "login", "file")
    before = [count(fresh_database, table) for table in tables]
    assert min(before) > 0
    with as_role(fresh_database, "batch"):
        load_people(tmp_path, cast=cast)
    assert [count(fresh_database, table) for table in tables] == before


def test_what_she_chose_is_seen_at_the_desk(
    fresh_database: FreshDatabase, desk: LoginDesk, cast: Cast, bodies: Bodies, nadia: PersonId
) -> None:
    """Made by her own session, as the role of a request; once, however often."""
    make_choices(cast, desk)
    make_choices(cast, desk)
    assert (count(fresh_database, "consent"), count(fresh_database, "request")) == (1, 1)
    adviser = token_of(desk, bodies, "camille-referente")
    assert [each.name for each in roster(adviser, act="roster")] == ["Nadia BELLAMINE"]
    [way] = ways_to_see(adviser, nadia)
    assert set(way.scopes) == {"identity", "work", "training"}
    [asked] = questions(token_of(desk, bodies, "lou-syndicat"))
    assert not asked.answered
    connection.close()
    with as_role(fresh_database, "batch"):
        assert choices_are_made(cast)


def test_the_command_makes_them_in_a_process_of_its_own(
    fresh_database: FreshDatabase, nadia: PersonId
) -> None:
    """With the addresses of a request and of log-in, and no other."""
    subprocess.run(
        [sys.executable, "-m", "cspu.cli.first_choices"],
        check=True,
        env={
            **os.environ,
            "CSPU_DATA": str(TEST_DATA),
            "CSPU_DEMO": "1",
            "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
            "CSPU_DATABASE_LOGIN_URL": fresh_database.address("login").conninfo(),
            "DJANGO_SETTINGS_MODULE": "cspu.config.settings",
        },
    )
    assert (count(fresh_database, "consent"), count(fresh_database, "request")) == (1, 1)


def test_before_any_choice_the_command_knows_it(
    fresh_database: FreshDatabase, nadia: PersonId, cast: Cast
) -> None:
    with as_role(fresh_database, "batch"):
        assert not choices_are_made(cast)


@pytest.mark.parametrize("table", ["consent", "request", "mandate", "access"])
def test_no_command_writes_in_somebodys_name(
    batch_connection: psycopg.Connection, table: str
) -> None:
    copying = sql.SQL("INSERT INTO {0} SELECT * FROM {0}").format(sql.Identifier("trust", table))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        batch_connection.execute(copying)
