"""The roles and shared functions every room stands on, then the tables of persons."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """First migration of all: every other room depends on it."""

    initial = True
    dependencies = ()
    operations = [
        run_sql_file("cspu.people", "0001_foundation.sql"),
        run_sql_file("cspu.people", "0001_people.sql"),
    ]
