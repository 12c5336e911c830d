"""Keys that sign proofs, and the public ones that check them.

# Note [a key is named by what it is]
A key's id is its RFC 7638 thumbprint: computed when a key is read, never believed from a file, so
that one key cannot be published under another's name. Rotation: the new key signs, the former
stays among the trusted ones until the last proof it signed has expired.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from cspu.trust.proofs.errors import KeyUnreadable

ALGORITHM = "ES256"
MAX_JWKS_BYTES = 64 * 1024
_CURVE = ("EC", "P-256")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class PublicKey:
    """A key that checks signatures."""

    jwk: JWK
    kid: str

    def published(self) -> dict[str, str]:
        """The key as a JWKS lists it."""
        public = cast("dict[str, str]", self.jwk.export_public(as_dict=True))
        return {**public, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SigningKey:
    """A key that signs. Prints nothing of itself."""

    jwk: JWK
    kid: str

    @property
    def public(self) -> PublicKey:
        """What may be given to everybody."""
        return _public(self.jwk)

    def secret(self) -> bytes:
        """The private key as a JWK, for a place that keeps secrets."""
        return cast("str", self.jwk.export_private()).encode()


TrustedKeys = Mapping[str, PublicKey]
"""Public keys by their id."""


def new_signing_key() -> SigningKey:
    """A fresh key from the system's source of randomness."""
    return _signing(JWK.generate(kty="EC", crv="P-256"))


def read_signing_key(raw: bytes) -> SigningKey:
    """A private P-256 key in JWK or PEM; KeyUnreadable for anything else."""
    jwk = _jwk(raw)
    if not jwk.has_private:
        raise KeyUnreadable
    return _signing(jwk)


def read_public_key(raw: bytes) -> PublicKey:
    """The public part of a P-256 key in JWK or PEM, private or public."""
    return _public(_jwk(raw))


def trusted(*keys: SigningKey | PublicKey) -> TrustedKeys:
    """The keys to check with: the one in use and those it replaced."""
    public = (key.public if isinstance(key, SigningKey) else key for key in keys)
    return MappingProxyType({key.kid: key for key in public})


def read_keys(current: bytes, previous: Iterable[bytes]) -> tuple[SigningKey, TrustedKeys]:
    """The key that signs and all that check, from what the environment gives."""
    key = read_signing_key(current)
    return key, trusted(key, *(read_public_key(former) for former in previous))


def jwks(keys: TrustedKeys) -> dict[str, object]:
    """The document to publish at /.well-known/jwks.json: public parts only."""
    return {"keys": [key.published() for key in keys.values()]}


def issuer_metadata(issuer: str, keys: TrustedKeys) -> dict[str, object]:
    """The document SD-JWT VC asks for at /.well-known/jwt-vc-issuer."""
    return {"issuer": issuer, "jwks": jwks(keys)}


def read_jwks(raw: bytes) -> TrustedKeys:
    """Keys from a published document (JWKS, or issuer metadata around one).

    Keys of other kinds are passed over; KeyUnreadable when none is left.
    """
    if len(raw) > MAX_JWKS_BYTES:
        raise KeyUnreadable
    found = _json(raw)
    document = found.get("jwks", found)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise KeyUnreadable
    keys = trusted(*_readable(listed))
    if not keys:
        raise KeyUnreadable
    return keys


def _readable(listed: Iterable[object]) -> Iterable[PublicKey]:
    for each in listed:
        try:
            yield read_public_key(json.dumps(each).encode())
        except KeyUnreadable:
            continue


def _jwk(raw: bytes) -> JWK:
    try:
        if raw.lstrip().startswith(b"-----BEGIN"):
            jwk = JWK.from_pem(raw)
        else:
            jwk = JWK(**{name: value for name, value in _json(raw).items() if name != "kid"})
        if (jwk.get("kty"), jwk.get("crv")) != _CURVE:
            raise KeyUnreadable
        jwk.get_op_key("sign" if jwk.has_private else "verify")  # a point off the curve ends here
    except (JWException, ValueError, TypeError, KeyError):
        raise KeyUnreadable from None
    return jwk


def _json(raw: bytes) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise KeyUnreadable from None
    if not isinstance(found, dict):
        raise KeyUnreadable
    return found


def _signing(jwk: JWK) -> SigningKey:
    private = JWK(**{name: jwk.get(name) for name in ("kty", "crv", "x", "y", "d")})
    return SigningKey(private, private.thumbprint())


def _public(jwk: JWK) -> PublicKey:
    public = JWK(**{name: jwk.get(name) for name in ("kty", "crv", "x", "y")})
    return PublicKey(public, public.thumbprint())
