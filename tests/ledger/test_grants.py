"""What each database role may do to the ledger: nothing but read, and post through the door."""

from __future__ import annotations

import psycopg
import pytest

from tests.ledger.book import AWARD, post_as_is

TABLES = ("account", "batch", "lane", "slot", "transfer", "unit")
WRITES = (
    "INSERT INTO ledger.{} SELECT * FROM ledger.{}",
    "UPDATE ledger.{} SET {} = DEFAULT",
    "DELETE FROM ledger.{}",
    "TRUNCATE ledger.{}",
    "SELECT FROM ledger.{} FOR UPDATE",
    "LOCK ledger.{} IN ACCESS EXCLUSIVE MODE",
)
WEB_MAY_NOT = (
    "ALTER TABLE ledger.transfer DISABLE TRIGGER ALL",
    "ALTER TABLE ledger.account DROP CONSTRAINT account_floor_never_breaks",
    "DROP TABLE ledger.transfer",
    "DROP FUNCTION ledger.post",
    "CREATE TABLE ledger.mine (amount bigint)",
    "CREATE TABLE public.mine (amount bigint)",
    "CREATE TEMPORARY TABLE mine (amount bigint)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION ledger.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger.slot EXECUTE FUNCTION ledger.refuse_rewriting()",
    "SET ROLE cspu_owner",
    "SET ROLE cspu_batch",
    "SET session_replication_role = 'replica'",
    "SELECT entitlement.claim('{}', '2026-01-01')",
    "SELECT entitlement.differences('{}', '2026-01-01')",
    "SELECT entitlement.award('mine', '{}', '2026-01-01')",
    "SELECT ledger.close_batch('mine', '{}', now())",
    "SELECT ledger.append_transfers(gen_random_uuid(), '{}', now())",
    "SELECT ledger.append('{}')",
    "SELECT ledger.add_totals('{}')",
    "INSERT INTO law.edition VALUES (99, 'mine', now())",
    "UPDATE entitlement.settled SET facts_version = 0",
    "DELETE FROM entitlement.settled",
    "INSERT INTO lifecourse.course VALUES (gen_random_uuid(), NULL, 0)",
    "UPDATE lifecourse.course SET facts_version = 0",
    "INSERT INTO lifecourse.measure SELECT * FROM lifecourse.measure",
    "UPDATE lifecourse.measure SET recorded_to = now()",
)


def _on(table: str, write: str) -> str:
    of = {"batch": "posted_by", "lane": "seal"}.get(table, "unit")
    return write.format(table, of if write.startswith("UPDATE") else table)


def refused(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.split()[0].lower())
def test_a_request_writes_no_table(
    web_connection: psycopg.Connection, table: str, write: str
) -> None:
    refused(web_connection, _on(table, write))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.split()[0].lower())
def test_a_command_writes_no_table_itself(
    batch_connection: psycopg.Connection, table: str, write: str
) -> None:
    refused(batch_connection, _on(table, write))


def test_a_request_cannot_post(web_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"function post"):
        post_as_is(web_connection, "minted", AWARD)


@pytest.mark.parametrize("statement", WEB_MAY_NOT)
def test_a_request_alters_and_mints_nothing(
    web_connection: psycopg.Connection, statement: str
) -> None:
    refused(web_connection, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger.transfer DISABLE TRIGGER ALL",
        "DROP TABLE ledger.transfer",
        "CREATE TABLE ledger.mine (amount bigint)",
        "SELECT ledger.add_totals('{}')",
        "SELECT entitlement.claim('{}', '2026-01-01')",
        "UPDATE entitlement.settled SET facts_version = 0",
        "UPDATE lifecourse.measure SET value = 0",
        "DELETE FROM lifecourse.measure",
        "INSERT INTO law.edition VALUES (99, 'mine', now())",
    ],
)
def test_a_command_alters_and_mints_nothing(
    batch_connection: psycopg.Connection, statement: str
) -> None:
    refused(batch_connection, statement)


def test_a_command_reads(batch_connection: psycopg.Connection) -> None:
    for table in TABLES:
        batch_connection.execute(f"TABLE ledger.{table} LIMIT 1".encode())


@pytest.mark.parametrize("table", ["account", "transfer", "unit"])
def test_a_request_reads_what_is_about_a_person(
    web_connection: psycopg.Connection, table: str
) -> None:
    web_connection.execute(f"TABLE ledger.{table} LIMIT 1".encode())


@pytest.mark.parametrize("table", ["batch", "lane", "slot"])
def test_a_request_reads_nothing_of_many_persons(
    web_connection: psycopg.Connection, table: str
) -> None:
    refused(web_connection, f"TABLE ledger.{table} LIMIT 1")
