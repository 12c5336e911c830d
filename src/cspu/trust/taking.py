"""What this room holds about one person, to be taken away: all of it, ended or not, in words and codes.

Reads only, and each by the person's id: a request sees what its sight shows (herself: everything), a named
command whoever it asks for. The journal is read a page at a time and masked as on her page.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.db import connection

from cspu.kernel.ids import PersonId

PAGE = 500
"""Lines of the journal in one read."""

_SQL = files("cspu.trust").joinpath("sql", "taken")

KINDS = (
    *("consents", "mandates", "questions", "files", "papers"),
    *("corrections", "complaints", "proofs"),
)
"""What is held besides the journal: each is a query of `sql/taken`."""

Row = dict[str, Any]


def held(name: str, person_id: PersonId) -> list[Row]:
    """The rows of one of KINDS."""
    return _rows(_SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8"), {"person": person_id})


def journal_after(person_id: PersonId, rank: int) -> list[Row]:
    """A page of her journal, oldest first, after that line."""
    return _rows(
        "SELECT * FROM trust.journal_of(%(person)s, %(above)s, %(most)s)",
        {"person": person_id, "above": rank, "most": PAGE},
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
