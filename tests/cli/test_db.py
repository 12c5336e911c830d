"""`cspu db`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import cspu
from tests.cli.installation import installation


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The folder of an installation."""
    with installation(tmp_path) as folder:
        yield folder


def test_a_database_is_started_looked_at_used_and_stopped(data: Path) -> None:
    assert cspu(data, "db", "status").returncode == 1
    start = cspu(data, "db", "start")
    assert (start.returncode, start.stdout) == (0, ""), start.stderr
    assert "Base démarrée" in start.stderr
    assert "déjà en marche" in cspu(data, "db", "start").stderr
    status = cspu(data, "db", "status", "--json")
    assert status.returncode == 0
    assert json.loads(status.stdout)["version"] == "18"
    assert cspu(data, "db", "stop").returncode == 0
    assert cspu(data, "db", "status").returncode == 1


def test_a_server_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    other = {"CSPU_DATABASE_URL": "postgresql://boss@db.example/rights"}
    done = cspu(tmp_path, "db", "stop", **other)
    assert done.returncode == 3
    assert "n'est pas le nôtre" in done.stderr


def test_a_real_server_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = cspu(tmp_path, "db", "start", CSPU_DEMO="0", LC_ALL="en_GB.UTF-8")
    assert done.returncode == 3
    assert "CSPU_SECRET_KEY is missing" in done.stderr
    assert not (tmp_path / "postgres").exists()


def test_the_secrets_it_offers_are_accepted(tmp_path: Path) -> None:
    offered = dict(line.split("=", 1) for line in cspu(tmp_path, "db", "secrets").stdout.split())
    refused = cspu(
        tmp_path, "db", "start", CSPU_DEMO="0", CSPU_DATABASE_URL="host=/nowhere", **offered
    )
    assert "[database.unreachable]" in refused.stderr


def test_an_address_of_no_known_form_is_refused_and_never_shown(tmp_path: Path) -> None:
    done = cspu(tmp_path, "settle", CSPU_DATABASE_URL="mysql://boss:secret@db.example/rights")
    assert done.returncode == 3
    assert "CSPU_DATABASE_URL n'a pas la forme attendue" in done.stderr
    assert "secret" not in done.stderr
