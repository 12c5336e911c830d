"""The life course's tables."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Spells, measures, attributes and events, bitemporal."""

    initial = True
    dependencies = [("people", "0001_people")]
    operations = [
        run_sql_file(__name__, "0001_lifecourse.sql"),
        run_sql_file(__name__, "0002_derivations.sql"),
    ]
