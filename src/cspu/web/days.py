"""Days as forms send them, read in one place for every screen."""

from __future__ import annotations

import re
from datetime import date

_TYPED = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})", re.ASCII)


def read_day(text: str) -> date | None:
    """A day as a date field sends it (2026-05-14), or as typed where there is none (14/05/2026).

    None for what is no day.
    """
    text = text.strip()
    if typed := _TYPED.fullmatch(text):
        text = f"{typed[3]}-{typed[2]:0>2}-{typed[1]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
