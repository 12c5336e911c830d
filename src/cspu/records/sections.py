"""What an export is made of: named sections of rows, each read by its own call.

Note [one door a page]. A section is read a page at a time, and each page inside the door that the
caller gives (its own transaction, consent checked again): what is revoked while an export runs
is refused at the next page, and no transaction stays open while a document is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cspu.kernel.text import Text

Row = Mapping[str, Any]
"""One record, by column: plain values only."""

Door = Callable[[str], AbstractContextManager[object]]
"""Opens sight of the person's data for one read; called with the section's name."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    TEXTS = "texts"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    ID = "id"
    HASH = "hash"
    DETAILS = "details"


@dataclass(frozen=True, slots=True)
class Column:
    """A named value; `optional`: may be null, which means not known or without end."""

    name: str
    kind: Kind
    label: Text
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where to read on from; None: that was the last page."""

    rows: Sequence[Row]
    after: object = None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record. `single`: there is one of it, not a list."""

    name: str
    about: Text
    columns: tuple[Column, ...]
    read: Callable[[Any], Page]
    single: bool = False


def read_pages(section: Section, door: Door) -> Iterator[Sequence[Row]]:
    """The rows of a section, page by page, the door opened for each page and shut after it."""
    after: object = None
    while True:
        with door(section.name):
            page = section.read(after)
        yield page.rows
        if page.after is None:
            return
        after = page.after
