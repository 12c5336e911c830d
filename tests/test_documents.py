"""What the documents point to exists, and what they list is all there is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import typer.main

from cspu.cli import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def documents() -> Iterator[Path]:
    yield from (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents()
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8"))
        if "://" not in target and not (document.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "adr" / "README.md").read_text("utf-8")
    pages = {path.name for path in (DOCS / "adr").glob("0*.md")}
    assert set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", index)) == pages


def test_the_reference_lists_every_table(pg: psycopg.Connection) -> None:
    held = pg.execute(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN"
        " ('pg_catalog', 'information_schema', 'public') AND n.nspname !~ '^pg_'"
    ).fetchall()
    text = (DOCS / "reference" / "schema.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+\.\w+)`", text, re.MULTILINE)) == {name for (name,) in held}


def commands(command: object, name: str) -> Iterator[str]:
    """The full name of every command below one."""
    inside: dict[str, object] = getattr(command, "commands", {})
    if not inside or getattr(command, "invoke_without_command", False):
        yield name
    for each, below in inside.items():
        yield from commands(below, f"{name} {each}")


def test_the_reference_lists_every_command() -> None:
    text = (DOCS / "reference" / "cli.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(cspu [a-z -]+)` \|", text, re.MULTILINE))
    assert listed == set(commands(typer.main.get_command(app), "cspu"))


def test_the_table_of_libraries_says_the_pinned_versions() -> None:
    text = (DOCS / "adr" / "0014-libraries.md").read_text("utf-8")
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    pins = dict(
        re.findall(
            r"^([a-z0-9-]+)==(\S+)",
            (ROOT / "requirements-dev.txt").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = set(re.findall(r'^    "([a-z0-9-]+)(?:\[[^"]*)?[>=<]', project, re.MULTILINE))
    versions = {name: pins[name] for name in wanted & set(pins)}
    versions |= {**package["dependencies"], **package["devDependencies"]}
    missing = [f"{name} {version}" for name, version in versions.items() if version not in text]
    assert missing == []


def test_the_table_of_security_counts_its_own_lines() -> None:
    text = (DOCS / "reference" / "asvs.md").read_text("utf-8")
    lines = re.findall(r"^\| \d+\.\d+\.\d+ \| \d \|[^|]+\| ([^|]+) \|", text, re.MULTILINE)
    found = Counter(each.strip("*") for each in lines)
    said = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    assert said is not None
    kinds = ("done", "partly", "gap", "not applicable")
    assert [int(each) for each in said.groups()] == [found[kind] for kind in kinds]
    assert set(found) == set(kinds)
