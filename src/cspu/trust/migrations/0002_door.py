"""The door: who acts, on what basis, what is written of it."""

from django.db import migrations

from cspu.config.migrations import run_sql_file


class Migration(migrations.Migration):
    """Sessions, consents and mandates, the journal, the door, a person's choices."""

    dependencies = [("trust", "0001_access"), ("people", "0002_sight")]
    operations = [
        run_sql_file(__name__, "0002_actors.sql"),
        run_sql_file(__name__, "0003_bases.sql"),
        run_sql_file(__name__, "0004_journal.sql"),
        run_sql_file(__name__, "0005_door.sql"),
        run_sql_file(__name__, "0006_choices.sql"),
        run_sql_file(__name__, "0007_desk.sql"),
        run_sql_file(__name__, "0007_corrections.sql"),
        run_sql_file(__name__, "0007_grievances.sql"),
        run_sql_file(__name__, "0008_proofs.sql"),
        run_sql_file(__name__, "0009_doubts.sql"),
        run_sql_file(__name__, "0010_sessions.sql"),
    ]
