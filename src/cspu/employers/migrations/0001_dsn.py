"""The declaration log."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Deliveries, declarations, exposure statements."""

    initial = True
    dependencies = [("people", "0001_people")]
    operations = [run_sql_file(__name__, "0001_dsn.sql")]
