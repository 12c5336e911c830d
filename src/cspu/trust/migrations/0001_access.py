"""The table of who may see what."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Scopes, roles, legal bases, purposes, themes: tables that hold nobody's data."""

    initial = True
    dependencies = [("people", "0001_people")]
    operations = [
        run_sql_file(__name__, "0001_access.sql"),
    ]
