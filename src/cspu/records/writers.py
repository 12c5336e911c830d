"""The data files of an export, written as the sections come: one JSON, a table for each section.

What cannot go straight into the ZIP waits in a temporary file that has no name and dies with the
export: memory holds one page of rows, however long the account.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.records.cleaning import cell
from cspu.records.schema import FORMAT, plain
from cspu.records.sections import Row, Section

_IN_MEMORY = 64 * 1024
_BOM = "\ufeff"


Spool = Callable[[], IO[bytes]]
"""Opens a temporary file."""


class Writer(Protocol):
    """Is told every section, in order, and gives its files in the end."""

    def begin(self, section: Section) -> None:
        """A section starts."""

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """Some of its rows."""

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """Each file's name and content, from its start."""


@contextmanager
def spools() -> Iterator[Spool]:
    """Temporary files: in memory while small, nameless on disk beyond, all gone at the end."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))


def rewound(file: IO[bytes]) -> IO[bytes]:
    """The same file, to be read from its start."""
    file.seek(0)
    return file


class JsonWriter:
    """`account.json`: one property a section, one record a line."""

    def __init__(self, spool: Spool, person_id: PersonId, *, on: date, lang: Lang) -> None:
        self._file = spool()
        self._open = ""
        self._first = True
        head = {"format": FORMAT, "person_id": str(person_id), "as_of": on.isoformat()}
        self._write(json.dumps(head | {"language": lang})[:-1])

    def begin(self, section: Section) -> None:
        """Close the section before, open this one."""
        self._write(f"{self._open},\n{json.dumps(section.name)}: ")
        self._write("" if section.single else "[")
        self._open, self._first = ("" if section.single else "]"), True

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """Write the records as they come."""
        for row in rows:
            record = {each.name: plain(row[each.name]) for each in section.columns}
            between = "" if section.single else ("\n" if self._first else ",\n")
            self._write(between + json.dumps(record, ensure_ascii=False))
            self._first = False

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """The finished document."""
        self._write(f"{self._open}}}\n")
        yield "account.json", rewound(self._file)

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


class TableWriter:
    """One CSV a section, for spreadsheets: UTF-8 with its mark, ISO dates, decimal points."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._files: dict[str, IO[bytes]] = {}

    def begin(self, section: Section) -> None:
        """A file with its titles."""
        file = self._files[section.name] = self._spool()
        file.write(_BOM.encode())
        _write_rows(file, [[each.name for each in section.columns]])

    def add(self, section: Section, rows: Sequence[Row]) -> None:
        """A line a record."""
        _write_rows(
            self._files[section.name],
            [[_cell(row[each.name]) for each in section.columns] for row in rows],
        )

    def files(self) -> Iterable[tuple[str, IO[bytes]]]:
        """Every table."""
        for name, file in self._files.items():
            yield f"csv/{name}.csv", rewound(file)


def _write_rows(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    file.write(text.getvalue().encode())


def _cell(value: Any) -> str:  # noqa: ANN401  whatever a record holds
    written = plain(value)
    match written:
        case None:
            return ""
        case bool():
            return "true" if written else "false"
        case list():
            return cell(" ; ".join(written))
        case dict():
            return cell(json.dumps(written, ensure_ascii=False, sort_keys=True)) if written else ""
        case str() if isinstance(value, str):
            return cell(written)
        case _:
            return str(written)
