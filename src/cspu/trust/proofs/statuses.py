"""Which proofs were withdrawn: a list of bits anybody may fetch, signed (IETF Token Status List).

A proof holds the address of a list and a place in it, drawn at random: the list says how many
proofs were withdrawn, never whose, nor which of them belong together. A verifier fetches a whole
list, so that nobody learns which proof was looked at.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jwcrypto.jws import JWS

from cspu.trust.proofs.claims import Json
from cspu.trust.proofs.errors import StatusListFull
from cspu.trust.proofs.frame import Frame
from cspu.trust.proofs.keys import ALGORITHM, SigningKey, TrustedKeys
from cspu.trust.proofs.refusals import Refusal
from cspu.trust.proofs.signatures import CLOCK_DRIFT, check_signature, compact_json, moment
from cspu.trust.proofs.strict import Token, Unreadable, decode, encode, inflate, read_token

STATUS_TYPE = "statuslist+jwt"
MAX_LIST_CHARS = 256 * 1024
MAX_LIST_BYTES = 128 * 1024
"""A million places: what a list may unfold to, whatever its compressed form promises."""
_PLACES_A_BYTE = 8
_DRAWS = 64


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a proof's status is: the list's address and a place in it."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StatusList:
    """A list whose signature was checked, as it stood at `issued_at`."""

    uri: str
    bits: bytes
    issued_at: datetime
    refresh_after: datetime
    good_until: datetime

    def withdrawn(self, status: StatusReference, *, now: datetime) -> bool | None:
        """Whether a proof was withdrawn; None when this list cannot say (another one, too old)."""
        byte, bit = divmod(status.index, _PLACES_A_BYTE)
        if status.uri != self.uri or byte >= len(self.bits) or not now < self.good_until:
            return None
        return bool(self.bits[byte] >> bit & 1)


def draw_index(taken: Container[int], *, size: int) -> int:
    """A free place at random; StatusListFull when chance finds none (open another list by half)."""
    for _ in range(_DRAWS):
        index = secrets.randbelow(size)
        if index not in taken:
            return index
    raise StatusListFull


def issue_status_list(
    withdrawn: Iterable[int], *, uri: str, frame: Frame, key: SigningKey, now: datetime
) -> str:
    """The signed list to serve at `uri`, as application/statuslist+jwt."""
    bits = bytearray(frame.list_size // _PLACES_A_BYTE)
    for index in withdrawn:
        if not 0 <= index < frame.list_size:
            raise IndexError(f"a list has places from 0 to {frame.list_size - 1}")
        bits[index // _PLACES_A_BYTE] |= 1 << index % _PLACES_A_BYTE
    issued = int(now.timestamp())
    payload: dict[str, Json] = {
        "sub": uri,
        "iat": issued,
        "exp": issued + int(frame.list_good.total_seconds()),
        "ttl": int(frame.list_refresh.total_seconds()),
        "status_list": {"bits": 1, "lst": encode(zlib.compress(bytes(bits), 9))},
    }
    header: dict[str, Json] = {"alg": ALGORITHM, "typ": STATUS_TYPE, "kid": key.kid}
    signed = JWS(compact_json(payload))
    signed.add_signature(key.jwk, alg=ALGORITHM, protected=compact_json(header))
    return str(signed.serialize(compact=True))


def read_status_list(text: str, *, keys: TrustedKeys, now: datetime) -> StatusList | Refusal:
    """A list as fetched or kept in a file, checked; or why it says nothing."""
    if len(text) > MAX_LIST_CHARS:
        return Refusal.UNREADABLE
    try:
        token = read_token(text.strip())
        refusal = check_signature(token, STATUS_TYPE, keys)
        found = refusal or _status_list(token)
    except Unreadable:
        return Refusal.UNREADABLE
    if isinstance(found, Refusal):
        return found
    if now < found.issued_at - CLOCK_DRIFT:
        return Refusal.NOT_YET_VALID
    return found if now < found.good_until else Refusal.EXPIRED


def _status_list(token: Token) -> StatusList:
    payload = token.payload
    uri, body, ttl = payload.get("sub"), payload.get("status_list"), payload.get("ttl")
    issued_at, good_until = moment(payload.get("iat")), moment(payload.get("exp"))
    if not isinstance(uri, str) or not isinstance(body, dict) or type(ttl) is not int or ttl < 0:
        raise Unreadable
    packed = body.get("lst")
    if body.get("bits") != 1 or not isinstance(packed, str):
        raise Unreadable
    lifetime = min(ttl, int((good_until - issued_at).total_seconds()))
    return StatusList(
        uri=uri,
        bits=inflate(decode(packed), limit=MAX_LIST_BYTES),
        issued_at=issued_at,
        refresh_after=issued_at + timedelta(seconds=lifetime),
        good_until=good_until,
    )
