"""A4 pages: headings, paragraphs, tables that break across pages, a foot with the page number.

Every block is tagged in reading order (H1, H2, P; each line of a table is a P; the foot and the
repeated titles are artifacts), the document has its language, title and outline. What fpdf2
does not give, and so is not there: table cells as TH and TD, and PDF/UA conformance. The same
content is in the CSV and on the pages.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO
from weakref import finalize

from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

from cspu.kernel.text import Lang, Text
from cspu.records.cleaning import printable
from cspu.records.pdf.fonts import FAMILY, installed_fonts

LEFT, TOP, WIDTH, BOTTOM = 18.0, 18.0, 174.0, 275.0
_INK, _SOFT, _ACCENT, _RULE = (27, 33, 32), (84, 92, 90), (31, 92, 85), (200, 210, 208)
_POINT = 25.4 / 72
_BODY, _SMALL, _LEADING = 10.0, 8.5, 1.36
_HEADINGS = {1: (20.0, 4.0), 2: (13.5, 6.0), 3: (11.0, 3.5)}
_FOOT_AT = 284.0
_PAGE = Text("page {} sur {}", "page {} of {}")
_LOST = Text(
    "Certains caractères de ce document ne peuvent pas être imprimés et sont remplacés par « ? » ; "
    "account.json les donne tels quels.",
    "Some characters of this document cannot be printed and are replaced by “?”; "
    "account.json has them as they are.",
)
_TOTAL = "{nb}"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: its title, its width in millimetres, on which side it is set."""

    title: str
    width: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a line of a table says in a column; `more` in small below."""

    text: str
    more: str = ""
    bold: bool = False


class Paper:
    """One document, from the first line to `write`."""

    def __init__(self, title: str, *, lang: Lang, on: date) -> None:
        fonts = installed_fonts()
        self._characters = fonts.characters
        self._lang: Lang = lang
        self._lost = False
        self._y = TOP
        self._marks: Counter[int] = Counter()
        self._widths: dict[tuple[str, str], float] = {}
        self._fields: tuple[Field, ...] = ()
        self._pdf = pdf = FPDF(format="A4")
        finalize(self, _close, pdf)  # a paper given up before `write` leaves no file open
        for style, file in fonts.files.items():
            pdf.add_font(FAMILY, style, file)
        pdf.set_auto_page_break(False)
        pdf.set_lang({"fr": "fr-FR", "en": "en-GB"}[lang])
        pdf.set_title(self._shown(title))
        pdf.set_creator("CSPU")
        pdf.set_producer("CSPU, fpdf2")
        pdf.set_creation_date(datetime(on.year, on.month, on.day, tzinfo=UTC))
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._foot = self._shown(title)
        self._new_page()

    def heading(self, text: str, level: int = 1) -> None:
        """A title; it never stays alone at the bottom of a page."""
        size, above = _HEADINGS[level]
        self._y += 0 if self._y == TOP else above
        lines = self._wrapped(self._shown(text), WIDTH, size, "B")
        self._room(len(lines) * _height(size) + 18)
        self._pdf.start_section(lines[0], level=min(level, 2) - 1, strict=False)
        with self._tagged(f"H{level}"):
            self._lines(lines, LEFT, size, "B", _ACCENT if level < 3 else _INK)  # noqa: PLR2004
        self._y += 1.5

    def paragraph(self, text: str, *, soft: bool = False, bold: bool = False) -> None:
        """Running text."""
        size = _SMALL if soft else _BODY
        style = "B" if bold else ""
        lines = self._wrapped(self._shown(text), WIDTH, size, style)
        while lines:
            self._room(_height(size))
            fitting = max(1, int((BOTTOM - self._y) / _height(size)))
            with self._tagged("P"):
                self._lines(lines[:fitting], LEFT, size, style, _SOFT if soft else _INK)
            lines = lines[fitting:]
        self._y += 1.8

    def table(self, fields: Sequence[Field]) -> None:
        """Start a table; its titles come again on each new page until `end_table`."""
        self._fields = tuple(fields)
        self._room(22)
        self._titles(first=True)

    def row(self, cells: Sequence[Cell]) -> None:
        """A line of the table, as high as its longest cell, whole on one page where it fits one."""
        parts = [
            (field, self._cell_lines(cell, field))
            for cell, field in zip(cells, self._fields, strict=True)
        ]
        while any(lines for _, lines in parts):
            tallest = max(sum(height for _, height, _, _ in lines) for _, lines in parts)
            if self._y + min(tallest, 60) + 2 > BOTTOM:
                self._new_page()
                self._titles(first=False)
            with self._tagged("P"):
                parts = self._draw(parts, BOTTOM - self._y - 2)
        self._rule()

    def end_table(self) -> None:
        """The table is over."""
        self._fields = ()
        self._y += 2

    def write(self, file: IO[bytes]) -> None:
        """Number the pages and write the document."""
        if self._lost:
            self.paragraph(_LOST.in_(self._lang), soft=True)
        self._pdf.output(file)  # type: ignore[call-overload]

    # Text

    def _shown(self, text: str) -> str:
        """What the font can print; what it lacks is a question mark, and is said once."""
        clean = printable(text)
        if clean.isascii() and _TOTAL not in clean:
            return clean
        shown = "".join(self._letter(letter) for letter in clean)
        return shown.replace(_TOTAL, "{ nb }")

    def _letter(self, letter: str) -> str:
        if ord(letter) in self._characters:
            return letter
        if letter == "\u202f":
            return "\u00a0"
        if letter in "\u2010\u2011":
            return "-"
        if letter == "\u2192":
            return "\u2013"
        base = unicodedata.normalize("NFKD", letter)[:1]
        if unicodedata.category(letter) == "Mn":
            return ""
        self._lost = True
        return base if base != letter and ord(base) in self._characters else "?"

    def _width(self, text: str, size: float, style: str) -> float:
        """Of a word, measured once at ten points."""
        known = self._widths.get((text, style))
        if known is None:
            self._pdf.set_font(FAMILY, style, 10)
            known = self._widths[text, style] = self._pdf.get_string_width(text)
            if len(self._widths) > 5000:  # noqa: PLR2004  words come again and again, not forever
                self._widths.clear()
        return known * size / 10

    def _wrapped(self, text: str, width: float, size: float, style: str) -> list[str]:
        space = self._width(" ", size, style)
        lines: list[str] = []
        line, used = "", 0.0
        for word in text.split(" "):
            for piece in self._broken(word, width, size, style):
                taken = self._width(piece, size, style)
                if line and used + space + taken > width:
                    lines.append(line)
                    line, used = piece, taken
                else:
                    used += taken + (space if line else 0)
                    line = f"{line} {piece}" if line else piece
        return [*lines, line] if line else lines

    def _broken(self, word: str, width: float, size: float, style: str) -> Iterator[str]:
        """A word longer than its line is cut."""
        if self._width(word, size, style) <= width:
            yield word
            return
        piece = ""
        for letter in word:
            if piece and self._width(piece + letter, size, style) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece

    def _lines(
        self,
        lines: Sequence[str],
        x: float,
        size: float,
        style: str,
        ink: tuple[int, int, int],
    ) -> None:
        self._pdf.set_font(FAMILY, style, size)
        self._pdf.set_text_color(*ink)
        for line in lines:
            self._pdf.text(x, self._y + size * _POINT, line)
            self._y += _height(size)

    # Tables

    def _cell_lines(self, cell: Cell, field: Field) -> list[tuple[str, float, float, str]]:
        """(text, height, size, style) of each line of a cell."""
        room, style = field.width - 2, "B" if cell.bold else ""
        lines = [
            (line, _height(_BODY - 0.5), _BODY - 0.5, style)
            for line in self._wrapped(self._shown(cell.text), room, _BODY - 0.5, style)
        ]
        more = self._wrapped(self._shown(cell.more), room, _SMALL - 0.5, "")
        return lines + [(line, _height(_SMALL - 0.5), _SMALL - 0.5, "") for line in more]

    def _draw(
        self, parts: list[tuple[Field, list[tuple[str, float, float, str]]]], room: float
    ) -> list[tuple[Field, list[tuple[str, float, float, str]]]]:
        """Draw what fits in `room`; what is left of each cell."""
        top, x, lowest = self._y + 1, LEFT, self._y
        left = []
        for field, lines in parts:
            y, drawn = top, 0
            for text, height, size, style in lines:
                if y + height - top > room and drawn:
                    break
                self._pdf.set_font(FAMILY, style, size)
                self._pdf.set_text_color(*(_INK if size > _SMALL else _SOFT))
                start = (
                    x + field.width - 1 - self._pdf.get_string_width(text) if field.right else x + 1
                )
                self._pdf.text(start, y + size * _POINT, text)
                y, drawn = y + height, drawn + 1
            left.append((field, lines[drawn:]))
            x += field.width
            lowest = max(lowest, y)
        self._y = lowest + 0.6
        return left

    def _titles(self, *, first: bool) -> None:
        cells = [
            (field, self._cell_lines(Cell(field.title, bold=True), field)) for field in self._fields
        ]
        with self._tagged("P" if first else ""):
            self._draw(cells, BOTTOM)
        self._rule(strong=True)

    def _rule(self, *, strong: bool = False) -> None:
        with self._tagged(""):
            self._pdf.set_draw_color(*(_ACCENT if strong else _RULE))
            self._pdf.set_line_width(0.35 if strong else 0.15)
            self._pdf.line(LEFT, self._y + 0.4, LEFT + WIDTH, self._y + 0.4)
        self._y += 0.8

    # Pages

    def _room(self, height: float) -> None:
        if self._y + height > BOTTOM:
            self._new_page()

    def _new_page(self) -> None:
        self._pdf.add_page()
        self._y = TOP
        number = _PAGE.in_(self._lang).format(self._pdf.page, _TOTAL)
        with self._tagged(""):
            self._pdf.set_font(FAMILY, "", _SMALL)
            self._pdf.set_text_color(*_SOFT)
            self._pdf.set_xy(LEFT - self._pdf.c_margin, _FOOT_AT - 3)
            # Only `cell` puts the number of pages in the end where the alias stands.
            self._pdf.cell(WIDTH, 4, f"{self._foot} – {number}")

    @contextmanager
    def _tagged(self, kind: str) -> Iterator[None]:
        """Mark what is written as a block of the structure, or as an artifact when it is none."""
        pdf = self._pdf
        if kind:
            mark = self._marks[pdf.page]
            self._marks[pdf.page] += 1
            _, parents = pdf.struct_builder.add_marked_content(
                page_number=pdf.page, struct_type=f"/{kind}", mcid=mark
            )
            pdf.pages[pdf.page].struct_parents = parents
            pdf._out(f"/{kind} <</MCID {mark}>> BDC")  # noqa: SLF001  fpdf2 tags figures alone
        else:
            pdf._out("/Artifact BMC")  # noqa: SLF001
        yield
        pdf._out("EMC")  # noqa: SLF001


def _close(pdf: FPDF) -> None:
    for font in pdf.fonts.values():
        font.close()  # type: ignore[union-attr]


def _height(size: float) -> float:
    return size * _POINT * _LEADING
