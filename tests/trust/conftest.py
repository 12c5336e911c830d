"""A crowd before the door: persons with facts and accounts, agents of every kind of body.

Everything is written by the owner in a database of the test's own; what is tested asks as the web role.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd
from tests.trust.town import Town, build_town


@pytest.fixture
def crowd(fresh_database: FreshDatabase) -> Crowd:
    """Nobody yet; Django's connection is the owner's."""
    return Crowd(fresh_database)


@pytest.fixture
def town(in_force: None, crowd: Crowd, settings: Settings) -> Town:
    """Two persons of whom everything is known, and everybody who reads about them."""
    return build_town(crowd, settings)


@pytest.fixture
def as_web(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """Django's connection reaches the test's database as a request does."""
    with as_role(fresh_database, "web"):
        yield fresh_database
