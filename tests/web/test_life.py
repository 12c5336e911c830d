"""The life course: drawn to scale, and word for word in the table."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cspu.lifecourse.picture import Bar, Lane, LifePicture, Mark
from cspu.lifecourse.vocabulary import load_vocabulary
from cspu.web.account.groups import OF_STATUS, OTHER, group_of
from cspu.web.account.life import draw
from tests.web import examples
from tests.web.conftest import FakeDomain
from tests.web.reading import text_of

_CHARACTER = 7.6


def test_the_table_tells_everything_that_is_drawn(nadia: Client) -> None:
    page = text_of(nadia.get("/parcours/").content.decode())
    table = page[page.index("ligne par ligne") :]
    for lane in examples.LIFE.lanes:
        for bar in lane.bars:
            assert bar.label in table
            assert bar.organisation in table
    for mark in examples.LIFE.marks:
        assert mark.label in table
        assert mark.source in table


def test_what_is_going_on_now_comes_first(nadia: Client) -> None:
    page = text_of(nadia.get("/parcours/").content.decode())
    now = page[page.index("En ce moment") : page.index("Votre parcours en un dessin")]
    assert "SARL Les Glycines" in now
    assert "Association Mains tendues" in now
    assert "Boulangerie Lenoir" not in now


def test_an_empty_life_course_says_how_it_fills(nadia: Client, domain: FakeDomain) -> None:
    domain.life = LifePicture(examples.TODAY, examples.TODAY, (), ())
    assert "Il se remplit tout seul" in text_of(nadia.get("/parcours/").content.decode())


def test_activities_at_once_are_counted() -> None:
    assert draw(examples.LIFE, on=examples.TODAY).together == 3


def test_every_status_of_the_vocabulary_has_its_kind() -> None:
    assert set(OF_STATUS) == set(load_vocabulary().statuses)


def test_a_status_nobody_drew_before_is_still_drawn() -> None:
    assert group_of("something_new") is OTHER


def spell(start: date, days: int | None, label: str, organisation: str) -> Bar:
    end = None if days is None else min(start + timedelta(days=days), examples.TODAY)
    return Bar("employment", label, organisation, start, end, "", examples.moment(2026, 1, 1))


def test_what_several_bodies_declare_goes_on_once() -> None:
    same = [spell(date(2026, 1, 1), None, "Chômage", "") for _ in range(2)]
    other = spell(date(2026, 2, 1), None, "Chômage", "")
    lanes = tuple(Lane("Chômage", (bar,)) for bar in (*same, other))
    picture = LifePicture(date(2026, 1, 1), examples.TODAY, lanes, ())
    assert len(draw(picture, on=examples.TODAY).running) == 2


_past = st.dates(date(1960, 1, 1), examples.TODAY)
_words = st.text("aé ·", min_size=1, max_size=60)
_spells = st.builds(spell, _past, st.none() | st.integers(0, 20_000), _words, _words)
_marks = st.builds(Mark, st.just("birth"), _words, _past, _words)
_pictures = st.builds(
    lambda bars, marks: LifePicture(
        min([*(bar.start for bar in bars), *(mark.on for mark in marks)], default=examples.TODAY),
        examples.TODAY,
        tuple(Lane("Activité", (bar,)) for bar in bars),
        tuple(marks),
    ),
    st.lists(_spells, max_size=8),
    st.lists(_marks, max_size=8),
)


@given(_pictures)
def test_everything_is_drawn_inside_the_picture(picture: LifePicture) -> None:
    drawing = draw(picture, on=examples.TODAY)
    bars = [bar for lane in drawing.lanes for bar in lane.bars]
    assert len(bars) == len(picture.lanes)
    assert len(drawing.lines) == len(picture.lanes) + len(picture.marks)
    for bar in bars:
        assert 0 <= bar.x <= drawing.width
        assert bar.width > 0
        for word in bar.words:
            assert bar.x <= word.x
            assert word.x + len(word.text) * _CHARACTER <= bar.x + bar.width + 1
    for mark in drawing.marks:
        assert 0 <= mark.x <= drawing.width
        assert mark.y < drawing.height


@given(_pictures)
def test_words_of_events_never_overlap(picture: LifePicture) -> None:
    rows: dict[int, int] = {}
    for mark in draw(picture, on=examples.TODAY).marks:
        if mark.text:
            assert rows.get(mark.y, 0) <= mark.x
            rows[mark.y] = mark.x + 14 + int(len(mark.text) * _CHARACTER)
