"""Writing to `trust`: the table of access, published from its files; named commands, as they start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from cspu.kernel.ids import PersonId
from cspu.trust.access.model import NATIONAL, AccessTable

_PUBLISHING_LOCK = 0x41434353
"""Key of the advisory lock held while publishing ("ACCS" in ASCII)."""

_Row = Sequence[str | int | None]


@dataclass(frozen=True, slots=True)
class _Content:
    """What one table of the schema must hold: its key, its other columns, its rows."""

    table: str
    key: tuple[str, ...]
    others: tuple[str, ...]
    rows: tuple[_Row, ...]


def publish_access(table: AccessTable) -> int:
    """Make the database hold exactly this table; how many rows that changed (0: nothing to do).

    In one transaction, as the owner: readers see the former table or the new one, never a mixture,
    and two publications at once follow each other. A scope, role or purpose that something else
    refers to cannot vanish: the database refuses, and the former table stays.
    """
    contents = tuple(_contents(table))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PUBLISHING_LOCK])
        changed = sum(_upsert(cursor, content) for content in contents)
        # What refers to a row goes before the row.
        return changed + sum(_delete_vanished(cursor, content) for content in reversed(contents))


def record_treatment(
    command: str, *, started_at: datetime, about: PersonId | None = None, act: str = ""
) -> None:
    """Journal a named command before it works on persons' data; everybody can read the line.

    Transaction: committed here, so that a command that fails later is known to have started.
    `command` holds its name and arguments, and nothing personal. `about`: whom alone it concerns; her
    own journal then says that `act` was done.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.record_treatment(%s, %s, %s, %s, %s)",
            [uuid4(), command, started_at, about, act or None],
        )


def _upsert(cursor: CursorWrapper, content: _Content) -> int:
    """Insert new rows, update those that differ; the same rows again are not rewritten."""
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
        sql.Identifier("trust", content.table),
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        sql.SQL(", ").join(columns[: len(content.key)]),
        differs,
    )
    cursor.executemany(statement, content.rows)
    return int(cursor.rowcount)


def _delete_vanished(cursor: CursorWrapper, content: _Content) -> int:
    """Delete the rows whose key the files no longer hold."""
    parts = [sql.SQL("{}::text").format(sql.Identifier(name)) for name in content.key]
    keys = list(zip(*content.rows, strict=True))[: len(content.key)]
    statement = sql.SQL("DELETE FROM {} WHERE ({}) NOT IN (SELECT * FROM unnest({}))").format(
        sql.Identifier("trust", content.table),
        sql.SQL(", ").join(parts),
        sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(content.key)),
    )
    values = [[str(value) for value in column] for column in keys] or [[]] * len(content.key)
    cursor.execute(statement, values)
    return int(cursor.rowcount)


def _contents(table: AccessTable) -> Iterator[_Content]:
    """What every table of the schema must hold, what is referred to first."""
    yield from _scopes(table)
    yield _Content(
        "legal_basis",
        ("basis",),
        (*_twice("label", "sentence"), "reference", "relation", "assumed"),
        tuple(
            (
                *(each.key, each.label.fr, each.label.en, each.sentence.fr, each.sentence.en),
                *(each.reference, each.relation.value, each.assumed),
            )
            for each in table.bases.values()
        ),
    )
    yield from _roles(table)
    yield from _purposes(table)
    yield from _themes(table)


def _twice(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{lang}" for name in names for lang in ("fr", "en"))


def _scopes(table: AccessTable) -> Iterator[_Content]:
    yield _Content(
        "secrecy",
        ("secrecy",),
        ("rank", *_twice("label", "definition")),
        tuple(
            (
                *(each.key, each.rank, each.label.fr, each.label.en),
                *(each.definition.fr, each.definition.en),
            )
            for each in table.classes.values()
        ),
    )
    yield _Content(
        "scope",
        ("scope",),
        ("secrecy", "position", *_twice("label", "shows")),
        tuple(
            (
                *(each.key, each.secrecy, position),
                *(each.label.fr, each.label.en, each.shows.fr, each.shows.en),
            )
            for position, each in enumerate(table.scopes.values())
        ),
    )
    rows = tuple((kind, each.key) for each in table.scopes.values() for kind in each.opens)
    yield _Content("kind", ("kind",), ("scope",), rows)


def _roles(table: AccessTable) -> Iterator[_Content]:
    yield _Content(
        "role",
        ("role",),
        ("position", *_twice("label", "description"), "secrecy", "second_factor"),
        tuple(
            (
                *(each.key, position, each.label.fr, each.label.en),
                *(each.description.fr, each.description.en, each.secrecy, each.second_factor),
            )
            for position, each in enumerate(table.roles.values())
        ),
    )
    national = tuple(
        (cell.role, cell.scope, cell.verb.value, NATIONAL, cell.basis, True)
        for cell in table.cells()
        if cell.basis
    )
    regional = tuple(
        (each.role, each.scope, each.verb.value, each.region, each.basis, each.allowed)
        for each in table.settings
    )
    key = ("role", "scope", "verb", "region")
    yield _Content("view", key, ("basis", "allowed"), national + regional)


def _purposes(table: AccessTable) -> Iterator[_Content]:
    purposes = table.purposes.values()
    yield _Content(
        "purpose",
        ("purpose",),
        ("position", *_twice("label", "sentence"), "masked_days", *_twice("mask_reason")),
        tuple(
            (
                *(each.key, position, each.label.fr, each.label.en),
                *(each.sentence.fr, each.sentence.en),
                *((each.mask.days, each.mask.rule.fr, each.mask.rule.en) if each.mask else ()),
                *(() if each.mask else (None, None, None)),
            )
            for position, each in enumerate(purposes)
        ),
    )
    rows = tuple((each.key, role) for each in purposes for role in each.roles)
    yield _Content("purpose_role", ("purpose", "role"), (), rows)
    terms = tuple((each.key, days) for each in purposes for days in each.terms)
    yield _Content("purpose_term", ("purpose", "days"), (), terms)


def _themes(table: AccessTable) -> Iterator[_Content]:
    themes = table.themes.values()
    yield _Content(
        "theme",
        ("theme",),
        ("position", *_twice("label"), "rep_scope"),
        tuple(
            (each.key, position, each.label.fr, each.label.en, each.rep_scope)
            for position, each in enumerate(themes)
        ),
    )
    rows = tuple((each.key, scope) for each in themes for scope in each.scopes)
    yield _Content("theme_scope", ("theme", "scope"), (), rows)
    yield _Content(
        "mandate_duration",
        ("duration",),
        ("days", *_twice("label")),
        tuple(
            (each.key, each.days, each.label.fr, each.label.en) for each in table.durations.values()
        ),
    )
