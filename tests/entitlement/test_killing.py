"""Settlement killed at any point, worker or server, ends where an undisturbed one ends.

Real processes, real SIGKILL. `ledger verify` must pass after each death, and in the end the
balances, and even the number of transfers, are those of a run that nobody disturbed.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.db import connection as django_connection
from psycopg import sql

from cspu.config.environment import DatabaseRole
from cspu.config.postgres.addresses import LOGINS, Address, embedded_address
from cspu.config.postgres.cluster import Cluster
from cspu.entitlement.operations import Settled, settle_all
from cspu.ledger.verification import verify
from tests import database
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.entitlement.worker import finished, killed_after, started

AS_OF = date(2026, 3, 10)
_CROWD = Path(__file__).with_name("crowd.sql")
_STATE = """
    SELECT count(*), (SELECT count(*) FROM ledger.transfer), (SELECT count(*) FROM entitlement.settled),
        sum(credits), sum(debits), sum(protected),
        md5(string_agg(concat_ws(' ', person_id, account_id, credits, debits, protected, length), ','
            ORDER BY person_id, account_id))
    FROM ledger.account
"""


def gather(connection: psycopg.Connection, persons: int) -> None:
    """Make a crowd with facts."""
    script = _CROWD.read_text("utf-8").replace("%(persons)s", str(persons)).replace("%%", "%")
    connection.execute(script.encode())


def state(connection: psycopg.Connection) -> tuple[object, ...]:
    """Everything that must come out the same."""
    found = connection.execute(_STATE).fetchone()
    assert found is not None
    return found


def proved(connection: psycopg.Connection) -> None:
    """The ledger holds."""
    assert list(verify(connection)) == []


@dataclass(frozen=True)
class Scene:
    """A database with a crowd to settle, and what an undisturbed run makes of it."""

    address: Callable[[DatabaseRole], Address]
    undisturbed: tuple[object, ...]

    def owner(self) -> psycopg.Connection:
        """A connection that sees everything."""
        return psycopg.connect(self.address("owner").conninfo(), autocommit=True)

    def batch(self) -> str:
        """Where a worker connects to."""
        return self.address("batch").conninfo()


def _undisturbed(address: Address) -> tuple[object, ...]:
    settle_all(lambda: psycopg.connect(address.conninfo()), as_of=AS_OF, connections=2, chunk=1000)
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        proved(connection)
        return state(connection)


def _on_test_cluster(house: FreshDatabase, persons: int) -> Iterator[Scene]:
    with house.connect(autocommit=True) as connection:
        gather(connection, persons)
    django_connection.close()
    other = f"{house.name}_undisturbed"
    database.copy(house.name, other)
    try:
        undisturbed = _undisturbed(house.address("owner").to(other))
    finally:
        database.drop(other)
    yield Scene(house.address, undisturbed)


@pytest.fixture
def crowd(house: FreshDatabase) -> Iterator[Scene]:
    """Two thousand persons."""
    yield from _on_test_cluster(house, 2000)


@pytest.fixture
def multitude(house: FreshDatabase) -> Iterator[Scene]:
    """Twenty thousand persons."""
    yield from _on_test_cluster(house, 20_000)


def _kill_workers(scene: Scene, seeds: range, most_lines: int, chunk: int) -> int:
    deaths = 0
    with scene.owner() as connection:
        for seed in seeds:
            worker = started(scene.batch(), as_of=AS_OF, chunk=chunk)
            lines = Random(seed).randint(0, most_lines)  # noqa: S311  a seed, to have it again
            deaths += killed_after(worker, lines)
            proved(connection)
        assert finished(started(scene.batch(), as_of=AS_OF, chunk=chunk)) == 0
        proved(connection)
        assert state(connection) == scene.undisturbed
    return deaths


def test_a_worker_killed_again_and_again_loses_and_doubles_nothing(crowd: Scene) -> None:
    assert _kill_workers(crowd, range(4), 14, 32) == 4


@pytest.mark.soak
def test_a_worker_killed_forty_times(multitude: Scene) -> None:
    assert _kill_workers(multitude, range(40), 25, 20) > 20


def test_two_runs_at_once_share_the_work(crowd: Scene) -> None:
    workers = [started(crowd.batch(), as_of=AS_OF, chunk=50) for _ in range(2)]
    assert [finished(worker) for worker in workers] == [0, 0]
    with crowd.owner() as connection:
        proved(connection)
        assert state(connection) == crowd.undisturbed
    again = settle_all(
        lambda: psycopg.connect(crowd.batch()), as_of=AS_OF, connections=2, chunk=500
    )
    assert again == Settled(0, 0)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Cluster]:
    """A server for this test alone, durable, provisioned by the product's own command."""
    cluster = Cluster(tmp_path / "postgres")
    try:
        for command in (["db", "start"], ["law", "load"]):
            done = cspu(tmp_path, *command)
            assert done.returncode == 0, done.stderr
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.home, ignore_errors=True)


def _on_own_server(cluster: Cluster, persons: int) -> Scene:
    def address(role: DatabaseRole) -> Address:
        return embedded_address(cluster, LOGINS[role], cluster.password(role))

    owner = address("owner")
    with psycopg.connect(owner.conninfo(), autocommit=True) as connection:
        gather(connection, persons)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    with psycopg.connect(owner.to("postgres").conninfo(), autocommit=True) as connection:
        copied = sql.SQL("CREATE DATABASE undisturbed TEMPLATE {}")
        connection.execute(copied.format(sql.Identifier(owner.parameters["dbname"])))
    return Scene(address, _undisturbed(owner.to("undisturbed")))


def _kill_server(cluster: Cluster, scene: Scene, seeds: range, most_lines: int, chunk: int) -> int:
    interrupted = 0
    for seed in seeds:
        worker = started(scene.batch(), as_of=AS_OF, chunk=chunk)
        assert worker.stdout is not None
        for _ in range(Random(seed).randint(0, most_lines)):  # noqa: S311
            worker.stdout.readline()
        postmaster = cluster.status().pid
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        interrupted += finished(worker) != 0
        assert cluster.start()
        with scene.owner() as connection:
            proved(connection)
    assert finished(started(scene.batch(), as_of=AS_OF, chunk=chunk)) == 0
    with scene.owner() as connection:
        proved(connection)
        assert state(connection) == scene.undisturbed
    return interrupted


def test_postgresql_killed_under_a_settlement_loses_and_doubles_nothing(
    own_server: Cluster,
) -> None:
    scene = _on_own_server(own_server, 1000)
    assert _kill_server(own_server, scene, range(2), 12, 20) == 2


@pytest.mark.soak
def test_postgresql_killed_twelve_times(own_server: Cluster) -> None:
    scene = _on_own_server(own_server, 10_000)
    assert _kill_server(own_server, scene, range(12), 25, 20) > 6
