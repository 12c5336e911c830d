"""The Django application of the trust room: publishes the table of access wherever it migrates.

# Note [the table follows the migrations]
Every way to a database of ours (`provision`, a bench's, a test's) ends in `migrate`, run as the
owner, the one role that may write these tables. So the table is published by what follows every
`migrate`, changed or not, as Django does for its own permissions: no database can be without it,
and a new version of the files reaches an installation the next time it starts. The migration itself
publishes nothing: it must give the same schema whatever the files say that day.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

from cspu.trust.access import load_access
from cspu.trust.operations import publish_access


class TrustConfig(AppConfig):
    """See note [the table follows the migrations]."""

    name = "cspu.trust"
    label = "trust"

    def ready(self) -> None:
        """Publish after each `migrate`."""
        post_migrate.connect(publish_after_migrations, sender=self)


def publish_after_migrations(**_signal: object) -> None:
    """Publish the table, unless this room's own migrations were stopped half-way."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes("trust")):
        publish_access(load_access())
