"""Sealing identities: AES-256-GCM for what must be read back, HMAC-SHA256 for what is looked up.

# Note [a key names itself]
A stored value carries the version of the key that sealed it, and the version is drawn from the
key: nobody numbers keys, and a server given the wrong key says so instead of failing to decrypt.
Rotation is: give the new key and the former one, run `cspu people rotate-keys`, take the former
away.

# Note [sealed for one person]
The person's id is bound to each sealed value as associated data. A ciphertext copied to another
row does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cspu.people.errors import WrongKey

KEY_BYTES = 32
_NONCE_BYTES = 12

Purpose = Literal["nir", "ntt"]


@dataclass(frozen=True)
class IdentityKey:
    """One master key; the working keys are derived from it and never stored."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"an identity key has {KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return f"IdentityKey(version={self.version})"

    @cached_property
    def version(self) -> int:
        """A number drawn from the key, that tells nothing of it; fits PostgreSQL's integer."""
        return int.from_bytes(self._derive("version", 4)) >> 1

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._derive("seal", KEY_BYTES))

    @cached_property
    def _index_key(self) -> bytes:
        return self._derive("blind index", KEY_BYTES)

    def _derive(self, use: str, length: int) -> bytes:
        kdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"cspu people {use}".encode())
        return kdf.derive(self.secret)

    def seal(self, text: str, *, person_id: UUID) -> bytes:
        """The text encrypted for that person: nonce, ciphertext, tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), person_id.bytes)

    def unseal(self, sealed: bytes, *, person_id: UUID) -> str:
        """The text back; WrongKey when it was sealed under another key or for somebody else."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, content, person_id.bytes).decode()
        except InvalidTag:
            raise WrongKey from None

    def blind(self, text: str, purpose: Purpose) -> bytes:
        """A fingerprint to look the text up by: equal texts, equal fingerprints; 32 bytes."""
        return hmac.digest(self._index_key, f"{purpose}|{text}".encode(), hashlib.sha256)


@dataclass(frozen=True)
class Keyring:
    """The key in use, and the former one while a rotation is under way."""

    current: IdentityKey
    previous: IdentityKey | None = None

    def __post_init__(self) -> None:
        if self.previous is not None and self.previous.version == self.current.version:
            raise ValueError("the former key and the new one must differ")

    @classmethod
    def of(cls, current: bytes, previous: bytes | None = None) -> Keyring:
        """From master keys of 32 bytes."""
        return cls(IdentityKey(current), IdentityKey(previous) if previous else None)

    @property
    def keys(self) -> tuple[IdentityKey, ...]:
        """Every key to look under, the one in use first."""
        return (self.current,) if self.previous is None else (self.current, self.previous)

    def key(self, version: int) -> IdentityKey:
        """The key of that version; WrongKey when it was not given."""
        for key in self.keys:
            if key.version == version:
                return key
        raise WrongKey
