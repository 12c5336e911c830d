"""The schema can be spread over several machines as it is: the rules for it, read from the catalog.

Every table that grows with people is cut by person; what concerns one person then lies on one
machine. That holds only if nothing in the schema needs to look at two persons at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import FreshDatabase

DISTRIBUTE = Path(__file__).parents[1] / "deploy" / "citus" / "distribute.sql"

# Tables that grow with people, cut by person_id.
PERSON_TABLES = {
    "economy.act",
    "economy.call",
    "economy.call_end",
    "economy.care",
    "economy.crossing",
    "economy.crossing_end",
    "economy.helped_month",
    "economy.need",
    "economy.notice",
    "economy.notice_end",
    "economy.quote",
    "employers.exposure_statement",
    "entitlement.computed",
    "entitlement.debt",
    "entitlement.debt_move",
    "entitlement.settled",
    "ledger.account",
    "ledger.batch",
    "ledger.follow",
    "ledger.hold",
    "ledger.hold_end",
    "ledger.transfer",
    "lifecourse.attribute",
    "lifecourse.course",
    "lifecourse.event",
    "lifecourse.measure",
    "lifecourse.spell",
    "people.identity",
    "people.merge_log",
    "people.person",
    "trust.access",
    "trust.access_head",
    "trust.consent",
    "trust.correction",
    "trust.correction_move",
    "trust.document",
    "trust.file",
    "trust.grievance",
    "trust.grievance_move",
    "trust.mandate",
    "trust.proof",
    "trust.request",
}
# Small tables, copied to every machine.
REFERENCE_TABLES = {
    "economy.community",
    "economy.employed_as",
    "economy.gift_agreement",
    "economy.gift_pair",
    "economy.gift_rule",
    "economy.need_kind",
    "economy.partner",
    "economy.conversion",
    "economy.point_value",
    "economy.pot",
    "economy.payee",
    "economy.recovery",
    "economy.seizable",
    "economy.top_up_rule",
    "economy.use_rule",
    "trust.agent",
    "trust.second_factor",
    "trust.factor_allowed",
    "trust.factor_end",
    "trust.factor_limit",
    "trust.session_limit",
    "trust.treatment",
    "trust.treatment_head",
    "entitlement.horizon",
    "law.edition",
    "law.region_text",
    "law.right_text",
    "ledger.unit",
    "people.organisation",
    "trust.kind",
    "trust.legal_basis",
    "trust.mandate_duration",
    "trust.purpose",
    "trust.purpose_role",
    "trust.purpose_term",
    "trust.role",
    "trust.scope",
    "trust.secrecy",
    "trust.theme",
    "trust.theme_scope",
    "trust.view",
}
# Cut by another key: unique over all persons, or about a document, or the other side of transfers.
OTHERWISE_CUT = {
    "economy.call_code": "code_hash",
    "economy.exchange": "exchange_id",
    "economy.exchange_move": "exchange_id",
    "economy.verdict": "verdict_id",
    "ledger.lane": "lane_id",
    "ledger.slot": "slot_id",
    "lifecourse.source": "source_id",
    "people.nir_index": "blind_index",
    "people.ntt_index": "blind_index",
    "trust.attempt": "bucket",
    "trust.code": "code_hash",
    "trust.doubt": "login_hash",
    "trust.login": "login_hash",
    "trust.proof_place": "list_id",
    "trust.session": "token_hash",
}
# On one machine: logs of documents and the queue of messages, worked through by commands alone.
LOCAL_TABLES = {
    "economy.message",
    "economy.message_refused",
    "economy.refused_count",
    "employers.declaration",
    "employers.delivery",
}

# Of those, what is about no person: funders' totals, seals, where a document came from, places in a list.
WITHOUT_PERSONS = {"ledger.lane", "ledger.slot", "lifecourse.source", "trust.proof_place"}

_OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'public')"


def rows(connection: psycopg.Connection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query.replace("{ours}", _OURS).encode(), values).fetchall()


def names(connection: psycopg.Connection, query: str, *values: object) -> set[str]:
    return {str(row[0]) for row in rows(connection, query, *values)}


@pytest.fixture
def enacted(fresh_database: FreshDatabase, in_force: None) -> Iterator[psycopg.Connection]:
    """The schema with the functions that enacting makes."""
    with fresh_database.connect() as connection:
        yield connection


def test_every_table_has_its_place(pg: psycopg.Connection) -> None:
    tables = names(
        pg,
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {ours}",
    )
    assert tables == PERSON_TABLES | REFERENCE_TABLES | set(OTHERWISE_CUT) | LOCAL_TABLES


def test_every_table_that_names_a_person_is_cut_by_person(pg: psycopg.Connection) -> None:
    named = names(
        pg,
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND a.attname = 'person_id' AND {ours}",
    )
    assert named - PERSON_TABLES == {"people.nir_index", "people.ntt_index", "trust.code"}
    assert named >= PERSON_TABLES


@pytest.mark.parametrize("table", sorted(PERSON_TABLES | set(OTHERWISE_CUT)))
def test_what_cuts_a_table_is_in_its_every_unique_key(pg: psycopg.Connection, table: str) -> None:
    cut_by = OTHERWISE_CUT.get(table, "person_id")
    keys = rows(
        pg,
        "SELECT i.indexrelid::regclass::text, i.indisprimary, EXISTS (SELECT FROM pg_attribute a"
        " WHERE a.attrelid = i.indrelid AND a.attname = %s AND a.attnum = ANY (i.indkey))"
        " FROM pg_index i WHERE i.indrelid = %s::regclass"
        " AND (i.indisunique OR i.indisexclusion)",
        cut_by,
        table,
    )
    assert any(primary for _, primary, _ in keys), "no primary key"
    assert [name for name, _, holds in keys if not holds] == []


def test_what_cuts_a_table_is_never_null(pg: psycopg.Connection) -> None:
    for table in PERSON_TABLES:
        found = rows(
            pg,
            "SELECT attnotnull, atttypid::regtype::text FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attname = 'person_id'",
            table,
        )
        assert found == [(True, "uuid")], table


def test_foreign_keys_stay_with_the_person_or_point_to_a_small_table(
    pg: psycopg.Connection,
) -> None:
    keys = rows(
        pg,
        "SELECT conrelid::regclass::text, confrelid::regclass::text, confdeltype::text,"
        " ARRAY(SELECT a.attname::text FROM unnest(conkey) WITH ORDINALITY k (number, place)"
        " JOIN pg_attribute a"
        "  ON a.attrelid = conrelid AND a.attnum = k.number ORDER BY k.place),"
        " ARRAY(SELECT a.attname::text FROM unnest(confkey) WITH ORDINALITY k (number, place)"
        " JOIN pg_attribute a"
        "  ON a.attrelid = confrelid AND a.attnum = k.number ORDER BY k.place)"
        " FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
        " WHERE contype = 'f' AND {ours}",
    )
    assert keys
    for source, target, on_delete, columns, targeted in keys:
        assert isinstance(columns, list)
        assert isinstance(targeted, list)
        assert on_delete not in {"n", "d"}, f"{source} forgets on delete"
        if target in PERSON_TABLES:
            assert source in PERSON_TABLES, f"{source} points to persons"
            assert "person_id" in columns
            assert columns.index("person_id") == targeted.index("person_id")
        else:
            assert target in REFERENCE_TABLES, f"{source} points to {target}"


def test_no_number_is_handed_out_by_a_counter(pg: psycopg.Connection) -> None:
    counters = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n"
    counters += " ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND {ours}"
    assert names(pg, counters) == set()
    identities = "SELECT attrelid::regclass::text FROM pg_attribute a JOIN pg_class c"
    identities += " ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    assert names(pg, f"{identities} WHERE attidentity <> '' AND {{ours}}") == set()


def test_ids_of_rows_posted_in_bulk_are_computed(pg: psycopg.Connection) -> None:
    drawn = rows(
        pg,
        "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef d"
        " JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE {ours} AND pg_get_expr(adbin, adrelid) ~ 'random|uuidv|nextval'",
    )
    assert drawn == [("people.person", "gen_random_uuid()")]


def test_every_table_is_logged(pg: psycopg.Connection) -> None:
    unlogged = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n"
    unlogged += " ON n.oid = c.relnamespace WHERE c.relpersistence <> 'p' AND c.relkind IN"
    unlogged += " ('r', 'p') AND n.nspname !~ '^pg_temp'"
    assert names(pg, unlogged) == set()


def test_nothing_waits_for_the_end_of_the_transaction(pg: psycopg.Connection) -> None:
    deferred = "SELECT conname::text FROM pg_constraint c JOIN pg_namespace n"
    deferred += " ON n.oid = c.connamespace WHERE (condeferrable OR condeferred) AND {ours}"
    assert names(pg, deferred) == set()
    late = "SELECT tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    late += " JOIN pg_namespace n ON n.oid = c.relnamespace"
    assert names(pg, f"{late} WHERE (tgdeferrable OR tginitdeferred) AND {{ours}}") == set()


def test_triggers_speak_to_nobody_and_read_nothing(pg: psycopg.Connection) -> None:
    sources = rows(
        pg,
        "SELECT DISTINCT p.oid::regproc::text, p.prosrc FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND {ours}",
    )
    assert sources
    reading = re.compile(r"\b(notify|pg_notify|select|from|perform)\b", re.IGNORECASE)
    by_name = re.compile(r"tg_table_name\s*=|constraint_name", re.IGNORECASE)
    for name, source in sources:
        text = re.sub(r"is (not )?distinct from", "<>", str(source), flags=re.IGNORECASE)
        assert not reading.search(text), name
        assert not by_name.search(text), name


def test_views_show_what_their_reader_may_see(pg: psycopg.Connection) -> None:
    loose = "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n"
    loose += " ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND {ours}"
    loose += " AND NOT coalesce('security_invoker=true' = ANY (c.reloptions)"
    loose += " OR 'security_invoker=on' = ANY (c.reloptions), FALSE)"
    assert names(pg, loose) == set()


def test_no_column_sorts_by_a_library_of_the_machine(pg: psycopg.Connection) -> None:
    collated = "SELECT attrelid::regclass || '.' || attname FROM pg_attribute a JOIN pg_class c"
    collated += " ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    collated += " JOIN pg_collation l ON l.oid = a.attcollation"
    assert (
        names(
            pg, f"{collated} WHERE l.collprovider IN ('i', 'c') AND l.collname <> 'C' AND {{ours}}"
        )
        == set()
    )


def test_functions_over_persons_are_in_plpgsql(enacted: psycopg.Connection) -> None:
    tables = "|".join(table.replace(".", r"\.") for table in PERSON_TABLES)
    in_sql = rows(
        enacted,
        "SELECT p.oid::regprocedure::text, coalesce(p.prosrc, '')"
        " || coalesce(pg_get_function_sqlbody(p.oid), '') FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang"
        " WHERE l.lanname = 'sql' AND p.pronargs > 0 AND {ours}",
    )
    assert in_sql
    assert [name for name, source in in_sql if re.search(tables, str(source))] == []


def test_no_statement_of_the_database_hands_on_what_another_wrote(
    enacted: psycopg.Connection,
) -> None:
    """A write within a WITH: what comes out of it would be gathered from every machine."""
    written = re.compile(
        r"\bAS\s+(NOT\s+)?(MATERIALIZED\s+)?\(\s*(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE
    )
    assert written.search("WITH done AS (\n INSERT INTO t SELECT 1 RETURNING a)")
    sources = rows(
        enacted,
        "SELECT p.oid::regprocedure::text, p.prosrc FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {ours}",
    )
    assert sources
    assert [name for name, source in sources if written.search(str(source))] == []


def test_rows_of_several_persons_are_not_taken_at_once(enacted: psycopg.Connection) -> None:
    """Several machines take the rows of one of them: who takes several persons' does so one by one."""
    sources = rows(
        enacted,
        "SELECT p.oid::regprocedure::text, p.prosrc FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {ours} AND p.prosrc ~ 'FOR UPDATE'",
    )
    assert sources
    cut = {**dict.fromkeys(PERSON_TABLES, "person_id"), **OTHERWISE_CUT}
    for name, source in sources:
        for statement in str(source).split(";"):
            locked = re.search(r"\bFROM ([\w.]+) AS (\w+)\b.*\bFOR UPDATE", statement, re.DOTALL)
            if locked and locked[1] in cut:
                assert re.search(rf"\b{locked[2]}\.{cut[locked[1]]} = (?!ANY)", statement), name


def test_functions_that_run_as_the_owner_pin_their_path(enacted: psycopg.Connection) -> None:
    definers = rows(
        enacted,
        "SELECT p.oid::regprocedure::text, coalesce(array_to_string(p.proconfig, ','), '')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
    )
    assert len(definers) >= 3
    pinned = re.compile(r"search_path=pg_catalog, pg_temp")
    assert [name for name, settings in definers if not pinned.search(str(settings))] == []


def test_no_statement_moves_a_person_to_another_id() -> None:
    source = Path(__file__).parents[1] / "src" / "cspu"
    moving = re.compile(r"\bSET\b[^;]*?\bperson_id\s*=", re.IGNORECASE)
    found = [
        path.name
        for path in source.rglob("*.sql")
        for statement in re.findall(
            r"\bUPDATE\b.*?(?:\bWHERE\b|;)", path.read_text("utf-8"), re.DOTALL
        )
        if moving.search(statement.partition("FROM")[0])
    ]
    assert found == []


def test_the_distribute_script_names_every_table_once_and_as_it_is() -> None:
    script = re.sub(r"--.*", "", DISTRIBUTE.read_text("utf-8"))
    assert set(re.findall(r"create_reference_table\('([\w.]+)'\)", script)) == REFERENCE_TABLES
    cut = re.findall(r"create_distributed_table\('([\w.]+)', '(\w+)'", script)
    assert len(cut) == len(dict(cut))
    assert dict(cut) == dict.fromkeys(PERSON_TABLES, "person_id") | OTHERWISE_CUT
    local = re.findall(r"citus_add_local_table_to_metadata\('([\w.]+)'\)", script)
    assert set(local) == LOCAL_TABLES


def test_the_distribute_script_quiets_every_trigger_and_wakes_it(pg: psycopg.Connection) -> None:
    script = re.sub(r"--.*", "", DISTRIBUTE.read_text("utf-8"))
    with_triggers = names(
        pg,
        "SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_trigger t JOIN pg_class c"
        " ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT t.tgisinternal AND {ours}",
    )
    for act in ("DISABLE", "ENABLE"):
        assert set(re.findall(rf"ALTER TABLE ([\w.]+) {act} TRIGGER USER", script)) == with_triggers
