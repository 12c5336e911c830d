"""OpenFisca runs in a process of its own; where it cannot, a plain refusal says what to do."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from cspu.openfisca.process import Family, OpenFiscaMissing, compute, python_of

ANSWER = '{"version": "176.1.8", "rows": [{"af": 153.01}]}'
NOBODY = [Family([{}])]


def program(tmp_path: Path, body: str) -> str:
    """Something that stands for a Python with OpenFisca."""
    file = tmp_path / "python"
    file.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_an_answer_comes_back_with_its_version(tmp_path: Path) -> None:
    python = program(tmp_path, f"sys.stdin.read(); print('''{ANSWER}''')")
    done = compute(NOBODY, ["af"], month="2026-05", python=python, seconds=60)
    assert done.version == "176.1.8"
    assert done.rows == [{"af": 153.01}]


def test_families_are_given_as_json(tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    body = f"open({str(seen)!r}, 'w').write(sys.stdin.read()); print('''{ANSWER}''')"
    family = Family([{"age": 40}], [{"age": 3}], {"rsa_isolement_recent": True})
    compute([family], ["af"], month="2026-05", python=program(tmp_path, body), seconds=60)
    assert '"period": "2026-05"' in seen.read_text("utf-8")
    assert '"children": [{"age": 3}]' in seen.read_text("utf-8")


@pytest.mark.parametrize(
    "body",
    ["sys.exit('No module named openfisca_core')", "sys.exit(1)", "import nowhere_to_be_found"],
)
def test_a_failure_is_said_plainly(tmp_path: Path, body: str) -> None:
    with pytest.raises(OpenFiscaMissing) as missing:
        compute(NOBODY, ["af"], month="2026-05", python=program(tmp_path, body), seconds=60)
    assert "CSPU_OPENFISCA_PYTHON" in missing.value.sentence("fr") + str(missing.value.next_step.fr)


def test_no_such_program_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(OpenFiscaMissing):
        compute(NOBODY, ["af"], month="2026-05", python=str(tmp_path / "none"), seconds=60)


def test_the_python_is_ours_unless_another_is_named() -> None:
    assert python_of({}) == sys.executable
    assert python_of({"CSPU_OPENFISCA_PYTHON": "/opt/of/bin/python"}) == "/opt/of/bin/python"
