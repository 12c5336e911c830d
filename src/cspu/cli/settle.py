"""`cspu settle`: bring accounts to what the law gives."""

from __future__ import annotations

import os
from datetime import date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import psycopg
import typer

from cspu.cli.options import Json, day_of
from cspu.cli.output import Advance, print_rows, progress, say
from cspu.cli.session import WITHHELD, treatment
from cspu.config.postgres import address_of
from cspu.entitlement.operations import Settled, settle_all, settle_person
from cspu.kernel.ids import PersonId


def register(app: typer.Typer) -> None:
    """Add `cspu settle`."""
    app.command(
        help=say(
            "Met les comptes à jour : tous, ou un seul. Exemple : cspu settle --as-of 2026-12-31",
            "Bring accounts up to date: all, or one. Example: cspu settle --as-of 2026-12-31",
        )
    )(settle)


def settle(
    *,
    person: Annotated[
        UUID | None, typer.Option(help=say("Une seule personne.", "One person only."))
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=say("À cette date.", "On this date.")),
    ] = None,
    connections: Annotated[
        int | None, typer.Option(min=1, max=64, help=say("Connexions à la base.", "Connections."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle one person or everyone; run again, it changes nothing."""
    with treatment(
        "batch",
        "settle",
        about=person,
        person=WITHHELD if person else None,
        as_of=as_of.date() if as_of else None,
        connections=connections,
    ):
        day = day_of(as_of)
        if person:
            settled = settle_person(PersonId(person), as_of=day)
        else:
            with progress(say("Personnes", "Persons"), hidden=as_json) as advance:
                settled = settle_everyone(day, advance, connections=connections)
    row = {"as_of": day, "persons": settled.persons, "transfers": settled.transfers}
    print_rows([row], as_json=as_json)


def settle_everyone(day: date, advance: Advance, *, connections: int | None = None) -> Settled:
    """Settle all those with news, on as many connections as this machine has cores."""
    done: list[int] = []

    def count(persons: int) -> None:
        done.append(persons)
        advance(sum(done), sum(done))

    return settle_all(
        partial(psycopg.connect, address_of("batch").conninfo()),
        as_of=day,
        connections=connections or len(os.sched_getaffinity(0)),
        progress=count,
    )
