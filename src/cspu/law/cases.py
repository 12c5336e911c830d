"""Worked cases of each right: facts a jurist can read, and what the law gives, as arithmetic.

A case is evaluated by the engines, never here: `case_sql` writes one SELECT, and `mismatches`
compares the row that comes back with what the case expects.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cspu.kernel.answers import Answer
from cspu.kernel.facts import Fact, FactType, Vocabulary
from cspu.kernel.periods import Period, PeriodKind, month_of, periods_between
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, Scalar, known_values, read_yaml
from cspu.law.expressions import compile_duckdb, compile_postgres
from cspu.law.model import Gives, LawPack, Right, Value
from cspu.law.trees import (
    duckdb_version,
    postgres_version,
    read_version,
    version_trees,
    with_steps,
)
from cspu.law.typed import Engine, typed_row

EXPECTATIONS = ("amount", "cap", "protected")
FEWEST = 6
"""The least number of cases of a right."""
_EXPECTED_OF = {
    Gives.BALANCE: EXPECTATIONS,
    Gives.PAYMENT: ("amount",),
    Gives.STATUS: (),
    Gives.ACCOUNT: (),
}
NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class CasePeriod:
    """One period of a case: its facts, and the answer expected (None: no law in force).

    `expected` holds exact amounts in whole units for amount, cap and protected; those that the
    case does not speak of are absent, those expected unknown are None.
    """

    period: Period
    facts: Mapping[str, Value | None]
    answer: Answer | None
    expected: Mapping[str, Fraction | None]
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """A life in a few facts, and where the expected result comes from."""

    right: str
    name: str
    title: str
    source: str
    periods: tuple[CasePeriod, ...]
    file: str


def load_cases(
    pack: LawPack, right: Right, vocabulary: Vocabulary, findings: list[Finding]
) -> tuple[Case, ...]:
    """Read fr/cases/<id>.yaml; whatever is wrong in it is added to `findings`."""
    path = pack.cases_of(right)
    name = f"{right.pack}/cases/{path.name}"
    if not path.exists():
        findings.append(right.item.finding("no_cases", right.id, _NO_CASES))
        return ()
    item = read_yaml(path, findings, name=name)
    if item is None:
        return ()
    form = Form(item, findings, required=("cases",), optional=("always",))
    always = _facts(form, "always", vocabulary)
    reader = _Reader(right, vocabulary, always, findings)
    return tuple(reader.case(case, part, name) for case, part in form.named("cases").items())


def check_cases(pack: LawPack, vocabulary: Vocabulary) -> list[Finding]:
    """What is wrong with the cases: unreadable, fewer than six, or of a kind that none shows.

    Each version has a case; so has the time before the first one. A right that reads facts has a
    case where the answer or the amount is unknown, and one that adds what several activities earn
    has a case where two of them do.
    """
    findings: list[Finding] = []
    for right in pack:
        before = len(findings)
        cases = load_cases(pack, right, vocabulary, findings)
        if len(findings) == before:
            findings += _too_few(right, cases)
            findings += _kinds_missing(right, cases, vocabulary)
    return findings


def _too_few(right: Right, cases: Sequence[Case]) -> Iterator[Finding]:
    if len(cases) < FEWEST:
        yield right.item.finding("few_cases", f"{right.id}: {len(cases)}", _FEW_CASES)
    ends = [
        period.period.end for case in cases for period in case.periods if period.answer is not None
    ]
    for version in right.versions:
        if not any(end in version for end in ends):
            yield version.item.finding("few_cases", str(version.in_force), _VERSION_CASE)


def _kinds_missing(
    right: Right, cases: Sequence[Case], vocabulary: Vocabulary
) -> Iterator[Finding]:
    read = [read_version(right, version, vocabulary, []) for version in right.versions]
    trees = [each for each in read if each is not None]
    if len(trees) < len(read):
        return  # what it speaks of is not known yet: the check of the texts says which part is refused
    periods = [period for case in cases for period in case.periods]
    facts = frozenset[str]().union(*(each.facts for each in trees))
    if facts and not any(
        period.answer is Answer.UNKNOWN or None in period.expected.values() for period in periods
    ):
        yield right.item.finding("kind_of_case", right.id, _UNKNOWN_CASE)
    if all(period.answer is not None for period in periods):
        yield right.item.finding("kind_of_case", right.id, _BEFORE_CASE)
    earned = {name for name in facts if vocabulary[name].earned}
    if len(earned) > 1 and not any(_several(earned, period.facts) for period in periods):
        yield right.item.finding("kind_of_case", ", ".join(sorted(earned)), _SEVERAL_CASE)


def _several(earned: Collection[str], facts: Mapping[str, Value | None]) -> bool:
    """Whether at least two of these facts are above none."""
    values = [facts.get(name) for name in earned]
    return sum(isinstance(value, Decimal) and value > 0 for value in values) > 1


def case_sql(
    period: CasePeriod, right: Right, pack: LawPack, vocabulary: Vocabulary, engine: Engine
) -> str | None:
    """One SELECT of `answer, amount, cap, protected` (integers of the unit's smallest part).

    None when no version is in force at the end of the period.
    """
    day = period.period.end
    version = right.version_on(day)
    if version is None:
        return None
    trees = version_trees(right, version, vocabulary)
    compiler = postgres_version if engine is Engine.POSTGRES else duckdb_version
    sql = compiler(trees, pack.scale_of(right), str)
    facts = typed_row(trees, vocabulary, period.facts, day, engine)
    row = with_steps(
        trees, facts, compile_postgres if engine is Engine.POSTGRES else compile_duckdb
    )
    given = ", ".join(f"{getattr(sql, name) or 'NULL'} AS {name}" for name in EXPECTATIONS)
    return f"SELECT {sql.when} AS answer, {given} FROM {row}"  # noqa: S608 - all compiled here


def mismatches(period: CasePeriod, found: Sequence[object] | None, scale: int) -> Iterator[str]:
    """What differs between a row of `case_sql` and the case; nothing when the case holds."""
    if found is None or period.answer is None:
        if found is not None or period.answer is not None:
            yield f"in force: {found is not None}, expected {period.answer}"
        return
    truth, *amounts = found
    answer = Answer.of(truth if isinstance(truth, bool) else None)
    if answer is not period.answer:
        yield f"answer {answer}, expected {period.answer}"
    for name, minor in zip(EXPECTATIONS, amounts, strict=True):
        if name not in period.expected:
            continue
        value = None if minor is None else Fraction(int(str(minor)), 10**scale)
        if value != period.expected[name]:
            yield f"{name} {value}, expected {period.expected[name]}"


_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_ROUNDED = re.compile(r"(?P<sum>.+?) rounded (?P<way>up|down|half up) to (?P<step>[0-9.]+)")
_WAYS: Mapping[str, Callable[[Fraction], int]] = {
    "up": math.ceil,
    "down": math.floor,
    "half up": lambda value: math.floor(value + Fraction(1, 2)),
}


def arithmetic(text: str) -> Fraction:
    """`500 * 600 / 1607 rounded up to 0.01`, exactly. ValueError when it is anything else."""
    match = _ROUNDED.fullmatch(text.strip())
    if match is None:
        return _sum(text)
    step = Fraction(match["step"])
    return _WAYS[match["way"]](_sum(match["sum"]) / step) * step


def _sum(text: str) -> Fraction:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(text) from error
    return _number(tree, text.strip())


def _number(tree: ast.expr, text: str) -> Fraction:
    match tree:
        case ast.Constant() if _NUMBER.fullmatch(ast.get_source_segment(text, tree) or ""):
            return Fraction(ast.get_source_segment(text, tree) or "")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _number(left, text) + _number(right, text)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _number(left, text) - _number(right, text)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _number(left, text) * _number(right, text)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _number(left, text) / _number(right, text)
        case _:
            raise ValueError(text)


@dataclass(frozen=True, slots=True)
class _Reader:
    right: Right
    vocabulary: Vocabulary
    always: Mapping[str, Value | None]
    findings: list[Finding]

    def case(self, name: str, item: Item, file: str) -> Case:
        form = Form(item, self.findings, required=("title", "source", "periods"))
        periods = tuple(
            period for part in form.items("periods") if (period := self._period(part)) is not None
        )
        title, source = form.text("title"), form.text("source")
        return Case(self.right.id, name, title, source, periods, file)

    def _period(self, item: Item) -> CasePeriod | None:
        form = Form(
            item,
            self.findings,
            required=("period", "facts", "answer"),
            optional=_EXPECTED_OF[self.right.gives],
        )
        written = form["period"]
        period = _span(str(written.value) if written else "", self.right.period)
        if period is None:
            self.findings.append(item.finding("period", "period", _PERIOD))
            return None
        facts = {**self.always, **_facts(form, "facts", self.vocabulary)}
        expected = {name: self._expected(form, name) for name in EXPECTATIONS if name in form}
        return CasePeriod(period, facts, self._answer(form), expected, item.line)

    def _answer(self, form: Form) -> Answer | None:
        item = form["answer"]
        if item is None or item.value == NOT_IN_FORCE:
            return None
        if isinstance(item.value, bool):
            return Answer.of(item.value)
        if item.value != Answer.UNKNOWN:
            allowed = known_values((*Answer, NOT_IN_FORCE))
            self.findings.append(item.finding("answer", str(item.value), allowed))
        return Answer.UNKNOWN

    def _expected(self, form: Form, name: str) -> Fraction | None:
        item = form[name]
        if item is None or item.value == Answer.UNKNOWN:
            return None
        try:
            return arithmetic(str(item.value))
        except (ValueError, ZeroDivisionError):
            self.findings.append(item.finding("arithmetic", str(item.value), _ARITHMETIC))
            return None


def _facts(form: Form, name: str, vocabulary: Vocabulary) -> dict[str, Value | None]:
    found: dict[str, Value | None] = {}
    for fact_name, item in form.named(name).items():
        fact = vocabulary.get(fact_name)
        if fact is None:
            form.findings.append(item.finding("unknown_name", fact_name, known_values(vocabulary)))
            continue
        value = _exact(item.value)
        if not _fits(fact, value):
            form.findings.append(item.finding("type", f"{fact_name}: {value}", _type(fact)))
            continue
        found[fact_name] = value
    return found


def _exact(value: Scalar) -> Value | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _fits(fact: Fact, value: object) -> bool:
    wanted: Mapping[FactType, type] = {
        FactType.BOOLEAN: bool,
        FactType.INTEGER: Decimal,
        FactType.DECIMAL: Decimal,
        FactType.DATE: date,
        FactType.TEXT: str,
    }
    if value is None:
        return True
    if not isinstance(value, wanted[fact.type]):
        return False
    if isinstance(value, Decimal):
        return value.scaleb(fact.scale) % 1 == 0
    return not fact.values or value in fact.values


def _span(written: str, kind: PeriodKind) -> Period | None:
    """`2025` for a yearly right, `2025-03` for any other (the month, or the quarter it is in)."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", written)
    if match is None or (match[2] is None) != (kind is PeriodKind.YEAR):
        return None
    day = date(int(match[1]), int(match[2] or 1), 1)
    if kind in (PeriodKind.YEAR, PeriodKind.QUARTER):
        return next(periods_between(kind, day, day))
    return month_of(day)


def _type(fact: Fact) -> Text:
    return Text(
        fr=f"Ce fait est de type {fact.type}, avec au plus {fact.scale} décimales.",
        en=f"This fact is of type {fact.type}, with at most {fact.scale} decimals.",
    )


_NO_CASES = Text(
    fr="Un droit a des cas de calcul : cases/<id>.yaml, à côté de son texte.",
    en="A right has worked cases: cases/<id>.yaml, beside its text.",
)
_FEW_CASES = Text(
    fr=f"Un droit a au moins {FEWEST} cas de calcul.",
    en=f"A right has at least {FEWEST} worked cases.",
)
_VERSION_CASE = Text(fr="Aucun cas ne montre cette version.", en="No case shows this version.")
_UNKNOWN_CASE = Text(
    fr="Aucun cas ne montre une réponse ou un montant inconnu (`answer: unknown`, `amount: unknown`).",
    en="No case shows an unknown answer or amount (`answer: unknown`, `amount: unknown`).",
)
_BEFORE_CASE = Text(
    fr="Aucun cas ne montre le temps d’avant la première version (`answer: not_in_force`).",
    en="No case shows the time before the first version (`answer: not_in_force`).",
)
_SEVERAL_CASE = Text(
    fr="Ces faits viennent de plusieurs activités : aucun cas n’en montre deux à la fois.",
    en="These facts come from several activities: no case shows two of them at once.",
)
_PERIOD = Text(
    fr='`period` s’écrit 2025 pour un droit annuel, "2025-03" pour les autres.',
    en='`period` is written 2025 for a yearly right, "2025-03" for the others.',
)
_ARITHMETIC = Text(
    fr="Permis : nombres, + - * /, parenthèses, puis « rounded up|down|half up to 0.01 ».",
    en="Allowed: numbers, + - * /, parentheses, then “rounded up|down|half up to 0.01”.",
)
