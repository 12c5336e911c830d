"""The sentences of a proof: what it says, in French and in English, and what it kept hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cspu.kernel.dates import format_day
from cspu.kernel.text import LANGUAGES, Lang, Text
from cspu.trust.proofs.claims import Json, Right
from cspu.trust.proofs.frame import Claim, ClaimKind, Frame
from cspu.trust.proofs.strict import Unreadable

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_AMOUNT = {"value", "unit", *LANGUAGES}
_NAME = {"birth_name", "given_name"}


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """One thing a proof shows: the claim's name, its sentence, its exact value."""

    name: str
    text: Text
    value: Json


def statement(claim: Claim, value: Json, *, right: Right, on: date) -> Statement:
    """The sentence of a claim; Unreadable when the value has not the shape of its kind."""
    template = claim.says
    if claim.kind is ClaimKind.FLAG and value is False:
        template = claim.denies or claim.says
    written: dict[str, str] = {
        lang: template.in_(lang).format(
            right=right.label.in_(lang),
            day=format_day(on, lang),
            value=_written(claim.kind, value, lang),
        )
        for lang in LANGUAGES
    }
    return Statement(claim.name, Text.of(written), value)


def not_shown(frame: Frame, shown: Iterable[str]) -> tuple[Text, ...]:
    """What the frame could have said and the proof did not, whether or not it was there to say."""
    seen = set(shown)
    return tuple(claim.label for name, claim in frame.claims.items() if name not in seen)


def _written(kind: ClaimKind, value: Json, lang: Lang) -> str:
    match kind, value:
        case ClaimKind.FLAG, bool():
            return ""
        case ClaimKind.DAY, str():
            return format_day(day_of(value), lang)
        case ClaimKind.AMOUNT, dict() if _is_amount(value):
            return str(value[lang])
        case ClaimKind.NAME, dict() if set(value) == _NAME and _all_texts(value):
            return f"{value['given_name']} {value['birth_name']}"
        case _:
            raise Unreadable


def day_of(value: Json) -> date:
    """A date written yyyy-mm-dd; Unreadable for anything else."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Unreadable from None


def _is_amount(value: dict[str, Json]) -> bool:
    exact = value.get("value")
    return (
        set(value) == _AMOUNT
        and _all_texts(value)
        and isinstance(exact, str)
        and _DECIMAL.fullmatch(exact) is not None
    )


def _all_texts(value: dict[str, Json]) -> bool:
    return all(isinstance(part, str) for part in value.values())
