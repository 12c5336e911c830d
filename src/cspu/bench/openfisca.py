"""`cspu bench openfisca`: some rights compared with OpenFisca-France on random families.

Each family is drawn once and told twice: as facts of our vocabulary, and as inputs of OpenFisca. Our
side is computed in exact fractions from the texts, theirs by the process of `cspu.openfisca`. A
difference of a cent counts. openfisca.yaml says what is compared and why the two may differ: each
reason has its condition, its bound and its article, and what none explains is unexplained.

A row by comparison: `compared`, `equal`, `explained` by reason, `unexplained`. It holds when nothing
is unexplained. Then a row by amount that is not compared, with the variables of OpenFisca that speak of it:
it holds when these are the ones that were looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import yaml

from cspu.bench.openfisca_families import Told, draw
from cspu.kernel.facts import Vocabulary
from cspu.kernel.periods import Period
from cspu.law import Right, VersionTrees, load_pack, version_trees
from cspu.law.expressions import Node, Origin, Symbol, parse
from cspu.law.expressions.python import Function, compile_python, exact
from cspu.law.trees import right_scope
from cspu.lifecourse.vocabulary import load_vocabulary
from cspu.openfisca.process import Engine, python_of

SEED = 2026
SHOWN = 3
_SECONDS = 900
_CENT = Fraction(1, 100)
_FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a difference is right: where, how much at most, by which article, in words."""

    of: str
    when: str
    within: str
    article: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A right against a variable of OpenFisca. `ours` empty: the amount."""

    right: str
    theirs: str
    ours: str = ""
    only: str = "TRUE"


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Amounts that are not compared, and why; `fr` and `en` may name figures of the right in braces.

    `words` are looked for in the names and labels of OpenFisca; `looked_at` what they gave.
    """

    what: str
    fr: str
    en: str
    right: str = ""
    words: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What came out of one comparison."""

    compared: int = 0
    equal: int = 0
    explained: Counter[int] = field(default_factory=Counter)
    unexplained: list[dict[str, Any]] = field(default_factory=list)


def read(file: Path = _FILE) -> tuple[Mapping[str, Comparison], Sequence[Reason]]:
    """The comparisons by name, and every reason."""
    written = yaml.safe_load(file.read_text("utf-8"))
    comparisons = {name: Comparison(**each) for name, each in written["comparisons"].items()}
    reasons = [Reason(**{k: str(v) for k, v in each.items()}) for each in written["reasons"]]
    return comparisons, reasons


def not_compared(file: Path = _FILE) -> Sequence[NotCompared]:
    """What is not compared."""
    written = yaml.safe_load(file.read_text("utf-8"))["not_compared"]
    lists = ("words", "looked_at")
    return [
        NotCompared(**each | {name: tuple(each.get(name, ())) for name in lists})
        for each in written
    ]


def run(persons: int = 500, *, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Draw that many families and compare; one row a comparison.

    The reasons were written from the differences of the first seed: another one tries them on
    families nobody has looked at.
    """
    comparisons, reasons = read()
    told = draw(Random(seed), persons)  # noqa: S311 - the same families each time
    with closing(Engine(python_of(), seconds=_SECONDS)) as engine:
        version, theirs = _theirs(engine, told, comparisons)
        looked = [*_looked_for(engine)]
    for name, comparison in comparisons.items():
        tally = compare(name, comparison, reasons, told, theirs)
        yield {
            "name": name,
            "right": comparison.right,
            "theirs": comparison.theirs,
            "openfisca_france": version,
            "seed": seed,
            "compared": tally.compared,
            "equal": tally.equal,
            "explained": {reasons[place].en: n for place, n in tally.explained.most_common()},
            "unexplained": len(tally.unexplained),
            "examples": tally.unexplained[:SHOWN],
            "holds": not tally.unexplained,
        }
    yield from looked


def _looked_for(engine: Engine) -> Iterator[dict[str, Any]]:
    for each in not_compared():
        if each.words:
            found, count = engine.named(each.words)
            yield {
                "name": each.what,
                "not_compared": {**found},
                "variables": count,
                "holds": {*found} == {*each.looked_at},
            }


def _theirs(
    engine: Engine, told: Sequence[Told], comparisons: Mapping[str, Comparison]
) -> tuple[str, Sequence[Mapping[str, float]]]:
    """What OpenFisca says of each family, one question a month."""
    variables = sorted({each.theirs for each in comparisons.values()})
    rows: dict[int, Mapping[str, float]] = {}
    version = ""
    for month in sorted({one.month for one in told}):
        places = [place for place, one in enumerate(told) if one.month == month]
        families = [told[place].family for place in places]
        done = engine.compute(families, variables, month)
        rows.update(zip(places, done.rows, strict=True))
        version = done.version
    return version, [rows[place] for place in range(len(told))]


def compare(
    name: str,
    comparison: Comparison,
    reasons: Sequence[Reason],
    told: Sequence[Told],
    theirs: Sequence[Mapping[str, float]],
) -> Tally:
    """Our side of one comparison against the rows of OpenFisca."""
    pack, vocabulary = load_pack(), load_vocabulary().facts
    right = pack.rights[comparison.right]
    tally = Tally()
    for one, row in zip(told, theirs, strict=True):
        judged = Judged(right, vocabulary, one.period, one.facts_for(name))
        if judged.value(comparison.only) is not True:
            continue
        tally.compared += 1
        ours, their = judged.given(comparison.ours), _to_cents(row[comparison.theirs])
        if ours == their:
            tally.equal += 1
            continue
        place = _reason(name, reasons, judged, abs(ours - their))
        if place is None:
            tally.unexplained.append(judged.example(ours, their))
        else:
            tally.explained[place] += 1
    return tally


def _reason(
    name: str, reasons: Sequence[Reason], judged: Judged, difference: Fraction
) -> int | None:
    for place, reason in enumerate(reasons):
        if reason.of == name and judged.value(reason.when) is True:
            bound = judged.value(reason.within)
            if isinstance(bound, (int, Fraction)) and difference <= bound:
                return place
    return None


def _to_cents(value: float) -> Fraction:
    """The nearest cent of what OpenFisca computes in floats of 24 bits."""
    return Fraction(round(Fraction(value) / _CENT)) * _CENT


@dataclass(slots=True)
class Judged:
    """One text, one period, one set of facts: any expression over its names."""

    right: Right
    vocabulary: Vocabulary
    period: Period
    facts: Mapping[str, Any]

    @property
    def trees(self) -> VersionTrees:
        """The version that rules the period."""
        version = self.right.version_on(self.period.end)
        if version is None:
            raise ValueError(f"{self.right.id}: no law in force on {self.period.end}")
        key = (self.right.id, version.in_force)
        if key not in _TREES:
            _TREES[key] = version_trees(self.right, version, self.vocabulary)
        return _TREES[key]

    def given(self, ours: str) -> Fraction:
        """What the right gives: nothing where its condition does not hold."""
        trees = self.trees
        if _compiled(trees.when)(self._values()) is not True:
            return Fraction(0)
        if ours == "when":
            return Fraction(1)
        found = self.value(ours) if ours else self._amount(trees)
        if not isinstance(found, (int, Fraction)):
            raise TypeError(f"{self.right.id}: {ours or 'amount'} is {found}")
        return Fraction(found)

    def value(self, expression: str) -> object:
        """An expression of the law's language over the right's facts, figures and definitions."""
        trees = self.trees
        key = (self.right.id, trees.version.in_force, expression)
        if key not in _READ:
            scope = dict(right_scope(self.right, self.vocabulary))
            for name, body in trees.definitions.items():
                scope[name] = Symbol(name, Origin.DEFINITION, body.type, body=body)
            reading = parse(expression, scope)
            if reading.node is None:
                raise ValueError(f"{self.right.id}: {expression}: {reading.refusals}")
            _READ[key] = reading.node
        return _compiled(_READ[key])(self._values())

    def example(self, ours: Fraction, theirs: Fraction) -> dict[str, Any]:
        """A difference, with the facts it came from."""
        facts = {name: str(self.facts[name]) for name in sorted(self.trees.facts & {*self.facts})}
        return {
            "ours": float(ours),
            "theirs": float(theirs),
            "on": self.period.start.isoformat(),
        } | {"facts": facts}

    def _amount(self, trees: VersionTrees) -> object:
        if trees.amount is None:
            raise ValueError(f"{self.right.id} has no amount of its own")
        return _compiled(trees.amount)(self._values())

    def _values(self) -> dict[str, Any]:
        known: dict[str, Any] = dict.fromkeys(self.vocabulary)
        for name, parameter in self.right.parameters.items():
            found = parameter.on(self.period.end)
            known[name] = None if found is None or found.value is None else exact(found.value)
        return known | {name: exact(value) for name, value in self.facts.items()}


_TREES: dict[tuple[str, date], VersionTrees] = {}
_READ: dict[tuple[str, date, str], Node] = {}
_COMPILED: dict[Node, Function] = {}


def _compiled(node: Node) -> Function:
    if node not in _COMPILED:
        _COMPILED[node] = compile_python(node)
    return _COMPILED[node]
