"""Values as people write them, in French and in English."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cspu.kernel.amounts import MINUS, Unit, format_number
from cspu.kernel.dates import MONTHS, format_day
from cspu.kernel.periods import Period
from cspu.kernel.text import LANGUAGES, Lang, Text

_HARD_SPACE = "\u00a0"
_CENTS = 2
YES = Text(fr="oui", en="yes")
NO = Text(fr="non", en="no")
UNKNOWN = Text(fr="inconnu", en="unknown")


def format_value(
    value: object, unit: Unit | None, lang: Lang, names: Mapping[str, Text] | None = None
) -> str:
    """Any value of the law: a number with its unit, a date, yes/no, a text by its label."""
    match value:
        case None:
            return UNKNOWN.in_(lang)
        case bool():
            return (YES if value else NO).in_(lang)
        case int() | Decimal():
            return format_quantity(Decimal(value), unit, lang)
        case date():
            return format_day(value, lang)
        case _:
            text = str(value)
            return names[text].in_(lang) if names and text in names else text


def format_quantity(value: Decimal, unit: Unit | None, lang: Lang) -> str:
    """`500 €`, `−186,69 €`, `803,5 heures`: no useless zeros, cents by two; the sign before all."""
    if value < 0:
        return MINUS + format_quantity(-value, unit, lang)
    plain = _trimmed(value)
    if unit is None:
        return format_number(plain, lang)
    if unit.symbol:
        if plain % 1:
            plain = value.quantize(Decimal(1).scaleb(-max(_CENTS, _places(plain))))
        number = format_number(plain, lang)
        return f"{number}{_HARD_SPACE}{unit.symbol}" if lang == "fr" else f"{unit.symbol}{number}"
    few = abs(plain) < 2 if lang == "fr" else abs(plain) == 1  # noqa: PLR2004
    name = (unit.singular if few else unit.plural).in_(lang)
    return f"{format_number(plain, lang)}{_HARD_SPACE}{name}"


def format_period(period: Period, lang: Lang) -> str:
    """`2025`, `mars 2025`, or the two days of any other span."""
    start, end = period.start, period.end
    whole_months = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if whole_months and start.year == end.year:
        if (start.month, end.month) == (1, 12):
            return str(start.year)
        if start.month == end.month:
            return f"{MONTHS[lang][start.month - 1]} {start.year}"
    link = "au" if lang == "fr" else "to"
    return f"{format_day(start, lang)} {link} {format_day(end, lang)}"


def both(write: Mapping[Lang, str]) -> Text:
    """A text from its two renderings."""
    return Text(**{lang: write[lang] for lang in LANGUAGES})


def _trimmed(value: Decimal) -> Decimal:
    if value % 1 == 0:
        return value.quantize(Decimal(1))
    return Decimal(f"{value:f}".rstrip("0"))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
