"""How dates, periods and amounts are written for people, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.periods import add_months, first_of_month
from cspu.kernel.text import Lang

_HARD_SPACE = "\u00a0"
_QUARTER_MONTHS = 3
_YEAR_MONTHS = 12


def current_language() -> Lang:
    """The language in which this request is answered."""
    return "en" if (get_language() or "").startswith("en") else "fr"


def day(value: date) -> str:
    """`1er janvier 2026`, `2 janvier 2026`; `1 January 2026`."""
    text = date_format(value, f"j{_HARD_SPACE}F{_HARD_SPACE}Y")
    if value.day == 1 and current_language() == "fr":
        return text.replace("1", "1er", 1)
    return text


def moment(value: datetime) -> str:
    """`24 novembre 2026 à 14 h 05`; `24 November 2026, 14:05`."""
    local = timezone.localtime(value)
    if current_language() == "en":
        return f"{day(local.date())}, {local:%H:%M}"
    return f"{day(local.date())} à {local.hour}{_HARD_SPACE}h{_HARD_SPACE}{local:%M}"


def month(value: date) -> str:
    """`janvier 2026`."""
    return date_format(value, f"F{_HARD_SPACE}Y")


def _months(first: date, last: date) -> str:
    """`janvier 2026`, `janvier à mars 2026`, `décembre 2025 à mars 2026`."""
    if first == last:
        return month(first)
    start = date_format(first, "F") if first.year == last.year else month(first)
    return _("%(first)s à %(last)s") % {"first": start, "last": month(last)}


def period(start: date, end: date) -> str:
    """A period in the fewest words: `2025`, `mars 2025`, `avril à juin 2025`, or its two days."""
    whole_months = start.day == 1 and (end + timedelta(days=1)).day == 1
    if start == end:
        return day(start)
    if not whole_months:
        return _("du %(first)s au %(last)s") % {"first": day(start), "last": day(end)}
    if (start.month, end.month) == (1, _YEAR_MONTHS):
        years = (start.year, end.year)
        return str(start.year) if start.year == end.year else "–".join(map(str, years))
    return _months(start, first_of_month(end))


def months(values: Iterable[date]) -> str:
    """Months in order, consecutive ones gathered: `janvier à mars 2025, juin 2025`."""
    runs: list[tuple[date, date]] = []
    for value in sorted({first_of_month(one) for one in values}):
        if runs and add_months(runs[-1][1], 1) == value:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return ", ".join(_months(first, last) for first, last in runs)


def amount(value: Amount) -> str:
    """An amount to read in a sentence."""
    return format_amount(value, current_language())


def signed(value: Amount) -> str:
    """A movement: `+500 €`, `−20 €`."""
    return amount(value) if value.minor < 0 else f"+{amount(value)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount set large: its number, and its unit set smaller after it (may be empty)."""

    number: str
    unit: str


def figure(value: Amount) -> Figure:
    """Split an amount for display; a leading currency sign stays with its number."""
    number, _space, unit = amount(value).rpartition(_HARD_SPACE)
    return Figure(number, unit) if number else Figure(unit, "")


def rhythm(kind: str) -> str:
    """How often a payment comes: `par mois`, `per month`."""
    words = {
        "month": _("par mois"),
        "quarter": _("par trimestre"),
        "year": _("par an"),
        "once": _("une seule fois"),
        "event": _("à cette occasion"),
    }
    return words[kind]
