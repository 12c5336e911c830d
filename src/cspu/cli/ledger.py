"""`cspu ledger`: proofs on the accounts, and on the journals of who saw them."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Annotated

import psycopg
import typer

from cspu.cli.options import Json
from cspu.cli.output import REFUSED, lang, notice, print_json, print_rows, progress, say
from cspu.cli.session import treatment
from cspu.config.postgres import address_of
from cspu.ledger import verification
from cspu.ledger.funders import charges
from cspu.trust import verification as journal

app = typer.Typer(no_args_is_help=True, help=say("Les comptes.", "The accounts."))


@app.command(
    help=say(
        "Reprouve tous les comptes et tous les journaux d'accès ; code 1 si l'un est faux. "
        "Exemple : cspu ledger verify",
        "Prove every account and every journal of access again; exit 1 if one is wrong. "
        "Example: cspu ledger verify",
    )
)
def verify(
    *,
    connections: Annotated[
        int | None, typer.Option(min=1, max=64, help=say("Connexions à la base.", "Connections."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify ledger and journals; every discrepancy is a line, the extent of the proof last."""
    wrong = 0
    with treatment("batch", "ledger verify"), _connect() as connection:
        connection.autocommit = True
        with progress(say("Comptes", "Accounts"), hidden=as_json) as advance:
            for found in verification.verify(connection, progress=advance):
                wrong += 1
                _show(found, f"{found.account_id or '-'} ", as_json=as_json)
        workers = connections or len(os.sched_getaffinity(0))
        with progress(say("Journaux", "Journals"), hidden=as_json) as advance:
            for line in journal.verify(_connect, connections=workers, progress=advance):
                wrong += 1
                _show(line, "", as_json=as_json)
        accounts, lines = verification.extent(connection), journal.extent(connection)
    row = {**asdict(accounts), **asdict(lines), "discrepancies": wrong}
    print_rows([row], as_json=as_json)
    if wrong:
        raise typer.Exit(REFUSED)


@app.command(
    help=say(
        "Ce qui a été débité à chaque financeur, par année et par droit. "
        "Exemple : cspu ledger funders --funder education_budget",
        "What each funder was charged, by year and right. "
        "Example: cspu ledger funders --funder education_budget",
    )
)
def funders(
    *,
    funder: Annotated[
        str, typer.Option(metavar="CODE", help=say("Ce financeur seul.", "This funder alone."))
    ] = "",
    year: Annotated[
        int | None, typer.Option(help=say("Cette année seule.", "This year alone."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Charges of every funder; by the year in which they fell due."""
    with treatment("batch", "ledger funders"), _connect() as connection:
        charged = charges(connection)
    rows = [
        asdict(each)
        for each in charged
        if funder in ("", each.funder) and year in (None, each.year)
    ]
    print_rows(rows, as_json=as_json)
    if not rows:
        notice(say("Rien n’a été débité.", "Nothing was charged."))


def _connect() -> psycopg.Connection:
    return psycopg.connect(address_of("batch").conninfo())


def _show(
    found: verification.Discrepancy | journal.Discrepancy, account: str, *, as_json: bool
) -> None:
    if as_json:
        print_json(found)
    else:
        where = f"{found.person_id or '-'} {account}{found.rank or '-'}"
        notice(f"{found.meaning.in_(lang())} ({found.code}): {where}")
