"""Periods of life and of law: inclusive dates, and the rhythm at which a right is earned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """The rhythm of a right."""

    ONCE = "once"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVENT = "event"

    @property
    def months(self) -> int:
        """Length of one step in months; rights judged once or on event are judged by month."""
        return {"quarter": 3, "year": 12}.get(self.value, 1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends before it starts")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.end - self.start).days + 1


def first_of_month(day: date) -> date:
    """The first day of that day's month."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The first of the month `months` later than the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    return Period(first_of_month(day), add_months(day, 1) - timedelta(days=1))


def periods_between(kind: PeriodKind, start: date, end: date) -> Iterator[Period]:
    """Every period of that kind that overlaps [start, end], in order (aligned on January)."""
    step = kind.months
    first = date(start.year, (start.month - 1) // step * step + 1, 1)
    while first <= end:
        following = add_months(first, step)
        yield Period(first, following - timedelta(days=1))
        first = following
