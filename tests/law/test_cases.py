"""Every worked case of every right, on both engines."""

from __future__ import annotations

import re
import shutil
from fractions import Fraction
from pathlib import Path

import duckdb
import psycopg
import pytest

from cspu.kernel.yaml_source import Finding
from cspu.law import Right, load_pack
from cspu.law.cases import Case, arithmetic, case_sql, check_cases, load_cases, mismatches
from cspu.law.loading import TEXTS, packs_of
from cspu.law.typed import Engine
from cspu.lifecourse.vocabulary import load_vocabulary

PACK = load_pack(packs=packs_of())
LIFE = load_vocabulary()
FINDINGS: list[Finding] = []
CASES = [
    pytest.param(right, case, id=f"{right.id}-{case.name}")
    for right in PACK
    for case in load_cases(PACK, right, LIFE.facts, FINDINGS)
]


def test_cases_are_well_written() -> None:
    """No fault in the files, at least six cases a right, one a version, and every kind."""
    assert [str(finding) for finding in check_cases(PACK, LIFE.facts)] == []


@pytest.mark.parametrize(
    ("pattern", "instead", "said"),
    [
        ("(answer|amount): unknown", r"\1: false", "unknown"),
        ("not_in_force", "false", "before the first version"),
        ("(self_employment_income|platform_income): [1-9.][0-9.]*", r"\1: 0", "two of them"),
    ],
    ids=["unknown", "before", "several"],
)
def test_each_kind_of_case_is_required(
    tmp_path: Path, pattern: str, instead: str, said: str
) -> None:
    """Without the unknown, the time before the law, or two activities at once, it is refused."""
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    file = folder / "fr" / "cases" / "youth_contract.yaml"
    text = re.sub(pattern, instead, file.read_text("utf-8"))
    file.write_text(text.replace("amount: false", "amount: 0"), "utf-8")
    pack = load_pack(folder).only("youth_contract")
    found = [(each.code, each.message.en) for each in check_cases(pack, LIFE.facts)]
    assert [code for code, _ in found] == ["kind_of_case"], found
    assert said in found[0][1]


@pytest.mark.parametrize(("right", "case"), CASES)
def test_case_holds_on_postgres(right: Right, case: Case, postgres: psycopg.Connection) -> None:
    """What awards gives what the case expects."""
    wrong = []
    for period in case.periods:
        sql = case_sql(period, right, PACK, LIFE.facts, Engine.POSTGRES)
        found = None if sql is None else postgres.execute(sql).fetchone()
        scale = PACK.scale_of(right)
        wrong += [f"line {period.line}: {text}" for text in mismatches(period, found, scale)]
    assert wrong == []


@pytest.mark.parametrize(("right", "case"), CASES)
def test_case_holds_on_duckdb(right: Right, case: Case, duck: duckdb.DuckDBPyConnection) -> None:
    """What simulates gives what the case expects."""
    wrong = []
    for period in case.periods:
        sql = case_sql(period, right, PACK, LIFE.facts, Engine.DUCKDB)
        found = None if sql is None else duck.execute(sql).fetchone()
        scale = PACK.scale_of(right)
        wrong += [f"line {period.line}: {text}" for text in mismatches(period, found, scale)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500 * 600 / 1607 rounded up to 0.01", Fraction("186.69")),
        ("(2.5 * 21 + 2 * 10) / 31 rounded half up to 0.01", Fraction("2.34")),
        ("7 / 2 rounded down to 1", Fraction(3)),
        ("1 - 0.25", Fraction(3, 4)),
    ],
)
def test_expected_amounts_are_exact_arithmetic(text: str, expected: Fraction) -> None:
    """Amounts are written as the sum a jurist would do by hand."""
    assert arithmetic(text) == expected


@pytest.mark.parametrize("text", ["", "two", "__import__('os')", "2 ** 8", "1 rounded to 2", "a+1"])
def test_expected_amounts_are_nothing_else(text: str) -> None:
    """Only numbers and the four operations."""
    with pytest.raises(ValueError, match=r"^"):
        arithmetic(text)
