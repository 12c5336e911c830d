"""The page of the documents is the one the files give, and the command says the same."""

from __future__ import annotations

import json
from pathlib import Path

from cspu.trust.access import load_access
from cspu.trust.access.markdown import render
from tests.cli.command import cspu

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "access.md"


def test_the_page_is_not_stale() -> None:
    """Write it again: `cspu trust access --markdown > docs/reference/access.md`."""
    assert PAGE.read_text("utf-8") == render(load_access())


def test_the_command_lists_every_allowed_case(tmp_path: Path) -> None:
    done = cspu(tmp_path, "trust", "access", "--json", "--region", "53")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == sum(cell.basis is not None for cell in load_access().cells("53"))
    assert {line["may"] for line in lines} == {label.fr for label in load_access().verbs.values()}


def test_an_unknown_region_is_refused(tmp_path: Path) -> None:
    done = cspu(tmp_path, "trust", "access", "--region", "99")
    assert done.returncode == 1
    assert "trust.unknown_region" in done.stderr
