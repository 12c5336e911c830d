"""Row-level security."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """No request reads what employers declared."""

    dependencies = [("employers", "0001_dsn"), ("people", "0002_sight")]
    operations = [run_sql_file(__name__, "0002_sight.sql")]
