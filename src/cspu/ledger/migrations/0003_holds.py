"""Value promised but not moved yet."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Holds, and how they end."""

    dependencies = [("ledger", "0002_sight")]
    operations = [run_sql_file(__name__, "0004_holds.sql")]
