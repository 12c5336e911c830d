"""Publishing: making tables of the database hold exactly what files say, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

Row = Sequence[str | int | bool | date | Decimal | UUID | None]


@dataclass(frozen=True, slots=True)
class Content:
    """What one table must hold: its key, its other columns, its rows in that order of columns."""

    schema: str
    table: str
    key: tuple[str, ...]
    others: tuple[str, ...]
    rows: tuple[Row, ...]


def publish(contents: Sequence[Content], *, lock: int) -> int:
    """Make the database hold exactly these tables; how many rows that changed (0: nothing to do).

    In one transaction, as the owner: readers see the former tables or the new ones, never a mixture,
    and two publications at once under the same lock follow each other. What is referred to comes
    first in `contents`; what something else refers to cannot vanish: the database refuses, and the
    former tables stay.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        changed = sum(_upsert(cursor, content) for content in contents)
        # What refers to a row goes before the row.
        return changed + sum(_delete_vanished(cursor, content) for content in reversed(contents))


def _upsert(cursor: CursorWrapper, content: Content) -> int:
    """Insert new rows, update those that differ; the same rows again are not rewritten."""
    if not content.rows:
        return 0
    columns = [sql.Identifier(name) for name in (*content.key, *content.others)]
    differs: sql.Composable = sql.SQL("DO NOTHING")
    if content.others:
        others = [sql.Identifier(name) for name in content.others]
        differs = sql.SQL(
            "DO UPDATE SET ({0}) = ROW ({1}) WHERE ({2}) IS DISTINCT FROM ({1})"
        ).format(
            sql.SQL(", ").join(others),
            sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in others),
            sql.SQL(", ").join(sql.SQL("known.{}").format(name) for name in others),
        )
    statement = sql.SQL("INSERT INTO {} AS known ({}) VALUES ({}) ON CONFLICT ({}) {}").format(
        sql.Identifier(content.schema, content.table),
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        sql.SQL(", ").join(columns[: len(content.key)]),
        differs,
    )
    cursor.executemany(statement, content.rows)
    return int(cursor.rowcount)


def _delete_vanished(cursor: CursorWrapper, content: Content) -> int:
    """Delete the rows whose key the files no longer hold."""
    parts = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in content.key]
    keys = list(zip(*content.rows, strict=True))[: len(content.key)]
    statement = sql.SQL("DELETE FROM {} WHERE ({}) NOT IN (SELECT * FROM unnest({}))").format(
        sql.Identifier(content.schema, content.table),
        sql.SQL(", ").join(parts),
        sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(content.key)),
    )
    values = [[str(value) for value in column] for column in keys] or [[]] * len(content.key)
    cursor.execute(statement, values)
    return int(cursor.rowcount)
