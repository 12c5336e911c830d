"""Persons who hold something, before the door, with the law in force; what is tested asks as the web role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from cspu.entitlement.enactment import enact
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from tests import database
from tests.conftest import FreshDatabase, copy_of
from tests.economy.purse import FIRST_DAY, RECORDED, Purse
from tests.people.conftest import as_role


def open_since(first: date) -> None:
    """As if a named command had last settled then: acts may be for that day, or any after it until today."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO entitlement.horizon VALUES (%s, now())", [first])


@pytest.fixture(scope="session")
def law_in_force(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database with the law enacted, once for all these tests: each copies it."""
    with copy_of(database.TEMPLATE, django_db_blocker) as enacted:
        enact(load_pack(), load_vocabulary(), enacted_at=RECORDED)
        open_since(FIRST_DAY)
        connection.close()
        name = f"{enacted.name}_law"
        database.copy(enacted.name, name)
    yield name
    database.drop(name)


@pytest.fixture
def purse(law_in_force: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Purse]:
    """Nobody holds anything yet; Django's connection reaches the database as a request does."""
    with copy_of(law_in_force, django_db_blocker) as fresh, as_role(fresh, "web"):
        found = Purse(fresh)
        yield found
        found.close()


@pytest.fixture
def points_alone(fresh_database: FreshDatabase) -> Iterator[Purse]:
    """The same, where the law gives prevention points alone: settling costs little."""
    pack = load_pack().only("c2p", "c2p_retirement")
    enact(pack, load_vocabulary(), enacted_at=RECORDED)
    open_since(FIRST_DAY)
    with as_role(fresh_database, "web"):
        found = Purse(fresh_database)
        yield found
        found.close()
