"""What a command needs around its one domain call: a role, a database that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from cspu.config.environment import DatabaseRole, read_environment
from cspu.config.postgres import running_database
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text


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


def database_lost() -> EnvironmentUnfit:
    """What to say when the server did not answer, or stopped answering, whatever the command did."""
    return EnvironmentUnfit(
        "database.lost",
        Text(
            fr="La base ne répond pas, ou plus.", en="The database does not answer, or no longer."
        ),
        Text(
            fr="Lancez « cspu db start », ou vérifiez CSPU_DATABASE_URL, puis relancez la commande.",
            en="Run `cspu db start`, or check CSPU_DATABASE_URL, then run the command again.",
        ),
    )
