"""The tests' PostgreSQL: the real server, one cluster for all, one database per process.

The cluster runs with fsync off: what these tests need to survive is the death of a process, which
fsync has no part in. Tests that kill the server itself make a cluster of their own, durable. It is left
running for the next run, and for others running at the same time; `make clean` stops it.

Its files are in memory where there is room. A database is some 740 files, and hundreds of databases are
made and dropped: ext4 looks at every file erased in the last minutes before it makes one, which cost
half a second of processor a database, ten times what the copy takes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg import sql

from cspu.config.environment import DatabaseRole
from cspu.config.postgres.addresses import LOGINS, Address, embedded_address, superuser_address
from cspu.config.postgres.cluster import Cluster
from cspu.config.postgres.provision import connected, create_owner, open_roles
from tests.settings import TEST_DATA

CLUSTER = Cluster(
    TEST_DATA / "postgres",
    {
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "shared_buffers": "256MB",
        "min_wal_size": "80MB",
        "max_wal_size": "256MB",
    },
)
MEMORY, ROOM = Path("/dev/shm"), 3 * 1024**3  # noqa: S108
"""Where files never reach a disk, and the bytes that must be free there: a run takes a third of it."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"cspu_test_{os.getpid()}_{WORKER}"
TEMPLATE = f"{DATABASE}_template"
OTHERS: tuple[DatabaseRole, ...] = ("batch", "login", "web")
_SETUP_LOCK = 7


def start() -> None:
    """Have the cluster up, its owner known, and no database left by runs that died."""
    TEST_DATA.mkdir(parents=True, exist_ok=True)
    with (TEST_DATA / "placing.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        _place(CLUSTER.folder)
    CLUSTER.start()
    with connected(superuser_address(CLUSTER)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_SETUP_LOCK])
        create_owner(CLUSTER)
        for (name,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'cspu\\_test\\_%'"
        ).fetchall():
            if not _alive(int(name.split("_")[2])):
                _drop(connection, name)


def _place(folder: Path) -> None:
    """Lead a folder that is not there yet to memory, if memory has room; `make clean` follows the link."""
    if folder.is_dir():
        return
    folder.unlink(missing_ok=True)  # a link to what a restart of the machine erased
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
        home = Path(mkdtemp(prefix="cspu-test-", dir=MEMORY))
        home.chmod(0o711)
        folder.symlink_to(home)


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
