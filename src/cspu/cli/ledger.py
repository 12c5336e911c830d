"""`cspu ledger`: proofs on the accounts."""

from __future__ import annotations

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending

app = typer.Typer(no_args_is_help=True, help=say("Les comptes.", "The accounts."))


@app.callback()
def _ledger() -> None:
    """Keep `verify` a command of its own while it is the only one."""


@app.command(
    help=say(
        "Reprouve tous les comptes. Exemple : cspu ledger verify",
        "Prove every account again. Example: cspu ledger verify",
    )
)
def verify() -> None:
    """Verify the ledger."""
    pending("cspu.ledger.verification")
