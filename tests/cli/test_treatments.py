"""Commands that work on persons' data are journalled as they start, with nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from cspu.config.environment import DatabaseRole
from tests.cli.command import cspu
from tests.conftest import FreshDatabase

WHO = uuid4()
COMMANDS = {
    "settle --person … --as-of 2026-01-31": (
        "settle", "--person", str(WHO), "--as-of", "2026-01-31",
    ),
    "people generate --persons 1 --seed 3 --until 2026-02 --months 2 --connections 1": (
        "people", "generate", "--persons", "1", "--seed", "3", "--until", "2026-02", "--months", "2",
        "--connections", "1",
    ),
    "dsn import --files 1 --dry-run": ("dsn", "import", "DUPONT_Jean.dsn", "--dry-run"),
    "export --person … --lang fr": ("export", "--person", str(WHO), "--to", "DUPONT_Jean.zip"),
    "law load": ("law", "load"),
    "law explain --right cpf --person … --on 2026-01-31": (
        "law", "explain", "cpf", "--person", str(WHO), "--on", "2026-01-31",
    ),
    "ledger verify": ("ledger", "verify"),
    "people rotate-keys": ("people", "rotate-keys"),
}  # fmt: skip


@pytest.mark.parametrize("line", sorted(COMMANDS))
def test_a_command_leaves_one_line_that_everybody_may_read(
    fresh_database: FreshDatabase, tmp_path: Path, line: str
) -> None:
    """Whatever becomes of it: the nobody asked for here is refused after the line is written."""
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
    }
    (tmp_path / "DUPONT_Jean.dsn").write_text("not a declaration", encoding="ascii")
    arguments = [
        str(tmp_path / each) if each.startswith("DUPONT") else each for each in COMMANDS[line]
    ]
    before = datetime.now(UTC)
    done = cspu(tmp_path, *arguments, **addresses)
    with fresh_database.connect("web") as web:
        found = web.execute("SELECT command, posted_by, started_at FROM trust.treatment").fetchall()
    assert [each[0] for each in found] == [line], done.stderr
    role: DatabaseRole = "owner" if line == "law load" else "batch"
    assert found[0][1] == fresh_database.address(role).parameters["user"]
    assert before <= found[0][2] <= datetime.now(UTC)


def test_a_command_about_one_person_is_in_her_own_journal(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    """And in nobody else's: who else there is has no line."""
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
    }
    with fresh_database.connect() as owner:
        owner.execute(
            "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE), (%s, FALSE)",
            [WHO, uuid4()],
        )
    about = {line: each for line, each in COMMANDS.items() if "--person …" in line}
    for arguments in about.values():
        cspu(tmp_path, *arguments, **addresses)
    with fresh_database.connect() as owner:
        found = owner.execute(
            "SELECT person_id, actor_kind, verb, scopes, purpose, act FROM trust.access ORDER BY rank"
        ).fetchall()
        named = owner.execute("SELECT treatment_id FROM trust.treatment ORDER BY rank").fetchall()
        signed = owner.execute("SELECT actor_id FROM trust.access ORDER BY rank").fetchall()
    acts = [line.partition(" --")[0] for line in about]
    verbs = ["act" if act == "settle" else "read" for act in acts]
    assert {"settle", "export"} <= set(acts)
    assert found == [
        (WHO, "command", verb, ["*"], "command", act) for act, verb in zip(acts, verbs, strict=True)
    ]
    assert signed == named
