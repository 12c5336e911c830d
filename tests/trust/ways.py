"""The two ways in that the matrix tries: our own Python, and raw SQL as the web role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg import sql

from cspu.kernel.ids import PersonId
from cspu.trust.door import Asking, open_sight
from cspu.trust.errors import DoorClosed
from tests.trust.crowd import SEEN

# The kinds of rows in sight, then whoever declared some of them.
_ALL = f"""
{SEEN}
UNION SELECT 'birth_date' FROM lifecourse.course WHERE birth_date IS NOT NULL
UNION SELECT 'by:' || organisation_id FROM lifecourse.spell
UNION SELECT 'by:' || organisation_id FROM lifecourse.measure
"""
_ASK = "SELECT refusal FROM trust.ask(%s, %s, %s, %s, %s, 30, '', 'test')"
_OPEN = "SELECT refusal FROM trust.open(%s, (%s, %s, %s, %s, 'test', FALSE)::trust.asking)"


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one asking: a refusal, or none; then kinds of rows, and who declared them."""

    refusal: str | None
    kinds: frozenset[str]
    owners: frozenset[UUID]


class Way(Protocol):
    """A way in, as the web role."""

    def look(self, token: str, person: PersonId, verb: str, scope: str, purpose: str) -> Found:
        """Ask the door, then read whatever there is, in one transaction."""

    def run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """A statement of its own, committed."""


class PythonDoor:
    """As the product does: `cspu.trust.door`, on Django's connection (the web role)."""

    def look(self, token: str, person: PersonId, verb: str, scope: str, purpose: str) -> Found:
        asking = Asking(person, "test", purpose, (scope,), verb)  # type: ignore[arg-type]
        refusal = None
        with transaction.atomic(), connection.cursor():
            try:
                open_sight(token, asking)
            except DoorClosed as closed:
                refusal = closed.code.removeprefix("trust.")
            return _found(refusal, _seen(connection.connection))

    def run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)  # type: ignore[arg-type]
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


@dataclass(frozen=True, slots=True)
class RawSql:
    """As somebody would who took over the web role and holds a session's token: plain SQL."""

    web: psycopg.Connection
    tables: tuple[str, ...]

    @classmethod
    def of(cls, web: psycopg.Connection) -> RawSql:
        """By this connection of the web role, over every table of persons it may name."""
        return cls(web, tuple(readable_tables(web)))

    def look(self, token: str, person: PersonId, verb: str, scope: str, purpose: str) -> Found:
        with self.web.transaction():
            asked = self.web.execute(_OPEN, (token, person, verb, [scope], purpose)).fetchone()
            assert asked is not None
            found = _found(asked[0], _seen(self.web))
            others = self._others(person) if found.kinds or not asked[0] else []
            assert not others, f"rows of others in sight: {others}"
            return found

    def run(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.web.transaction():
            return self.web.execute(statement.encode(), values).fetchall()

    def _others(self, person: PersonId) -> list[tuple[Any, ...]]:
        union = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM {} WHERE person_id <> {}").format(
                name, sql.Identifier(*name.split(".")), sql.Literal(person)
            )
            for name in self.tables
        )
        return [row for row in self.web.execute(union).fetchall() if row[1]]


def _seen(web: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Whatever there is in sight. Planned once: thousands of looks differ by their sight alone."""
    return web.execute(_ALL.encode(), prepare=True).fetchall()


def readable_tables(web: psycopg.Connection) -> list[str]:
    """Tables of persons that the web role may name in a SELECT."""
    found = web.execute(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attname = 'person_id'"
        " AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1"
    )
    return [name for (name,) in found.fetchall()]


def _found(refusal: str | None, rows: list[tuple[Any, ...]]) -> Found:
    words = frozenset(str(word) for (word,) in rows)
    owners = frozenset(UUID(word[3:]) for word in words if word.startswith("by:"))
    return Found(refusal, frozenset(word for word in words if not word.startswith("by:")), owners)
