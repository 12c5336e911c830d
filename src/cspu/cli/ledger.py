"""`cspu ledger`: proofs on the accounts."""

from __future__ import annotations

from typing import Annotated

import psycopg
import typer

from cspu.cli.output import REFUSED, lang, notice, print_json, print_rows, progress, say
from cspu.cli.session import database_as
from cspu.config.postgres import address_of
from cspu.ledger import verification

app = typer.Typer(no_args_is_help=True, help=say("Les comptes.", "The accounts."))


@app.callback()
def _ledger() -> None:
    """Keep `verify` a command of its own while it is the only one."""


@app.command(
    help=say(
        "Reprouve tous les comptes ; code 1 si l'un est faux. Exemple : cspu ledger verify",
        "Prove every account again; exit 1 if one is wrong. Example: cspu ledger verify",
    )
)
def verify(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Chiffres en JSON.", "Figures as JSON."))
    ] = False,
) -> None:
    """Verify the ledger; every discrepancy is a line, the extent of the proof comes last."""
    wrong = 0
    with database_as("batch"), psycopg.connect(address_of("batch").conninfo()) as connection:
        connection.autocommit = True
        with progress(say("Preuves", "Proofs"), hidden=as_json) as advance:
            for found in verification.verify(connection, progress=advance):
                wrong += 1
                _show(found, as_json=as_json)
        extent = verification.extent(connection)
    row = {"accounts": extent.accounts, "transfers": extent.transfers, "discrepancies": wrong}
    print_rows([row], as_json=as_json)
    if wrong:
        raise typer.Exit(REFUSED)


def _show(found: verification.Discrepancy, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        where = f"{found.person_id or '-'} {found.account_id or '-'} {found.rank or '-'}"
        notice(f"{found.meaning.in_(lang())} ({found.code}): {where}")
