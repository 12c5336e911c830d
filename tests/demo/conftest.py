"""A database of the test's own, as the commands of the demonstration reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import FreshDatabase
from tests.people.conftest import as_role


@pytest.fixture
def as_batch(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """A fresh database that Django's connection reaches as the batch role."""
    with as_role(fresh_database, "batch"):
        yield fresh_database
