"""Rules about the repository itself, each checked on every tracked file it is about."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 450
RIGHTS = ("kernel", "law", "lifecourse", "ledger", "entitlement")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")

# In pieces, so that this file keeps its own rule.
_FOREIGN = re.compile(
    "|".join(
        [
            "/" + r"(?:work|tmp|root|home/\w+)/",
            r"registry\." + "npmjs",
            "pythonhosted" + r"\.org",
            "pypi" + r"\.org/simple",
            '"resolved"' + r':\s*"http',
        ]
    )
)


@cache
def tracked(pattern: str = "*") -> tuple[Path, ...]:
    """The files git knows, deleted ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", pattern],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def text_of(path: Path) -> str:
    """The file as text; nothing for a picture or other binary."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def in_source(path: Path) -> str:
    """How a file is named in a message."""
    return str(path.relative_to(ROOT))


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = [
        f"{in_source(path)}:{number}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if _FOREIGN.search(line)
    ]
    assert found == []


def test_no_source_file_is_too_long_to_read() -> None:
    long = {
        in_source(path): lines
        for path in tracked("*.py")
        if (lines := len(text_of(path).splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_every_sql_migration_is_run_once() -> None:
    files = {path for path in tracked("src/*.sql") if re.match(r"\d{4}_", path.name)}
    runs = Counter(
        path.parents[1] / "sql" / name
        for path in tracked("src/**/migrations/*.py")
        for name in re.findall(r'"(\d{4}_\w+\.sql)"', text_of(path))
    )
    assert {in_source(path) for path in files} == {in_source(path) for path in runs}
    assert [in_source(path) for path, times in runs.items() if times != 1] == []


def test_every_other_sql_file_is_named_by_its_room() -> None:
    unused = [
        in_source(path)
        for path in tracked("src/*.sql")
        if not re.match(r"\d{4}_", path.name)
        and not any(
            path.name in text_of(file) or f'"{path.stem}"' in text_of(file)
            for file in (ROOT / "src" / "cspu" / path.relative_to(ROOT).parts[2]).rglob("*.py")
        )
    ]
    assert unused == []


@pytest.mark.django_db
def test_models_and_migrations_agree(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", "--check", "--dry-run")
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.parametrize("room", RIGHTS)
def test_no_right_is_computed_with_a_float(room: str) -> None:
    found = [
        f"{in_source(path)}:{node.lineno}"
        for path in tracked(f"src/cspu/{room}/*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert found == []


@pytest.mark.parametrize("room", RIGHTS)
def test_no_table_of_rights_holds_a_float(room: str) -> None:
    floating = re.compile(r"\b(?:real|float[48]?|double\s+precision)\b", re.IGNORECASE)
    found = [
        f"{in_source(path)}:{number}"
        for path in tracked(f"src/cspu/{room}/sql/*.sql")
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if floating.search(line.partition("--")[0])
    ]
    assert found == []


@pytest.mark.parametrize("room", RIGHTS)
def test_no_rule_looks_at_the_clock(room: str) -> None:
    clock = re.compile(
        r"\b(?:datetime\.now|datetime\.utcnow|date\.today|timezone\.now|time\.time)\b"
    )
    found = [
        in_source(path) for path in tracked(f"src/cspu/{room}/*.py") if clock.search(text_of(path))
    ]
    assert found == []


def test_days_of_the_database_come_from_one_clock() -> None:
    """`current_date` is the session's, two hours late in Paris where the session lives in UTC."""
    found = [
        in_source(path)
        for path in tracked("src/**/*.sql")
        if re.search(r"\bcurrent_date\b|now\(\)::date", text_of(path), re.IGNORECASE)
    ]
    assert found == []


def test_no_test_waits_or_tries_again() -> None:
    waiting = re.compile(r"\btime\.sleep\b|\bpg_sleep\b|\bflaky\b|\breruns\b|wait_for_timeout")
    found = [
        in_source(path)
        for path in tracked("tests/*.py")
        if path != Path(__file__) and waiting.search(text_of(path))
    ]
    assert found == []


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, bool]:
    """Each package of a lock file, and whether it has a hash."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
    return {entry.partition("==")[0]: "--hash=sha256:" in entry for entry in entries}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_with_its_hash(lock: str) -> None:
    assert [name for name, hashed in pinned(lock).items() if not hashed] == []
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_declares() -> None:
    declared = project()["project"]
    name = re.compile(r"^[A-Za-z0-9._-]+")
    needed = {
        "requirements.txt": [
            *declared["dependencies"],
            *declared["optional-dependencies"]["build"],
        ],
        "requirements-dev.txt": declared["optional-dependencies"]["dev"],
        "requirements-node.txt": declared["optional-dependencies"]["node"],
    }
    missing = [
        f"{lock}: {requirement}"
        for lock, requirements in needed.items()
        for requirement in requirements
        if (match := name.match(requirement)) and match.group().lower() not in pinned(lock)
    ]
    assert missing == []


def test_front_end_packages_are_pinned_with_their_hashes() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = {**package["dependencies"], **package["devDependencies"]}
    locked = {name: lock[f"node_modules/{name}"]["version"] for name in wanted}
    assert locked == wanted
    installed = {name: entry for name, entry in lock.items() if name}
    assert [name for name, entry in installed.items() if "integrity" not in entry] == []
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
