"""What others wrote, made harmless where it is shown: a declaration may hold any character.

The JSON keeps every text exactly as held; tables, readable files and PDF show it cleaned.
"""

from __future__ import annotations

import unicodedata

_STEERING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def printable(text: str) -> str:
    """On one line, without control characters nor marks that change the direction of reading."""
    if text.isascii() and text.isprintable():
        return text
    kept = (
        " " if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Cs"} else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter not in _STEERING
    )
    return "".join(kept)


def cell(text: str) -> str:
    """For a table: a text that a spreadsheet would run as a formula is marked as text by a quote."""
    clean = printable(text)
    return f"'{clean}" if clean.lstrip().startswith(_FORMULA) else clean
