"""`cspu bench dsn`: reading and importing a large declaration.

Reference of both rows, taken in the same run: reading the same file with Python's own text reader
and splitting every line at its first comma, nothing checked and nothing kept.

    parse    the whole validation: forms, lists, tree, coherence, totals
    import   everything: two passes, identities encrypted, facts recorded, one transaction
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cspu.bench.rows import row
from cspu.bench.scratch import scratch_database
from cspu.employers.dsn.workplace import write_workplace

PARSE_TARGET = 6.0
IMPORT_TARGET = 20.0
RECEIVED_AT = datetime(2027, 1, 5, tzinfo=UTC)
"""After the month that the file declares, whenever the bench runs."""

_PARSINGS = 5


def run(employees: int = 10_000) -> Iterator[dict[str, Any]]:
    """Write a file of that many employees, read it, import it; one row at a time."""
    with scratch_database("batch") as folder:
        path = folder / "bench.dsn"
        with path.open("wb") as stream:
            lines = write_workplace(stream, employees=employees)
        for name, work, target, times in (
            ("parse", _parse, PARSE_TARGET, _PARSINGS),
            ("import", _import, IMPORT_TARGET, 1),
        ):
            ours, reference = _in_turn(partial(work, path), partial(_split, path), times)
            speed = round(lines / ours)
            more = {"lines": lines, "lines_per_second": speed, "peak_mb": _peak_mb()}
            yield row(name, ours, reference, "s", target, **more)


def _in_turn(
    ours: Callable[[], object], reference: Callable[[], object], times: int
) -> tuple[float, float]:
    """Medians of ours and of the reference, measured in turn so that both meet the same machine."""
    measured, references = [], [_seconds(reference)]
    for _ in range(times):
        measured.append(_seconds(ours))
        references.append(_seconds(reference))
    return statistics.median(measured), statistics.median(references)


def _parse(path: Path) -> None:
    from cspu.employers.dsn.scanning import scan  # noqa: PLC0415  needs Django to be set up

    with path.open("rb") as stream:
        scan(stream)


def _import(path: Path) -> None:
    from cspu.employers.operations import import_dsn  # noqa: PLC0415  needs Django to be set up

    import_dsn(path, received_at=RECEIVED_AT, allow_test=True)


def _split(path: Path) -> None:
    with path.open(encoding="iso-8859-1", newline="") as stream:
        for line in stream:
            line.split(",", 1)


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _peak_mb() -> int:
    """Highest memory of this process so far; Linux counts it in kilobytes."""
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)
