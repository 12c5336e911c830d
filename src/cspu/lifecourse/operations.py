"""Recording facts. One way in: an origin asserts its whole set, and that set replaces its last one.

Transaction: the caller's (`assertion` refuses to run outside one). Idempotency: the origin; the same
set asserted again changes nothing. Refusals: the database's constraints on single rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from uuid import UUID

from django.db import connection, transaction
from psycopg import Cursor, sql
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from cspu.lifecourse.facts import Attribute, Change, FactSet, LifeEvent, Measure, Source, Spell

_SQL = files("cspu.lifecourse").joinpath("sql")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of fact is keyed and compared."""

    table: str
    keys: tuple[str, ...]
    content: tuple[str, ...]
    month: str
    staged: str


_DISTINCT = "(SELECT DISTINCT * FROM staged_{})"
_KINDS = (
    _Kind(
        "spell",
        ("person_id", "spell_id"),
        ("status", "organisation_id", "valid", "asserted_for", "details"),
        "lower(valid)",
        _DISTINCT.format("spell"),
    ),
    _Kind(
        "measure",
        ("person_id", "measure", "month", "spell_id"),
        ("organisation_id", "value"),
        "month",
        "(SELECT person_id, measure, month, spell_id, organisation_id, sum(value) AS value"
        " FROM staged_measure GROUP BY person_id, measure, month, spell_id, organisation_id)",
    ),
    _Kind(
        "attribute",
        ("person_id", "attribute", "valid"),
        ("value", "asserted_for"),
        "lower(valid)",
        _DISTINCT.format("attribute"),
    ),
    _Kind(
        "event",
        ("person_id", "event_id"),
        ("kind", "happened_on", "details"),
        "happened_on",
        _DISTINCT.format("event"),
    ),
)


@dataclass(slots=True)
class Assertion:
    """The set an origin is asserting: add to it in as many bundles as memory likes."""

    _cursor: Cursor

    def add(self, facts: FactSet) -> None:
        """Stage facts, on disk. Nothing is recorded before the whole set is known."""
        with self._cursor.copy("COPY staged_spell FROM STDIN") as copy:
            for spell in facts.spells:
                copy.write_row(_spell_row(spell))
        with self._cursor.copy("COPY staged_measure FROM STDIN") as copy:
            for measure in facts.measures:
                copy.write_row(_measure_row(measure))
        with self._cursor.copy("COPY staged_attribute FROM STDIN") as copy:
            for attribute in facts.attributes:
                copy.write_row(_attribute_row(attribute))
        with self._cursor.copy("COPY staged_event FROM STDIN") as copy:
            for event in facts.events:
                copy.write_row(_event_row(event))

    def changes(self) -> Iterator[Change]:
        """After the assertion: what changed, person by person, as long as its transaction lasts."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id, kind, change, array_agg(DISTINCT month ORDER BY month), count(*)"
                " FROM touched GROUP BY person_id, kind, change ORDER BY person_id, kind, change"
            )
            for person_id, kind, change, months, count in cursor:
                yield Change(
                    person_id, kind, change, tuple(month for month in months if month), count
                )

    def persons_changed(self) -> int:
        """How many persons' facts the assertion changed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT person_id) FROM touched")
            return int(cursor.fetchone()[0])


@contextmanager
def assertion(origin_id: UUID, source: Source, *, recorded_at: datetime) -> Iterator[Assertion]:
    """Assert everything the origin says; on leaving the block it replaces what the origin had said.

    Must run inside the caller's transaction, one assertion at a time. Only the persons whose facts
    really change get a new facts version. Leaving by an exception records nothing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an assertion runs inside its caller's transaction"
        )
    with connection.cursor() as django_cursor:
        cursor: Cursor = django_cursor.cursor
        cursor.execute(
            "DROP TABLE IF EXISTS staged_spell, staged_measure, staged_attribute, staged_event, touched"
        )
        cursor.execute(_SQL.joinpath("stage.sql").read_text(encoding="utf-8").encode())
        staged = Assertion(cursor)
        yield staged
        _record(cursor, origin_id, source, recorded_at)


def assert_facts(
    origin_id: UUID, source: Source, facts: FactSet, *, recorded_at: datetime
) -> list[Change]:
    """Assert a set small enough to hold in memory. Owns its transaction (joins the caller's, if any)."""
    with transaction.atomic():
        with assertion(origin_id, source, recorded_at=recorded_at) as staged:
            staged.add(facts)
        return list(staged.changes())


def _record(cursor: Cursor, origin_id: UUID, source: Source, recorded_at: datetime) -> None:
    cursor.execute(
        "INSERT INTO lifecourse.source VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (source_id) DO NOTHING",
        (
            source.source_id,
            source.kind,
            source.label,
            source.organisation_id,
            source.reference,
            source.received_at,
        ),
    )
    template = _SQL.joinpath("replace.sql").read_text(encoding="utf-8")
    values = {"origin": origin_id, "source": source.source_id, "at": recorded_at}
    for kind in _KINDS:
        for statement in template.split(";\n")[:-1]:
            cursor.execute(_fill(statement, kind), values)
    cursor.execute(_SQL.joinpath("settle_heads.sql").read_text(encoding="utf-8").encode())


def _fill(statement: str, kind: _Kind) -> sql.Composed:
    def equal(columns: tuple[str, ...]) -> sql.SQL:
        return sql.SQL(" AND ".join(f"staged.{column} = held.{column}" for column in columns))

    return sql.SQL(statement).format(
        kind=sql.Literal(kind.table),
        table=sql.Identifier(kind.table),
        month=sql.SQL(kind.month),
        staged=sql.SQL(kind.staged),
        same=equal(kind.keys + kind.content),
        identified=equal(kind.keys),
        columns=sql.SQL(", ".join(kind.keys + kind.content)),
    )


def _spell_row(spell: Spell) -> tuple[object, ...]:
    valid = DateRange(spell.start, _after(spell.end))
    return (
        spell.person_id,
        spell.spell_id,
        spell.status,
        spell.organisation_id,
        valid,
        spell.asserted_for,
        Jsonb(dict(spell.details)),
    )


def _measure_row(measure: Measure) -> tuple[object, ...]:
    return (
        measure.person_id,
        measure.measure,
        measure.month,
        measure.spell_id,
        measure.organisation_id,
        measure.value,
    )


def _attribute_row(attribute: Attribute) -> tuple[object, ...]:
    valid = DateRange(attribute.start, _after(attribute.end))
    return (
        attribute.person_id,
        attribute.attribute,
        valid,
        attribute.value,
        attribute.asserted_for,
    )


def _event_row(event: LifeEvent) -> tuple[object, ...]:
    return (
        event.person_id,
        event.event_id,
        event.kind,
        event.happened_on,
        Jsonb(dict(event.details)),
    )


def _after(last_day: date | None) -> date | None:
    return None if last_day is None else date.fromordinal(last_day.toordinal() + 1)
