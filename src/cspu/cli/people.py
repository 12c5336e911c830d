"""`cspu people`: made-up populations."""

from __future__ import annotations

from typing import Annotated

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending

app = typer.Typer(no_args_is_help=True, help=say("Les personnes.", "Persons."))


@app.callback()
def _people() -> None:
    """Keep `generate` a command of its own while it is the only one."""


@app.command(
    help=say(
        "Fabrique une population. Exemple : cspu people generate --persons 1000 --seed 7",
        "Make up a population. Example: cspu people generate --persons 1000 --seed 7",
    )
)
def generate(
    persons: Annotated[int, typer.Option(min=1, help=say("Combien.", "How many."))],
    seed: Annotated[int, typer.Option(help=say("Graine du hasard.", "Random seed."))] = 1,
) -> None:
    """Generate persons; the same seed gives the same persons."""
    pending(f"cspu.demo.population ({persons}, {seed})")
