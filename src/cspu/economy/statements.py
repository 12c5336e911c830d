"""The statements by which this room reads, each in a file of its own (`sql/read`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_SQL = files("cspu.economy").joinpath("sql", "read")


@cache
def statement(name: str) -> str:
    """One of them, by the name of its file."""
    return _SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8")
