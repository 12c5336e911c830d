"""Bases and contributions as a real file carries them, with made-up rates: volume for the reader.

The reader checks these blocks and uses none; the rates here are nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cspu.employers.dsn.dates import write_date
from cspu.employers.dsn.declared import Pay

_MADE_UP = {
    "02": ("049", "076", "131"),
    "03": ("045", "068", "074", "075", "076", "100", "102", "128", "130", "907", "018"),
    "04": ("072", "079"),
    "07": ("040", "048"),
}
_BODY = "00012345500008"


def contribution_lines(pay: Pay) -> Iterator[tuple[str, str]]:
    """Rubrics of blocks 78, 79, 81 and 86 for one pay."""
    for position, (base, codes) in enumerate(_MADE_UP.items()):
        amount = pay.gross - position
        yield "S21.G00.78.001", base
        yield "S21.G00.78.002", write_date(pay.period.start)
        yield "S21.G00.78.003", write_date(pay.period.end)
        yield "S21.G00.78.004", f"{amount:.2f}"
        yield "S21.G00.78.006", pay.contract
        if base == "03":
            yield "S21.G00.79.001", "01"
            yield "S21.G00.79.004", f"{amount / 2:.2f}"
        for rank, code in enumerate(codes, start=1):
            rate = Decimal(rank * 7 + position) / 10
            yield "S21.G00.81.001", code
            yield "S21.G00.81.002", _BODY
            yield "S21.G00.81.003", f"{amount:.2f}"
            yield "S21.G00.81.004", f"{amount * rate / 100:.2f}"
            yield "S21.G00.81.005", "75112"
            yield "S21.G00.81.007", f"{rate:.2f}"
    yield "S21.G00.86.001", "07"
    yield "S21.G00.86.002", "02"
    yield "S21.G00.86.003", "12"
    yield "S21.G00.86.005", pay.contract
