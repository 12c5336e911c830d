"""The Django application of the economy room: publishes its rules wherever it migrates.

As `cspu.trust.apps`, note [the table follows the migrations], does for the table of access.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate

from cspu.economy.publishing import publish_rules


class EconomyConfig(AppConfig):
    """Publishes after each `migrate`."""

    name = "cspu.economy"
    label = "economy"

    def ready(self) -> None:
        """Publish after each `migrate`."""
        post_migrate.connect(publish_after_migrations, sender=self)


def publish_after_migrations(**_signal: object) -> None:
    """Publish the rules, unless this room's own migrations were stopped half-way."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes("economy")):
        publish_rules()
