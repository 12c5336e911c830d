"""What the language of the law accepts, and how it refuses the rest."""

from __future__ import annotations

import pytest

from cspu.law.expressions import Kind, Origin, Symbol, ValueType, parse
from cspu.law.expressions.nodes import BOOLEAN, DATE, TEXT, Arithmetic, Case, Logic
from cspu.law.expressions.tokens import MAX_LENGTH

SCOPE = {
    symbol.name: symbol
    for symbol in (
        Symbol("age", Origin.FACT, ValueType.number(3, 0)),
        Symbol("hours", Origin.FACT, ValueType.number(12, 2)),
        Symbol("employed", Origin.FACT, BOOLEAN),
        Symbol("born", Origin.FACT, DATE),
        Symbol("level", Origin.FACT, TEXT, frozenset({"none", "level_3"})),
        Symbol("free_text", Origin.FACT, TEXT),
        Symbol("credit", Origin.PARAMETER, ValueType(Kind.NUMBER, 2, 50000)),
    )
}

REFUSED = [
    # what is not of the language at all
    ("", "empty", ""),
    ("age::int > 3", "not_in_language", "::"),
    ("CAST(age AS text) = '3'", "not_in_language", "CAST"),
    ("age IS NULL", "not_in_language", "IS"),
    ("NULL", "not_in_language", "NULL"),
    ("coalesce(age, 1) > 0", "not_in_language", "coalesce"),
    ("(SELECT 1) = 1", "not_in_language", "SELECT"),
    ("age IN (SELECT 1)", "not_in_language", "SELECT"),
    ("EXISTS (SELECT 1)", "not_in_language", "EXISTS"),
    ("ledger.balance > 0", "not_in_language", "."),
    ('"age" > 3', "not_in_language", '"age"'),
    ("Age > 3", "not_in_language", "Age"),
    ("age % 2 = 0", "not_in_language", "%"),
    ("age ^ 2 = 4", "not_in_language", "^"),
    ("free_text || 'a' = 'b'", "not_in_language", "||"),
    ("free_text LIKE 'a'", "not_in_language", "LIKE"),
    ("free_text ->> 'a' = 'b'", "not_in_language", "->>"),
    ("age > $1", "not_in_language", "$"),
    ("age > 3; DROP TABLE t", "not_in_language", ";"),
    ("age -- years\n > 3", "comment", "age"),
    ("current_date > born", "not_in_language", "current_date"),
    ("now() > born", "not_in_language", "now"),
    ("random() > 1", "not_in_language", "random"),
    ("abs(age) > 1", "not_in_language", "abs(age)"),
    ("pg_read_file('a') = 'b'", "unknown_function", "pg_read_file('a')"),
    ("sum(age) > 1", "not_in_language", "sum(age)"),
    ("(age, 1) = (2, 3)", "not_in_language", "age, 1"),
    ("age = ANY(1)", "not_in_language", "ANY"),
    ("age age", "not_in_language", "age age"),
    # what is badly written
    ("age >", "syntax", ">"),
    ("age + (", "syntax", "("),
    ("'abc", "syntax", "'abc"),
    ("age = 1, 2", "syntax", ","),
    ("age > 1e5", "number_literal", "1e5"),
    ("free_text = 'l''été'", "text_literal", "'l''été'"),
    ("free_text = E'a'", "not_in_language", "E'a'"),
    ("born > DATE '2020-02-31'", "date_literal", "'2020-02-31'"),
    (
        "hours > 1234567890123456789012345678901",
        "number_literal",
        "1234567890123456789012345678901",
    ),
    ("(" * 30 + "age" + ")" * 30, "too_long", "(" * 30 + "age" + ")" * 7 + "…"),
    ("age > 1 OR " * 400 + "TRUE", "too_long", ("age > 1 OR " * 400)[:40] + "…"),
    # names and values
    ("agee > 3", "unknown_name", "agee"),
    ("level = 'level_9'", "unknown_value", "'level_9'"),
    ("level IN ('none', 'bac')", "unknown_value", "'bac'"),
    # types
    ("age + employed > 1", "type", "age + employed"),
    ("age = 'trois'", "type", "age = 'trois'"),
    ("born > 3", "type", "born > 3"),
    ("born + 1 > born", "type", "born + 1"),
    ("employed < employed", "type", "employed < employed"),
    ("level < 'none'", "type", "level < 'none'"),
    ("age AND employed", "type", "age AND employed"),
    ("NOT age", "type", "age"),
    ("- employed", "type", "employed"),
    ("CASE WHEN age THEN 1 ELSE 2 END", "type", "age THEN 1 ELSE 2"),
    ("CASE WHEN employed THEN 1 ELSE born END", "type", "employed THEN 1 ELSE born"),
    ("CASE WHEN employed THEN 1 END", "case_without_else", "employed THEN 1"),
    ("CASE age WHEN 1 THEN 1 ELSE 2 END", "simple_case", "age WHEN 1 THEN 1 ELSE 2"),
    ("age IN (hours, 2)", "in_literals", "age IN (hours, 2)"),
    ("age < hours < 3", "chained", "age < hours < 3"),
    ("least(age) = 1", "extremum", "least(age)"),
    ("least(level, 'none') = 'none'", "extremum", "least(level, 'none')"),
    # divisions and roundings
    ("hours / age > 1", "unrounded", "hours / age"),
    ("hours / age + 1", "unrounded", "hours / age"),
    ("least(hours / age, 1)", "unrounded", "hours / age"),
    ("CASE WHEN employed THEN hours / age ELSE 1 END", "unrounded", "hours / age"),
    ("- (hours / age)", "unrounded", "hours / age"),
    ("2 / (hours / age)", "divide_by_ratio", "2 / (hours / age)"),
    ("age / 0", "divide_by_zero", "age / 0"),
    ("round_up(hours)", "decimals", "round_up(hours)"),
    ("round_up(hours, age)", "decimals", "round_up(hours, age)"),
    ("round_up(hours, -1)", "decimals", "round_up(hours, -1)"),
    ("round_up(hours, 11)", "decimals", "round_up(hours, 11)"),
    ("round(hours, 1)", "not_in_language", "round(hours, 1)"),
    ("hours * hours * hours * hours", "too_many_digits", "hours * hours * hours * hours"),
    ("least(1, " * 7 + "age" + ")" * 7, "too_nested", "least(1, " * 7 + "age" + ")"),
]


@pytest.mark.parametrize(
    ("text", "code", "offending"), REFUSED, ids=[row[0][:40] for row in REFUSED]
)
def test_refused(text: str, code: str, offending: str) -> None:
    """The refusal names its reason, shows the part, and says what is allowed in both languages."""
    reading = parse(text, SCOPE)
    assert reading.node is None
    first = reading.refusals[0]
    assert (first.code, first.offending) == (code, offending)
    assert first.message.fr
    assert first.message.en
    assert first.message.fr != first.message.en


def test_every_refusal_is_collected() -> None:
    """One fault does not hide the next."""
    text = "level = 'level_9' AND nobody > 3 AND age + employed > 1 AND least(age) = 2"
    codes = [refusal.code for refusal in parse(text, SCOPE).refusals]
    assert codes == ["unknown_value", "unknown_name", "type", "extremum"]


@pytest.mark.parametrize("text", ["NOT " * 500 + "employed", "- " * 500 + "age", "(" * 3000])
def test_hostile_nesting_is_refused_not_crashed(text: str) -> None:
    """A text cannot exhaust the reader."""
    assert len(text) <= MAX_LENGTH
    assert parse(text, SCOPE).node is None


ACCEPTED = [
    ("age", Kind.NUMBER, 0, 3),
    ("- age", Kind.NUMBER, 0, 3),
    ("hours + 1", Kind.NUMBER, 2, 13),
    ("hours * 0.5", Kind.NUMBER, 3, 13),
    ("credit", Kind.NUMBER, 2, 5),
    ("credit * hours / 1607", Kind.RATIO, 4, 17),
    ("round_up(credit * hours / 1607, 2)", Kind.NUMBER, 2, 17),
    ("round_down(hours, 0)", Kind.NUMBER, 0, 13),
    ("CASE WHEN employed THEN 1.5 ELSE age END", Kind.NUMBER, 1, 4),
    ("least(age, 1.25)", Kind.NUMBER, 2, 5),
    ("greatest(least(hours, age), 0)", Kind.NUMBER, 2, 5),
    ("least(greatest(hours, credit), age, 31)", Kind.NUMBER, 2, 5),
    ("greatest(least(hours, age), hours)", Kind.NUMBER, 2, 12),
    ("age BETWEEN 1 AND 2.5", Kind.BOOLEAN, 0, 1),
    ("level NOT IN ('none') AND born < DATE '1956-07-01' OR employed", Kind.BOOLEAN, 0, 1),
    ("greatest(born, DATE '2020-01-01')", Kind.DATE, 0, 1),
    ("CASE WHEN employed THEN level ELSE 'none' END", Kind.TEXT, 0, 1),
]


@pytest.mark.parametrize(("text", "kind", "scale", "digits"), ACCEPTED)
def test_inferred_types(text: str, kind: Kind, scale: int, digits: int) -> None:
    """Scale and digits are known before anything runs."""
    node = parse(text, SCOPE).node
    assert node is not None
    assert (node.type.kind, node.type.scale, node.type.digits) == (kind, scale, digits)


def test_trees_remember_where_they_were_written() -> None:
    """Spans point into the text."""
    text = "CASE WHEN age >= 16 AND employed THEN 2 * credit ELSE 0 END"
    node = parse(text, SCOPE).node
    assert isinstance(node, Case)
    [branch] = node.branches
    assert isinstance(branch.condition, Logic)
    assert isinstance(branch.value, Arithmetic)
    shown = [text[part.span.start : part.span.end] for part in (branch.condition, branch.value)]
    assert shown == ["age >= 16 AND employed", "2 * credit"]
