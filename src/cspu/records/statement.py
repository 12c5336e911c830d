"""An account statement alone, in PDF: one right or all, over a period."""

from __future__ import annotations

from datetime import date
from typing import IO

from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.queries import UnknownRight
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.records.archive import plain_door
from cspu.records.errors import StatementMisdated, StatementTooLong
from cspu.records.gathering import sections_for_statement
from cspu.records.pdf.statement import Statement, full_name
from cspu.records.sections import Door, read_pages

MOST = 3000


def write_statement(
    file: IO[bytes],
    person_id: PersonId,
    *,
    right_id: str | None,
    start: date,
    end: date,
    on: date,
    lang: Lang,
    door: Door = plain_door,
) -> None:
    """Write the statement of the movements that count from `start` to `end`, as known on `on`.

    Settle her first. UnknownRight when no right has that name; StatementTooLong beyond `MOST`.
    """
    law = law_in_force()
    if right_id is not None and right_id not in law.rights:
        raise UnknownRight(right_id)
    if end < start:
        raise StatementMisdated
    identity, movements = sections_for_statement(
        person_id, right_id=right_id, until=end, on=on, lang=lang
    )
    [[who]] = read_pages(identity, door)
    paper = Statement(law.pack.units, name=full_name(who), start=start, end=end, on=on, lang=lang)
    for rows in read_pages(movements, door):
        for row in rows:
            if paper.lines == MOST:
                raise StatementTooLong(MOST)
            paper.take(row)
    paper.finish(file)
