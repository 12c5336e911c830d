"""`cspu demo`: from nothing to a page, and again without losing anything."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.command import cspu, started
from tests.cli.installation import installation


@contextmanager
def _demonstration(data: Path) -> Iterator[tuple[str, list[str]]]:
    """The running demonstration: its address and what it said; stopped as Ctrl-C does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server = started(data, "demo", "--port", address.rpartition(":")[2].rstrip("/"))
    said: list[str] = []
    try:
        assert server.stderr is not None
        for line in server.stderr:
            said.append(line)
            if address in line:
                break
        assert address in said[-1], "".join(said)
        yield address, said
        server.send_signal(signal.SIGINT)
        assert server.wait() == 0, server.stderr.read()
    finally:
        server.terminate()  # it ends its own server, which holds our pipes
        server.communicate()


def _proved(data: Path) -> dict[str, int]:
    done = cspu(data, "ledger", "verify", "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, int] = json.loads(done.stdout)
    return figures


def test_it_shows_its_people_and_run_again_loses_nothing(tmp_path: Path) -> None:
    with installation(tmp_path) as data:
        with _demonstration(data) as (address, said):
            assert any("Nadia" in line for line in said)
            with urllib.request.urlopen(address, timeout=30) as page:
                assert "FranceConnect" in page.read().decode()
            first = _proved(data)
        assert first["transfers"] > 0
        assert first["discrepancies"] == 0
        with _demonstration(data):
            again = _proved(data)
        assert again.pop("treatments") > first.pop("treatments"), "running it is written down"
        assert again == first
