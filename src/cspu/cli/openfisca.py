"""`cspu openfisca`: amounts that OpenFisca-France computes, kept for the pages to show; once, or for ever."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import date, datetime
from threading import Event
from typing import Annotated
from uuid import UUID

import typer
from django.utils import timezone

from cspu.cli.options import Json, today
from cspu.cli.output import DONE, REFUSED, print_json, print_rows, say
from cspu.cli.session import WITHHELD, begin_treatment, database_as, treatment
from cspu.config.environment import data_folder
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months, first_of_month
from cspu.openfisca import worker as rounds
from cspu.openfisca.operations import Done, compute_waiting
from cspu.openfisca.process import Engine, OpenFiscaMissing, python_of, version_of

_MINUTES = 15.0
"""Between two rounds, where nobody says how many."""
_SECONDS_A_MINUTE = 60
_MONTHS = 2
"""How far back, where nobody says from which month."""

_SECONDS = 600
"""What one question to OpenFisca may take: some thousand families, after twenty seconds of loading."""


app = typer.Typer(
    invoke_without_command=True,
    help=say(
        "Fait calculer par OpenFisca-France les montants qui l’attendent. Exemple : cspu openfisca",
        "Have OpenFisca-France compute the amounts that wait for it. Example: cspu openfisca",
    ),
)


@app.callback()
def openfisca(
    context: typer.Context,
    *,
    person: Annotated[
        UUID | None, typer.Option(help=say("Une seule personne.", "One person only."))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=say("Depuis ce mois.", "From this month.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compute what waits; run again, only what changed since. Exit 1 where OpenFisca failed on some."""
    if context.invoked_subcommand:
        return
    python = python_of()
    version = version_of(python)
    with treatment(
        "batch",
        "openfisca",
        about=person,
        person=WITHHELD if person else None,
        since=since.date() if since else None,
    ):
        done = _compute(python, version, since.date() if since else None, person)
    print_rows([{"openfisca_france": version, **asdict(done)}], as_json=as_json)
    if done.failed:
        raise typer.Exit(REFUSED)


@app.command(
    help=say(
        "Calcule ce qui attend, en boucle, un processus à la fois. Exemple : cspu openfisca work --every 15",
        "Compute what waits, for ever, one process at a time. Example: cspu openfisca work --every 15",
    )
)
def work(
    *,
    every: Annotated[
        float,
        typer.Option(min=0.001, help=say("Minutes entre deux tours.", "Minutes between rounds.")),
    ] = _MINUTES,
    until_stdin_closes: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """A line on standard output a round; SIGTERM and Ctrl-C end it at once, and nothing is lost.

    `until_stdin_closes`: it also ends after the round in which whoever started it went away.
    """
    signal.signal(signal.SIGTERM, _leave)
    wait = _closes_within if until_stdin_closes else Event().wait
    with database_as("batch"):
        try:
            rounds.work(_round, every=every * _SECONDS_A_MINUTE, wait=wait, report=_report)
        except KeyboardInterrupt:
            _leave()


@contextmanager
def beside() -> Iterator[bool]:
    """The worker in a process of its own for as long as this lasts, where OpenFisca is installed."""
    try:
        version_of(python_of())
    except OpenFiscaMissing:
        yield False
        return
    command = [sys.executable, "-m", "cspu", "openfisca", "work", "--until-stdin-closes"]
    with (data_folder() / "openfisca.log").open("a", encoding="utf-8") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield True
        finally:
            child.terminate()
            child.wait()


def _closes_within(seconds: float) -> bool:
    """Whether standard input closes: its other end is held by whoever started us, killed or not."""
    closed, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(closed)


def _leave(*_: object) -> None:
    """What is being computed is not kept, and waits: nothing needs to be finished."""
    raise SystemExit(DONE)


def _round() -> Done:
    """What the command does, with the OpenFisca of now: it may have been installed since."""
    python = python_of()
    version = version_of(python)
    begin_treatment("openfisca work")
    return _compute(python, version, None, None)


def _report(one: rounds.Round) -> None:
    print_json({"at": timezone.now(), "outcome": one.outcome, **asdict(one)})
    sys.stdout.flush()


def _compute(python: str, version: str, since: date | None, person: UUID | None) -> Done:
    day = today()
    with closing(Engine(python, seconds=_SECONDS)) as engine:
        return compute_waiting(
            engine.compute,
            version,
            on=day,
            at=timezone.now(),
            since=first_of_month(since or add_months(day, -_MONTHS)),
            person=PersonId(person) if person else None,
        )
