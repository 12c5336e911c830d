"""`cspu law`: the texts in force."""

from __future__ import annotations

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending

app = typer.Typer(no_args_is_help=True, help=say("Le droit en vigueur.", "The law in force."))


@app.command(
    help=say("Vérifie les textes. Exemple : cspu law check", "Check the texts: cspu law check")
)
def check() -> None:
    """Check every text of law."""
    pending("cspu.law.check")


@app.command(
    help=say("Charge les textes. Exemple : cspu law load", "Load the texts: cspu law load")
)
def load() -> None:
    """Load the texts into the database."""
    pending("cspu.law.load")
