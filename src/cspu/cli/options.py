"""What many commands ask for: figures as JSON, and a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from cspu.cli.output import say

Json = Annotated[bool, typer.Option("--json", help=say("Chiffres en JSON.", "Figures as JSON."))]
Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help=say("Ce jour-là ; sinon aujourd’hui.", "On that day; else today."),
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
