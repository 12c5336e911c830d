"""From bytes to lines: encoding found, control characters spotted, nothing kept but one chunk."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from cspu.employers.dsn.errors import not_a_dsn
from cspu.kernel.text import Text

Encoding = Literal["iso-8859-1", "utf-8", "utf-8-sig"]

LONGEST_LINE = 256
"""Characters, from the norm's file syntax."""

_CHUNK = 1 << 18
_ENDLESS = 1 << 16
_STARTS = (b"S10.G", b"S05.G")
_PRINTABLE = bytes({*range(0x20, 0x7F), *range(0xA0, 0x100), 0x0A, 0x0D})
_PRINTABLE_UTF8 = bytes({*_PRINTABLE, *range(0x80, 0xA0)})
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters and invisible ones that would let a name show otherwise than it is."""

_SIGNATURES = (
    (b"%PDF", Text("un document PDF", "a PDF document")),
    (
        b"PK\x03\x04",
        Text("une archive ZIP ou un document bureautique", "a ZIP archive or an office document"),
    ),
    (b"\x1f\x8b", Text("une archive compressée", "a compressed archive")),
    (b"\xff\xfe", Text("un texte codé en UTF-16", "a text encoded in UTF-16")),
    (b"\xfe\xff", Text("un texte codé en UTF-16", "a text encoded in UTF-16")),
    (b"<?xml", Text("un document XML", "an XML document")),
    (b"\x89PNG", Text("une image", "an image")),
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a first look at the bytes tells: encoding, SHA-256 (hex), size in bytes."""

    encoding: Encoding
    sha256: str
    size: int


def look_at(stream: BinaryIO) -> Envelope:
    """Read the whole stream once, a chunk at a time, and rewind it.

    Raises DsnRefused when it is empty or does not begin like a DSN.
    """
    stream.seek(0)
    start = stream.read(64)
    _check_start(start)
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        decoder = _still_utf8(decoder, chunk)
    if decoder is not None and decoder.getstate()[0]:
        decoder = None
    stream.seek(0)
    return Envelope(_encoding(start, utf8=decoder is not None), digest.hexdigest(), size)


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes
) -> codecs.IncrementalDecoder | None:
    if decoder is None:
        return None
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _encoding(start: bytes, *, utf8: bool) -> Encoding:
    if not start.startswith(codecs.BOM_UTF8):
        return "utf-8" if utf8 else "iso-8859-1"
    if utf8:
        return "utf-8-sig"
    raise not_a_dsn(
        Text(
            "Le fichier s'annonce en UTF-8 mais contient des octets qui n'en sont pas.",
            "The file says it is UTF-8 but holds bytes that are not.",
        )
    )


def _check_start(start: bytes) -> None:
    if not start.strip():
        raise not_a_dsn(Text("Le fichier est vide.", "The file is empty."))
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            raise not_a_dsn(
                Text(
                    f"Ce fichier n'est pas une DSN : c'est {what.fr}.",
                    f"This file is not a DSN: it is {what.en}.",
                )
            )
    if not start.removeprefix(codecs.BOM_UTF8).startswith(_STARTS):
        raise not_a_dsn(
            Text(
                "Ce fichier n'est pas une DSN : sa première ligne n'est ni S10 (envoi) ni S05 (lot).",
                "This file is not a DSN: its first line is neither S10 (message) nor S05 (batch).",
            )
        )


def lines_of(stream: BinaryIO, encoding: Encoding) -> Iterator[tuple[list[str], bool]]:
    """Chunks of complete lines without their ends, and whether the chunk needs a closer look.

    A closer look is needed where control characters may be. A line without end beyond 64 kB
    raises DsnRefused rather than fill the memory.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    allowed = _PRINTABLE if encoding == "iso-8859-1" else _PRINTABLE_UTF8
    tail = ""
    while chunk := stream.read(_CHUNK):
        text = (tail + decoder.decode(chunk)).replace("\r\n", "\n")
        lines = text.split("\n")
        tail = lines.pop()
        if len(tail) > _ENDLESS:
            raise _endless()
        yield lines, _needs_a_closer_look(chunk, allowed, text.removesuffix("\r"), encoding)
    if tail:
        yield [tail.removesuffix("\r")], True


def _needs_a_closer_look(chunk: bytes, allowed: bytes, text: str, encoding: Encoding) -> bool:
    if chunk.translate(None, allowed) or "\r" in text:
        return True
    return encoding != "iso-8859-1" and not chunk.isascii()


def _endless() -> Exception:
    return not_a_dsn(
        Text(
            "Une ligne de plus de 65 000 caractères : ce n'est pas une DSN, ou elle est abîmée.",
            "A line of more than 65,000 characters: this file is not a DSN, or its line ends were lost.",
        )
    )
