"""What proofs and status lists have in common: how their signature and their times are checked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from jwcrypto.common import JWException
from jwcrypto.jws import JWS

from cspu.trust.proofs.claims import Json
from cspu.trust.proofs.keys import ALGORITHM, TrustedKeys
from cspu.trust.proofs.refusals import Refusal
from cspu.trust.proofs.strict import Token, Unreadable

CLOCK_DRIFT = timedelta(minutes=2)
"""How far the clock of who checks may be behind ours."""

_HEADER = {"alg", "typ", "kid"}


def check_signature(token: Token, kind: str, keys: TrustedKeys) -> Refusal | None:
    """Why the signature is not one of ours, for a document of that type.

    The header decides nothing: one type, one algorithm, and a key among those trusted already. A
    header that offers more (a key, a certificate, a demand of its own) is not of our making.
    """
    header = token.header
    if header.get("typ") != kind:
        return Refusal.WRONG_TYPE
    if header.get("alg") != ALGORITHM or set(header) != _HEADER:
        return Refusal.BAD_SIGNATURE
    kid = header["kid"]
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        return Refusal.UNKNOWN_KEY
    signed = JWS()
    signed.allowed_algs = [ALGORITHM]
    try:
        signed.deserialize(token.text, key.jwk, alg=ALGORITHM)
    except JWException:
        return Refusal.BAD_SIGNATURE
    return None


def moment(value: Json) -> datetime:
    """A time in whole seconds since 1970; Unreadable for anything else."""
    if type(value) is not int:
        raise Unreadable
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise Unreadable from None


def compact_json(value: dict[str, Json]) -> str:
    """JSON without white space."""
    return json.dumps(value, separators=(",", ":"))
