"""A database server of a bench's own: durable like the real one, gone when the bench is over."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from cspu.config.environment import DatabaseRole, data_folder
from cspu.config.postgres import embedded_cluster, provision, running_database


@contextmanager
def scratch_database(role: DatabaseRole) -> Iterator[Path]:
    """A new, migrated, empty database that Django reaches as `role`; gives its folder.

    Call it once, at the start of a process: it fixes the process's settings.
    """
    parent = data_folder()
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        # The server runs as a user of its own, who has to get in.
        Path(folder).chmod(0o755)
        _settle_environment(folder, role)
        with running_database():
            provision()
            django.setup()
            yield Path(folder)
            _close()


def _settle_environment(folder: str, role: DatabaseRole) -> None:
    for name in list(os.environ):
        if name.startswith("CSPU_DATABASE_"):
            del os.environ[name]
    os.environ.update(
        CSPU_DATA=folder,
        CSPU_DEMO="1",
        CSPU_DATABASE_ROLE=role,
        DJANGO_SETTINGS_MODULE="cspu.config.settings",
    )
    if embedded_cluster() is None:
        raise RuntimeError("a scratch database is always the embedded one")


def _close() -> None:
    from django.db import connections  # noqa: PLC0415  known only once Django is set up

    connections.close_all()
