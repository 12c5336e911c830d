"""A second factor for those who see others' data: a six-digit code that changes every half minute.

RFC 6238 as every authenticator application speaks it: SHA-1, six digits, thirty seconds. The caller
keeps the secret sealed, and the last step that served.
"""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from uuid import UUID, uuid5

import pyotp

from cspu.people.crypto import Keyring

STEP_SECONDS = 30
DIGITS = 6
_SECRET_LENGTH = 32  # base32: 160 bits, the length RFC 4226 recommends
_WINDOW = (-1, 0, 1)
_SEALED_AS = UUID("6b5b0a52-3f0d-4c52-9d6e-1f1f6b1f9d57")


def new_secret() -> str:
    """A fresh secret, in base32."""
    return pyotp.random_base32(_SECRET_LENGTH)


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth:` address an authenticator application reads, from a QR code for instance."""
    return _totp(secret).provisioning_uri(name=account, issuer_name=issuer)


def verify(secret: str, code: str, *, at: datetime, last_step: int | None) -> int | None:
    """The step this code belongs to, to be kept as the next `last_step`; None when it is refused.

    A code serves once: nothing at or before `last_step` is taken again. One step early or late is
    allowed for clocks apart. Every step is compared, whichever matches, in constant time.

    # Note [used once]
    Store the step with a condition on the former one (`UPDATE … WHERE last_step IS NULL OR
    last_step < new`) and count the row: two requests carrying the same code then pass once.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    totp = _totp(secret)
    present = int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in (present + shift for shift in _WINDOW):
        matches = compare_digest(totp.generate_otp(step), typed)
        if matches and (last_step is None or step > last_step):
            found = step
    return found


def seal_secret(keyring: Keyring, secret: str, *, owner: UUID) -> tuple[int, bytes]:
    """The secret encrypted for its owner, under the key in use: that key's version, and the bytes.

    Rotating keys is opening with this ring and sealing again.
    """
    key = keyring.current
    return key.version, key.seal(secret, person_id=_bound(owner))


def open_secret(keyring: Keyring, version: int, sealed: bytes, *, owner: UUID) -> str:
    """The secret back; WrongKey when sealed under another key, or for somebody else."""
    return keyring.key(version).unseal(sealed, person_id=_bound(owner))


def _bound(owner: UUID) -> UUID:
    """Neither somebody else's secret nor another sealed value of the same owner opens here."""
    return uuid5(_SEALED_AS, owner.hex)


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
