"""Bounds in words: sums in whole cents, on the side that stays true; of an unknown one, what it waits for."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from cspu.kernel.text import Text
from cspu.law import LawPack
from cspu.law.cases import load_cases
from cspu.law.conditions import unmet
from cspu.law.expressions.nodes import Between, Compare, Kind
from cspu.law.tracing import Trace
from cspu.law.wording import asked, bound, subject_first
from cspu.lifecourse.vocabulary import LifeVocabulary
from tests.law.test_telling import Tracing, plain, tracing

__all__ = ["tracing"]  # a fixture

TOO_FINE = re.compile(r",\d{3,}\u00a0€|€[\d,]+\.\d{3,}")
UNKNOWN_FIGURE = re.compile(r"(plus|moins|plus de|moins de|entre|et|autre chose que) inconnu\b")


def comparisons(trace: Trace) -> list[tuple[str, Compare]]:
    """Those of sums of money that `when` is made of, with the part they stand in."""
    return [
        (part, node)
        for part, tree in trace.trees.parts()
        for node in tree.walk()
        if isinstance(node, Compare)
        and subject_first(node)[0].type.kind is Kind.NUMBER
        and (unit := trace.unit(subject_first(node)[0])) is not None
        and unit.code == "EUR"
    ]


def with_values(
    tracing: Tracing, pack: LawPack, life: LifeVocabulary
) -> tuple[Trace, str, Compare]:
    """The bound on earnings of a student, in a case of the activity bonus."""
    right = pack.rights["activity_bonus"]
    period = load_cases(pack, right, life.facts, [])[0].periods[0]
    trace = tracing(right.id, period.period, period.facts)
    part, node = next(
        (part, node)
        for part, node in comparisons(trace)
        if all(trace.plan.step_of(part, side) for side in subject_first(node)[::2])
    )
    return trace, part, node


SAID = [
    ("<", "1144.2145", "1500.00", "au plus 1 144,21 €", "at most €1,144.21"),
    ("<=", "1144.2145", "1500.00", "au plus 1 144,21 €", "at most €1,144.21"),
    (">", "1144.2145", "1000.00", "au moins 1 144,22 €", "at least €1,144.22"),
    (">=", "1144.2145", "1000.00", "au moins 1 144,22 €", "at least €1,144.22"),
    ("<", "1144.2100", "1500.00", "moins de 1 144,21 €", "less than €1,144.21"),
    (">", "1144.0000", "1000.00", "plus de 1 144 €", "more than €1,144"),
    ("<", "1144.2145", None, "au plus 1 144,21 €", "at most €1,144.21"),
    # What is compared has such decimals too: in whole cents, one of the two would be wrong.
    ("<", "1144.2145", "1144.216", "moins de 1 144,2145 €", "less than €1,144.2145"),
    # No sum in whole cents is equal to it, and every one differs from it.
    ("=", "1144.2145", "1500.00", "1 144,2145 €", "€1,144.2145"),
]


@pytest.mark.parametrize(("operator", "limit", "held", "french", "english"), SAID)
def test_a_bound_is_said_in_whole_cents_on_the_side_that_stays_true(  # noqa: PLR0917
    tracing: Tracing,
    pack: LawPack,
    life: LifeVocabulary,
    operator: str,
    limit: str,
    held: str | None,
    french: str,
    english: str,
) -> None:
    trace, part, node = with_values(tracing, pack, life)
    subject, _, other = subject_first(node)
    values = {**trace.values}
    for side, value in ((subject, held), (other, limit)):
        step = trace.plan.step_of(part, side)
        assert step is not None
        values[step] = None if value is None else Decimal(value)
    trace.values = values
    said = bound(trace, part, subject, operator, other)
    assert Text(plain(said.fr), plain(said.en)) == Text(french, english)


def test_both_ends_of_a_range_are_said_within_it(
    tracing: Tracing, pack: LawPack, life: LifeVocabulary
) -> None:
    trace, part, node = with_values(tracing, pack, life)
    subject, _, other = subject_first(node)
    step, held = trace.plan.step_of(part, other), trace.plan.step_of(part, subject)
    assert step is not None
    assert held is not None
    trace.values = {**trace.values, step: Decimal("1144.2145"), held: Decimal("1500.00")}
    within = Between(type=node.type, span=node.span, value=subject, low=other, high=other)
    assert plain(asked(trace, part, within).fr) == "entre 1 144,22 € et 1 144,21 €"


def test_no_condition_of_any_case_says_parts_of_a_cent_or_an_unknown_bound(
    tracing: Tracing, pack: LawPack, life: LifeVocabulary
) -> None:
    waiting = 0
    for right in pack:
        for case in load_cases(pack, right, life.facts, []):
            for period in case.periods:
                if right.version_on(period.period.end) is None:
                    continue
                for each in unmet(tracing(right.id, period.period, period.facts)):
                    for said in (each.text.fr, each.text.en):
                        assert not TOO_FINE.search(said), said
                    assert not UNKNOWN_FIGURE.search(each.text.fr), each.text.fr
                    waiting += "encore inconnue (il manque : " in each.text.fr
    assert waiting
