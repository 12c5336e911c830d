"""Every table about a person is shut to requests but in sight, by policies that may be spread as they are.

A table made tomorrow without a policy, or with one of a form that could not be spread over several machines,
fails here; the controls show that it would.
"""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.test_portability import OTHERWISE_CUT, WITHOUT_PERSONS, names, rows

# The only functions a policy may call: see the note on sight in people/sql/0002.
ASKED_BY_POLICIES = {"kernel.in_sight", "kernel.seen_by", "kernel.shows"}


def test_policies_are_permissive_and_look_at_the_row_alone(pg: psycopg.Connection) -> None:
    policies = rows(
        pg,
        "SELECT p.polname::text, p.polpermissive,"
        " concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))"
        " FROM pg_policy p",
    )
    calls = re.compile(r"\b(\w+)\s*\(", re.IGNORECASE)
    allowed = {"current_setting", "nullif", "coalesce", "and", "or", "not", "any", "array"}
    allowed |= {name.removeprefix("kernel.") for name in ASKED_BY_POLICIES}
    for name, permissive, condition in policies:
        assert permissive, f"{name} is restrictive"
        assert not re.search(r"\bselect\b", str(condition), re.IGNORECASE), f"{name} reads a table"
        assert {each.lower() for each in calls.findall(str(condition))} <= allowed, name


def test_what_policies_ask_reads_no_table(pg: psycopg.Connection) -> None:
    """What they call, and what that calls: settings, a hash, a large object. No relation."""
    sources = rows(
        pg,
        "SELECT p.oid::regproc::text, p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')"
        " FROM pg_proc p WHERE p.pronamespace = 'kernel'::regnamespace"
        " AND p.proname IN ('in_sight', 'seen_by', 'shows', 'sighted', 'seal')",
    )
    assert {name for name, _ in sources} >= ASKED_BY_POLICIES | {"kernel.sighted", "kernel.seal"}
    reading = re.compile(r"\b(from|join|perform|execute|insert|update|delete)\b", re.IGNORECASE)
    calling = re.compile(r"\b(?:people|trust|lifecourse|ledger|entitlement|law|employers)\.")
    for name, source in sources:
        assert not reading.search(str(source)), name
        assert not calling.search(str(source)), name


def left_open(pg: psycopg.Connection) -> dict[str, str]:
    """Tables about a person that a request could read or write out of sight, and why.

    Of all that the catalog holds: those with a column person_id, and those cut otherwise. Row-level
    security on each, and what a request may select is bounded by its sight.
    """
    about = names(
        pg,
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND a.attname = 'person_id' AND {ours}",
    )
    about |= {table for table in OTHERWISE_CUT if table not in WITHOUT_PERSONS}
    found = {}
    for table in sorted(about):
        ((secured,),) = rows(
            pg, "SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", table
        )
        policies = rows(
            pg,
            "SELECT polname::text, pg_get_expr(polqual, polrelid), polcmd::text FROM pg_policy"
            " WHERE polrelid = %s::regclass AND (polroles = '{0}'"
            " OR EXISTS (SELECT FROM unnest(polroles) AS r"
            " WHERE pg_has_role('cspu_web', r, 'MEMBER') OR pg_has_role('cspu_login', r, 'MEMBER')))",
            table,
        )
        if not secured:
            found[table] = "has no row-level security"
        for name, condition, command in policies:
            if not str(condition).startswith("((person_id = kernel.in_sight()) AND "):
                found[table] = f"{name} is not bounded by the sight"
            elif command != "r":
                found[table] = f"{name} lets a request write"
    return found


def test_every_table_about_a_person_is_shut_to_requests_but_in_sight(
    pg: psycopg.Connection,
) -> None:
    assert left_open(pg) == {}


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ("", "has no row-level security"),
        ("CREATE POLICY p ON people.x USING (TRUE)", "p is not bounded by the sight"),
        (
            (
                "ALTER TABLE people.x ENABLE ROW LEVEL SECURITY;"
                "CREATE POLICY p ON people.x FOR SELECT TO cspu_web USING (TRUE)"
            ),
            "p is not bounded by the sight",
        ),
        (
            (
                "ALTER TABLE people.x ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people.x"
                " FOR SELECT USING (person_id = kernel.in_sight() OR kernel.shows('trust'))"
            ),
            "p is not bounded by the sight",
        ),
        (
            (
                "ALTER TABLE people.x ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people.x"
                " TO cspu_web USING (person_id = kernel.in_sight() AND kernel.shows('trust'))"
            ),
            "p lets a request write",
        ),
        (
            (
                "ALTER TABLE people.x ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people.x"
                " TO cspu_login USING (TRUE)"
            ),
            "p is not bounded by the sight",
        ),
    ],
)
def test_a_new_table_about_a_person_left_open_is_named(
    pg: psycopg.Connection, statements: str, why: str
) -> None:
    """Its control: such a table, made in a transaction of this test's."""
    pg.execute("CREATE TABLE people.x (person_id uuid PRIMARY KEY)")
    for statement in filter(None, statements.split(";")):
        pg.execute(statement.encode())
    named = left_open(pg)
    pg.execute("ALTER TABLE ledger.transfer DISABLE ROW LEVEL SECURITY")
    assert {"people.x": why} == named
    assert left_open(pg) == {"people.x": why, "ledger.transfer": "has no row-level security"}


@pytest.mark.parametrize(
    "policy",
    [
        "AS RESTRICTIVE FOR SELECT USING (person_id = kernel.in_sight())",
        "FOR SELECT USING (person_id IN (SELECT person_id FROM trust.consent))",
        "FOR SELECT USING (person_id = people.canonical(person_id))",
    ],
)
def test_a_form_of_policy_that_could_not_be_spread_is_refused(
    pg: psycopg.Connection, policy: str
) -> None:
    pg.execute("CREATE TABLE people.x (person_id uuid PRIMARY KEY)")
    pg.execute(
        "CREATE FUNCTION people.canonical(person_id uuid) RETURNS uuid"
        " LANGUAGE sql AS 'SELECT person_id'"
    )
    pg.execute(f"CREATE POLICY p ON people.x {policy}".encode())
    with pytest.raises(AssertionError):
        test_policies_are_permissive_and_look_at_the_row_alone(pg)
