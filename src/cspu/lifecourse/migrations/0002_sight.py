"""Row-level security."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """A request sees the facts in its sight."""

    dependencies = [("lifecourse", "0001_lifecourse"), ("people", "0002_sight")]
    operations = [run_sql_file(__name__, "0003_sight.sql")]
