"""Tampering with a journal is seen, and named with its person and line.

Each tampering is done as the owner with the triggers disabled: what a stolen owner's password, or a
careless operator, could do.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from cspu.kernel.ids import computed_id
from cspu.trust.verification import (
    MEANINGS,
    Discrepancy,
    Extent,
    discrepancies,
    extent,
    verify,
)
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd

ANNA = UUID("aaaaaaaa-0000-4000-8000-000000000001")
BEA = UUID("bbbbbbbb-0000-4000-8000-000000000002")
NAMES = {ANNA: "Anna", BEA: "Bea"}
LENGTH = 4

Found = set[tuple[str, str, int]]

# Another value of each type a line holds.
OTHER = {
    "uuid": "gen_random_uuid()",
    "integer": "{column} + 100",
    "text": "{column} || 'x'",
    "ARRAY": "array_append({column}, 'housing')",
    "timestamp with time zone": "coalesce({column}, now()) + interval '1 microsecond'",
    "bytea": "sha256({column})",
}


@pytest.fixture
def journal(pg: psycopg.Connection) -> psycopg.Connection:
    """Anna and Bea, four lines each: herself, an inquiry that is masked, herself twice; triggers are off."""
    write_journals(pg)
    for table in ("access", "access_head", "treatment", "treatment_head"):
        pg.execute(f"ALTER TABLE trust.{table} DISABLE TRIGGER USER".encode())
    assert found(pg) == set()
    assert extent(pg) == Extent(2, 2 * LENGTH, LENGTH)
    return pg


def write_journals(connection: psycopg.Connection) -> None:
    """Through the door itself, as the owner."""
    siret, agent = "00000000000017", uuid4()
    body = computed_id("organisation", siret)
    connection.execute(
        "INSERT INTO people.organisation (organisation_id, siret, name) VALUES (%s, %s, 'CRIP')",
        [body, siret],
    )
    connection.execute(
        "INSERT INTO trust.agent VALUES (%s, %s, 'child_protection_service', 'M. Roy', TRUE, now())",
        [agent, body],
    )
    connection.execute("SELECT trust.begin_session('bare', 'agent', %s, 'test', FALSE)", [agent])
    connection.execute("SELECT trust.strengthen_session('bare', 'agent', FALSE, TRUE)")
    for number in range(LENGTH):
        connection.execute(
            "SELECT trust.record_treatment(gen_random_uuid(), %s, now())", [f"settle {number}"]
        )
    for person in (ANNA, BEA):
        connection.execute(
            "INSERT INTO trust.file VALUES (%s, %s, 'inquiry', '2020-01-01', 'infinity', now())",
            [person, body],
        )
        token = str(person)
        connection.execute(
            "SELECT trust.begin_session(%s, 'person', %s, 'test', FALSE)", [token, person]
        )
        herself = (token, person, ["*"], "own_account")
        inquiry = ("agent", person, ["family", "housing"], "child_protection_inquiry")
        for asking in (herself, inquiry, herself, herself):
            opened = connection.execute(
                "SELECT refusal FROM trust.open(%s, (%s, 'read', %s, %s, 'test', FALSE)"
                "::trust.asking)",
                asking,
            ).fetchone()
            assert opened == (None,)


def found(connection: psycopg.Connection) -> Found:
    """What does not hold: the code, whose, at which line."""
    wrong = list(discrepancies(connection))
    assert all(each.meaning.fr and each.meaning.en for each in wrong)
    return {
        (each.code, NAMES.get(each.person_id, "nobody") if each.person_id else "all", each.rank)
        for each in wrong
    }


def columns(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT column_name::text, data_type::text FROM information_schema.columns"
        " WHERE table_schema = 'trust' AND table_name = %s",
        [table],
    ).fetchall()


def after(connection: psycopg.Connection, statement: str) -> Found:
    """What is found once that was done; then it is undone."""
    with connection.transaction(force_rollback=True):
        done = connection.execute(statement.encode())
        assert done.rowcount > 0, statement
        return found(connection)


def test_any_column_of_any_line_altered_is_named(journal: psycopg.Connection) -> None:
    tried = 0
    for column, kind in columns(journal, "access"):
        other = OTHER[kind].format(column=column)
        for rank in range(1, LENGTH + 1):
            wrong = after(
                journal,
                f"UPDATE trust.access SET {column} = {other}"
                f" WHERE person_id = '{ANNA}' AND rank = {rank}",
            )
            tried += 1
            altered = {("line_altered", "Anna", rank)}
            last = rank == LENGTH
            if column in {"person_id", "rank"}:
                gone = (
                    ("line_missing_at_end", LENGTH) if last else ("line_missing_before", rank + 1)
                )
                moved = ("line_missing_before", rank + 100)
                where = moved if column == "rank" and last else gone
                assert (where[0], "Anna", where[1]) in wrong, (column, rank, wrong)
            elif column == "hash":
                end = ("head_altered", "Anna", rank) if last else ("line_altered", "Anna", rank + 1)
                assert wrong == altered | {end}, (column, rank)
            else:
                assert wrong == altered, (column, rank)
    assert tried == LENGTH * 16


def test_any_column_of_any_treatment_altered_is_named(journal: psycopg.Connection) -> None:
    tried = 0
    for column, kind in columns(journal, "treatment"):
        other = OTHER[kind].format(column=column)
        for rank in range(1, LENGTH + 1):
            wrong = after(
                journal, f"UPDATE trust.treatment SET {column} = {other} WHERE rank = {rank}"
            )
            tried += 1
            if column == "rank":
                assert ("treatment_missing_before", "all", rank + 100) in wrong, wrong
            else:
                assert ("treatment_altered", "all", rank) in wrong, (column, wrong)
    assert tried == LENGTH * 6
    for change in ("length = length + 1", "hash = sha256(hash)"):
        wrong = after(journal, f"UPDATE trust.treatment_head SET {change}")
        assert {code for code, _, _ in wrong} == {"treatment_end_differs"}


def test_any_column_of_a_head_altered_is_named(journal: psycopg.Connection) -> None:
    for column, kind in columns(journal, "access_head"):
        wrong = after(
            journal,
            f"UPDATE trust.access_head SET {column} = {OTHER[kind].format(column=column)}"
            f" WHERE person_id = '{ANNA}'",
        )
        assert wrong & {
            ("head_missing", "Anna", LENGTH),
            ("line_missing_at_end", "Anna", LENGTH + 100),
            ("head_altered", "Anna", LENGTH),
        }, column


_COPY = (
    "seen_at, actor_kind, actor_id, actor_name, organisation_id, organisation, role, verb, scopes,"
    " purpose, act, basis, masked_until, hash FROM trust.access"
)
TAMPERINGS: dict[str, tuple[str, Found]] = {
    "the first line removed": (
        "DELETE FROM trust.access WHERE {anna} AND rank = 1",
        {("line_missing_before", "Anna", 2)},
    ),
    "a line in the middle removed": (
        "DELETE FROM trust.access WHERE {anna} AND rank = 2",
        {("line_missing_before", "Anna", 3)},
    ),
    "a line removed and the gap closed": (
        (
            "DELETE FROM trust.access WHERE {anna} AND rank = 2;"
            "UPDATE trust.access SET rank = 2 WHERE {anna} AND rank = 3;"
            "UPDATE trust.access SET rank = 3 WHERE {anna} AND rank = 4"
        ),
        {
            ("line_altered", "Anna", 2),
            ("line_altered", "Anna", 3),
            ("line_missing_at_end", "Anna", 4),
        },
    ),
    "the last line cut off": (
        "DELETE FROM trust.access WHERE {anna} AND rank = 4",
        {("line_missing_at_end", "Anna", 4)},
    ),
    "the tail cut off": (
        "DELETE FROM trust.access WHERE {anna} AND rank > 1",
        {("line_missing_at_end", "Anna", 4)},
    ),
    "the tail cut off and its length put right": (
        (
            "DELETE FROM trust.access WHERE {anna} AND rank > 2;"
            "UPDATE trust.access_head SET length = 2 WHERE {anna}"
        ),
        {("head_altered", "Anna", 2)},
    ),
    "every line removed": (
        "DELETE FROM trust.access WHERE {anna}",
        {("lines_all_missing", "Anna", 4)},
    ),
    "the head removed": (
        "DELETE FROM trust.access_head WHERE {anna}",
        {("head_missing", "Anna", 4)},
    ),
    "a line added at the end": (
        f"INSERT INTO trust.access SELECT person_id, 5, {_COPY} WHERE {{anna}} AND rank = 4",
        {("line_altered", "Anna", 5), ("line_after_end", "Anna", 4)},
    ),
    "a line added at the end with the hash it ought to have": (
        (
            f"INSERT INTO trust.access SELECT person_id, 5, {_COPY} WHERE {{anna}} AND rank = 4;"
            "UPDATE trust.access AS a SET hash = trust.line_hash(h.hash, a) FROM trust.access_head AS h"
            " WHERE h.person_id = a.person_id AND a.person_id = '{anna_id}' AND a.rank = 5"
        ),
        {("line_after_end", "Anna", 4)},
    ),
    "a line inserted in the middle": (
        (
            "UPDATE trust.access SET rank = rank + 10 WHERE {anna} AND rank > 2;"
            "UPDATE trust.access SET rank = rank - 9 WHERE {anna} AND rank > 10;"
            f"INSERT INTO trust.access SELECT person_id, 3, {_COPY} WHERE {{anna}} AND rank = 2"
        ),
        {
            ("line_altered", "Anna", 3),
            ("line_altered", "Anna", 4),
            ("line_altered", "Anna", 5),
            ("line_after_end", "Anna", 4),
        },
    ),
    "a line put in the journal of somebody who had none": (
        f"INSERT INTO trust.access SELECT gen_random_uuid(), 1, {_COPY} WHERE {{anna}} AND rank = 1",
        {("line_altered", "nobody", 1), ("head_missing", "nobody", 1)},
    ),
    "two lines exchanged": (
        (
            "UPDATE trust.access SET rank = rank + 10 WHERE {anna} AND rank IN (2, 3);"
            "UPDATE trust.access SET rank = 15 - rank WHERE {anna} AND rank > 10"
        ),
        {
            ("line_altered", "Anna", 2),
            ("line_altered", "Anna", 3),
            ("line_altered", "Anna", 4),
        },
    ),
    "two persons' lines exchanged": (
        (
            "UPDATE trust.access SET rank = 12 WHERE {anna} AND rank = 2;"
            "UPDATE trust.access SET rank = 13 WHERE {bea} AND rank = 2;"
            "UPDATE trust.access SET person_id = '{bea_id}', rank = 2 WHERE {anna} AND rank = 12;"
            "UPDATE trust.access SET person_id = '{anna_id}', rank = 2 WHERE {bea} AND rank = 13"
        ),
        {
            ("line_altered", "Anna", 2),
            ("line_altered", "Anna", 3),
            ("line_altered", "Bea", 2),
            ("line_altered", "Bea", 3),
        },
    ),
    "a treatment altered": (
        "UPDATE trust.treatment SET command = 'nothing' WHERE rank = 2",
        {("treatment_altered", "all", 2)},
    ),
    "a treatment removed": (
        "DELETE FROM trust.treatment WHERE rank = 2",
        {("treatment_missing_before", "all", 3)},
    ),
    "the last treatments cut off": (
        "DELETE FROM trust.treatment WHERE rank > 2",
        {("treatment_end_differs", "all", 4)},
    ),
    "two persons' heads exchanged": (
        (
            "UPDATE trust.access_head AS h SET hash = o.hash FROM trust.access_head AS o"
            " WHERE o.person_id <> h.person_id"
        ),
        {("head_altered", "Anna", 4), ("head_altered", "Bea", 4)},
    ),
}


@pytest.mark.parametrize("name", sorted(TAMPERINGS))
def test_tampering_is_named(journal: psycopg.Connection, name: str) -> None:
    statements, expected = TAMPERINGS[name]
    ids = {"anna_id": str(ANNA), "bea_id": str(BEA)}
    ids |= {"anna": f"person_id = '{ANNA}'", "bea": f"person_id = '{BEA}'"}
    for statement in statements.split(";"):
        assert journal.execute(statement.format(**ids).encode()).rowcount > 0
    assert found(journal) == expected


def test_every_meaning_is_met_by_some_tampering() -> None:
    said = {code for _, expected in TAMPERINGS.values() for code, _, _ in expected}
    assert said == set(MEANINGS)


def test_the_command_names_what_was_altered_in_a_journal(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
        "CSPU_DATABASE_LOGIN_URL": fresh_database.address("login").conninfo(),
    }
    with fresh_database.connect() as owner:
        write_journals(owner)
    done = cspu(tmp_path, "ledger", "verify", "--json", **addresses)
    assert done.returncode == 0, done.stderr
    figures = {
        "accounts": 0,
        "transfers": 0,
        "journals": 2,
        "lines": 8,
        "treatments": LENGTH + 1,  # the command's own
        "discrepancies": 0,
    }
    assert json.loads(done.stdout) == figures

    with fresh_database.connect() as owner:
        owner.execute("ALTER TABLE trust.access DISABLE TRIGGER USER")
        owner.execute("UPDATE trust.access SET actor_name = 'Autre' WHERE rank = 2")
    done = cspu(tmp_path, "ledger", "verify", "--json", **addresses)
    assert done.returncode == 1, done.stderr
    *named, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert named == [
        {"code": "line_altered", "person_id": str(person), "rank": 2} for person in (ANNA, BEA)
    ]
    assert last == figures | {"discrepancies": 2, "treatments": LENGTH + 2}
    said = cspu(tmp_path, "ledger", "verify", **addresses)
    assert said.returncode == 1
    assert f"ligne du journal modifiée ou dont la précédente l’a été (line_altered): {ANNA} 2" in (
        said.stderr + said.stdout
    )


def test_it_is_proved_on_several_connections_while_the_door_stays_open(crowd: Crowd) -> None:
    """Journals that grow meanwhile are not taken for altered ones; altered ones are all named."""
    persons = [uuid4() for _ in range(30)]
    tokens = {person: crowd.session("person", person) for person in persons}

    def open_all(person: UUID) -> None:
        with crowd.database.connect("web", autocommit=True) as web:
            for _ in range(5):
                web.execute(_HERSELF.encode(), [tokens[person], person])

    for person in persons[:3]:
        open_all(person)
    with crowd.connected() as owner:
        owner.execute("ALTER TABLE trust.access DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE trust.access SET act = 'other' WHERE person_id = ANY (%s) AND rank = 2",
            [persons[:3]],
        )
    steps: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        opening = pool.map(open_all, persons)
        named = verify(
            lambda: crowd.database.connect("batch"),
            connections=3,
            progress=lambda done, _: steps.append(done),
        )
        assert set(named) == {Discrepancy("line_altered", person, 2) for person in persons[:3]}
        list(opening)
    assert steps == list(range(1, len(steps) + 1))
    assert len(list(verify(lambda: crowd.database.connect("batch"), connections=1))) == 3


_HERSELF = "SELECT trust.open(%s, (%s, 'read', '{*}', 'own_account', 'test', FALSE)::trust.asking)"
