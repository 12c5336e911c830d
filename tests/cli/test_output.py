"""How figures by name are laid out, on a narrow screen too."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest

from cspu.cli.output import print_rows

REFERENCE = UUID("6110de1e-0c9f-dce6-91ec-d372dc5a8902")
ROWS: list[dict[str, object]] = [
    {
        "debt": REFERENCE,
        "owed": 205,
        "words": "Je n’ai jamais eu ces heures de travail",
        "until": None,
        "agreed": True,
    },
    {"debt": REFERENCE, "owed": 7, "words": "Peut-être", "until": None, "agreed": False},
]


@pytest.mark.parametrize("columns", ["40", "70", "200"])
def test_a_reference_is_never_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_rows(ROWS, as_json=False)
    said = capsys.readouterr().out
    assert said.count(str(REFERENCE)) == len(ROWS)
    assert "None" not in said
    # Yes and no in words, whatever the layout.
    assert "True" not in said
    assert len(re.findall(r"\b(?:oui|yes)\b", said)) == 1
    assert "travail" in said


def test_json_keeps_names_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, as_json=True)
    first, _ = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["debt"] == str(REFERENCE)
    assert first["until"] is None
