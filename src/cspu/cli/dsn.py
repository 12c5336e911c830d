"""`cspu dsn`: payroll declarations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending

app = typer.Typer(no_args_is_help=True, help=say("Les DSN.", "Payroll declarations (DSN)."))


@app.callback()
def _dsn() -> None:
    """Keep `import` a command of its own while it is the only one."""


@app.command(
    "import",
    help=say(
        "Importe des DSN. Exemple : cspu dsn import mars.dsn --dry-run",
        "Import declarations. Example: cspu dsn import march.dsn --dry-run",
    ),
)
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Montre sans changer.", "Show, change nothing."))
    ] = False,
) -> None:
    """Import files, all or nothing each."""
    pending(f"cspu.employers.operations ({len(files)}, {dry_run})")
