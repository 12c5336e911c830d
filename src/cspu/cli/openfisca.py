"""`cspu openfisca`: amounts that OpenFisca-France computes, kept for the pages to show."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from django.utils import timezone

from cspu.cli.output import REFUSED, print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.cli.settle import today
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months, first_of_month
from cspu.openfisca.operations import compute_waiting
from cspu.openfisca.process import Engine, python_of, version_of

_MONTHS = 2
"""How far back, where nobody says from which month."""

_SECONDS = 600
"""What one question to OpenFisca may take: some thousand families, after twenty seconds of loading."""


def register(app: typer.Typer) -> None:
    """Add `cspu openfisca`."""
    app.command(
        help=say(
            "Fait calculer par OpenFisca-France les montants qui l’attendent. Exemple : cspu openfisca",
            "Have OpenFisca-France compute the amounts that wait for it. Example: cspu openfisca",
        )
    )(openfisca)


def openfisca(
    *,
    person: Annotated[
        UUID | None, typer.Option(help=say("Une seule personne.", "One person only."))
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=say("Depuis ce mois.", "From this month.")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Chiffres en JSON.", "Figures as JSON."))
    ] = False,
) -> None:
    """Compute what waits; run again, only what changed since. Exit 1 where OpenFisca failed on some."""
    python = python_of()
    version = version_of(python)
    with (
        treatment(
            "batch",
            "openfisca",
            about=person,
            person=WITHHELD if person else None,
            since=since.date() if since else None,
        ),
        closing(Engine(python, seconds=_SECONDS)) as engine,
    ):
        day = today()
        done = compute_waiting(
            engine.compute,
            version,
            on=day,
            at=timezone.now(),
            since=first_of_month(since.date() if since else add_months(day, -_MONTHS)),
            person=PersonId(person) if person else None,
        )
    print_rows([{"openfisca_france": version, **asdict(done)}], as_json=as_json)
    if done.failed:
        raise typer.Exit(REFUSED)
