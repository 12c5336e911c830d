"""OpenFisca runs in a process of its own; where it cannot, a plain refusal says what to do."""

from __future__ import annotations

import json
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cspu.openfisca.process import Engine, Family, OpenFiscaMissing, python_of

ANSWER = '{"version": "176.1.8", "rows": [{"af": 153.01}]}'
NOBODY = [Family([{}])]
ANSWERS = f"for line in sys.stdin: print({ANSWER!r}, flush=True)"


@pytest.fixture
def starts(tmp_path: Path) -> Path:
    """A file with a line for each start of the program."""
    return tmp_path / "starts"


def program(tmp_path: Path, body: str) -> str:
    """Something that stands for a Python with OpenFisca."""
    file = tmp_path / "python"
    started = f"open({str(tmp_path / 'starts')!r}, 'a').write('once\\n')"
    file.write_text(f"#!{sys.executable}\nimport sys\n{started}\n{body}\n", "utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def engines(tmp_path: Path, body: str, seconds: int = 60) -> closing[Engine]:
    return closing(Engine(program(tmp_path, body), seconds=seconds))


def test_an_answer_comes_back_with_its_version(tmp_path: Path) -> None:
    with engines(tmp_path, ANSWERS) as engine:
        done = engine.compute(NOBODY, ["af"], "2026-05")
    assert done.version == "176.1.8"
    assert done.rows == [{"af": 153.01}]


def test_one_start_answers_many_questions(tmp_path: Path, starts: Path) -> None:
    with engines(tmp_path, ANSWERS) as engine:
        for month in range(1, 10):
            engine.compute(NOBODY, ["af"], f"2026-0{month}")
    assert starts.read_text("utf-8") == "once\n"


def test_a_process_that_failed_is_started_again(tmp_path: Path, starts: Path) -> None:
    dies = f"if len(open({str(tmp_path / 'starts')!r}).readlines()) == 1: sys.exit('down')"
    with engines(tmp_path, f"{dies}\n{ANSWERS}") as engine:
        with pytest.raises(OpenFiscaMissing, match="down"):
            engine.compute(NOBODY, ["af"], "2026-05")
        assert engine.compute(NOBODY, ["af"], "2026-05").rows
    assert starts.read_text("utf-8") == "once\n" * 2


def test_a_process_that_never_answers_is_ended(tmp_path: Path) -> None:
    with (
        engines(tmp_path, "for line in sys.stdin: pass", seconds=1) as engine,
        pytest.raises(OpenFiscaMissing),
    ):
        engine.compute(NOBODY, ["af"], "2026-05")


def test_families_are_given_as_json(tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    keep = f"open({str(seen)!r}, 'w').write(sys.stdin.readline())"
    family = Family([{"age": 40}], [{"age": 3}], {"rsa_isolement_recent": True})
    with engines(tmp_path, f"{keep}\nprint({ANSWER!r}, flush=True)") as engine:
        engine.compute([family], ["af"], "2026-05")
    asked = json.loads(seen.read_text("utf-8"))
    assert asked["period"] == "2026-05"
    assert asked["families"][0]["children"] == [{"age": 3}]


@pytest.mark.parametrize(
    "body",
    ["sys.exit('No module named openfisca_core')", "sys.exit(1)", "import nowhere_to_be_found"],
)
def test_a_failure_is_said_plainly(tmp_path: Path, body: str) -> None:
    with engines(tmp_path, body) as engine, pytest.raises(OpenFiscaMissing) as missing:
        engine.compute(NOBODY, ["af"], "2026-05")
    assert "CSPU_OPENFISCA_PYTHON" in missing.value.sentence("fr") + str(missing.value.next_step.fr)


def test_no_such_program_is_said_plainly(tmp_path: Path) -> None:
    with (
        closing(Engine(str(tmp_path / "none"), seconds=60)) as engine,
        pytest.raises(OpenFiscaMissing),
    ):
        engine.compute(NOBODY, ["af"], "2026-05")


def test_the_python_is_ours_unless_another_is_named() -> None:
    assert python_of({}) == sys.executable
    assert python_of({"CSPU_OPENFISCA_PYTHON": "/opt/of/bin/python"}) == "/opt/of/bin/python"
