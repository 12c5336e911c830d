"""`cspu settle`: bring accounts to what the law gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from cspu.cli.output import say
from cspu.cli.pending import pending


def register(app: typer.Typer) -> None:
    """Add `cspu settle`."""
    app.command(
        help=say(
            "Met les comptes à jour. Exemple : cspu settle --as-of 2026-12-31",
            "Bring accounts up to date. Example: cspu settle --as-of 2026-12-31",
        )
    )(settle)


def settle(
    person: Annotated[
        UUID | None, typer.Option(help=say("Une seule personne.", "One person only."))
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=say("À cette date.", "On this date.")),
    ] = None,
) -> None:
    """Settle one person or everyone."""
    pending(f"cspu.entitlement.operations ({person}, {as_of})")
