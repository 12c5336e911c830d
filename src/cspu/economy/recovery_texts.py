"""Read what bounds the recovery of debts: `recovery.yaml` of a pack, by day of entry into force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cspu.economy.texts import SAID, decimal_of, minor_of, named
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item
from cspu.law.model import LawPack

_CENTS = 2
_NO_TOP = 10**15


@dataclass(frozen=True, slots=True)
class Band:
    """The share taken of what falls below `upto` cents a year and above the band before."""

    upto: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Recovery:
    """What bounds recovery from a day on; amounts in cents."""

    in_force: date
    bands: tuple[Band, ...]
    per_dependant: int
    left_a_month: int
    in_kind_share: Decimal
    days_to_contest: int
    reference: str
    url: str


def recoveries(pack: LawPack, findings: list[Finding]) -> Iterator[Recovery]:
    """Every version of every pack; what is wrong is added to `findings`."""
    for written, item in named(pack, "recovery", findings):
        try:
            in_force = date.fromisoformat(written)
        except ValueError:
            findings.append(item.finding("date", written, _DAY))
            continue
        form = Form(
            item,
            findings,
            required=(
                *("bands", "per_dependant", "left_a_month", "in_kind_share"),
                *("days_to_contest", "reference", "checked"),
            ),
            optional=SAID,
        )
        yield Recovery(
            in_force,
            tuple(_bands(form)),
            minor_of(form, "per_dependant", _CENTS, 0),
            minor_of(form, "left_a_month", _CENTS, 0),
            decimal_of(form, "in_kind_share") or Decimal(0),
            form.integer("days_to_contest"),
            form.text("reference"),
            form.text("url"),
        )


def _bands(form: Form) -> Iterator[Band]:
    below = -1
    for item in form.items("bands"):
        part = Form(item, form.findings, required=("share",), optional=("upto",))
        band = Band(
            minor_of(part, "upto", _CENTS, _NO_TOP), decimal_of(part, "share") or Decimal(0)
        )
        if band.upto <= below:
            form.findings.append(_misplaced(item, band))
        below = band.upto
        yield band


def _misplaced(item: Item, band: Band) -> Finding:
    return item.finding("order", str(band.upto), _ORDER)


_DAY = Text(fr="Une date aaaa-mm-jj est attendue ici.", en="A date yyyy-mm-dd is expected here.")
_ORDER = Text(
    fr="Les tranches vont de la plus basse à la plus haute.",
    en="Bands go from the lowest to the highest.",
)
