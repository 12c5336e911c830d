"""A proof as a QR code for a telephone, and back.

# Note [what the code holds]
The code is an address of the check page with the proof after `#`: any telephone opens it, and what
stands after `#` is never sent with a request, so neither a server's log nor a proxy's holds it. The
proof is packed first (the texts under the base64, deflated, then in base32, which a QR code writes
in 5.5 bits a sign instead of 8): about 100 modules a side instead of 145, which a telephone reads
from a small screen. Unpacking gives the compact text back, sign for sign.

A proof too long for that (long names, every box ticked) is shown as the address alone, with the
proof's number for a person to read; the whole proof then travels as a file or a link.
"""

from __future__ import annotations

import base64
import io
import re
import zlib
from dataclasses import dataclass
from typing import Any

import segno

from cspu.trust.proofs.strict import SIGNATURE_BYTES, Unreadable, decode, encode, inflate
from cspu.trust.proofs.verifying import MAX_PROOF_CHARS

MAX_MODULES = 129
"""The widest code we show, its margin included: tried on a small screen (see the tests)."""
_MARGIN = 4
_PACKED = re.compile(r"[A-Z2-7]+")
_SEPARATOR = b"\0"  # JSON never holds it
_WIDEST_ADDRESS = 512


@dataclass(frozen=True, slots=True, repr=False)
class ProofCode:
    """A QR code: `modules` a side with its margin; `whole` says whether it holds the proof."""

    code: segno.QRCode
    address: str
    whole: bool

    @property
    def modules(self) -> int:
        """Squares a side, margin included."""
        return int(self.code.symbol_size(border=_MARGIN)[0])

    def svg(self) -> str:
        """The code as SVG to put in a page: no size of its own, no style, black on white."""
        return self.code.svg_inline(border=_MARGIN, light="#fff", omitsize=True)

    def png(self, scale: int = 8) -> bytes:
        """The code as PNG, `scale` pixels a module."""
        out = io.BytesIO()
        self.code.save(out, kind="png", border=_MARGIN, scale=scale, light="#fff")
        return out.getvalue()


def proof_code(compact: str, check_page: str) -> ProofCode:
    """The QR code of a presentation, over the address of the check page."""
    packed = pack(compact)
    parts: Any = [f"{check_page}#", packed]  # two alphabets; segno takes parts, its types forget it
    # Error correction L: a lit screen does not get dirty, and fewer squares are larger ones.
    code = segno.make(parts, error="l", micro=False)
    if code.symbol_size(border=_MARGIN)[0] <= MAX_MODULES:
        return ProofCode(code, f"{check_page}#{packed}", whole=True)
    return ProofCode(segno.make(check_page, error="m", micro=False), check_page, whole=False)


def pack(compact: str) -> str:
    """A compact proof in fewer signs, all of them A–Z and 2–7."""
    jwt, *disclosures, _ = compact.split("~")
    header, payload, signature = jwt.split(".")
    texts = _SEPARATOR.join(decode(part) for part in (header, payload, *disclosures))
    packed = decode(signature) + zlib.compress(texts, 9)
    return _base32(packed)


def read_shown(text: str) -> str:
    """The compact proof in whatever was scanned, opened or pasted: an address, a packed one, itself.

    What cannot be unpacked is given back as it is: `verify` will say that it is unreadable.
    """
    shown = text.strip()[: MAX_PROOF_CHARS + _WIDEST_ADDRESS]
    shown = shown.partition("#")[2] or shown
    if not _PACKED.fullmatch(shown):
        return shown
    try:
        return _unpack(shown)
    except Unreadable:
        return shown


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _unpack(packed: str) -> str:
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
        if _base32(raw) != packed:
            raise Unreadable
        signature, deflated = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        texts = inflate(deflated, limit=MAX_PROOF_CHARS).split(_SEPARATOR)
        header, payload, *disclosures = (encode(text) for text in texts)
    except ValueError:
        raise Unreadable from None
    return "~".join((f"{header}.{payload}.{encode(signature)}", *disclosures, ""))
