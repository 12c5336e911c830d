"""The example of the how-to is a real text: it passes the checker and gives what it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import psycopg

from cspu.kernel.yaml_source import Finding
from cspu.law import check_pack, load_pack
from cspu.law.cases import case_sql, load_cases, mismatches
from cspu.law.loading import TEXTS
from cspu.law.model import Gives
from cspu.law.typed import Engine
from cspu.lifecourse.vocabulary import LifeVocabulary

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "write-a-right.md"


def test_example_of_the_howto_holds(
    tmp_path: Path, life: LifeVocabulary, postgres: psycopg.Connection
) -> None:
    """Whoever copies the example starts from something true."""
    text, status, cases = re.findall(r"```yaml\n(.*?)```", HOWTO.read_text("utf-8"), re.DOTALL)
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    (folder / "fr" / "volunteer_bonus.yaml").write_text(text, "utf-8")
    (folder / "fr" / "library_card.yaml").write_text(status, "utf-8")
    (folder / "fr" / "cases" / "volunteer_bonus.yaml").write_text(cases, "utf-8")
    pack = load_pack(folder)
    findings: list[Finding] = check_pack(pack, life.facts, statuses=life.statuses)
    right = pack.rights["volunteer_bonus"]
    [case] = load_cases(pack, right, life.facts, findings)
    assert [str(finding) for finding in findings] == []
    assert pack.rights["library_card"].gives is Gives.STATUS
    for period in case.periods:
        sql = case_sql(period, right, pack, life.facts, Engine.POSTGRES)
        found = None if sql is None else postgres.execute(sql.encode()).fetchone()
        assert list(mismatches(period, found, pack.scale_of(right))) == []
