"""The embedded server: durable, closed, and found again after any accident."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest

from cspu.config.postgres.addresses import Address, embedded_address, superuser_address
from cspu.config.postgres.binaries import server_account
from cspu.config.postgres.cluster import Cluster
from cspu.config.postgres.provision import connected, require_recent_server
from cspu.kernel.errors import EnvironmentUnfit


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A durable server of this test's own, where its system user may be unable to go."""
    made = Cluster(tmp_path / "postgres")
    yield made
    made.stop()
    shutil.rmtree(made.home, ignore_errors=True)


def _pid(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def _kill(pid: int) -> None:
    """Kill a process and wait until it is dead: the signal only begins it."""
    process = os.pidfd_open(pid)
    signal.pidfd_send_signal(process, signal.SIGKILL)
    select.select([process], [], [])
    os.close(process)


def test_a_new_server_is_durable_and_closed(cluster: Cluster) -> None:
    assert cluster.start()
    with connected(superuser_address(cluster)) as connection:
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                [["fsync", "full_page_writes", "synchronous_commit", "data_checksums"]],
            ).fetchall()
        )
        closed = connection.execute("SHOW listen_addresses").fetchone()
        methods = connection.execute(
            "SELECT DISTINCT auth_method FROM pg_hba_file_rules"
        ).fetchall()
    assert set(settings.values()) == {"on"}
    assert closed == ("",)
    assert methods == [("scram-sha-256",)]
    assert (cluster.home / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_nobody_enters_without_the_password(cluster: Cluster) -> None:
    cluster.start()
    with pytest.raises(EnvironmentUnfit, match=r"database\.unreachable") as refusal:  # noqa: SIM117
        with connected(embedded_address(cluster, "postgres", "guess").to("postgres")):
            pass
    assert "guess" not in str(refusal.value)


def test_it_listens_on_a_port_when_asked(cluster: Cluster) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster.start(tcp_port=port)
    by_port = Address({**superuser_address(cluster).parameters, "host": "127.0.0.1"})
    for address in (by_port, superuser_address(cluster)):
        with connected(address) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
            assert connection.info.port == port


def test_starting_and_stopping_say_whether_they_did(cluster: Cluster) -> None:
    assert not cluster.stop()
    assert [cluster.start(), cluster.start()] == [True, False]
    assert [cluster.stop(), cluster.stop()] == [True, False]
    assert not cluster.status().running


def test_it_stops_with_its_last_user_whoever_started_it(cluster: Cluster) -> None:
    with ExitStack() as second:
        with cluster.used():
            second.enter_context(Cluster(cluster.folder).used())
        assert cluster.status().running
    assert not cluster.status().running


def test_what_a_killed_command_left_running_is_stopped_by_the_next(cluster: Cluster) -> None:
    cluster.start()
    with Cluster(cluster.folder).used():
        pass
    assert not cluster.status().running


def test_a_server_started_to_stay_stays_until_it_is_stopped(cluster: Cluster) -> None:
    cluster.start()
    cluster.keep()
    with cluster.used():
        pass
    assert cluster.stop()
    with cluster.used():  # not the one that was to stay
        pass
    assert not cluster.status().running


def test_commands_that_start_it_at_once_do_not_collide(cluster: Cluster) -> None:
    with ThreadPoolExecutor(4) as commands:
        started = list(commands.map(lambda _: Cluster(cluster.folder).start(), range(4)))
    assert sorted(started) == [False, False, False, True]


def test_a_killed_server_starts_again_with_what_was_committed(cluster: Cluster) -> None:
    cluster.start()
    with connected(superuser_address(cluster)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    # A backend too busy to notice that its postmaster died still holds the shared memory.
    busy = psycopg.connect(superuser_address(cluster).conninfo())
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
    _kill(_pid(cluster))
    assert cluster.start()
    busy.close()
    with connected(superuser_address(cluster)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_stale_number_that_now_names_another_process_is_no_obstacle(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    stale = cluster.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{cluster.data}\n1\n5432\n", encoding="utf-8")
    assert not cluster.status().running
    assert cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to step down to")
def test_roots_server_runs_as_a_user_with_no_rights(cluster: Cluster) -> None:
    cluster.start()
    assert Path(f"/proc/{_pid(cluster)}").stat().st_uid == server_account().uid != 0


def test_an_older_server_is_refused_by_its_number() -> None:
    old = cast(
        "psycopg.Connection[Any]", SimpleNamespace(info=SimpleNamespace(server_version=150018))
    )
    with pytest.raises(EnvironmentUnfit, match="PostgreSQL 15"):
        require_recent_server(old)
