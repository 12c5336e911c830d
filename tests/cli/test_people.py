"""`cspu people`."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.command import cspu
from tests.conftest import FreshDatabase

Run = Callable[..., CompletedProcess[str]]

FORMER, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"a", b"b"))


@pytest.fixture
def run(fresh_database: FreshDatabase, tmp_path: Path) -> Run:
    """Run `cspu people …` against a database of the test's own."""
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
    }

    def people(*arguments: str, **more: str) -> CompletedProcess[str]:
        return cspu(tmp_path, "people", *arguments, **addresses, **more)

    return people


def test_a_population_is_made_once(run: Run) -> None:
    first = run("generate", "--persons", "40", "--seed", "3", "--until", "2026-06", "--json")
    assert first.returncode == 0, first.stderr
    figures = json.loads(first.stdout)
    assert figures["persons"] == 40
    assert figures["measures"] > 40
    again = run("generate", "--persons", "40", "--seed", "3", "--until", "2026-06", "--json")
    assert json.loads(again.stdout)["persons"] == 0
    assert "déjà là" in again.stderr


@pytest.mark.parametrize("wrong", [("--persons", "0"), ("--persons", "5", "--until", "juin")])
def test_a_wrong_request_is_a_usage_error(run: Run, wrong: tuple[str, ...]) -> None:
    assert run("generate", *wrong).returncode == 2


def test_populations_that_would_share_numbers_are_refused_in_plain_words(run: Run) -> None:
    assert run("generate", "--persons", "3000", "--seed", "3").returncode == 0
    refused = run("generate", "--persons", "3000", "--seed", "13")
    assert refused.returncode == 1
    assert "Choisissez une graine" in refused.stderr


def test_keys_are_rotated_with_both_and_refused_without_the_former(run: Run) -> None:
    made = run("generate", "--persons", "20", "--seed", "3", CSPU_IDENTITY_KEY=FORMER)
    assert made.returncode == 0, made.stderr
    refused = run("rotate-keys", CSPU_IDENTITY_KEY=NEW)
    assert refused.returncode == 1
    assert "CSPU_IDENTITY_KEY_PREVIOUS" in refused.stderr
    keys = {"CSPU_IDENTITY_KEY": NEW, "CSPU_IDENTITY_KEY_PREVIOUS": FORMER}
    rotated = run("rotate-keys", "--json", **keys)
    assert json.loads(rotated.stdout) == {"numbers": 20, "second_factors": 0}
    assert json.loads(run("rotate-keys", "--json", **keys).stdout) == {
        "numbers": 0,
        "second_factors": 0,
    }
