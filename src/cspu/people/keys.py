"""The keyring of this installation, from its settings."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from cspu.people.crypto import Keyring


def installed_keyring() -> Keyring:
    """The keys this server was given; settings refuse a demonstration's key in production."""
    return _keyring(settings.CSPU_IDENTITY_KEY, settings.CSPU_IDENTITY_KEY_PREVIOUS)


@lru_cache(maxsize=4)
def _keyring(current: bytes, previous: bytes | None) -> Keyring:
    return Keyring.of(current, previous)
