"""People for the tests of `people`: made-up numbers, in communes that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import connection as django_connection

from cspu.config.environment import DatabaseRole
from cspu.people.identities import DeclaredIdentity, Sex
from tests.conftest import FreshDatabase

RECORDED_AT = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
SIREN = "000123455"

Declare = Callable[..., DeclaredIdentity]


def nir_of(rank: int) -> str:
    """A sound NIR of somebody born in May 1985 in a commune numbered 990."""
    return f"2850575990{rank:03d}"


@pytest.fixture
def declare() -> Declare:
    """An identity with what the test says, plausible elsewhere."""

    def make(**given: object) -> DeclaredIdentity:
        values: dict[str, object] = {
            "birth_name": "MARCHAND",
            "given_names": "Alice",
            "sex": Sex.FEMALE,
            "birth_date": date(1985, 5, 4),
        }
        return DeclaredIdentity(**(values | given))  # type: ignore[arg-type]

    return make


@contextmanager
def as_role(database: FreshDatabase, role: DatabaseRole) -> Iterator[None]:
    """Django's connection reaches the database as that role."""
    address = database.address(role).django()
    before = {name: django_connection.settings_dict[name] for name in address}
    django_connection.close()
    django_connection.settings_dict.update(address)
    try:
        yield
    finally:
        django_connection.close()
        django_connection.settings_dict.update(before)


@pytest.fixture
def as_batch(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """A fresh database that Django's connection reaches as the batch role."""
    with as_role(fresh_database, "batch"):
        yield fresh_database
