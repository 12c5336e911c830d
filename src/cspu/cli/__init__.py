"""The `cspu` command: one module per noun, each a thin door to one domain call."""

from __future__ import annotations

import sys

import psycopg
import typer
from django.db import OperationalError as DjangoOperationalError
from django.db import ProgrammingError as DjangoProgrammingError

from cspu.cli import (
    bench,
    db,
    debt,
    demo,
    dsn,
    economy,
    export,
    federation,
    gift,
    law,
    ledger,
    openfisca,
    people,
    proof,
    serve,
    settle,
    trust,
)
from cspu.cli.output import report_error, say
from cspu.cli.session import database_lost
from cspu.kernel.errors import CspuError

app = typer.Typer(
    name="cspu",
    help=say(
        "Le compte social personnel universel : base, droits, personnes, comptes.",
        "The universal personal social account: database, law, people, accounts.",
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _noun, _commands in {
    "db": db.app,
    "law": law.app,
    "people": people.app,
    "dsn": dsn.app,
    "ledger": ledger.app,
    "economy": economy.app,
    "trust": trust.app,
    "proof": proof.app,
    "debt": debt.app,
    "gift": gift.app,
    "federation": federation.app,
    "openfisca": openfisca.app,
}.items():
    app.add_typer(_commands, name=_noun)

demo.register(app)
serve.register(app)
settle.register(app)
export.register(app)
bench.register(app)


def main() -> None:
    """Run the command line; every error of ours becomes a sentence and an exit code."""
    try:
        app()
    except CspuError as error:
        sys.exit(report_error(error))
    except (psycopg.OperationalError, DjangoOperationalError):
        sys.exit(report_error(database_lost()))
    except DjangoProgrammingError as error:
        if not isinstance(error.__cause__, psycopg.errors.InvalidSchemaName):
            raise
        sys.exit(report_error(database_lost()))  # it answers, and nothing was ever put into it
