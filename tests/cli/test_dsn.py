"""`cspu dsn`, as its operator runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cspu.employers.dsn.writing import write_message
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.employers.people import employee, message

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(fresh_database: FreshDatabase, tmp_path: Path) -> Run:
    """Run `cspu dsn import …` against a database of the test's own."""
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
    }

    def dsn(*arguments: str, **more: str) -> CompletedProcess[str]:
        return cspu(tmp_path, "dsn", "import", *arguments, **addresses, **more)

    return dsn


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A sound file of one employee, for March 2026."""
    path = tmp_path / "mars.dsn"
    with path.open("wb") as stream:
        write_message(stream, message())
    return path


def test_a_dry_run_then_the_import_then_again(run: Run, sound: Path) -> None:
    dry = run(str(sound), "--allow-test", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    nir = employee().nir
    assert f"ligne 43 ({nir[:3]}…{nir[-3:]}) : ajout mesure × 2 [03/2026]" in dry.stdout
    assert "rien n'est changé" in dry.stdout
    assert nir not in dry.stdout + dry.stderr
    done = run(str(sound), "--allow-test", "--json")
    figures = json.loads(done.stdout)
    assert figures["declarations"][0]["status"] == "accepted"
    assert (figures["added"], figures["closed"]) == (4, 0)
    again = run(str(sound), "--allow-test")
    assert again.returncode == 0
    assert "déjà importé" in again.stdout


def test_what_comes_in_during_a_demonstration_comes_on_its_day(
    run: Run, sound: Path, fresh_database: FreshDatabase
) -> None:
    """Else a correction would be known before what it corrects."""
    done = run(str(sound), "--allow-test", CSPU_TODAY="2031-05-06")
    assert done.returncode == 0, done.stderr
    with fresh_database.connect("owner") as connection:
        asked = "SELECT DISTINCT recorded_from::date::text FROM lifecourse.measure"
        assert connection.execute(asked).fetchall() == [("2031-05-06",)]


def test_a_refused_file_shows_its_errors_and_the_others_go_on(run: Run, sound: Path) -> None:
    bad = sound.with_name("abime.dsn")
    born = b"S21.G00.30.006,'12031990'"
    bad.write_bytes(sound.read_bytes().replace(born, born.replace(b"1203", b"3102")))
    done = run(str(bad), str(sound), "--allow-test")
    assert done.returncode == 1
    assert "S21.G00.30.006 (date de naissance) : 8 chiffres." in done.stderr
    assert "[dsn_problems]" in done.stderr
    assert "prise en compte" in done.stdout
    assert "Traceback" not in done.stderr


def test_what_is_not_a_declaration_is_said_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bulletin.pdf"
    path.write_bytes(b"%PDF-1.7")
    done = run(str(path))
    assert done.returncode == 1
    assert "c'est un document PDF" in done.stderr
