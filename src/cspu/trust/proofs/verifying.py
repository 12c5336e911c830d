"""Checking a proof: a verdict that says what was shown, or the one reason why not.

Needs nothing but the text, the public keys and, where one is at hand, a status list: no network,
no database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from sd_jwt.verifier import SDJWTVerifier

from cspu.kernel.text import Text
from cspu.trust.proofs.claims import Json, Right, Source
from cspu.trust.proofs.frame import Frame, load_frame
from cspu.trust.proofs.issuing import PROOF_TYPE
from cspu.trust.proofs.keys import TrustedKeys
from cspu.trust.proofs.refusals import Refusal
from cspu.trust.proofs.signatures import CLOCK_DRIFT, check_signature, moment
from cspu.trust.proofs.statuses import StatusList, StatusReference
from cspu.trust.proofs.strict import Token, Unreadable, decode, read_json, read_token
from cspu.trust.proofs.wording import Statement, day_of, not_shown, statement

MAX_PROOF_CHARS = 8 * 1024
MAX_DISCLOSURES = 16
_SALT_NAME_VALUE = 3


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Verified:
    """A sound proof: what it shows, what it does not, and how sure that is.

    Prints nothing of itself: it may hold a name.
    """

    number: str
    issuer: str
    authority: str
    source: Source
    right: Right
    on: date
    issued_at: datetime
    expires_at: datetime
    status: StatusReference
    status_as_of: datetime | None
    statements: tuple[Statement, ...]
    not_shown: tuple[Text, ...]
    caution: Text | None

    @property
    def warning(self) -> Refusal | None:
        """STATUS_UNKNOWN when nobody could say whether the proof was withdrawn."""
        return Refusal.STATUS_UNKNOWN if self.status_as_of is None else None

    @property
    def certain(self) -> bool:
        """Whether the answer is yes. Without a status it is not: it is « perhaps »."""
        return self.warning is None


@dataclass(frozen=True, slots=True, repr=False)
class _Shown:
    """A disclosure taken apart."""

    name: str
    value: Json


def status_reference(text: str) -> StatusReference | None:
    """Where the status of a proof would be, before anything is checked: which list to fetch.

    Only to choose among lists one knows; an address found here is never to be visited blindly.
    """
    try:
        token, _ = _take_apart(text)
        return _status(token.payload)
    except Unreadable:
        return None


def verify(
    text: str,
    *,
    keys: TrustedKeys,
    status: StatusList | None,
    now: datetime,
    frame: Frame | None = None,
) -> Verified | Refusal:
    """Check a compact proof. Total: any text whatever gets a verdict.

    `status` is the list read by `read_status_list`, None off line. `now` has a time zone.
    """
    frame = frame or load_frame()
    try:
        token, disclosed = _take_apart(text)
    except Unreadable:
        return Refusal.UNREADABLE
    refusal = check_signature(token, PROOF_TYPE, keys)
    if refusal is not None:
        return refusal
    try:
        found = _verified(token, disclosed, frame, keys)
    except (Unreadable, KeyError):
        return Refusal.WRONG_TYPE
    if isinstance(found, Refusal):
        return found
    return _in_time(found, status, now)


def _take_apart(text: str) -> tuple[Token, dict[str, _Shown | None]]:
    """The signed part and each disclosure; two alike are kept as None, for they are refused."""
    if len(text) > MAX_PROOF_CHARS or not text.isascii() or "~" not in text:
        raise Unreadable
    jwt, *disclosures, key_binding = text.split("~")
    if key_binding or len(disclosures) > MAX_DISCLOSURES:
        raise Unreadable
    found: dict[str, _Shown | None] = {}
    for each in disclosures:
        found[each] = None if each in found else _shown(each)
    return read_token(jwt), found


def _shown(disclosure: str) -> _Shown:
    match read_json(decode(disclosure)):
        case [str(), str(name), value]:
            return _Shown(name, value)
        case _:
            raise Unreadable


def _verified(
    token: Token, disclosed: dict[str, _Shown | None], frame: Frame, keys: TrustedKeys
) -> Verified | Refusal:
    payload = token.payload
    if payload.get("vct") != frame.vct:
        return Refusal.WRONG_TYPE
    right, on = _right(payload), day_of(payload["starting_date"])
    shown = _signed_disclosures(token, disclosed, frame, keys)
    if shown is None:
        return Refusal.DISCLOSURE_MISMATCH
    return Verified(
        number=_text(payload, "document_number"),
        issuer=_text(payload, "iss"),
        authority=_text(_inside(payload, "issuing_authority"), "name"),
        source=_source(payload),
        right=right,
        on=on,
        issued_at=moment(payload["iat"]),
        expires_at=moment(payload["exp"]),
        status=_status(payload),
        status_as_of=None,
        statements=tuple(
            statement(claim, shown[name], right=right, on=on)
            for name, claim in frame.claims.items()
            if name in shown
        ),
        not_shown=not_shown(frame, shown),
        caution=None if "holder" in shown else _NOBODY_NAMED,
    )


def _signed_disclosures(
    token: Token, disclosed: dict[str, _Shown | None], frame: Frame, keys: TrustedKeys
) -> dict[str, Json] | None:
    """What the library finds signed under the digests; None when something shown is not there.

    The library passes over a disclosure that matches no digest, which would leave a reader to think
    that it was checked: all that was shown must come back, and nothing else.
    """
    shown = {each.name: each.value for each in disclosed.values() if each is not None}
    if (
        None in disclosed.values()
        or len(shown) != len(disclosed)
        or not set(shown) <= set(frame.claims)
    ):
        return None
    verifier = SDJWTVerifier(
        "~".join((token.text, *disclosed, "")),
        lambda _issuer, header: keys[header["kid"]].jwk,
    )
    try:
        payload = cast("dict[str, Json]", verifier.get_verified_payload())
    except (ValueError, TypeError):
        return None
    signed = {name: payload[name] for name in frame.claims if name in payload}
    return signed if signed == shown else None


def _in_time(found: Verified, status: StatusList | None, now: datetime) -> Verified | Refusal:
    if now < found.issued_at - CLOCK_DRIFT:
        return Refusal.NOT_YET_VALID
    if now >= found.expires_at:
        return Refusal.EXPIRED
    withdrawn = None if status is None else status.withdrawn(found.status, now=now)
    if withdrawn:
        return Refusal.REVOKED
    if status is None or withdrawn is None:
        return found
    return replace(found, status_as_of=status.issued_at)


def _status(payload: dict[str, Json]) -> StatusReference:
    place = _inside(_inside(payload, "status"), "status_list")
    index = place.get("idx")
    if type(index) is not int or index < 0:
        raise Unreadable
    return StatusReference(_text(place, "uri"), index)


def _right(payload: dict[str, Json]) -> Right:
    right = _inside(payload, "right")
    return Right(_text(right, "id"), Text(fr=_text(right, "fr"), en=_text(right, "en")))


def _source(payload: dict[str, Json]) -> Source:
    source = _inside(payload, "authentic_source")
    return Source(_text(source, "id"), _text(source, "name"))


def _inside(payload: dict[str, Json], name: str) -> dict[str, Json]:
    found = payload.get(name)
    if not isinstance(found, dict):
        raise Unreadable
    return found


def _text(payload: dict[str, Json], name: str) -> str:
    found = payload.get(name)
    if not isinstance(found, str):
        raise Unreadable
    return found


_NOBODY_NAMED = Text(
    fr="Cette attestation ne dit pas de qui est ce droit : elle vaut pour qui la présente.",
    en="This attestation does not say whose right this is: it stands for whoever shows it.",
)
