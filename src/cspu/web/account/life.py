"""A life drawn to scale: years from left to right, one row for each lane, events above.

Only numbers come out of here; the template writes them as attributes of an SVG, which a strict
content policy allows where inline styles are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cspu.lifecourse.picture import Bar, Lane, LifePicture, Mark
from cspu.web.account.groups import Group, group_of

_WIDTH = 1020
_YEAR_MIN, _YEAR_MAX = 30, 260
_AXIS, _MARK_ROW, _LANE = 30, 26, 58
_BAR_TOP, _BAR_HEIGHT = 20, 32
_BAR_MIN = 4
_CHARACTER = 7.6
_TEXT_LEFT, _TEXT_RIGHT = 30, 10
_TEXT_EVERY = 240
_SIGN_ROOM = 26
_MARK_ROWS_MAX = 3
_MARK_TEXT_LEFT = 14
_YEAR_TEXT = 44
_YEAR_DAYS = 365
_DAYS_AFTER = 30
_LETTERS_MIN = 5


@dataclass(frozen=True, slots=True)
class Words:
    """A text placed in the drawing."""

    x: int
    text: str


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A spell: its rectangle, its sign where there is room, its words repeated along it."""

    bar: Bar
    group: Group
    x: int
    width: int
    words: tuple[Words, ...]

    @property
    def has_sign(self) -> bool:
        """Whether the sign of its kind fits."""
        return self.width >= _SIGN_ROOM


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """A row of the drawing."""

    y: int
    names: tuple[Words, ...]
    bars: tuple[DrawnBar, ...]

    @property
    def bar_y(self) -> int:
        """Top of its bars."""
        return self.y + _BAR_TOP


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """An event: a diamond at `x`, its words beside it where they fit."""

    mark: Mark
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `until` is None while it lasts; an event has the same two days."""

    label: str
    organisation: str
    since: date
    until: date | None
    source: str
    is_event: bool
    fact_id: UUID | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture and, line by line, the same content to read."""

    width: int
    height: int
    top: int
    years: tuple[Words, ...]
    today: int
    lanes: tuple[DrawnLane, ...]
    marks: tuple[DrawnMark, ...]
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]
    running: tuple[Bar, ...]
    spells: int
    together: int
    first: date
    last: date

    @property
    def bar_height(self) -> int:
        """Height of every bar."""
        return _BAR_HEIGHT


class _Scale:
    """Days to pixels, from a first of January to shortly after the last day."""

    def __init__(self, start: date, end: date) -> None:
        self.first, self.last = start.year, max(start, end).year
        self._origin = date(self.first, 1, 1)
        self._days = (max(start, end) - self._origin).days + _DAYS_AFTER
        fitting = _WIDTH * _YEAR_DAYS // self._days
        self.year = min(max(fitting, _YEAR_MIN), _YEAR_MAX)
        self.width = self.year * self._days // _YEAR_DAYS

    def x(self, day: date) -> int:
        days = min(max((day - self._origin).days, 0), self._days)
        return days * self.width // self._days


def draw(picture: LifePicture, *, on: date) -> Drawing:
    """Place everything; nothing is left out, what has no room for words is still a shape."""
    scale = _Scale(picture.start, max(picture.end, on))
    marks, mark_rows = _marks(picture.marks, scale)
    top = _AXIS + mark_rows * _MARK_ROW
    lanes = tuple(
        DrawnLane(
            y=top + row * _LANE,
            names=_repeated(name, 4, scale.width - 14),
            bars=tuple(_bar(bar, scale, on=on) for bar in lane.bars),
        )
        for row, (lane, name) in enumerate(_named_once(picture.lanes))
    )
    bars = [bar for lane in picture.lanes for bar in lane.bars]
    return Drawing(
        width=scale.width,
        height=top + len(lanes) * _LANE + 8,
        top=top,
        years=_years(scale),
        today=scale.x(on),
        lanes=lanes,
        marks=marks,
        groups=tuple(dict.fromkeys(group_of(bar.status) for bar in bars)),
        lines=_lines(bars, picture.marks),
        running=_running(bars, on=on),
        spells=len(bars),
        together=_most_together(bars, on=on),
        first=picture.start,
        last=picture.end,
    )


def _named_once(lanes: Sequence[Lane]) -> Iterator[tuple[Lane, str]]:
    """Each lane with its name, left out under a lane of the same name."""
    above = ""
    for lane in lanes:
        yield lane, "" if lane.label == above else lane.label
        above = lane.label


def _years(scale: _Scale) -> tuple[Words, ...]:
    step = next(every for every in (1, 2, 5) if every * scale.year >= _YEAR_TEXT)
    last = scale.width - _YEAR_TEXT
    return tuple(
        Words(x, str(year) if (year - scale.first) % step == 0 and x < last else "")
        for year in range(scale.first, scale.last + 1)
        for x in [scale.x(date(year, 1, 1))]
    )


def _fitted(text: str, room: float) -> str:
    letters = int(room / _CHARACTER)
    if len(text) <= letters:
        return text
    return f"{text[: letters - 1].rstrip()}…" if letters >= _LETTERS_MIN else ""


def _repeated(text: str, left: int, right: int) -> tuple[Words, ...]:
    """The same words again and again along a length, so that scrolling never loses them."""
    fitted = _fitted(text, right - left)
    if not fitted:
        return ()
    length = int(len(fitted) * _CHARACTER)
    travel = max(right - left - length, 0)
    gaps = travel // max(_TEXT_EVERY, length + 60)
    return tuple(Words(left + travel * i // max(gaps, 1), fitted) for i in range(gaps + 1))


def _bar(bar: Bar, scale: _Scale, *, on: date) -> DrawnBar:
    x = scale.x(bar.start)
    width = max(scale.x(bar.end or on) - x, _BAR_MIN)
    left, right = x + _TEXT_LEFT, x + width - _TEXT_RIGHT
    words = _repeated(_words_of(bar, right - left), left, right)
    if len(words) == 1 and bar.end is None:
        # The drawing opens on today: that is where the one name of what still lasts is read.
        words = (Words(right - int(len(words[0].text) * _CHARACTER), words[0].text),)
    return DrawnBar(bar, group_of(bar.status), x, width, words)


def _words_of(bar: Bar, room: float) -> str:
    """Where it was, or what it was where only that fits: its sign already says of what kind."""
    choices = (bar.organisation or bar.label, bar.label)
    return next((text for text in choices if len(text) * _CHARACTER <= room), choices[0])


def _marks(marks: Iterable[Mark], scale: _Scale) -> tuple[tuple[DrawnMark, ...], int]:
    """Each event on the first row whose words have ended before it; wordless if none is free."""
    free = [0] * _MARK_ROWS_MAX
    drawn = []
    for mark in sorted(marks, key=lambda one: one.on):
        x = scale.x(mark.on)
        row = next((row for row, end in enumerate(free) if end <= x), None)
        text = "" if row is None else mark.label
        needed = int(len(text) * _CHARACTER) + _MARK_TEXT_LEFT + 10
        if text and x + needed > scale.width:
            text = ""
        row = row or 0
        free[row] = max(free[row], x + (needed if text else 12))
        drawn.append(DrawnMark(mark, x, _AXIS + row * _MARK_ROW + _MARK_ROW // 2, text))
    rows = 1 + max((row for row, end in enumerate(free) if end), default=-1)
    return tuple(drawn), rows


def _lines(bars: Iterable[Bar], marks: Iterable[Mark]) -> tuple[Line, ...]:
    """Latest first; what still lasts comes before what ended."""
    lines = [
        Line(
            *(bar.label, bar.organisation, bar.start, bar.end, bar.source),
            is_event=False,
            fact_id=bar.fact_id,
        )
        for bar in bars
    ]
    lines += [
        Line(mark.label, "", mark.on, mark.on, mark.source, is_event=True, fact_id=mark.fact_id)
        for mark in marks
    ]
    return tuple(sorted(lines, key=lambda line: (line.until or date.max, line.since), reverse=True))


def _running(bars: Sequence[Bar], *, on: date) -> tuple[Bar, ...]:
    """What goes on that day, each thing once though several bodies declared it."""
    running = [bar for bar in bars if bar.start <= on and (not bar.end or bar.end >= on)]
    return tuple({(bar.label, bar.organisation, bar.start): bar for bar in running}.values())


def _most_together(bars: Iterable[Bar], *, on: date) -> int:
    """How many activities there were at once, at most."""
    spans = [(bar.start, bar.end or max(on, bar.start)) for bar in bars]
    return max((sum(a <= start <= b for a, b in spans) for start, _end in spans), default=0)
