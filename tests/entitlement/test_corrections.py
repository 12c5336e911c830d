"""What changes afterwards (facts, law, funders) is compensated by entries with their reason."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection

from cspu.entitlement.errors import LawNotLoaded
from cspu.entitlement.operations import Settled, settle_person
from cspu.entitlement.queries import account_page
from cspu.kernel.ids import PersonId
from cspu.ledger.verification import verify
from tests.conftest import FreshDatabase
from tests.entitlement.conftest import Amend
from tests.entitlement.lives import (
    BRIE,
    FINAL,
    Statement,
    balances,
    birth,
    civic_service,
    licence,
    newcomer,
    nothing,
    posted,
    tell,
    volunteering,
    work,
    yearly,
)

LIFE = [
    birth(date(1990, 5, 17)),
    work(2023, "151.67", exposures=["exposure_night_work"]),
    work(2024, "60"),
]


def settled_life(*statements: Statement) -> PersonId:
    """Somebody of whom this is known, settled."""
    person = newcomer()
    for statement in statements:
        tell(person, statement)
    assert settle_person(person, as_of=FINAL).persons == 1
    return person


def movements(person: PersonId, right: str) -> list[tuple[str, str, int, int]]:
    """Kind, reason, signed amount, signed protected part, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, reason, CASE account_id WHEN credit_account_id THEN 1 ELSE -1 END * amount,"
            " CASE account_id WHEN credit_account_id THEN 1 ELSE -1 END * protected"
            " FROM ledger.transfer WHERE person_id = %s AND right_id = %s ORDER BY account_id, rank",
            [person, right],
        )
        return [tuple(row) for row in cursor.fetchall()]


def proved(house: FreshDatabase) -> None:
    with house.connect(autocommit=True) as psycopg_connection:
        assert list(verify(psycopg_connection)) == []


def test_what_is_due_is_an_award(house: FreshDatabase) -> None:
    person = settled_life(*LIFE)
    part = -(-50_000 * 720 // 1607)
    assert movements(person, "cpf") == [("award", "due", 50_000, 0), ("award", "due", part, 0)]


def test_a_late_fact_is_a_correction_that_says_so(house: FreshDatabase) -> None:
    person = settled_life(*LIFE)
    tell(person, work(2024, "66.96"))
    assert settle_person(person, as_of=FINAL) == Settled(1, 1)
    assert movements(person, "cpf")[-1] == (
        "correction",
        "facts_changed",
        50_000 - -(-50_000 * 720 // 1607),
        0,
    )
    proved(house)


def test_a_late_correction_is_news_and_a_first_look_is_not(house: FreshDatabase) -> None:
    """What was due years ago is no news the day it is posted; what changes it since is."""

    def news(person: PersonId) -> list[str]:
        page = account_page(person, on=FINAL, lang="fr")
        tiles = [tile for family in page.families for tile in family.tiles]
        return [moved.kind for tile in tiles if tile.right_id == "cpf" for moved in tile.news]

    person = settled_life(*LIFE)
    assert news(person) == []
    tell(person, work(2024, "66.96"))
    settle_person(person, as_of=FINAL)
    assert news(person) == ["correction"]


def test_a_right_learnt_of_late_is_an_award_because_of_facts(house: FreshDatabase) -> None:
    person = settled_life(*LIFE)
    tell(person, volunteering(2023, "250"))
    settle_person(person, as_of=FINAL)
    assert movements(person, "cec") == [("award", "facts_changed", 24_000, 0)]


def test_facts_taken_back_take_everything_back(house: FreshDatabase) -> None:
    person = settled_life(*LIFE, volunteering(2023, "250"))
    assert set(balances(person)) == {"cpf", "c2p", "paid_leave", "cec"}
    for statement in [*LIFE[1:], volunteering(2023, "250")]:
        tell(person, nothing(statement.origin))
    settle_person(person, as_of=FINAL)
    assert posted(person) == set()
    with house.connect() as psycopg_connection:
        left = psycopg_connection.execute(
            "SELECT sum(credits - debits), sum(protected) FROM ledger.account WHERE person_id = %s",
            [person],
        ).fetchone()
    assert left == (0, 0)
    proved(house)


def test_a_correction_may_lower_the_protected_share(house: FreshDatabase) -> None:
    """The first 20 points are reserved; born before 1963, ten; before 1960, none."""
    exposed = work(2024, "151.67", exposures=["exposure_night_work", "exposure_noise"])
    person = settled_life(birth(date(1970, 1, 1)), exposed)
    assert movements(person, "c2p") == [("award", "due", 8, 8)]
    tell(person, birth(date(1958, 1, 1)))
    settle_person(person, as_of=FINAL)
    assert movements(person, "c2p")[1:] == [
        ("correction", "facts_changed", -8, -8),
        ("correction", "facts_changed", 8, 0),
    ]
    proved(house)


def test_leave_moves_to_the_employer_it_was_earned_with(house: FreshDatabase) -> None:
    person = settled_life(birth(date(1990, 1, 1)), work(2024, "151.67", start=date(2024, 1, 1)))
    before = balances(person)["paid_leave"]
    first = work(2024, "151.67", start=date(2024, 1, 1))
    tell(person, nothing(first.origin))
    tell(person, work(2024, "151.67", start=date(2024, 1, 1), organisation=BRIE))
    settle_person(person, as_of=FINAL)
    assert balances(person)["paid_leave"] == before
    assert {each.organisation_id for each in posted(person) if each.right_id == "paid_leave"} == {
        BRIE
    }
    proved(house)


def test_a_new_law_is_one_row_and_the_next_look_at_an_account_follows_it(
    house: FreshDatabase, amend: Amend
) -> None:
    person = settled_life(*LIFE)
    others = [settled_life(*LIFE) for _ in range(3)]

    def rows() -> Counter[str]:
        tables = ("ledger.transfer", "ledger.account", "entitlement.settled", "law.edition")
        with connection.cursor() as cursor:
            counted: Counter[str] = Counter()
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE xmin::text <> '0'")
                counted[table] = cursor.fetchone()[0]
            return counted

    def written() -> set[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT person_id::text, xmin::text, ctid::text FROM entitlement.settled"
            )
            return set(cursor.fetchall())

    before, settled_before = rows(), written()
    edition = amend(cpf={"value: 500\n": "value: 600\n"})
    assert edition.is_new
    assert rows() - before == Counter({"law.edition": 1})
    assert written() == settled_before
    assert settle_person(person, as_of=FINAL).transfers == 2
    assert yearly(person, "cpf") == {2023: 60_000, 2024: -(-60_000 * 720 // 1607)}
    assert movements(person, "cpf")[-1][:2] == ("correction", "law_changed")
    assert yearly(others[0], "cpf")[2023] == 50_000


def test_a_process_of_the_law_before_explains_nothing(house: FreshDatabase, amend: Amend) -> None:
    """Its texts are no longer those that the amounts come from."""
    person = settled_life(*LIFE)
    assert account_page(person, on=FINAL, lang="fr").families
    amend(cpf={"value: 500": "value: 600"})
    with pytest.raises(LawNotLoaded):
        account_page(person, on=FINAL, lang="fr")


def test_a_law_and_back_gives_the_same_balances(house: FreshDatabase, amend: Amend) -> None:
    person = settled_life(*LIFE)
    before = posted(person)
    amend(
        cpf={"value: 500\n": "value: 450\n", "full_credit_share * ": "full_credit_share * 2 * "},
        paid_leave={"value: 2.5": "value: 3"},
        c2p={"value: 20\n": "value: 1\n"},
    )
    settle_person(person, as_of=FINAL)
    assert posted(person) != before
    proved(house)
    amend()
    settle_person(person, as_of=FINAL)
    assert posted(person) == before
    assert settle_person(person, as_of=FINAL) == Settled(0, 0)
    assert {reason for _, reason, _, _ in movements(person, "cpf")} == {"due", "law_changed"}
    proved(house)


def test_the_same_texts_again_are_no_news(house: FreshDatabase, amend: Amend) -> None:
    person = settled_life(*LIFE)
    assert not amend().is_new
    assert settle_person(person, as_of=FINAL) == Settled(0, 0)


def test_another_funder_pays_and_the_first_is_paid_back(house: FreshDatabase, amend: Amend) -> None:
    person = settled_life(*LIFE)
    before = balances(person)
    amend(cpf={"funder: france_competences": "funder: state"})
    settle_person(person, as_of=FINAL)
    assert balances(person) == before
    assert {each.counterparty for each in posted(person) if each.right_id == "cpf"} == {
        "funder:state"
    }
    with house.connect() as psycopg_connection:
        owed = psycopg_connection.execute(
            "SELECT counterparty, sum(debits - credits)::bigint FROM ledger.slot"
            " WHERE unit = 'EUR' GROUP BY 1"
        ).fetchall()
    assert dict(owed) == {"funder:france_competences": 0, "funder:state": before["cpf"]}
    proved(house)


def test_leave_stops_at_its_maximum_for_a_leave_year(house: FreshDatabase, amend: Amend) -> None:
    """Three days a month would make 36 from June to May: thirty are kept, whatever comes first."""
    amend(paid_leave={"value: 2.5": "value: 3"})
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    tell(person, work(2025, "151.67", start=date(2024, 6, 1), end=date(2025, 9, 30)))
    settle_person(person, as_of=FINAL)
    by_month = {
        each.period_start: each.amount for each in posted(person) if each.right_id == "paid_leave"
    }
    assert [
        by_month.get(date(2024 + month // 12, month % 12 + 1, 1), 0) for month in range(5, 21)
    ] == ([300] * 10 + [0] * 2 + [300] * 4)


def test_engagement_stops_at_its_cap(house: FreshDatabase) -> None:
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    for year in (2023, 2020, 2022, 2021):
        tell(person, volunteering(year, "250"))
        settle_person(person, as_of=FINAL)
    tell(person, civic_service(date(2020, 1, 1), date(2020, 7, 31)))
    settle_person(person, as_of=FINAL)
    assert yearly(person, "cec") == {2020: 48_000, 2021: 24_000}


def test_hardship_points_stop_at_a_hundred_until_2023(house: FreshDatabase) -> None:
    """Two factors, doubled for those born before July 1956: sixteen points a year."""
    person = newcomer()
    tell(person, birth(date(1955, 1, 1)))
    for year in (2023, 2019, 2022, 2016, 2021, 2018, 2020, 2017):
        tell(
            person,
            work(
                year,
                "151.67",
                start=date(2015, 1, 1),
                exposures=["exposure_night_work", "exposure_hyperbaric"],
            ),
        )
        settle_person(person, as_of=FINAL)
    given = yearly(person, "c2p")
    assert [given.get(year, 0) for year in range(2016, 2024)] == [16] * 6 + [4, 16]


def test_a_single_grant_moves_to_the_first_month_it_was_due(house: FreshDatabase) -> None:
    apprentice = work(2024, "151.67", status="apprenticeship", start=date(2023, 9, 1))
    person = settled_life(birth(date(2004, 1, 1)), apprentice, licence(date(2024, 6, 10)))
    grants = {
        each.period_start: each.amount
        for each in posted(person)
        if each.right_id == "apprentice_licence"
    }
    assert grants == {date(2024, 6, 1): 50_000}
    tell(person, licence(date(2024, 2, 10)))
    settle_person(person, as_of=FINAL)
    grants = {
        each.period_start: each.amount
        for each in posted(person)
        if each.right_id == "apprentice_licence"
    }
    assert grants == {date(2024, 2, 1): 50_000}
    proved(house)
