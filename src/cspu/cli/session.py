"""What a command needs around its one domain call: a role, a database that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import UUID

import django

from cspu.config.environment import DatabaseRole, read_environment
from cspu.config.postgres import running_database
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.trust.operations import record_treatment

WITHHELD = "…"
"""Stands in the journal of commands for an argument that is about a person, or may be."""


def become(role: DatabaseRole) -> None:
    """Fix, for the life of this process, what it may do in the database; load Django."""
    os.environ["CSPU_DATABASE_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cspu.config.settings")
    django.setup()


@contextmanager
def database_as(role: DatabaseRole) -> Iterator[None]:
    """The database for the length of a command; started for it when it was down."""
    read_environment()
    with running_database():
        become(role)
        yield


@contextmanager
def treatment(
    role: DatabaseRole,
    command: str,
    *,
    about: UUID | None = None,
    **arguments: str | bool | int | date | None,
) -> Iterator[None]:
    """As `database_as`, for a command that works on persons' data: journalled as it starts.

    Arguments that are None or False are left out. Say WITHHELD for what may be personal. `about`: the
    one person it concerns, whose own journal says it too.
    """
    with database_as(role):
        begin_treatment(command, about=about, **arguments)
        yield


def begin_treatment(
    command: str, *, about: UUID | None = None, **arguments: str | bool | int | date | None
) -> None:
    """Journal what starts, in a process whose role is fixed already."""
    person = PersonId(about) if about else None
    said = _written(command, arguments)
    record_treatment(said, started_at=datetime.now(UTC), about=person, act=command)


def _written(command: str, arguments: Mapping[str, str | bool | int | date | None]) -> str:
    """The command as one would type it."""
    given = {name.replace("_", "-"): value for name, value in arguments.items()}
    parts = [
        f"--{name}" if value is True else f"--{name} {value}"
        for name, value in given.items()
        if value is not None and value is not False
    ]
    return " ".join([command, *parts])


def database_lost() -> EnvironmentUnfit:
    """What to say when the server did not answer, or stopped answering, whatever the command did."""
    return EnvironmentUnfit(
        "database.lost",
        Text(
            fr="La base ne répond pas, ou plus, ou n'est pas préparée.",
            en="The database does not answer, or no longer, or is not prepared.",
        ),
        Text(
            fr="Lancez « cspu db start », ou vérifiez CSPU_DATABASE_URL, puis relancez la commande.",
            en="Run `cspu db start`, or check CSPU_DATABASE_URL, then run the command again.",
        ),
    )
