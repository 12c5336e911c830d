"""Amounts: integers of the smallest unit, tied to their unit. Only meaningful operations exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from cspu.kernel.text import Lang, Text

_NARROW_SPACE = "\u202f"
MINUS = "\u2212"
_HARD_SPACE = "\u00a0"
_PLURAL_FROM = 2  # French counts 1,5 in the singular


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of account. `scale` is the number of decimals of its smallest part (EUR: 2)."""

    code: str
    scale: int
    singular: Text
    plural: Text
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """`minor` smallest parts of `unit`; may be negative (a movement), never a float."""

    unit: Unit
    minor: int

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.unit, self.minor + self._same_unit(other).minor)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.unit, self.minor - self._same_unit(other).minor)

    def __neg__(self) -> Amount:
        return Amount(self.unit, -self.minor)

    def __lt__(self, other: Amount) -> bool:
        return self.minor < self._same_unit(other).minor

    def __le__(self, other: Amount) -> bool:
        return self.minor <= self._same_unit(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def value(self) -> Decimal:
        """The exact decimal value in whole units."""
        return Decimal(self.minor).scaleb(-self.unit.scale)

    def _same_unit(self, other: Amount) -> Amount:
        if other.unit.code != self.unit.code:
            raise TypeError(f"cannot mix {self.unit.code} and {other.unit.code}")
        return other


def format_number(value: Decimal, lang: Lang) -> str:
    """A decimal as people write it: 1 234,5 in French, 1,234.5 in English."""
    text = f"{value:,f}"
    if lang == "en":
        return text
    return text.replace(",", _NARROW_SPACE).replace(".", ",")


def format_amount(amount: Amount, lang: Lang) -> str:
    """`500 €`, `−1 234,50 €`, `12 points`, `2,5 jours`: cents by two or not at all.

    The minus is a true one, and stands before the currency's sign in both languages.
    """
    if amount.minor < 0:
        return MINUS + format_amount(-amount, lang)
    value = amount.value
    unit = amount.unit
    if unit.symbol:
        number = format_number(value if value % 1 else value.quantize(Decimal(1)), lang)
        return f"{number}{_HARD_SPACE}{unit.symbol}" if lang == "fr" else f"{unit.symbol}{number}"
    trimmed = value.normalize() if value % 1 else value.quantize(Decimal(1))
    few = abs(trimmed) < _PLURAL_FROM if lang == "fr" else abs(trimmed) == 1
    name = (unit.singular if few else unit.plural).in_(lang)
    return f"{format_number(trimmed, lang)}{_HARD_SPACE}{name}"


def parse_amount(text: str, unit: Unit) -> Amount | None:
    """An amount as a person types it (`1 234,50`, `12`); None when it is none of that unit."""
    plain = re.sub(r"\s", "", text).replace(",", ".").removesuffix(unit.symbol)
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", plain, re.ASCII):
        return None
    minor = Decimal(plain).scaleb(unit.scale)
    return Amount(unit, int(minor)) if minor == minor.to_integral_value() else None
