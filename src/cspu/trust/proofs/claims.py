"""What is known of one right, and what may truly be said of it.

Nothing here is sealed yet: `provable` turns what the account knows today, and the thresholds the
person chose, into claims. A claim that would be false, or about something unknown, is refused
before anything is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.text import LANGUAGES, Text
from cspu.trust.proofs.errors import Unprovable

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Source:
    """The body the right comes from: its SIRET or other public number, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Right:
    """The one right an attestation is about."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """The person's birth name and first given name. Prints nothing: it may end in a log."""

    birth_name: str
    given_name: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RightState:
    """What the account knows of one right on one day; None where it does not know."""

    right: Right
    source: Source
    on: date
    open: bool | None
    open_since: date | None = None
    balance: Amount | None = None
    holder: Holder | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Claims:
    """True statements on one right, ready to be sealed; names are those of the frame."""

    right: Right
    source: Source
    on: date
    values: Mapping[str, Json]


def provable(
    state: RightState,
    *,
    balance_at_least: Amount | None = None,
    open_since_at_least: date | None = None,
) -> Claims:
    """The claims that can be made on a right; Unprovable when one asked for is not so."""
    if state.open is None:
        raise Unprovable("proofs.unknown", _UNKNOWN)
    values: dict[str, Json] = {"open": state.open}
    if open_since_at_least is not None:
        _require_open_since(state, open_since_at_least)
        values["open_since_at_least"] = open_since_at_least.isoformat()
    if balance_at_least is not None:
        _require_balance(state, balance_at_least)
        values["balance_at_least"] = _amount(balance_at_least)
    if state.balance is not None:
        values["balance"] = _amount(state.balance)
    if state.holder is not None:
        name = state.holder
        values["holder"] = {"birth_name": name.birth_name, "given_name": name.given_name}
    return Claims(
        right=state.right, source=state.source, on=state.on, values=MappingProxyType(values)
    )


def _require_open_since(state: RightState, day: date) -> None:
    if state.open and state.open_since is None:
        raise Unprovable("proofs.unknown", _UNKNOWN)
    if not state.open or state.open_since is None or state.open_since > day:
        raise Unprovable("proofs.not_open_since", _NOT_OPEN_SINCE)


def _require_balance(state: RightState, least: Amount) -> None:
    if state.balance is None:
        raise Unprovable("proofs.unknown", _UNKNOWN)
    if least.minor <= 0:
        raise Unprovable("proofs.threshold_says_nothing", _SAYS_NOTHING)
    if state.balance < least:
        raise Unprovable("proofs.balance_below", _BELOW)


def _amount(amount: Amount) -> Json:
    """An amount a machine reads exactly, and a person without knowing the unit beforehand."""
    written: dict[str, Json] = {lang: format_amount(amount, lang) for lang in LANGUAGES}
    return {"value": f"{amount.value:f}", "unit": amount.unit.code, **written}


_UNKNOWN = Text(
    fr="Ce droit n’est pas connu avec certitude aujourd’hui : rien ne peut en être attesté.",
    en="This right is not known for certain today: nothing can be attested of it.",
)
_NOT_OPEN_SINCE = Text(
    fr="Ce droit n’est pas ouvert depuis cette date.",
    en="This right has not been open since that date.",
)
_SAYS_NOTHING = Text(
    fr="Un solde d’au moins zéro ne dit rien.", en="A balance of at least zero says nothing."
)
_BELOW = Text(fr="Le solde n’atteint pas ce montant.", en="The balance does not reach that amount.")
