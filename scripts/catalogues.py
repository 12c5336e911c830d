"""Message catalogues without system tools: `python scripts/catalogues.py` compiles them.

French is the language of the sources, so only English has a catalogue. Both the catalogue and its
compiled form are committed; the tests hold them against the sentences in templates and code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_ROOM = Path(__file__).resolve().parents[1] / "src" / "cspu" / "web"
CATALOGUE = _ROOM / "locale" / "en" / "LC_MESSAGES" / "django.po"
_KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
_TRANSLATE = re.compile(r"""\{%-?\s*translate\s+"([^"]+)"|_\("([^"]+)"\)""")
_BLOCK = re.compile(
    r"\{%\s*blocktranslate\b(?P<options>[^%]*)%\}(?P<text>.*?)\{%\s*endblocktranslate\s*%\}",
    re.DOTALL,
)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def english() -> Catalog:
    """The English catalogue as written."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    # Babel dates what it reads; the same sentences must compile to the same bytes.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalogue


def compiled() -> bytes:
    """The English catalogue as gettext reads it."""
    buffer = BytesIO()
    write_mo(buffer, english())
    return buffer.getvalue()


def sentences() -> set[str]:
    """Every sentence that templates and code hand to gettext."""
    return {*_from_code(), *_from_templates()}


def _from_code() -> Iterator[str]:
    for source in sorted(_ROOM.rglob("*.py")):
        with source.open("rb") as file:
            for _line, message, _comments, _context in extract("python", file, _KEYWORDS):
                yield message[0] if isinstance(message, tuple) else message


def _from_templates() -> Iterator[str]:
    for source in sorted((_ROOM / "templates").rglob("*.html")):
        text = source.read_text(encoding="utf-8")
        for double, inline in _TRANSLATE.findall(text):
            yield double or inline
        for block in _BLOCK.finditer(text):
            yield _trimmed(block["text"], trim="trimmed" in block["options"])


def _trimmed(text: str, *, trim: bool) -> str:
    """A block as Django looks it up: variables as %(name)s, lines joined when trimmed."""
    named = _VARIABLE.sub(r"%(\1)s", text.replace("%", "%%"))
    return " ".join(line.strip() for line in named.splitlines() if line.strip()) if trim else named


if __name__ == "__main__":
    CATALOGUE.with_suffix(".mo").write_bytes(compiled())
