"""What was given too much."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Debts, found by settlement and kept in the ledger."""

    dependencies = [("entitlement", "0002_sight"), ("ledger", "0003_holds")]
    operations = [run_sql_file(__name__, "0003_debts.sql")]
