"""SQL first: a Django migration is only the door through which a room's `.sql` file is run."""

from __future__ import annotations

from importlib.resources import files

from django.db.migrations import RunSQL


def run_sql_file(module: str, name: str) -> RunSQL:
    """The operation that runs `<room>/sql/<name>`.

    `module` is the migration's own `__name__` (or its room's package name). The file is read when
    the migration is loaded, so a missing file is an error at once. There is no reverse: a schema
    holding people's rights goes forward only, mistakes are mended by a later migration.
    """
    room = module.partition(".migrations")[0]
    return RunSQL(sql=files(room).joinpath("sql", name).read_text(encoding="utf-8"))
