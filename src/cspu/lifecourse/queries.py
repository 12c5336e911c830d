"""The life course as a picture. Reads only."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from django.db import connection

from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.lifecourse.picture import Bar, Lane, LifePicture, Mark
from cspu.lifecourse.vocabulary import LifeVocabulary, load_vocabulary

_SQL = files("cspu.lifecourse").joinpath("sql", "read")


def life_picture(person_id: PersonId, *, on: date, lang: Lang) -> LifePicture:
    """Spells in lanes and events as marks, from the first fact to the date."""
    life = load_vocabulary()
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL.joinpath("spells.sql").read_text("utf-8"), {"person": person_id, "on": on}
        )
        spells = [
            (
                status,
                Bar(
                    status,
                    life.statuses[status].label.in_(lang),
                    organisation,
                    start,
                    end,
                    source,
                    recorded,
                    *fact,
                ),
            )
            for status, organisation, start, end, source, recorded, *fact in cursor.fetchall()
        ]
        cursor.execute(
            _SQL.joinpath("events.sql").read_text("utf-8"), {"person": person_id, "on": on}
        )
        marks = tuple(
            Mark(
                kind,
                life.events[kind].label.in_(lang) if kind in life.events else kind,
                day,
                source,
                event_id,
            )
            for kind, day, source, event_id in cursor.fetchall()
        )
    days = [bar.start for _, bar in spells] + [mark.on for mark in marks]
    return LifePicture(min(days, default=on), on, tuple(_lanes(life, spells, lang)), marks)


def _lanes(life: LifeVocabulary, spells: list[tuple[str, Bar]], lang: Lang) -> list[Lane]:
    """Each kind of activity has its lanes: as many as it ever had spells at once."""
    lanes = []
    for code, label in life.lanes.items():
        rows: list[list[Bar]] = []
        for status, bar in spells:
            if life.statuses[status].lane == code:
                free = next(
                    (row for row in rows if row[-1].end is not None and row[-1].end < bar.start),
                    None,
                )
                if free is None:
                    rows.append([bar])
                else:
                    free.append(bar)
        lanes += [Lane(label.in_(lang), tuple(row)) for row in rows]
    return lanes
