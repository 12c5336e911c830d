"""Editions of the law and settlement."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Law editions, the settled heads, the functions that settle."""

    initial = True
    dependencies = [("ledger", "0001_ledger"), ("lifecourse", "0001_lifecourse")]
    operations = [run_sql_file(__name__, "0001_entitlement.sql")]
