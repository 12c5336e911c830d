"""What many commands ask for: figures as JSON, and a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from cspu.cli.output import say

Json = Annotated[bool, typer.Option("--json", help=say("Chiffres en JSON.", "Figures as JSON."))]
DAY = say("<aaaa-mm-jj>", "<yyyy-mm-dd>")
Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar=DAY,
        help=say("Ce jour-là ; sinon aujourd’hui.", "On that day; else today."),
    ),
]


def _fourteen_digits(siret: str) -> str:
    """A mistyped number is another body's, or nobody's: it is refused before anything is written."""
    plain = siret.replace(" ", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) == _SIRET_DIGITS):
        raise typer.BadParameter(say("Un SIRET a 14 chiffres.", "A SIRET has 14 digits."))
    return plain


_SIRET_DIGITS = 14
Siret = Annotated[
    str,
    typer.Argument(
        metavar="SIRET",
        callback=_fourteen_digits,
        help=say("Son SIRET (14 chiffres).", "Its SIRET (14 digits)."),
    ),
]


def today() -> date:
    """The demonstration's day where one is set, else the real one."""
    chosen: date | None = settings.CSPU_TODAY
    return chosen or timezone.localdate()


def moment() -> datetime:
    """Now; in a demonstration, at this hour of its day: what comes in follows what came before."""
    now = timezone.localtime()
    return datetime.combine(today(), now.timetz())


def day_of(chosen: datetime | None) -> date:
    """The day an option names; else today."""
    return chosen.date() if chosen else today()
