"""Declarations for the tests: a workplace and people that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection as django_connection

from cspu.employers.dsn.declared import Message
from cspu.employers.dsn.writing import write_message
from cspu.employers.operations import ImportReport, import_dsn
from tests.conftest import FreshDatabase

Write = Callable[..., Path]
Import = Callable[..., ImportReport]

FIRST_RECEIVED = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a message to a file of its own."""
    ranks = count(1)

    def make(message: Message) -> Path:
        path = tmp_path / f"{next(ranks)}.dsn"
        with path.open("wb") as stream:
            write_message(stream, message)
        return path

    return make


@pytest.fixture
def receive(write: Write) -> Import:
    """Import a message (or a file), each a minute after the one before."""
    ranks = count()

    def do(message: Message | Path, **options: object) -> ImportReport:
        path = message if isinstance(message, Path) else write(message)
        received_at = FIRST_RECEIVED + timedelta(minutes=next(ranks))
        return import_dsn(path, received_at=received_at, **({"allow_test": True} | options))  # type: ignore[arg-type]

    return do


@pytest.fixture
def as_batch(fresh_database: FreshDatabase) -> Iterator[FreshDatabase]:
    """A fresh database that Django's connection reaches as the batch role."""
    address = fresh_database.address("batch").django()
    before = {name: django_connection.settings_dict[name] for name in address}
    django_connection.settings_dict.update(address)
    yield fresh_database
    django_connection.close()
    django_connection.settings_dict.update(before)
