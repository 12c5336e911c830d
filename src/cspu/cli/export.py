"""`cspu export`: everything the account holds about one person, as a ZIP."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cspu.cli.options import Json, day_of
from cspu.cli.output import print_rows, say
from cspu.cli.session import WITHHELD, treatment
from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.records.archive import write_archive


class Language(StrEnum):
    """The language of the labels and of what is to be read."""

    FR = "fr"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add `cspu export`."""
    app.command(
        help=say(
            "Écrit tout ce que le compte détient sur une personne. "
            "Exemple : cspu export --person 0f8f… --to compte.zip",
            "Write all that the account holds about one person. "
            "Example: cspu export --person 0f8f… --to account.zip",
        )
    )(export)


def export(
    *,
    person: Annotated[UUID, typer.Option(help=say("Qui.", "Who."))],
    to: Annotated[
        Path, typer.Option(dir_okay=False, help=say("Fichier à écrire.", "File to write."))
    ],
    lang: Annotated[Language, typer.Option(help=say("Langue.", "Language."))] = Language.FR,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=say("À cette date.", "On this date.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle the person, then write the archive; the file appears whole or not at all."""
    with treatment(
        "batch",
        "export",
        about=person,
        person=WITHHELD,
        lang=lang.value,
        on=on.date() if on else None,
    ):
        day = day_of(on)
        settle_person(PersonId(person), as_of=day)
        draft = to.with_name(f".{to.name}.part")
        try:
            with open(draft, "wb", opener=_for_me_alone) as file:
                write_archive(file, PersonId(person), on=day, lang=lang.value)
            draft.replace(to)
        finally:
            draft.unlink(missing_ok=True)
    print_rows([{"file": to, "bytes": to.stat().st_size, "as_of": day}], as_json=as_json)


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
