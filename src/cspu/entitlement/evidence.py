"""What a fact of the law is read from: which assertions, and over which days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cspu.entitlement.reading import Asserted
from cspu.kernel.facts import Fact
from cspu.kernel.periods import Period, add_months

_LATELY = "sum_lately"
_BEFORE = ("sum_before", "days_before", "span_before")
_KINDS = {
    **dict.fromkeys(("sum", "months", "max_by_organisation"), "measure"),
    **dict.fromkeys(("sum_before", _LATELY), "measure"),
    **dict.fromkeys(("in", "days_in", "months_in", "continuous_months_in"), "spell"),
    **dict.fromkeys(("days_before", "span_before"), "spell"),
    **dict.fromkeys(("attribute", "declared"), "attribute"),
    "events": "event",
}
_WORDS_FROM = {**dict.fromkeys(_BEFORE, 2), _LATELY: 1}
"""Where the words begin, after a status and a number of months, or after the number alone."""
_DAY = timedelta(days=1)


def assertions_of(fact: Fact) -> frozenset[tuple[str, str]]:
    """The measures, statuses, attributes or events that a fact is derived from."""
    ((way, of),) = fact.derive.items()
    if way == "age":
        return frozenset({("attribute", "birth_date")})
    if way not in _KINDS:
        return frozenset()
    words = (of,) if isinstance(of, str) else of[_WORDS_FROM.get(way, 0) :]
    return frozenset((_KINDS[way], word) for word in words)


def looks_back(fact: Fact) -> bool:
    """Whether a fact is about the months before a situation began: see Note [months before]."""
    return next(iter(fact.derive)) in _BEFORE


def read_over(fact: Fact, period: Period, assertions: Sequence[Asserted]) -> Period:
    """The days that a fact is read over: its period, the months before it, or before a run reaching it."""
    ((way, of),) = fact.derive.items()
    if way == _LATELY:
        return Period(add_months(period.start, -int(of[0])), period.start - _DAY)
    if not looks_back(fact):
        return period
    ((_, (status, months, *_)),) = fact.derive.items()
    starts = [run.start for run in _runs(status, assertions) if _touch(run, period)]
    if not starts:
        return period
    eve = max(starts) - _DAY
    return Period(add_months(eve, 1 - int(months)), eve)


def _touch(run: Period, period: Period) -> bool:
    return run.start <= period.end and run.end >= period.start


def _runs(status: str, assertions: Sequence[Asserted]) -> Iterator[Period]:
    """The unbroken stretches of days with a status."""
    spells = sorted(
        (each.from_day or date.min, each.to_day or date.max)
        for each in assertions
        if (each.kind, each.name) == ("spell", status)
    )
    run: Period | None = None
    for start, end in spells:
        if run is not None and start <= min(run.end, date.max - _DAY) + _DAY:
            run = Period(run.start, max(run.end, end))
            continue
        if run is not None:
            yield run
        run = Period(start, end)
    if run is not None:
        yield run
