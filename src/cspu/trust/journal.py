"""Reading the journal of the person in sight, and the cases she opened about it. Nothing is written here.

A line is given as it is stored, masked by the database where the rule says so: wording it is the
screens' business, resolving its basis (which consent, which mandate) is done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.kernel.text import Text

PAGE = 50
_ENDLESS = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Basis:
    """Why it was allowed: herself, consent, mandate, code, counter, paper, or law (`key`: which).

    `given_at`: of the consent or mandate, where it is still to be found.
    """

    kind: str
    key: str = ""
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One sight that somebody was given of her. Masked: `mask` is the rule, and who is empty."""

    rank: int
    seen_at: datetime
    actor_kind: str
    herself: bool
    actor_name: str
    organisation: str
    role: str
    verb: str
    scopes: tuple[str, ...]
    purpose: str
    act: str
    bases: tuple[Basis, ...]
    masked_until: datetime | None
    mask: Text | None


@dataclass(frozen=True, slots=True)
class Journal:
    """Lines, latest first. `more`: there are others, below the last rank."""

    lines: tuple[Line, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Treatment:
    """A named command that worked on everybody's data."""

    command: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Grievance:
    """A case about a line. `state` is open, taken_up, justified or upheld, `since` when it is so."""

    grievance_id: UUID
    line: int
    words: str
    opened_at: datetime
    state: str
    since: datetime
    by: str
    answer: str


_LINES = """
    SELECT rank, seen_at, actor_kind, herself, actor_name, organisation, role, verb, scopes,
        purpose, act, basis, masked_until, mask_reason_fr, mask_reason_en
    FROM trust.journal(
        coalesce(%s, '-infinity'::timestamptz), coalesce(%s, 'infinity'::timestamptz), %s, %s, %s)
"""
_GIVEN = """
    SELECT 'consent:' || consent_id, given_at FROM trust.consent WHERE person_id = kernel.in_sight()
    UNION ALL
    SELECT 'mandate:' || mandate_id, given_at FROM trust.mandate WHERE person_id = kernel.in_sight()
"""
_GRIEVANCES = """
    SELECT g.grievance_id, g.about_line, g.words, g.opened_at, coalesce(m.outcome, 'open'),
        coalesce(m.moved_at, g.opened_at), coalesce(m.mover_name, ''), coalesce(m.words, '')
    FROM trust.grievance AS g
    LEFT JOIN LATERAL (
        SELECT * FROM trust.grievance_move AS m
        WHERE m.person_id = g.person_id AND m.grievance_id = g.grievance_id ORDER BY m.rank DESC LIMIT 1
    ) AS m ON TRUE
    WHERE g.person_id = kernel.in_sight()
    ORDER BY g.opened_at DESC
"""


def journal(
    *,
    since: datetime | None = None,
    upto: datetime | None = None,
    others_only: bool = True,
    below: int | None = None,
    most: int = PAGE,
) -> Journal:
    """A page of the journal of the person in sight: from `since`, before `upto`, ranks below."""
    found = _ask(_LINES, since, upto, others_only, below, most + 1)
    given = dict(_ask(_GIVEN)) if found else {}
    return Journal(tuple(_line(row, given) for row in found[:most]), len(found) > most)


def line(rank: int) -> Line | None:
    """One line of the journal of the person in sight; None when there is none of that rank."""
    if not 0 < rank < _ENDLESS:
        return None
    found = journal(others_only=False, below=rank + 1, most=1).lines
    return found[0] if found and found[0].rank == rank else None


def begins() -> datetime | None:
    """When the journal of the person in sight begins."""
    first = line(1)
    return first.seen_at if first else None


def treatments(*, most: int = 30) -> list[Treatment]:
    """The latest automatic treatments of everybody's data."""
    statement = "SELECT command, started_at FROM trust.treatment ORDER BY started_at DESC LIMIT %s"
    return [Treatment(*row) for row in _ask(statement, most)]


def grievances() -> list[Grievance]:
    """The cases the person in sight opened, latest first, each with its state."""
    return [Grievance(*row) for row in _ask(_GRIEVANCES)]


def _line(row: Sequence[Any], given: dict[str, datetime]) -> Line:
    mask = Text(row[13], row[14]) if row[13] else None
    bases = tuple(_bases(row[11].split(), given))
    values: list[Any] = [*row[:8], tuple(row[8]), row[9], row[10], bases, row[12], mask]
    return Line(*values)


def _bases(words: Iterable[str], given: dict[str, datetime]) -> Iterable[Basis]:
    for word in words:
        kind, _, key = word.partition(":")
        yield Basis(kind, key, given.get(word))


def _ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  a query's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
