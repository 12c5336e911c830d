"""The room's tables can be distributed by person unchanged: the rules, read from the catalog."""

from __future__ import annotations

import psycopg

# Keyed by what must be unique over all persons, or small and the same everywhere.
KEYED_OTHERWISE = {"nir_index", "ntt_index", "organisation"}


def test_persons_tables_have_the_person_in_every_key(pg: psycopg.Connection) -> None:
    without = pg.execute(
        """SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint AS c
           JOIN pg_class AS t ON t.oid = c.conrelid
           WHERE t.relnamespace = 'people'::regnamespace AND c.contype IN ('p', 'u', 'x')
               AND t.relname <> ALL (%s)
               AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.oid
                   AND a.attname = 'person_id' AND a.attnum = ANY (c.conkey))""",
        [list(KEYED_OTHERWISE)],
    ).fetchall()
    assert without == []


def test_indexes_over_all_persons_point_to_no_table(pg: psycopg.Connection) -> None:
    keys = pg.execute(
        "SELECT conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'people'::regnamespace"
    ).fetchall()
    assert keys == [("people.identity",)]


def test_no_number_is_handed_out_by_a_sequence(pg: psycopg.Connection) -> None:
    made = pg.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'people'::regnamespace"
    ).fetchall()
    assert made == []


def test_functions_over_persons_are_plpgsql_and_pin_their_path(pg: psycopg.Connection) -> None:
    loose = pg.execute(
        """SELECT p.proname FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
           WHERE p.pronamespace = 'people'::regnamespace AND p.prorettype <> 'trigger'::regtype
               AND (l.lanname <> 'plpgsql' OR NOT p.prosecdef
                    OR NOT COALESCE(array_to_string(p.proconfig, ','), '') LIKE 'search_path=%%')"""
    ).fetchall()
    assert loose == []
