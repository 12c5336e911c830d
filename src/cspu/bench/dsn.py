"""`cspu bench dsn`: reading and importing a large declaration.

Reference of both rows, taken in the same run: reading the same file with Python's own text reader
and splitting every line at its first comma, nothing checked and nothing kept.

    parse    two things: the whole validation (forms, lists, tree, coherence, totals)
    import   everything: first pass, second pass, identities encrypted, facts recorded, one transaction
"""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cspu.bench.scratch import scratch_database
from cspu.employers.dsn.workplace import write_workplace

PARSE_TARGET = 6.0
IMPORT_TARGET = 20.0
_READINGS = 5
_PARSINGS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: seconds of ours and of the reference, and the ratio that is promised."""

    name: str
    ours: float
    reference: float
    target: float
    more: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The row as every bench prints it, then what else was measured."""
        ratio = self.ours / self.reference
        return {
            "name": self.name,
            "ours": round(self.ours, 3),
            "reference": round(self.reference, 3),
            "ratio": round(ratio, 2),
            "unit": "s",
            "target": self.target,
            "holds": ratio <= self.target,
            **self.more,
        }


def run(employees: int = 10_000) -> Iterator[dict[str, Any]]:
    """Write a file of that many employees, read it, import it; one row at a time."""
    with scratch_database("batch") as folder:
        path = folder / "bench.dsn"
        with path.open("wb") as stream:
            lines = write_workplace(stream, employees=employees)
        reference = statistics.median(_seconds(lambda: _split(path)) for _ in range(_READINGS))
        yield _parse(path, lines, reference).as_json()
        reference = statistics.median(_seconds(lambda: _split(path)) for _ in range(_READINGS))
        yield _import(path, lines, reference).as_json()


def _parse(path: Path, lines: int, reference: float) -> Row:
    from cspu.employers.dsn.scanning import scan  # noqa: PLC0415  needs Django to be set up

    def parse() -> None:
        with path.open("rb") as stream:
            scan(stream)

    ours = statistics.median(_seconds(parse) for _ in range(_PARSINGS))
    more = {"lines": lines, "lines_per_second": round(lines / ours), "peak_mb": _peak_mb()}
    return Row("parse", ours, reference, PARSE_TARGET, more)


def _import(path: Path, lines: int, reference: float) -> Row:
    from cspu.employers.operations import import_dsn  # noqa: PLC0415  needs Django to be set up

    received_at = datetime.now(UTC)
    ours = _seconds(lambda: import_dsn(path, received_at=received_at, allow_test=True))
    more = {"lines": lines, "lines_per_second": round(lines / ours), "peak_mb": _peak_mb()}
    return Row("import", ours, reference, IMPORT_TARGET, more)


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
