"""Row-level security."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """A request never reads a table of persons itself."""

    dependencies = [("people", "0001_people")]
    operations = [run_sql_file(__name__, "0002_sight.sql")]
