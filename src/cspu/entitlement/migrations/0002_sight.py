"""Row-level security."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """A request sees the head in its sight."""

    dependencies = [("entitlement", "0001_entitlement"), ("people", "0002_sight")]
    operations = [run_sql_file(__name__, "0002_sight.sql")]
