"""The database holds the table of the files, says the same, and takes it from nobody but its owner."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection as django_connection
from django.db import transaction
from django.db.utils import IntegrityError

from cspu.config.environment import DatabaseRole
from cspu.trust.access import AccessTable, Verb, load_access
from cspu.trust.operations import publish_access
from tests.conftest import FreshDatabase

TABLES = (
    *("secrecy", "scope", "kind", "legal_basis", "role", "view", "purpose", "purpose_role"),
    *("purpose_term", "theme", "theme_scope", "mandate_duration"),
)


def content(connection: psycopg.Connection) -> Mapping[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    return {
        name: sorted(connection.execute(f"TABLE trust.{name}".encode()).fetchall(), key=repr)
        for name in TABLES
    }


def smaller(table: AccessTable) -> AccessTable:
    """The table without the mutuals, and with another name for unions."""
    union = table.roles["union"]
    roles = {key: role for key, role in table.roles.items() if key != "mutual"}
    roles["union"] = replace(union, label=replace(union.label, fr="Organisation syndicale"))
    purposes = {
        key: replace(each, roles=tuple(role for role in each.roles if role != "mutual"))
        for key, each in table.purposes.items()
        if key != "supplementary_cover"
    }
    return replace(table, roles=roles, purposes=purposes)


def test_a_migrated_database_answers_as_the_files_do(web_connection: psycopg.Connection) -> None:
    """Every cell of the matrix, nationally, in each region that changes something, and elsewhere."""
    table = load_access()
    for region in ["", "11", *{each.region for each in table.settings}]:
        cells = list(table.cells(region))
        answers = web_connection.execute(
            """SELECT trust.basis_of(role, scope, verb, %s)
               FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY
                   AS asked (role, scope, verb, place) ORDER BY place""",
            [
                region,
                [cell.role for cell in cells],
                [cell.scope for cell in cells],
                [cell.verb.value for cell in cells],
            ],
        ).fetchall()
        assert [basis for (basis,) in answers] == [cell.basis for cell in cells]


def test_kinds_themes_terms_and_masks_are_those_of_the_files(pg: psycopg.Connection) -> None:
    table, held = load_access(), content(pg)
    assert set(held["kind"]) == {
        (kind, scope.key) for scope in table.scopes.values() for kind in scope.opens
    }
    assert set(held["theme_scope"]) == {
        (theme.key, scope) for theme in table.themes.values() for scope in theme.scopes
    }
    assert set(held["purpose_term"]) == {
        (each.key, days) for each in table.purposes.values() for days in each.terms
    }
    masked = pg.execute(
        "SELECT purpose, masked_days FROM trust.purpose WHERE masked_days IS NOT NULL"
    ).fetchall()
    assert masked == [("child_protection_inquiry", 180)]


def test_publishing_again_rewrites_nothing(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect() as connection:
        rows = "SELECT xmin::text, role, scope, verb, region FROM trust.view ORDER BY 2, 3, 4, 5"
        before = connection.execute(rows).fetchall()
        assert publish_access(load_access()) == 0
        assert connection.execute(rows).fetchall() == before


def test_what_changed_is_changed_and_what_vanished_goes(fresh_database: FreshDatabase) -> None:
    assert publish_access(smaller(load_access())) > 0
    with fresh_database.connect() as connection:
        roles: dict[str, str] = dict(
            connection.execute("SELECT role, label_fr FROM trust.role").fetchall()
        )
        assert "mutual" not in roles
        assert roles["union"] == "Organisation syndicale"
        assert connection.execute("SELECT FROM trust.view WHERE role = 'mutual'").rowcount == 0


def test_migrating_again_brings_the_files_back(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        before = content(connection)
        publish_access(smaller(load_access()))
        assert content(connection) != before
        call_command("migrate", verbosity=0)
        assert content(connection) == before


def test_a_publication_waits_for_the_one_before(fresh_database: FreshDatabase) -> None:
    """For the whole of it, not row by row: even where the first finds nothing to change."""
    former, coming = load_access(), smaller(load_access())
    waiting = """SELECT wait_event FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'"""

    def publish_the_other() -> None:
        try:
            publish_access(coming)
        finally:
            django_connection.close()

    with (
        fresh_database.connect(autocommit=True) as connection,
        ThreadPoolExecutor(1) as thread,
    ):
        before = content(connection)
        with transaction.atomic():
            assert publish_access(former) == 0
            other = thread.submit(publish_the_other)
            waits: list[tuple[str]] = []
            while not waits and not other.done():
                waits = connection.execute(waiting).fetchall()
            assert waits == [("advisory",)]
            assert content(connection) == before
        other.result()
        after = content(connection)
        assert publish_access(coming) == 0
        assert after == content(connection) != before


def test_what_something_refers_to_does_not_vanish(fresh_database: FreshDatabase) -> None:
    """A consent to a mutual, say: refused, and the former table stays whole."""
    with fresh_database.connect(autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE trust.given (role text REFERENCES trust.role (role));"
            "INSERT INTO trust.given VALUES ('mutual')"
        )
        before = content(connection)
        with pytest.raises(IntegrityError):
            publish_access(smaller(load_access()))
        assert content(connection) == before


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["web", "batch"])
def test_nobody_but_the_owner_writes(
    fresh_database: FreshDatabase, role: DatabaseRole, table: str
) -> None:
    with fresh_database.connect(role, autocommit=True) as connection:
        assert connection.execute(f"SELECT FROM trust.{table}".encode()).rowcount > 0
        for statement in ("DELETE FROM trust.{}", "INSERT INTO trust.{} DEFAULT VALUES"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(table).encode())


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        (("union", "work", "look", "", "consent", True), "verb_is_known"),
        (("union", "family", "ask", "", "audit", True), "one_asks_for_consent"),
        (("union", "family", "read", "", "consent", False), "only_a_region_refuses"),
        (("union", "family", "read", "53", "audit", True), "a_region_adds_by_consent_alone"),
        (("union", "family", "read", "Brittany", "consent", True),
         "region_is_national_or_an_insee_code"),
        (("union", "family", "read", "", "whim", True), "view_has_a_basis"),
        (("union", "work", "read", "", "consent", True), "view_says_one_thing_of_a_cell"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_the_table_cannot_say(
    pg: psycopg.Connection, columns: tuple[object, ...], constraint: str
) -> None:
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        pg.execute(
            "INSERT INTO trust.view (role, scope, verb, region, basis, allowed)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            columns,
        )
    assert refused.value.diag.constraint_name == constraint


def test_an_unknown_word_has_no_basis(pg: psycopg.Connection) -> None:
    asked = [("nobody", "work", Verb.READ), ("union", "nothing", Verb.READ)]
    for words in asked:
        answer = pg.execute("SELECT trust.basis_of(%s, %s, %s, '')", words).fetchone()
        assert answer == (None,)
