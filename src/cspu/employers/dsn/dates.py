"""Dates as the DSN writes them: JJMMAAAA."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache

_UNKNOWN = ("00", "99")
_DATE = re.compile(r"\d{8}", re.ASCII)


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """The day written JJMMAAAA, or None when no such day exists (unknown day or month included)."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def write_date(day: date) -> str:
    """JJMMAAAA."""
    return day.strftime("%d%m%Y")


@cache
def is_real_date(centuries: tuple[str, ...]) -> Callable[[str], bool]:
    """A check that a JJMMAAAA value is a day that exists, in one of these centuries."""

    def check(value: str) -> bool:
        return value[4:6] in centuries and read_date(value) is not None

    return check


def is_first_of_month(value: str) -> bool:
    """A check for 01MMAAAA in this century."""
    return value.startswith("01") and value[4:6] == "20" and read_date(value) is not None


@cache
def is_birth_date(form: Callable[[str], object]) -> Callable[[str], bool]:
    """A check for a birth date: of that form, and a day that exists unless part of it is unknown."""

    def check(value: str) -> bool:
        unknown = value[:2] in _UNKNOWN or value[2:4] in _UNKNOWN
        return bool(form(value)) and (unknown or read_date(value) is not None)

    return check
