"""Acts on what is held, one SQL file a kind of act."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Published rules, acts, how spending chooses its accounts; then each kind of act."""

    initial = True
    dependencies = [("ledger", "0003_holds"), ("entitlement", "0003_debts"), ("trust", "0002_door")]
    operations = [
        run_sql_file(__name__, "0001_economy.sql"),
        run_sql_file(__name__, "0002_conversions.sql"),
        run_sql_file(__name__, "0003_top_ups.sql"),
        run_sql_file(__name__, "0003_uses.sql"),
        run_sql_file(__name__, "0004_gifts.sql"),
        run_sql_file(__name__, "0005_time_bank.sql"),
        run_sql_file(__name__, "0006_recovery.sql"),
        run_sql_file(__name__, "0007_federation.sql"),
    ]
