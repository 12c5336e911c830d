"""The ledger's tables and its one way in."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Accounts, transfers, slots, batches; then posting."""

    initial = True
    dependencies = [("people", "0001_people")]
    operations = [
        run_sql_file(__name__, "0001_ledger.sql"),
        run_sql_file(__name__, "0002_posting.sql"),
    ]
