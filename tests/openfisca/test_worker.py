"""The worker: one at a time, later and later when it fails, and killed anywhere it loses nothing."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import OperationalError

from cspu.kernel.periods import add_months
from cspu.openfisca import operations
from cspu.openfisca.operations import Done, compute_waiting
from cspu.openfisca.process import Computed, Family, OpenFiscaMissing
from cspu.openfisca.worker import Round, work
from tests.cli.command import command_line, cspu, environment
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, moment
from tests.openfisca.test_operations import OpenFisca, compute, somebody

ROUNDS = 4


def worked(outcomes: Sequence[Done | Exception], every: float = 10) -> list[Round]:
    """What is reported of rounds that end like this, one after the other."""
    told: list[Round] = []
    left = [*outcomes]

    def act() -> Done:
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    work(act, every=every, wait=lambda _: not left, report=told.append)
    return told


def test_what_fails_is_tried_later_and_later_and_what_works_at_its_rhythm(
    fresh_database: FreshDatabase,
) -> None:
    down, lost, some = OpenFiscaMissing("down"), OperationalError("lost"), Done(3, 0, 2)
    told = worked([Done(1), down, lost, some, Done(), down])
    assert [one.next_in for one in told] == [10, 20, 40, 80, 10, 20]
    assert [one.outcome for one in told] == ["worked", *["failed"] * 3, "worked", "failed"]
    assert "down" in told[1].error
    assert max(one.next_in for one in worked([down] * 20)) == 640


def test_of_two_at_once_one_works(fresh_database: FreshDatabase) -> None:
    done: list[str] = []
    with fresh_database.connect(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [0x4F464953])
        work(_never, every=1, wait=lambda _: True, report=lambda one: done.append(one.outcome))
        other.execute("SELECT pg_advisory_unlock(%s)", [0x4F464953])
    work(Done, every=1, wait=lambda _: True, report=lambda one: done.append(one.outcome))
    assert done == ["busy", "worked"]


def _never() -> Done:
    raise AssertionError("it works beside another one")


def test_stopped_in_the_middle_nothing_is_lost_and_nothing_computed_twice(
    in_force: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CHUNK", 1)
    people = [somebody() for _ in range(3)]

    class Stopped(OpenFisca):
        def __call__(
            self, families: Sequence[Family], variables: Sequence[str], month: str
        ) -> Computed:
            if len(self.months) == 2 and month in self.months:  # the second person's first month
                raise SystemExit(0)
            return super().__call__(families, variables, month)

    stopped = Stopped(300.0)
    since = add_months(FINAL.replace(day=1), -1)
    with pytest.raises(SystemExit):
        compute_waiting(stopped, "1", on=FINAL, at=moment(1), since=since)
    kept = _kept()
    assert len({person for person, _ in kept}) == 1, "what was done is kept, whole"
    rest = compute(OpenFisca(300.0))
    assert rest.computed == 2 * len(kept)
    assert {person for person, _ in _kept()} == {*people}
    assert compute(OpenFisca(300.0)) == Done()


def _kept() -> list[tuple[object, date]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, period_start FROM entitlement.computed")
        return [*cursor.fetchall()]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation, and something that stands for a Python with OpenFisca."""
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nprint('1')\n", "utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    data = tmp_path / "data"
    for command in (["db", "start"], ["law", "load"]):
        done = cspu(data, *command)
        assert done.returncode == 0, done.stderr
    yield environment(data, CSPU_OPENFISCA_PYTHON=str(python))
    cspu(data, "db", "stop")


def test_the_command_says_a_line_a_round_and_ends_when_asked(installed: dict[str, str]) -> None:
    command = command_line("openfisca", "work", "--every", "0.001")
    with subprocess.Popen(command, env=installed, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        lines = [json.loads(worker.stdout.readline()) for _ in range(ROUNDS)]
        worker.send_signal(signal.SIGTERM)
        worker.stdout.read()
        assert worker.wait() == 0
    assert {line["outcome"] for line in lines} == {"worked"}
    assert {line["done"]["failed"] for line in lines} == {0}


def test_whoever_started_it_goes_away_and_it_ends(installed: dict[str, str]) -> None:
    """A demonstration that is killed says goodbye to nobody: its worker would go on for ever."""
    command = command_line("openfisca", "work", "--every", "60", "--until-stdin-closes")
    with subprocess.Popen(
        command, env=installed, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert json.loads(worker.stdout.readline())["outcome"] == "worked"
        worker.stdin.close()
        assert worker.wait(60) == 0
