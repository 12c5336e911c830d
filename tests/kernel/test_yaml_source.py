"""The YAML reader keeps lines, exact numbers, and every fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cspu.kernel.yaml_source import Finding, Form, Item, read_yaml_text


def read(text: str) -> tuple[Item | None, list[Finding]]:
    """The item and the findings of a text."""
    findings: list[Finding] = []
    return read_yaml_text(text, findings, file="f.yaml"), findings


def test_scalars_are_exact() -> None:
    """Decimals stay decimal, dates are dates, texts are texts."""
    item, findings = read("a: 0.1\nb: 12\nc: 2024-02-29\nd: yes\ne: null\nf: '06-01'\n")
    assert findings == []
    assert item is not None
    assert item.mapping is not None
    values = {name: part.value for name, part in item.mapping.items()}
    assert values == {
        "a": Decimal("0.1"),
        "b": 12,
        "c": date(2024, 2, 29),
        "d": True,
        "e": None,
        "f": "06-01",
    }
    assert [part.line for part in item.mapping.values()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "yaml", 1),
        ("a: [1\nb: 2\n", "yaml", 2),
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3),
        ("a:\n  b: 1\n  b: 2\n", "duplicate_key", 3),
        ("a: 1\nb: 2024-02-30\n", "value", 2),
    ],
)
def test_faults_have_lines(text: str, code: str, line: int) -> None:
    """Malformed texts, repeated keys and impossible values say where."""
    _, [finding] = read(text)
    assert (finding.code, finding.line, finding.file) == (code, line, "f.yaml")


@pytest.mark.parametrize(
    "written",
    [
        "a: one\n   two\n",
        "a: >-\n  one\n  two\n",
        "a: |\n  one\n  two\n",
        'a: "one\n  two"\n',
        "a: 'one\n  two'\n",
    ],
)
def test_the_line_of_a_word_survives_folding(written: str) -> None:
    """A word of a text over several lines is found on its own line."""
    item, _ = read(written)
    assert item is not None
    assert item.mapping is not None
    text = item.mapping["a"]
    assert isinstance(text.value, str)
    expected = written[: written.index("two")].count("\n") + 1
    assert text.line_at(text.value.index("two")) == expected
    assert text.line_at(text.value.index("one")) == expected - 1


def test_form_collects_every_fault() -> None:
    """Missing, unknown and mistyped keys come together."""
    item, findings = read("name: 3\nextra: x\nlabel: {fr: Nom}\nwhen: 3\ncount: true\n")
    assert item is not None
    form = Form(item, findings, required=("name", "label", "when", "count", "missing"))
    assert form.text("name") == ""
    assert form.integer("count") == 0
    assert form.day("when") is None
    assert form.bilingual("label").fr == "Nom"
    assert [(finding.code, finding.line) for finding in findings] == [
        ("unknown_key", 2),
        ("missing_key", 1),
        ("shape", 1),
        ("shape", 5),
        ("shape", 4),
        ("language", 3),
    ]
