"""Spaces before punctuation, as each language has them: sentences are written with ordinary ones.

French puts a space before `: ; ? ! »` and after `«`, and never breaks a line there: a phone's narrow
lines would begin with a colon. English has none. One place, whatever the sentence came from:
templates, texts of law, names; what is not HTML (files, the API) is left as it is.

What somebody typed is hers: it comes back with the spaces she gave it. Fields are never touched, or sending
a form again would store our spaces; elsewhere her spaces are written as references (`unspaced`).
"""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from cspu.kernel.text import Lang

_HARD: Final = "\u00a0".encode()
_MARKS: Final = (b":", b";", b"?", b"!")
_FRENCH: Final = (
    *((b" " + mark, _HARD + mark) for mark in (*_MARKS, "»".encode())),
    ("« ".encode(), "«".encode() + _HARD),
)
_ENGLISH: Final = ((b" : ", b": "), (b" :<", b":<"))
"""Only what templates put between two values; English sentences have no space there."""
_FIELDS: Final = re.compile(rb"(<textarea\b[^>]*>.*?</textarea>|\svalue=\"[^\"]*\")", re.DOTALL)
_RULES: Final[dict[Lang, tuple[tuple[bytes, bytes], ...]]] = {"fr": _FRENCH, "en": _ENGLISH}


def spaced(page: bytes, lang: Lang) -> bytes:
    """A page of HTML with the spaces of its language, but in what fields hold."""
    parts = _FIELDS.split(page)
    for written, shown in _RULES[lang]:
        parts[::2] = [part.replace(written, shown) for part in parts[::2]]
    return b"".join(parts)


def unspaced(words: str) -> str:
    """HTML whose spaces are written so that `spaced` passes them by."""
    return words.replace(" ", "&#32;")


def set_spaces(response: HttpResponseBase, lang: Lang) -> None:
    """Give a response its spaces, if it is a page."""
    if not isinstance(response, HttpResponse) or not _is_page(response):
        return
    response.content = spaced(response.content, lang)
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")
