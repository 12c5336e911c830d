"""Amounts and days as documents write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from cspu.kernel.amounts import Amount, Unit, format_amount
from cspu.kernel.text import Lang

_HARD_SPACE = "\u00a0"


def amount_of(value: Decimal, unit: Unit) -> Amount:
    """The amount with that exact value."""
    return Amount(unit, int(value.scaleb(unit.scale)))


def written(value: Decimal, unit: Unit, lang: Lang) -> str:
    """`1 234,50 €`, `−2,5 jours ouvrables`."""
    return format_amount(amount_of(value, unit), lang)


def column(value: Decimal, unit: Unit, lang: Lang, *, signed: bool = False) -> str:
    """The same in a column whose title names the unit; `signed`: a plus before what enters."""
    text = written(value, unit, lang)
    figure = text if unit.symbol else text.partition(_HARD_SPACE)[0]
    return f"+{figure}" if signed and value > 0 else figure


def unit_name(unit: Unit, lang: Lang) -> str:
    """What a column of such amounts counts."""
    return unit.symbol or unit.plural.in_(lang)


def day_of(moment: datetime) -> str:
    """The day it was here."""
    return day(timezone.localdate(moment))


def day(when: date | None) -> str:
    """`31/12/2025`; nothing when there is none."""
    return f"{when:%d/%m/%Y}" if when else ""
