"""Reading what a stranger hands over: bounded, strict, and never the words of the stranger back.

# Note [one way to write it]
Only one spelling of a token is accepted: base64 without padding, white space or spare bits, JSON
without doubled keys, floats or odd numbers. Libraries are laxer, and what two readers read
differently is where a forger works. Everything here runs before any signature is checked, in time
and memory bounded by the length of the text.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass
from typing import NoReturn

from cspu.trust.proofs.claims import Json

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_DEEPEST = 6
_JWT_PARTS = 3
SIGNATURE_BYTES = 64


class Unreadable(Exception):
    """Not readable; carries nothing of what was read."""


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A signed text taken apart, not checked yet."""

    text: str
    header: dict[str, Json]
    payload: dict[str, Json]


def read_token(text: str) -> Token:
    """A compact JWS whose header and payload are JSON objects."""
    parts = text.split(".")
    if len(parts) != _JWT_PARTS:
        raise Unreadable
    header, payload, signature = (decode(part) for part in parts)
    if len(signature) != SIGNATURE_BYTES:
        raise Unreadable
    return Token(text, _object(header), _object(payload))


def decode(text: str) -> bytes:
    """Base64url in its only accepted spelling."""
    if not _BASE64URL.fullmatch(text):
        raise Unreadable
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Unreadable from None
    if encode(raw) != text:
        raise Unreadable
    return raw


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def inflate(packed: bytes, *, limit: int) -> bytes:
    """Decompress at most `limit` bytes: a small text that unfolds to gigabytes is refused."""
    machine = zlib.decompressobj()
    try:
        raw = machine.decompress(packed, limit)
    except zlib.error:
        raise Unreadable from None
    if not machine.eof or machine.unused_data:
        raise Unreadable
    return raw


def read_json(raw: bytes) -> Json:
    """JSON of whole numbers, texts, lists and objects, not too deep."""
    try:
        value: Json = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_doubles,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise Unreadable from None
    _walk(value, _DEEPEST)
    return value


def _object(raw: bytes) -> dict[str, Json]:
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Unreadable
    return value


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable
    return found


def _refuse(_text: str) -> NoReturn:
    raise Unreadable


def _walk(value: Json, left: int) -> None:
    """Refuse depth, and halves of characters that no terminal or page could print."""
    if left < 0:
        raise Unreadable
    if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Unreadable
    if isinstance(value, dict):
        for name, inside in value.items():
            _walk(name, left)
            _walk(inside, left - 1)
    elif isinstance(value, list):
        for inside in value:
            _walk(inside, left - 1)
