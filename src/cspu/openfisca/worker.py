"""Rounds of work, one process at a time, until the operator stops them.

A round is `compute_waiting`: it keeps a chunk of persons at once and computes again what is not kept, so
a process killed anywhere loses nothing. Whoever holds the lock works; it is the session's, and falls
with it. A round that fails is tried again later and later; the first that works goes back to the rhythm.

The clock is the caller's: `wait` is told how many seconds, and says whether to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, connection

from cspu.kernel.errors import CspuError
from cspu.openfisca.operations import Done

_LOCK = 0x4F464953
"""Key of the advisory lock held while a round works ("OFIS" in ASCII)."""
_DOUBLINGS = 6
"""After so many failures in a row the wait grows no more: 64 times the rhythm."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round. `done` None: another process was at work, or `error` says what failed."""

    done: Done | None
    error: str
    next_in: float

    @property
    def outcome(self) -> str:
        """worked, failed or busy."""
        if self.error or (self.done and self.done.failed):
            return "failed"
        return "worked" if self.done else "busy"


def work(
    compute: Callable[[], Done],
    *,
    every: float,
    wait: Callable[[float], bool],
    report: Callable[[Round], None],
) -> None:
    """One round after the other, `every` so many seconds, until `wait` says to stop."""
    failures = 0
    while True:
        done, error = _round(compute)
        failures = failures + 1 if error or (done and done.failed) else 0
        pause = every * 2 ** min(failures, _DOUBLINGS)
        report(Round(done, error, pause))
        if wait(pause):
            return


def _round(compute: Callable[[], Done]) -> tuple[Done | None, str]:
    try:
        with _alone() as alone:
            return (compute(), "") if alone else (None, "")
    except (CspuError, Error) as error:
        connection.close()  # a broken session is not used again, and its lock falls
        return None, f"{error}".strip().partition("\n")[0]


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at work, for as long as this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        [held] = cursor.fetchone() or [False]
    yield held
    if held:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
