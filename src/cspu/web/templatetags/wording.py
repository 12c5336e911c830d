"""Dates, periods and amounts in templates: thin names over `cspu.web.wording`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from cspu.kernel.amounts import Amount
from cspu.kernel.periods import Period
from cspu.web import clock, wording
from cspu.web.typography import unspaced

register = template.Library()


class HasPeriod(Protocol):
    """A movement, an explanation: whatever concerns a period."""

    @property
    def period_start(self) -> date:
        """First day."""

    @property
    def period_end(self) -> date:
        """Last day."""


@register.filter
def day(value: date) -> str:
    """A day in words; a moment becomes its day here."""
    return wording.day(timezone.localdate(value) if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime) -> str:
    """A day and an hour in words, on the day that the site lives on."""
    return wording.moment(clock.lived(value))


@register.filter
def lived(value: date) -> date:
    """An instant that the machine wrote, on the day that the site lives on; a day stays what it is."""
    return clock.lived(value) if isinstance(value, datetime) else value


@register.filter
def iso(value: date) -> str:
    """A day for machines (`datetime` attributes)."""
    return (timezone.localdate(value) if isinstance(value, datetime) else value).isoformat()


@register.filter
def span(value: Period) -> str:
    """A period in words."""
    return wording.period(value.start, value.end)


@register.filter
def month(value: date) -> str:
    """A month in words."""
    return wording.month(value)


@register.filter
def months(values: Iterable[date]) -> str:
    """Months in words."""
    return wording.months(values)


@register.filter
def period(thing: HasPeriod) -> str:
    """The period of a thing, in the fewest words."""
    return wording.period(thing.period_start, thing.period_end)


@register.filter
def amount(value: Amount) -> str:
    """An amount in a sentence."""
    return wording.amount(value)


@register.filter
def signed(value: Amount) -> str:
    """A movement with its sign."""
    return wording.signed(value)


@register.filter
def typed(words: str) -> SafeString:
    """What somebody typed, line by line, with her own spaces (see `cspu.web.typography`)."""
    return mark_safe(unspaced(linebreaksbr(words)))  # noqa: S308 - escaped by linebreaksbr
