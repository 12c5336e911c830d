"""Row-level security."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """A request sees the accounts in its sight."""

    dependencies = [("ledger", "0001_ledger"), ("people", "0002_sight")]
    operations = [run_sql_file(__name__, "0003_sight.sql")]
