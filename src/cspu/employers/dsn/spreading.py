"""From a pay period to the months worked.

Note [months worked]. An amount is worked in the months of its pay period, whatever the pay day. A
period that spans several months is shared in proportion to its calendar days in each, to the
hundredth; what rounding leaves goes with the running total, so the shares add up exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cspu.kernel.periods import Period, PeriodKind, first_of_month, periods_between

_HUNDREDTH = Decimal("0.01")


def spread(amount: Decimal, period: Period) -> Iterator[tuple[date, Decimal]]:
    """(first day of month, share) for each month of the period; the shares sum to `amount`."""
    if first_of_month(period.start) == first_of_month(period.end):
        yield first_of_month(period.start), amount
        return
    given, days = Decimal(0), 0
    for month in periods_between(PeriodKind.MONTH, period.start, period.end):
        start, end = max(month.start, period.start), min(month.end, period.end)
        days += Period(start, end).days
        due = (amount * days / period.days).quantize(_HUNDREDTH, ROUND_HALF_UP)
        yield month.start, due - given
        given = due
