"""Reading pages as a person does: the words, without the markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = {"script", "style", "title", "desc"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def text_of(page: str) -> str:
    """The visible words, runs of ordinary spaces made one; those before punctuation as they are typed."""
    reader = _Words()
    reader.feed(re.sub("\u00a0(?=[:;?!»])|(?<=«)\u00a0", " ", page))
    return re.sub(r"[ \n]+", " ", "".join(reader.words)).strip()
