"""The two engines, bare: no table, no migration, only expressions to compute."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import psycopg
import pytest

from cspu.config.postgres.addresses import superuser_address
from cspu.law import LawPack, load_pack
from cspu.lifecourse.vocabulary import LifeVocabulary, load_vocabulary
from tests import database


@pytest.fixture(scope="session")
def postgres() -> Iterator[psycopg.Connection]:
    """A PostgreSQL session for expressions that read no table."""
    database.start()
    conninfo = superuser_address(database.CLUSTER).conninfo()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory."""
    connection = duckdb.connect()
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def life() -> LifeVocabulary:
    """The vocabulary that ships."""
    return load_vocabulary()


@pytest.fixture(scope="session")
def pack() -> LawPack:
    """The texts that ship."""
    return load_pack()
