"""Dates, periods and amounts as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from cspu.kernel.amounts import Amount
from cspu.web import wording
from cspu.web.templatetags import wording as tags
from tests.web.examples import DAY, EURO, POINT


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("start", "end", "french", "english"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "2025", "2025"),
        (date(2024, 1, 1), date(2025, 12, 31), "2024–2025", "2024–2025"),
        (date(2025, 2, 1), date(2025, 2, 28), "février 2025", "February 2025"),
        (date(2025, 4, 1), date(2025, 6, 30), "avril à juin 2025", "April to June 2025"),
        (
            date(2025, 12, 1),
            date(2026, 1, 31),
            "décembre 2025 à janvier 2026",
            "December 2025 to January 2026",
        ),
        (date(2025, 3, 1), date(2025, 3, 1), "1er mars 2025", "1 March 2025"),
        (
            date(2025, 3, 2),
            date(2025, 3, 11),
            "du 2 mars 2025 au 11 mars 2025",
            "from 2 March 2025 to 11 March 2025",
        ),
    ],
)
def test_periods(start: date, end: date, french: str, english: str) -> None:
    with translation.override("fr"):
        assert plain(wording.period(start, end)) == french
    with translation.override("en"):
        assert plain(wording.period(start, end)) == english


def test_months_in_a_row_are_gathered() -> None:
    months = [date(2025, 12, 5), date(2026, 1, 1), date(2026, 3, 1), date(2026, 1, 9)]
    with translation.override("fr"):
        assert plain(wording.months(months)) == "décembre 2025 à janvier 2026, mars 2026"


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        (Amount(EURO, 150_000), "1 500 €", "€1,500"),
        (Amount(EURO, 150_050), "1 500,50 €", "€1,500.50"),
        (Amount(EURO, 0), "0 €", "€0"),
        (Amount(DAY, 125), "12,5 jours", "12.5 days"),
        (Amount(POINT, 1), "1 point", "1 point"),
        (Amount(POINT, 12), "12 points", "12 points"),
    ],
)
def test_amounts(amount: Amount, french: str, english: str) -> None:
    with translation.override("fr"):
        assert plain(wording.amount(amount)) == french
        figure = wording.figure(amount)
        assert plain(f"{figure.number} {figure.unit}".strip()) == french
        assert plain(wording.signed(amount)) == f"+{french}"
        if amount:
            assert plain(wording.signed(-amount)) == f"\u2212{french}"
    with translation.override("en"):
        assert plain(wording.amount(amount)) == english


def test_an_instant_reads_on_the_day_that_a_demonstration_lives_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends in two weeks ends two weeks after the page's day, whatever the machine's clock says."""
    monkeypatch.setattr("cspu.web.clock.timezone.localdate", lambda: date(2026, 11, 29))
    soon = datetime(2026, 12, 13, 11, 50, tzinfo=UTC)
    settings.CSPU_TODAY = None
    assert plain(tags.moment(soon)) == "13 décembre 2026 à 12 h 50"
    settings.CSPU_TODAY = date(2027, 7, 31)
    assert plain(tags.moment(soon)) == "14 août 2027 à 12 h 50"
    assert tags.lived(date(2026, 12, 13)) == date(2026, 12, 13)
