"""What OpenFisca-France computes."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """One table: the last answer of each month, and what it was computed from."""

    dependencies = [("entitlement", "0003_debts")]
    operations = [run_sql_file(__name__, "0004_computed.sql")]
