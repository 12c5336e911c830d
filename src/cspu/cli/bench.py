"""`cspu bench`: measures, each against a reference taken in the same run."""

from __future__ import annotations

from typing import Annotated

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending


def register(app: typer.Typer) -> None:
    """Add `cspu bench`."""
    app.command(
        help=say(
            "Mesure. Exemple : cspu bench settle --persons 100000",
            "Measure. Example: cspu bench settle --persons 100000",
        )
    )(bench)


def bench(name: Annotated[str, typer.Argument(help="settle | dsn | page")]) -> None:
    """Run one bench; print one JSON document a row."""
    pending(f"cspu.bench.{name}")
