"""What a fact may become: never less than none, never more than a period or a life can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cspu.kernel.facts import Fact, FactType
from cspu.kernel.periods import Period, PeriodKind, add_months, periods_between
from cspu.law.expressions.python import Known

OLDEST = 120
_HOURS_A_DAY = 24
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_NUMBERS = (FactType.INTEGER, FactType.DECIMAL)


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a fact may take, numbered in order from `first` to `last`.

    Choices (`ordered` is false) have no order. `waits`: only time changes it, and upwards.
    """

    ordered: bool
    first: int = 0
    last: int = 0
    scale: int = 0
    days: bool = False
    waits: bool = False

    def value(self, place: int) -> Known:
        """The value of that number."""
        if self.days:
            return date.fromordinal(place)
        return Fraction(place, 10**self.scale) if self.scale else place

    def place(self, value: Known) -> int:
        """The number of a value."""
        if isinstance(value, date):
            return value.toordinal()
        if isinstance(value, str):
            raise TypeError("a text has no place in an order")
        return int(value * 10**self.scale)


@dataclass(frozen=True, slots=True)
class Waited:
    """When an age is reached: the end of the period that it is judged in, and the day if known."""

    period_end: date
    exactly: date | None


def domain_of(fact: Fact, here: Known | None, period: Period) -> Domain | None:
    """What the fact may become; None when nobody can change it."""
    ((way, _),) = fact.derive.items()
    if way == "period" or (fact.fixed and here is not None):
        return None
    if fact.type in (FactType.BOOLEAN, FactType.TEXT):
        return Domain(ordered=False)
    if fact.type is FactType.DATE:
        first, last = _FIRST_DAY.toordinal(), _LAST_DAY.toordinal()
        place = here.toordinal() if isinstance(here, date) else first
        return Domain(ordered=True, first=min(first, place), last=max(last, place), days=True)
    return _numbers(fact, way, here, period)


def _numbers(fact: Fact, way: str, here: Known | None, period: Period) -> Domain:
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    most: Mapping[str, int] = {
        "age": OLDEST,
        "months": months,
        "months_in": months,
        "days_in": period.days,
        "events": period.days,
        "continuous_months_in": OLDEST * 12,
    }
    column = 10 ** (fact.digits - fact.scale) - 1
    top = min(most.get(way, column), column)
    if way in ("sum", "max_by_organisation"):
        of_unit = {"hour": period.days * _HOURS_A_DAY, "day": period.days}
        top = min(of_unit.get(fact.unit, column), column)
    domain = Domain(ordered=True, last=top * 10**fact.scale, scale=fact.scale)
    place = 0 if here is None else domain.place(here)
    waits = way == "age" and here is not None
    return Domain(
        ordered=True,
        first=place if waits else min(0, place),
        last=max(domain.last, place),
        scale=fact.scale,
        waits=waits,
    )


def reached(age: int, wanted: int, period: Period, kind: PeriodKind, born: date | None) -> Waited:
    """When somebody of an age at the end of the period will have the age wanted."""
    if born is None:
        years = wanted - age
        return Waited(_end_of(period.end.replace(day=1), kind, years), None)
    birthday = birthday_of(born, wanted)
    return Waited(next(periods_between(kind, birthday, birthday)).end, birthday)


def birthday_of(born: date, age: int) -> date:
    """The day on which that age is reached; 29 February counts on 1 March of other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _end_of(month: date, kind: PeriodKind, years: int) -> date:
    later = add_months(month, 12 * years)
    return next(periods_between(kind, later, later)).end
