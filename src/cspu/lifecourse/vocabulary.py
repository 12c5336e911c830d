"""The vocabulary of facts: the statuses, measures, attributes and events a life is told with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from cspu.kernel.errors import CspuError
from cspu.kernel.facts import Fact, FactType, Vocabulary, WhenIncomplete
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, bilingual, known_values, read_yaml

VOCABULARY_FILE = Path(__file__).parent / "vocabulary.yaml"
MAX_FACT_DIGITS = 18

_T = TypeVar("_T")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NUMBERS = (FactType.INTEGER, FactType.DECIMAL)
_LOOKING_BACK = ("sum_before", "days_before", "span_before")
_KIND_TYPES: Mapping[str, tuple[FactType, ...]] = {
    "sum": _NUMBERS,
    "max_by_organisation": _NUMBERS,
    "months": (FactType.INTEGER,),
    "in": (FactType.BOOLEAN,),
    "days_in": (FactType.INTEGER,),
    "months_in": (FactType.INTEGER,),
    "continuous_months_in": (FactType.INTEGER,),
    "sum_before": _NUMBERS,
    "sum_lately": _NUMBERS,
    "days_before": (FactType.INTEGER,),
    "span_before": (FactType.INTEGER,),
    "age": (FactType.INTEGER,),
    "attribute": tuple(FactType),
    "declared": (FactType.BOOLEAN, *_NUMBERS),
    "events": (FactType.INTEGER,),
    "period": (FactType.INTEGER,),
}


@dataclass(frozen=True, slots=True)
class Status:
    """A situation a person can be in for a time; `lane` is where the page draws it.

    `declared_monthly`: an employer declares it each month, so that a silent month is a missing one.
    """

    code: str
    lane: str
    label: Text
    declared_monthly: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A monthly quantity that adds up over sources; `scale` decimals are meaningful."""

    code: str
    unit: str
    scale: int
    label: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class Attribute:
    """A dated property of a person; `values` lists what a text may be (empty: anything)."""

    code: str
    type: FactType
    label: Text
    definition: Text
    values: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something that happens on one day of a life."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class LifeVocabulary:
    """Every word, in the order of the file. `facts` is what the law may speak of."""

    lanes: Mapping[str, Text]
    statuses: Mapping[str, Status]
    measures: Mapping[str, Measure]
    attributes: Mapping[str, Attribute]
    events: Mapping[str, EventKind]
    facts: Vocabulary

    def unit_of(self, attribute: str) -> str:
        """The unit in which the law reads an attribute; empty for one that is not counted."""
        ways = [{"attribute": attribute}, {"declared": attribute}]
        read = (fact.unit for fact in self.facts.values() if dict(fact.derive) in ways)
        return next(read, "")


class VocabularyRefused(CspuError):
    """The vocabulary cannot be used; `findings` says where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(
            "lifecourse.vocabulary_refused",
            Text(
                fr=f"{first.file}, ligne {first.line} : « {first.offending} ». {first.message.fr}",
                en=f"{first.file}, line {first.line}: “{first.offending}”. {first.message.en}",
            ),
            Text(fr="Corrigez le vocabulaire.", en="Correct the vocabulary."),
        )
        self.findings = tuple(findings)


@cache
def load_vocabulary(path: Path = VOCABULARY_FILE) -> LifeVocabulary:
    """Read and check the vocabulary; VocabularyRefused lists all that is wrong."""
    findings: list[Finding] = []
    vocabulary = read_vocabulary(path, findings)
    if findings or vocabulary is None:
        raise VocabularyRefused(findings)
    return vocabulary


def read_vocabulary(path: Path, findings: list[Finding]) -> LifeVocabulary | None:
    """Read the vocabulary, adding whatever is wrong to `findings`."""
    item = read_yaml(path, findings)
    if item is None:
        return None
    sections = ("lanes", "statuses", "measures", "attributes", "events", "facts")
    form = Form(item, findings, required=sections)
    lanes = {name: bilingual(part, findings) for name, part in form.named("lanes").items()}
    found = LifeVocabulary(
        lanes=lanes,
        statuses=_each(form, "statuses", _status),
        measures=_each(form, "measures", _measure),
        attributes=_each(form, "attributes", _attribute),
        events=_each(form, "events", _event),
        facts=_each(form, "facts", _fact),
    )
    _check_lanes(found, form)
    for name, part in form.named("facts").items():
        _check_fact(found.facts[name], part, found, findings)
    return found


def _each(
    form: Form, section: str, read: Callable[[str, Item, list[Finding]], _T]
) -> dict[str, _T]:
    found = {}
    for name, item in form.named(section).items():
        if not _NAME.fullmatch(name):
            form.findings.append(item.finding("name", name, _BAD_NAME))
        found[name] = read(name, item, form.findings)
    return found


def _status(code: str, item: Item, findings: list[Finding]) -> Status:
    form = Form(item, findings, required=("lane", "label"), optional=("declared_monthly",))
    return Status(code, form.text("lane"), form.bilingual("label"), form.flag("declared_monthly"))


def _measure(code: str, item: Item, findings: list[Finding]) -> Measure:
    form = Form(item, findings, required=("unit", "scale", "label", "definition"))
    return Measure(
        code,
        form.text("unit"),
        form.integer("scale"),
        form.bilingual("label"),
        form.bilingual("definition"),
    )


def _attribute(code: str, item: Item, findings: list[Finding]) -> Attribute:
    form = Form(item, findings, required=("type", "label", "definition"), optional=("values",))
    return Attribute(
        code,
        form.choice("type", FactType, FactType.TEXT),
        form.bilingual("label"),
        form.bilingual("definition"),
        _values(form),
    )


def _event(code: str, item: Item, findings: list[Finding]) -> EventKind:
    form = Form(item, findings, required=("label",))
    return EventKind(code, form.bilingual("label"))


def _fact(name: str, item: Item, findings: list[Finding]) -> Fact:
    form = Form(
        item,
        findings,
        required=("type", "label", "definition", "supplied_by", "derive"),
        optional=("unit", "scale", "digits", "when_incomplete", "values", "fixed", "earned"),
    )
    return Fact(
        name=name,
        type=form.choice("type", FactType, FactType.TEXT),
        unit=form.text("unit"),
        label=form.bilingual("label"),
        definition=form.bilingual("definition"),
        supplied_by=form.bilingual("supplied_by"),
        derive=MappingProxyType(_derive(form)),
        scale=form.integer("scale"),
        digits=form.integer("digits", 12),
        when_incomplete=form.choice("when_incomplete", WhenIncomplete, WhenIncomplete.UNKNOWN),
        values=_values(form),
        fixed=form.flag("fixed"),
        earned=form.flag("earned"),
    )


def _values(form: Form) -> Mapping[str, Text]:
    named = form.named("values").items()
    return MappingProxyType({code: bilingual(part, form.findings) for code, part in named})


def _derive(form: Form) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for kind, item in form.named("derive").items():
        if item.sequence is None:
            found[kind] = str(item.value)
        else:
            found[kind] = tuple(str(part.value) for part in item.sequence)
    return found


def _check_lanes(vocabulary: LifeVocabulary, form: Form) -> None:
    for code, item in form.named("statuses").items():
        lane = vocabulary.statuses[code].lane
        if lane not in vocabulary.lanes:
            form.findings.append(item.finding("lane", lane, known_values(vocabulary.lanes)))


def _check_fact(
    fact: Fact, item: Item, vocabulary: LifeVocabulary, findings: list[Finding]
) -> None:
    if len(fact.derive) != 1 or next(iter(fact.derive)) not in _KIND_TYPES:
        findings.append(item.finding("derive", fact.name, known_values(_KIND_TYPES)))
        return
    kind, argument = next(iter(fact.derive.items()))
    if fact.type not in _KIND_TYPES[kind]:
        findings.append(item.finding("type", str(fact.type), known_values(_KIND_TYPES[kind])))
    words = {
        "sum": vocabulary.measures,
        "max_by_organisation": vocabulary.measures,
        "sum_before": vocabulary.measures,
        "sum_lately": vocabulary.measures,
        "months": vocabulary.measures,
        "attribute": vocabulary.attributes,
        "declared": vocabulary.attributes,
        "events": vocabulary.events,
        "age": {"period_end": None},
        "period": {"days": None},
    }
    known = words.get(kind, vocabulary.statuses)
    listed = (argument,) if isinstance(argument, str) else argument
    if kind == "sum_lately":
        listed = _words_of_months(listed, item, findings)
    if kind in _LOOKING_BACK:
        listed = _words_after_months(listed, item, vocabulary, findings)
    findings.extend(
        item.finding("derive", word, known_values(known)) for word in listed if word not in known
    )
    if not 1 <= fact.digits <= MAX_FACT_DIGITS or not 0 <= fact.scale < fact.digits:
        findings.append(item.finding("digits", f"{fact.digits}/{fact.scale}", _DIGITS))
    if fact.type is not FactType.DECIMAL and fact.scale:
        findings.append(item.finding("scale", str(fact.scale), _SCALE))


def _words_after_months(
    listed: Sequence[str], item: Item, vocabulary: LifeVocabulary, findings: list[Finding]
) -> Sequence[str]:
    """The words of `[status, months, …]`, the two first being checked here."""
    status, *rest = (*listed, "")[: max(len(listed), 1)]
    if status not in vocabulary.statuses:
        findings.append(item.finding("derive", status, known_values(vocabulary.statuses)))
    return _words_of_months(rest, item, findings)


def _words_of_months(listed: Sequence[str], item: Item, findings: list[Finding]) -> Sequence[str]:
    """The words of `[months, …]`, the number being checked here."""
    months, *words = (*listed, "")[: max(len(listed), 1)]
    if not (months.isdecimal() and int(months)) or not words:
        findings.append(item.finding("derive", months, _MONTHS_BEFORE))
    return words


_MONTHS_BEFORE = Text(
    fr="Attendu : un nombre de mois puis des mots : [unemployment, 24, gross_pay], [3, gross_pay].",
    en="Expected: a number of months, then words: [unemployment, 24, gross_pay], [3, gross_pay].",
)
_BAD_NAME = Text(
    fr="Un nom s’écrit en minuscules sans accent : lettres, chiffres, _.",
    en="Names are lower case, unaccented: letters, digits, _.",
)
_DIGITS = Text(
    fr=f"`digits` va de 1 à {MAX_FACT_DIGITS} et compte aussi les décimales (`scale`).",
    en=f"`digits` goes from 1 to {MAX_FACT_DIGITS} and includes the decimals (`scale`).",
)
_SCALE = Text(
    fr="Seul un fait de type decimal a des décimales.", en="Only a decimal fact has decimals."
)
