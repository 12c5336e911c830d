"""The comparison with OpenFisca-France, without OpenFisca: what it would say is given."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from cspu.bench.openfisca import Comparison, Judged, Reason, compare, read
from cspu.bench.openfisca_families import MONTHS, draw
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary

PACK, LIFE = load_pack(), load_vocabulary().facts
COMPARISONS, REASONS = read()
TOLD = draw(Random(7), 40)  # noqa: S311 - the same families each time


def ours(name: str) -> list[Mapping[str, float]]:
    """A perfect OpenFisca: it says what our texts say."""
    comparison = COMPARISONS[name]
    right = PACK.rights[comparison.right]
    return [
        {
            comparison.theirs: float(
                Judged(right, LIFE, one.period, one.facts_for(name)).given(comparison.ours)
            )
        }
        for one in TOLD
    ]


@pytest.mark.parametrize("name", COMPARISONS)
def test_agreement_needs_no_reason(name: str) -> None:
    """Every fact a right needs is told, and what is equal is counted so."""
    tally = compare(name, COMPARISONS[name], REASONS, TOLD, ours(name))
    assert tally.equal == tally.compared
    assert not tally.unexplained


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_difference_that_no_reason_explains_is_listed(name: str) -> None:
    """The control: every reason is bounded, so 2,000 more in one variable is never explained."""
    wrong = [{key: value + 2000 for key, value in row.items()} for row in ours(name)]
    tally = compare(name, COMPARISONS[name], REASONS, TOLD, wrong)
    assert tally.equal == 0
    assert len(tally.unexplained) == tally.compared


def test_a_reason_explains_only_within_its_bound() -> None:
    """One cent is rounding; two are a difference, with the facts it came from."""
    reason = Reason("child_benefit", "TRUE", "0.01", "art.", "Arrondi.", "Rounding.")
    comparison = COMPARISONS["child_benefit"]
    for cents, explained in ((0.01, True), (0.02, False)):
        theirs = [{k: v + cents for k, v in row.items()} for row in ours("child_benefit")]
        tally = compare("child_benefit", comparison, [reason], TOLD, theirs)
        assert bool(tally.unexplained) is not explained
        assert tally.explained.total() == (len(TOLD) if explained else 0)
    assert "dependent_children" in tally.unexplained[0]["facts"]


def test_reasons_are_data_that_can_be_read() -> None:
    """Each names its comparison and an article, and its conditions parse for its right."""
    one = TOLD[0]
    for reason in REASONS:
        comparison: Comparison = COMPARISONS[reason.of]
        judged = Judged(PACK.rights[comparison.right], LIFE, one.period, one.facts_for(reason.of))
        assert judged.value(reason.when) in {True, False}
        assert judged.value(reason.within) is not None
        assert reason.article
        assert reason.fr
        assert reason.en


def test_families_are_told_twice_with_one_age() -> None:
    """Everybody is born on the first of a month: OpenFisca's ages are then ours."""
    for one in TOLD:
        assert one.month in MONTHS
        born = [each["date_naissance"]["ETERNITY"] for each in one.family.children]
        assert all(day.endswith("-01") for day in born)
        ages = [one.period.start.year - int(day[:4]) for day in born]
        assert len(ages) >= one.facts["dependent_children"]
