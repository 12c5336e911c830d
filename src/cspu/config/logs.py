"""Logs without personal data."""

from __future__ import annotations

import logging
import re

_IDENTIFIERS = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"  # a person's id, in an address
    r"|(?<!\d)\d{13,15}(?!\d)"  # NIR, SIRET
    r"|[\w.+-]+@[\w-]+\.[\w.]+",  # an e-mail address
    re.IGNORECASE,
)


def without_identifiers(text: str) -> str:
    """The text with what could name a person masked, and what follows a `?` in an address cut."""
    return _IDENTIFIERS.sub("[…]", re.sub(r"\?[^\s\"']*", "?[…]", text))


class WithoutPersonalData(logging.Filter):
    """Masks identifiers in every message; keeps where an error was raised, drops its values."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never refuses one."""
        record.msg = without_identifiers(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.msg += f" [{_where(record.exc_info[1])}]"
            record.exc_info = None
            record.exc_text = None
        return True


def _where(error: BaseException) -> str:
    """Class of the error and the places it went through, without the values in its message."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' > '.join(places[-6:])}"
