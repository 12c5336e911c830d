"""The tests' PostgreSQL: the real server, one cluster for all, one database per process.

The cluster runs with fsync off: what these tests need to survive is the death of a process, which
fsync has no part in. Tests that kill the server itself make a cluster of their own, durable. It is left
running for the next run, and for others running at the same time; `make clean` stops it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from cspu.config.environment import DatabaseRole
from cspu.config.postgres.addresses import LOGINS, Address, embedded_address, superuser_address
from cspu.config.postgres.cluster import Cluster
from cspu.config.postgres.provision import connected, create_owner, open_roles
from tests.settings import TEST_DATA

CLUSTER = Cluster(
    TEST_DATA / "postgres",
    {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "1GB"},
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"cspu_test_{os.getpid()}_{WORKER}"
TEMPLATE = f"{DATABASE}_template"
OTHERS: tuple[DatabaseRole, ...] = ("batch", "login", "web")
_SETUP_LOCK = 7


def start() -> None:
    """Have the cluster up, its owner known, and no database left by runs that died."""
    CLUSTER.start()
    with connected(superuser_address(CLUSTER)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_SETUP_LOCK])
        create_owner(CLUSTER)
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'cspu\\_test\\_%'"
        ).fetchall():
            if not _alive(int(name.split("_")[2])):
                _drop(connection, name)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Roles belong to the whole cluster: two migrations at once would make them twice."""
    with connected(superuser_address(CLUSTER)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_SETUP_LOCK])
        yield


def address(role: DatabaseRole, database: str = DATABASE) -> Address:
    """Where a role finds a database of the tests."""
    return embedded_address(CLUSTER, LOGINS[role], CLUSTER.password(role)).to(database)


def give_logins() -> None:
    """Let the roles of the migrated database log in."""
    with connected(address("owner")) as connection:
        open_roles(connection, {role: address(role) for role in OTHERS})


def copy(source: str, target: str) -> None:
    """A new database, block for block like another one that nobody is connected to."""
    with connected(address("owner", "postgres")) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(statement.format(sql.Identifier(target), sql.Identifier(source)))
    # Roles belong to the whole cluster: two tests at once would write them twice.
    with one_at_a_time(), connected(address("owner", target)) as connection:
        open_roles(connection, {role: address(role) for role in OTHERS})


def drop(name: str) -> None:
    """Drop a database of the tests, whoever is connected to it."""
    with connected(superuser_address(CLUSTER)) as connection:
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
