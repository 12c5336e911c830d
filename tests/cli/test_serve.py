"""`cspu serve`: one server a folder, a free port or a clear refusal, a clean stop."""

from __future__ import annotations

import signal
import socket
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from cspu.config.postgres.cluster import Cluster
from tests.cli.command import cspu, started
from tests.cli.installation import installation


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The folder of an installation."""
    with installation(tmp_path) as folder:
        yield folder


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _status(port: int) -> int:
    """Of the account, asked with a session that is none: the database has to say so."""
    visitor = HTTPConnection("127.0.0.1", port, timeout=30)
    visitor.request("GET", "/", headers={"Cookie": "cspu_session=none"})
    status = visitor.getresponse().status
    visitor.close()
    return status


def test_a_server_answers_refuses_a_second_one_and_stops_cleanly(data: Path) -> None:
    port = str(_free_port())
    server = started(data, "serve", "--port", port)
    try:
        assert server.stderr is not None
        announced = server.stderr.readline()
        assert f"http://127.0.0.1:{port}/" in announced, announced + server.stderr.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        second = cspu(data, "serve", "--port", str(_free_port()))
        assert second.returncode == 3
        assert f"CSPU tourne déjà : http://127.0.0.1:{port}/" in second.stderr
        server.send_signal(signal.SIGINT)
        assert server.wait() == 0, server.stderr.read()
    finally:
        server.kill()
        server.communicate()
    assert not Cluster(data / "postgres").status().running


def test_a_database_started_again_costs_nobody_a_page(data: Path) -> None:
    """Every connection that the site keeps is dead by then."""
    port = str(_free_port())
    server = started(data, "serve", "--port", port)
    try:
        assert server.stderr is not None
        server.stderr.readline()

        def statuses(times: int = 12) -> set[int]:
            return {_status(int(port)) for _ in range(times)}

        assert statuses() == {302}
        assert cspu(data, "db", "stop").returncode == 0
        assert statuses(1) == {503}
        assert cspu(data, "db", "start").returncode == 0
        assert statuses() == {302}
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()
        cspu(data, "db", "stop")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = cspu(tmp_path, command, "--port", str(port))
    assert done.returncode == 3
    assert f"Le port {port}" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "demo-day").exists()  # it lives on no day of ours yet
