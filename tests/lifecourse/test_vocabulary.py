"""The vocabulary that ships is sound; each kind of fault is refused at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspu.kernel.facts import FactType
from cspu.lifecourse.vocabulary import VOCABULARY_FILE, VocabularyRefused, load_vocabulary

FAULTS = [
    ("lane: work,", "lane: wrok,", "lane", "wrok"),
    ("derive: {age: period_end}", "derive: {age: today}", "derive", "today"),
    ("derive: {age: period_end}", "derive: {birthday: today}", "derive", "age"),
    ("derive: {sum: hours_worked}", "derive: {sum: hours}", "derive", "hours"),
    ("{in: [employment, apprenticeship]}", "{in: [employment, job]}", "derive", "job"),
    ("{in: [employment, apprenticeship]}", "{days_in: [employment]}", "type", "boolean"),
    ("    type: integer\n", "    type: number\n", "choice", "number"),
    ("    digits: 3\n", "    digits: 30\n", "digits", "30/0"),
    ("  hours_worked:\n    unit", "  Hours:\n    unit", "name", "Hours"),
    ("when_incomplete: at_least", "when_incomplete: guess", "choice", "guess"),
]


def test_shipped_vocabulary_is_sound() -> None:
    """It loads, and says what the first rights need."""
    life = load_vocabulary()
    assert {"employment", "caregiving", "civic_service", "retirement"} <= set(life.statuses)
    assert life.facts["hours_worked"].type is FactType.DECIMAL
    assert life.facts["hours_worked"].scale == 2
    assert life.facts["education_level"].values["none"].fr == "Aucun diplôme"


def test_units_of_facts_exist(tmp_path: Path) -> None:
    """Every unit of a fact is one that amounts can be written in."""
    units = (VOCABULARY_FILE.parents[1] / "law" / "texts" / "units.yaml").read_text("utf-8")
    known = {line.partition(":")[0] for line in units.splitlines() if line[:1].isalpha()}
    life = load_vocabulary()
    used = {fact.unit for fact in life.facts.values()} | {
        measure.unit for measure in life.measures.values()
    }
    assert used - {""} <= known


@pytest.mark.parametrize(("old", "new", "code", "offending"), FAULTS)
def test_fault_is_refused(tmp_path: Path, old: str, new: str, code: str, offending: str) -> None:
    """The finding names the file, a line near the fault, and the part."""
    text = VOCABULARY_FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "vocabulary.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(VocabularyRefused) as refused:
        load_vocabulary(file)
    finding = next(found for found in refused.value.findings if found.code == code)
    assert finding.offending == offending
    assert finding.file == "vocabulary.yaml"
    line = text[: text.index(old)].count("\n") + 1
    assert abs(finding.line - line) <= 12
