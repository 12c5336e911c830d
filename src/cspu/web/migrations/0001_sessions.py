"""What the web role needs of Django's own tables."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """After the table of sessions and the roles exist."""

    initial = True
    dependencies = (("sessions", "0001_initial"), ("people", "0001_people"))
    operations = [run_sql_file("cspu.web", "0001_sessions.sql")]
