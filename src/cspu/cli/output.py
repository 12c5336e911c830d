"""How commands speak: figures on standard output, everything else on standard error.

Exit codes: 0 done, 1 refused or found wrong, 2 bad usage, 3 the machine or its settings,
4 neither yes nor no.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from cspu.cli.refusals import NEXT_STEPS
from cspu.cli.titles import FRENCH
from cspu.kernel.errors import CspuError, EnvironmentUnfit
from cspu.kernel.text import Lang, Text

DONE, REFUSED, USAGE, UNFIT, UNSURE = 0, 1, 2, 3, 4


def lang() -> Lang:
    """The operator's language: French, unless the machine is set to another one."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = os.environ.get(name, "")
        if chosen:
            return "fr" if chosen.startswith(("fr", "C", "POSIX")) else "en"
    return "fr"


def say(fr: str, en: str) -> str:
    """The one of two wordings the operator reads."""
    return Text(fr=fr, en=en).in_(lang())


def notice(message: str) -> None:
    """A line for the operator; never part of a result."""
    sys.stderr.write(f"{message}\n")


def exit_code_of(error: CspuError) -> int:
    """3 when the machine is at fault, 1 when the request is."""
    return UNFIT if isinstance(error, EnvironmentUnfit) else REFUSED


def report_error(error: CspuError) -> int:
    """Say what went wrong and what to do; give back the exit code."""
    next_step = NEXT_STEPS.get(error.code, error.next_step)
    notice(f"cspu: {error.message.in_(lang())} {next_step.in_(lang())} [{error.code}]")
    return exit_code_of(error)


def print_json(value: object) -> None:
    """One JSON document on one line."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False) + "\n")


def print_table(
    titles: Sequence[str], cells: Sequence[Sequence[object]], *, heading: str = ""
) -> None:
    """Rows under titles, for a person."""
    rows = _in_words(cells)
    table = Table(title=heading or None, header_style="bold")
    for title, width in zip(titles, _longest_words(titles, rows), strict=True):
        table.add_column(title, overflow="fold", min_width=width)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)


def _said(cell: object) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, bool):
        return say("oui", "yes") if cell else say("non", "no")
    return str(cell)


def _in_words(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [[_said(cell) for cell in row] for row in rows]


def print_rows(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Figures by name: one JSON document a line, or a table with the same content, titles in words."""
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        titles = [say(FRENCH.get(name, name), name).replace("_", " ") for name in rows[0]]
        cells = _in_words([[*row.values()] for row in rows])
        show = print_table if _fits(titles, cells) else _print_one_by_one
        show(titles, cells)


def _fits(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> bool:
    """Whether a table cuts no word: a reference that is cut cannot be given to the next command."""
    widest = _longest_words(titles, cells)
    return sum(widest) + 3 * len(widest) + 1 <= Console().width


def _longest_words(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    columns = zip(titles, *rows, strict=True)
    return [
        max(len(word) for cell in column for word in cell.split() or [""]) for column in columns
    ]


def _print_one_by_one(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Row after row, a line for each title, a blank line between two."""
    wide = max(len(title) for title in titles)
    blocks = (
        "\n".join(f"{title:<{wide}}  {cell}" for title, cell in zip(titles, row, strict=True))
        for row in cells
    )
    sys.stdout.write("\n\n".join(blocks) + "\n")


class Advance(Protocol):
    """What long work calls to say how far it is."""

    def __call__(self, done: int, total: int) -> None:
        """`done` items out of `total` are finished."""


@contextmanager
def progress(label: str, *, hidden: bool = False) -> Iterator[Advance]:
    """A progress bar on standard error for the length of a piece of work."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
        if bar.tasks[0].total is None:  # nothing was to be done: 0/0, and no bar that waits
            advance(0, 0)


def _plain(value: object) -> Any:  # noqa: ANN401  whatever JSON can hold
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Path):
        return str(value)
    return value
