"""`cspu bench`: measures, each against a reference taken in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from cspu.cli.output import REFUSED, print_json, say
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text

_SIZES: Mapping[str, str] = {
    "settle": "persons",
    "dsn": "employees",
    "page": "persons",
    "door": "persons",
    "catalogue": "persons",
    "ledger": "accounts",
    "openfisca": "persons",
}
"""Every bench, with the name of its size."""


def register(app: typer.Typer) -> None:
    """Add `cspu bench`."""
    app.command(
        help=say(
            "Mesure, sur une base à part. Exemple : cspu bench settle --persons 100000",
            "Measure, on a database of its own. Example: cspu bench settle --persons 100000",
        )
    )(bench)


def bench(
    name: Annotated[str, typer.Argument(help=" | ".join(_SIZES))],
    *,
    persons: Annotated[
        int | None,
        typer.Option(
            min=100,
            help=say(
                "Personnes (settle, page, door, catalogue, openfisca).",
                "Persons (settle, page, door, catalogue, openfisca).",
            ),
        ),
    ] = None,
    accounts: Annotated[
        int | None, typer.Option(min=10_000, help=say("Comptes (ledger).", "Accounts (ledger)."))
    ] = None,
    employees: Annotated[
        int | None, typer.Option(min=10, help=say("Salariés (dsn).", "Employees (dsn)."))
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, help=say("Graine du tirage (openfisca).", "Seed of draws (openfisca).")
        ),
    ] = None,
) -> None:
    """Run one bench; print one JSON document a row. Exit 1 when a target is missed."""
    if name not in _SIZES:
        known = ", ".join(_SIZES)
        raise CspuError(
            "bench.unknown",
            Text(fr=f"Aucune mesure ne s’appelle « {name} ».", en=f"No bench is called “{name}”."),
            Text(fr=f"Mesures : {known}.", en=f"Benches: {known}."),
        )
    if seed is not None and name != "openfisca":
        raise typer.BadParameter(say("Seul openfisca tire.", "Only openfisca draws."))
    given = {"persons": persons, "employees": employees, "accounts": accounts}[_SIZES[name]]
    run: Callable[..., Iterator[dict[str, Any]]] = import_module(f"cspu.bench.{name}").run
    options = {} if seed is None else {"seed": seed}
    held = True
    for row in run(given, **options) if given else run(**options):
        print_json(row)
        held = held and bool(row["holds"])
    if not held:
        raise typer.Exit(REFUSED)
