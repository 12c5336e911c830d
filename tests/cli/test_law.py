"""`cspu law list|show|explain`, as an operator reads them on a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cspu.cli.trees import heading
from cspu.kernel.answers import Answer
from tests.cli.command import cspu
from tests.web.examples import HOURS_MISSING, explanation


@pytest.fixture(autouse=True)
def in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


def test_a_heading_says_the_period_and_never_takes_the_unknown_for_nothing() -> None:
    known = explanation(2025)
    unknown = replace(known, answer=Answer.UNKNOWN, amount=None)
    assert heading(known) == "2025  500\u00a0€"
    assert heading(replace(known, missing=(HOURS_MISSING,))) == "2025  au moins 500\u00a0€"
    assert heading(unknown) == "2025  pas encore connu"
    assert heading(replace(unknown, answer=Answer.NO)) == "2025  rien"
    assert heading(replace(unknown, answer=Answer.YES)) == "2025  oui"


def test_a_right_misspelt_is_met_with_the_nearest(tmp_path: Path) -> None:
    done = cspu(tmp_path, "law", "show", "cpff")
    assert done.returncode == 1
    assert "Peut-être cpf ? `cspu law list` les nomme tous." in done.stderr
    assert "Peut-être" not in cspu(tmp_path, "law", "show", "zzzz").stderr


def test_the_list_fits_a_terminal_and_json_has_all(tmp_path: Path) -> None:
    shown = cspu(tmp_path, "law", "list", COLUMNS="80").stdout
    assert "career_guidance" in shown
    assert "Compte personnel de" in shown
    first = json.loads(cspu(tmp_path, "law", "list", "--json").stdout.splitlines()[0])
    assert {"id", "pack", "family", "gives", "label", "unit", "period", "versions"} == set(first)
    assert "libellé" in shown
