"""Facts recorded for a person who turned out to be somebody else.

# Note [a fact moves by being recorded again]
Nothing recorded is rewritten, so the open recordings of the mistaken person are closed and the same
facts are recorded for the right one, under the same origin and the same source: when that origin
asserts its set again, it finds them there. Both heads get a new version, hence settlement takes
back from one and posts to the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from cspu.kernel.ids import PersonId

# Everything but the person and the two recording dates, table by table.
_FACTS = {
    "spell": "spell_id, origin_id, status, organisation_id, valid, asserted_for, details,"
    " source_id",
    "measure": "measure, month, spell_id, origin_id, organisation_id, value, source_id",
    "attribute": "attribute, valid, origin_id, value, asserted_for, source_id",
    "event": "event_id, origin_id, kind, happened_on, details, source_id",
}

# A fact both persons hold from the same origin is one fact: it is not added a second time.
_RECORD_AGAIN = sql.SQL(
    """INSERT INTO lifecourse.{table} (person_id, {columns}, recorded_from)
       SELECT %(kept)s, {columns}, %(at)s FROM lifecourse.{table}
       WHERE person_id = %(mistaken)s AND recorded_to = 'infinity'
       ON CONFLICT DO NOTHING"""
)
_CLOSE = sql.SQL(
    """UPDATE lifecourse.{table} SET recorded_to = %(at)s
       WHERE person_id = %(mistaken)s AND recorded_to = 'infinity'"""
)
# One statement a person, in key order: two moves at once wait for each other one way only.
_NEW_VERSION = """
    INSERT INTO lifecourse.course AS held (person_id, birth_date, facts_version)
    VALUES (%(person)s, (
        SELECT value::date FROM lifecourse.attribute
        WHERE person_id = %(person)s AND attribute = 'birth_date' AND recorded_to = 'infinity'
        ORDER BY asserted_for DESC, value DESC LIMIT 1), 1)
    ON CONFLICT (person_id) DO UPDATE
    SET birth_date = excluded.birth_date, facts_version = held.facts_version + 1
"""


def move_facts(mistaken: PersonId, kept: PersonId, *, recorded_at: datetime) -> int:
    """Record for `kept` every fact held for `mistaken`, who keeps none. Owns its transaction.

    Returns how many facts left `mistaken`; none the second time, which then changes nothing.
    """
    values: dict[str, Any] = {"mistaken": mistaken, "kept": kept, "at": recorded_at}
    moved = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in _FACTS.items():
            names = {"table": sql.Identifier(table), "columns": sql.SQL(columns)}
            cursor.execute(_RECORD_AGAIN.format(**names), values)
            cursor.execute(_CLOSE.format(**names), values)
            moved += cursor.rowcount
        if moved:
            for person in sorted((mistaken, kept)):
                cursor.execute(_NEW_VERSION, {"person": person})
    return moved
