"""What the database itself refuses, whoever asks."""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection as django_connection
from psycopg import errors, sql

from cspu.kernel.ids import computed_id
from cspu.people.operations import (
    match_or_create,
    merge_provisional,
)
from cspu.people.organisations import DeclaredOrganisation, organisation_id, register_organisations
from tests.conftest import FreshDatabase
from tests.people.conftest import RECORDED_AT, SIREN, Declare, nir_of

ONE = "00000000-0000-4000-8000-000000000001"
TWO = "00000000-0000-4000-8000-000000000002"
SHA256 = b"\0" * 32
SEALED = b"\0" * 41
NAMES = {"person_id": ONE, "birth_name": "A", "given_names": "B"}


def insert(table: str, **values: object) -> sql.Composed:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier("people", table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.Literal, values.values())),
    )


def update_person(**values: object) -> sql.Composed:
    changes = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
               for name, value in values.items()]  # fmt: skip
    return sql.SQL("UPDATE people.person SET {}").format(sql.SQL(", ").join(changes))


def index_row(table: str, blind: bytes, **more: object) -> sql.Composed:
    return insert(table, blind_index=blind, person_id=ONE, key_version=1, **more)


def merge(source: str, reason: str) -> sql.Composed:
    return insert("merge_log", person_id=ONE, kept_id=TWO, source=source, reason=reason,
                  recorded_at=RECORDED_AT)  # fmt: skip


def organisation(identifier: UUID, siret: str) -> sql.Composed:
    return insert("organisation", organisation_id=identifier, siret=siret)


A_PERSON = insert("person", person_id=ONE, provisional=True)
REFUSALS = {
    "person_pkey": A_PERSON,
    "person_is_not_merged_into_itself": update_person(merged_into=ONE),
    "only_a_provisional_person_is_merged": update_person(provisional=False, merged_into=TWO),
    "identity_belongs_to_a_person": insert("identity", **NAMES | {"person_id": TWO}),
    "sex_is_female_male_or_not_said": insert("identity", **NAMES, sex="X"),
    "birth_name_is_present": insert("identity", **NAMES | {"birth_name": ""}),
    "encrypted_nir_names_its_key": insert("identity", **NAMES, nir_encrypted=SEALED),
    "nir_is_encrypted": insert("identity", **NAMES, nir_encrypted=b"2850575990001", key_version=1),
    "nir_blind_index_is_a_sha256": index_row("nir_index", b"2850575990001"),
    "ntt_blind_index_is_a_sha256": index_row("ntt_index", b"A1", ntt_encrypted=SEALED),
    "ntt_is_encrypted": index_row("ntt_index", SHA256, ntt_encrypted=b"A1"),
    "siret_has_fourteen_digits": organisation(computed_id("organisation", "1"), "1"),
    "organisation_id_comes_from_its_siret": organisation(UUID(ONE), "00012345500008"),
    "merge_names_its_source": merge("", "why"),
    "merge_says_why": merge("who", ""),
}


@pytest.mark.parametrize("constraint", REFUSALS)
def test_each_constraint_refuses_by_its_name(pg: psycopg.Connection, constraint: str) -> None:
    pg.execute(A_PERSON)
    with pytest.raises(psycopg.IntegrityError) as refusal:
        pg.execute(REFUSALS[constraint])
    assert refusal.value.diag.constraint_name == constraint


def test_every_constraint_of_the_room_is_tried(pg: psycopg.Connection) -> None:
    named = pg.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'people'::regnamespace"
        " AND contype IN ('c', 'f')"
    ).fetchall()
    assert {name for (name,) in named} <= set(REFUSALS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people.merge_log SET reason = 'other'",
        "DELETE FROM people.merge_log",
        "TRUNCATE people.merge_log",
    ],
)
def test_the_audit_of_merges_only_grows_even_for_the_owner(
    pg: psycopg.Connection, statement: LiteralString
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="only grows"):
        pg.execute(statement)


@pytest.mark.parametrize("table", ["person", "identity", "nir_index", "ntt_index", "merge_log"])
def test_a_request_cannot_read_persons_in_bulk(
    web_connection: psycopg.Connection, table: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        web_connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("people", table)))


def test_a_request_can_write_nothing_here(pg: psycopg.Connection) -> None:
    granted = pg.execute(
        """SELECT c.relname, kind FROM pg_class AS c,
               unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS kind
           WHERE c.relnamespace = 'people'::regnamespace AND c.relkind = 'r'
               AND has_table_privilege('cspu_web', c.oid, kind)"""
    ).fetchall()
    assert granted == []


def test_nothing_is_open_to_everybody(pg: psycopg.Connection) -> None:
    """Functions are executable by PUBLIC unless somebody thinks of it: somebody did."""
    open_functions = pg.execute(
        """SELECT p.oid::regprocedure::text FROM pg_proc AS p, aclexplode(COALESCE(p.proacl,
               acldefault('f', p.proowner))) AS granted
           WHERE p.pronamespace IN ('people'::regnamespace, 'kernel'::regnamespace)
               AND granted.grantee = 0"""
    ).fetchall()
    assert open_functions == []


def test_a_name_is_read_by_commands_and_in_sight_alone(
    as_batch: FreshDatabase, declare: Declare
) -> None:
    [person] = match_or_create([declare(nir=nir_of(1))], recorded_at=RECORDED_AT)
    asked = "SELECT birth_name, usual_name, given_names FROM people.identity_of(%s)"
    with as_batch.connect("batch") as batch:
        assert batch.execute(asked, [person]).fetchall() == [("MARCHAND", "", "Alice")]
        assert batch.execute(asked, [uuid4()]).fetchall() == []
    with as_batch.connect("web") as web:
        assert web.execute(asked, [person]).fetchall() == []


def test_no_number_is_found_in_clear_anywhere(as_batch: FreshDatabase, declare: Declare) -> None:
    nir, ntt = nir_of(1), "2000123455SECRET"
    match_or_create([declare(nir=nir), declare(ntt=ntt, siren=SIREN)], recorded_at=RECORDED_AT)
    merge_provisional(
        declare(nir=nir), ntt=ntt, siren=SIREN, source="DSN", reason="bloc 31",
        recorded_at=RECORDED_AT,
    )  # fmt: skip
    with as_batch.connect() as owner:
        tables = owner.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert ("people", "identity") in tables
        for table in tables:
            content = owner.execute(
                sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(*table))
            ).fetchall()
            for (row,) in content:
                for secret in (nir, nir[1:], ntt, "SECRET"):
                    assert secret not in row
                    assert secret.encode().hex() not in row


@pytest.mark.django_db
def test_what_a_declaration_leaves_empty_erases_nothing() -> None:
    siret = "00012345500008"
    known = DeclaredOrganisation(siret=siret, name="Atelier fictif", ape="6201Z")
    register_organisations([known, known], recorded_at=RECORDED_AT)
    [identifier] = register_organisations(
        [DeclaredOrganisation(siret=siret, idcc="1486", ape="6202A")], recorded_at=RECORDED_AT
    )
    assert identifier == organisation_id(siret)
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT name, ape, idcc, region FROM people.organisation")
        assert cursor.fetchall() == [("Atelier fictif", "6202A", "1486", "")]


@pytest.mark.parametrize("length", range(1, 9))
def test_computed_ids_are_the_same_in_python_and_sql(pg: psycopg.Connection, length: int) -> None:
    parts = [f"é{number}" for number in range(length)]
    marks = ", ".join(["%s"] * length)
    row = pg.execute(f"SELECT kernel.computed_id({marks})", parts).fetchone()
    assert row == (computed_id(*parts),)


@pytest.mark.parametrize("length", range(1, 9))
def test_an_id_with_a_missing_part_is_missing(pg: psycopg.Connection, length: int) -> None:
    parts: list[str | None] = [*["x"] * (length - 1), None]
    marks = ", ".join(["%s::text"] * length)
    row = pg.execute(f"SELECT kernel.computed_id({marks})", parts).fetchone()
    assert row == (None,)
