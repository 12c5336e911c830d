"""A database of the test's own, as the commands of the demonstration reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.conftest import FreshDatabase


@pytest.fixture
def as_batch(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """A fresh database that Django's connection reaches as the batch role."""
    address = fresh_database.address("batch").django()
    before = {name: connection.settings_dict[name] for name in address}
    connection.settings_dict.update(address)
    yield fresh_database
    connection.close()
    connection.settings_dict.update(before)
