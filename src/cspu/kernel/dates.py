"""Dates as people write them, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cspu.kernel.text import Lang

MONTHS: Mapping[Lang, tuple[str, ...]] = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def format_day(day: date, lang: Lang) -> str:
    """`1er janvier 2019`, `1 January 2019`."""
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{number} {MONTHS[lang][day.month - 1]} {day.year}"
