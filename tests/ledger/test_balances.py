"""A balance on any date, as known then or as known now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from cspu.kernel.ids import NO_ORGANISATION, PersonId
from cspu.ledger.errors import FloorBroken, KeyReused
from cspu.ledger.operations import Proposal, post
from cspu.ledger.queries import Balance, balance, balances
from tests.ledger.book import AWARD, new_person, out

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 1, 15, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 30, 17, tzinfo=UTC)


@pytest.fixture
def anna() -> PersonId:
    """Someone given 500 € for 2024 and for 2025; 200 € of 2024 are taken back months later."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger.unit VALUES ('EUR', 2), ('point', 0)")
    person = new_person()
    year_2025 = replace(AWARD, person_id=person, protected=10_000)
    year_2024 = _in_2024(year_2025)
    assert post("first", [year_2025, year_2024], recorded_at=FIRST) == 2
    assert post("late", [out(20_000, proposal=year_2024)], recorded_at=LATER) == 1
    return person


def _in_2024(proposal: Proposal) -> Proposal:
    return replace(
        proposal,
        period_start=date(2024, 1, 1),
        period_end=date(2024, 12, 31),
        due_on=date(2025, 1, 1),
    )


def held(person: PersonId, on: date, known_at: datetime | None) -> int:
    return balance(person, replace(AWARD, person_id=person).account_id, on=on, known_at=known_at)


@pytest.mark.parametrize(
    ("on", "known_at", "expected"),
    [
        (date(2024, 12, 31), None, 0),
        (date(2025, 1, 1), None, 30_000),
        (date(2025, 1, 1), FIRST, 50_000),
        (date(2025, 12, 31), FIRST, 50_000),
        (date(2026, 1, 1), FIRST, 100_000),
        (date(2026, 1, 1), None, 80_000),
        (date(2026, 1, 1), LATER, 80_000),
        (date(2026, 1, 1), datetime(2026, 1, 15, 8, 59, tzinfo=UTC), 0),
        (date(2030, 1, 1), None, 80_000),
    ],
)
def test_a_balance_is_what_was_due_as_known(
    anna: PersonId, on: date, known_at: datetime | None, expected: int
) -> None:
    assert held(anna, on, known_at) == expected


def test_every_account_is_read_with_its_protected_share(anna: PersonId) -> None:
    points = replace(
        AWARD, person_id=anna, right_id="hardship", unit="point", amount=4, counter_id=anna
    )
    post("points", [points], recorded_at=LATER)
    expected = [
        Balance(points.account_id, "hardship", NO_ORGANISATION, "point", 4, 0),
        Balance(
            replace(AWARD, person_id=anna).account_id,
            "training",
            NO_ORGANISATION,
            "EUR",
            80_000,
            20_000,
        ),
    ]
    assert balances(anna, on=date(2026, 12, 31), known_at=None) == expected
    assert len(balances(anna, on=date(2026, 12, 31), known_at=FIRST)) == 1


def test_nobody_holds_nothing() -> None:
    assert balances(new_person(), on=date(2026, 1, 1), known_at=None) == []
    assert held(new_person(), date(2026, 1, 1), None) == 0


def test_posting_sorts_what_it_is_given_and_knows_its_keys(anna: PersonId) -> None:
    people = sorted([new_person(), new_person(), new_person()], reverse=True)
    awards = [replace(AWARD, person_id=person) for person in people]
    assert post("three", awards, recorded_at=LATER) == 3
    assert post("three", awards[::-1], recorded_at=LATER) == 0
    with pytest.raises(KeyReused, match="already used"):
        post("three", awards[1:], recorded_at=LATER)
    assert post("none", [], recorded_at=LATER) == 0


def test_a_refusal_leaves_the_callers_transaction_usable(anna: PersonId) -> None:
    with pytest.raises(FloorBroken) as caught:
        post("too much", [out(90_000, proposal=replace(AWARD, person_id=anna))], recorded_at=LATER)
    assert "part protégée" in caught.value.sentence("fr")
    assert held(anna, date(2026, 1, 1), None) == 80_000
