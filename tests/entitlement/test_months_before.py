"""What a law reads of the months before a situation began: unemployment, from the jobs before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from cspu.entitlement.operations import settle_person
from cspu.entitlement.queries import tile_page
from cspu.kernel.ids import OrganisationId, PersonId, computed_id
from cspu.lifecourse.facts import Attribute, FactSet, LifeEvent, Measure, Spell
from tests.conftest import FreshDatabase
from tests.entitlement.lives import (
    ACME,
    BRIE,
    SOMEONE,
    Statement,
    balances,
    birth,
    newcomer,
    tell,
)

ON = date(2026, 3, 31)


def job(
    start: date, end: date, pay: str, organisation: OrganisationId = ACME, hours: str = "151.67"
) -> Statement:
    """A job with the same pay and hours each month it touches."""
    spell = computed_id("job", organisation, start)
    measures = [
        Measure(SOMEONE, name, month, Decimal(value), spell, organisation)
        for month in _months(start, end)
        for name, value in (("gross_pay", pay), ("hours_worked", hours))
    ]
    held = Spell(SOMEONE, spell, "employment", start, end, end, organisation)
    return Statement(f"{organisation} {start}", FactSet([held], measures))


def unemployed(since: date, *, upto: date | None = None, drawn: str | None = None) -> Statement:
    """The employment office registers her, after a dismissal."""
    facts = [Attribute(SOMEONE, "job_end_reason", "dismissal", since, since)]
    if drawn is not None:
        facts.append(Attribute(SOMEONE, "unemployment_benefit_drawn", drawn, since, since))
    spell = Spell(SOMEONE, computed_id("unemployment", since), "unemployment", since, upto, since)
    event = LifeEvent(SOMEONE, computed_id("registration", since), "jobseeker_registration", since)
    return Statement(f"office {since}", FactSet([spell], [], facts, [event]))


def _months(start: date, end: date) -> Iterator[date]:
    for month in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield date(month // 12, month % 12 + 1, 1)


def benefit(
    person: PersonId, month: date, right: str = "unemployment_benefit"
) -> tuple[Any, ...] | None:
    """The law's word on one month of a right: entitled, and how many cents."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entitled, amount FROM entitlement.judge_shown(ARRAY[%s::uuid], %s, 'infinity')"
            " WHERE right_id = %s AND period_start = %s",
            [person, ON, right, month],
        )
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def person_of(*statements: Statement, born: date = date(1985, 5, 5)) -> PersonId:
    person = newcomer()
    for statement in (birth(born), *statements):
        tell(person, statement)
    return person


@pytest.fixture
def jane(house: FreshDatabase) -> PersonId:
    """Two full years at 2,400 euros, one year more before them, dismissed at the end of 2025."""
    return person_of(
        job(date(2023, 1, 1), date(2023, 12, 31), "9000", BRIE),
        job(date(2024, 1, 1), date(2025, 12, 31), "2400"),
        unemployed(date(2026, 1, 1)),
    )


def test_pay_of_the_two_years_before_gives_the_benefit(jane: PersonId) -> None:
    """57,600 euros over 731 days is 78.80 a day, 45.02 of benefit: 40.4% and the fixed part win."""
    assert benefit(jane, date(2026, 2, 1)) == (True, 30 * 4502)


def test_a_month_with_work_keeps_days_for_later(jane: PersonId) -> None:
    tell(jane, job(date(2026, 2, 1), date(2026, 2, 28), "800", BRIE))
    assert benefit(jane, date(2026, 2, 1)) == (True, 18 * 4502)
    tell(jane, unemployed(date(2026, 1, 1), drawn="true"))
    settle_person(jane, as_of=ON)
    assert balances(jane)["unemployment_days_carried"] == 12_00


def test_days_are_opened_at_registration(jane: PersonId) -> None:
    """731 days are more than the 730 that count: 548 days."""
    settle_person(jane, as_of=ON)
    assert balances(jane)["unemployment_days_opened"] == 548_00


def test_three_years_are_looked_at_from_fifty_five(house: FreshDatabase) -> None:
    """The year before counts too: 165,600 euros over 1,096 days, and 685 days of benefit."""
    older = person_of(
        job(date(2023, 1, 1), date(2023, 12, 31), "9000", BRIE),
        job(date(2024, 1, 1), date(2025, 12, 31), "2400"),
        unemployed(date(2026, 1, 1)),
        born=date(1970, 6, 1),
    )
    daily = round(Decimal(12 * 9000 + 24 * 2400) / 1096, 2)
    assert benefit(older, date(2026, 2, 1)) == (True, 30 * round(daily * Decimal("0.57") * 100))
    settle_person(older, as_of=ON)
    assert balances(older)["unemployment_days_opened"] == 685_00


def test_a_change_mid_month_looks_back_from_its_own_eve(house: FreshDatabase) -> None:
    """Dismissed on 15 January: fifteen days of the month are after, and January's pay counts."""
    person = person_of(
        job(date(2025, 2, 1), date(2026, 1, 15), "2000"), unemployed(date(2026, 1, 16))
    )
    daily = round(Decimal(12 * 2000) / 349, 2)
    full = round((daily * Decimal("0.404") + Decimal("13.18")) * 100)
    assert benefit(person, date(2026, 1, 1)) == (True, 16 * full)


def test_two_jobs_on_the_same_days_count_the_days_once(house: FreshDatabase) -> None:
    person = person_of(
        job(date(2025, 1, 1), date(2025, 12, 31), "1000"),
        job(date(2025, 1, 1), date(2025, 12, 31), "1000", BRIE),
        unemployed(date(2026, 1, 1)),
    )
    settle_person(person, as_of=ON)
    assert balances(person)["unemployment_days_opened"] == 274_00
    daily = round(Decimal(24_000) / 365, 2)
    full = round((daily * Decimal("0.404") + Decimal("13.18")) * 100)
    assert benefit(person, date(2026, 2, 1)) == (True, 30 * full)


def test_each_unemployment_looks_back_from_its_own_start(house: FreshDatabase) -> None:
    """A short job between two spells of unemployment changes what the second one looks at."""
    person = person_of(
        job(date(2024, 6, 1), date(2025, 1, 31), "3000", BRIE),
        unemployed(date(2025, 2, 1), upto=date(2025, 9, 30)),
        job(date(2025, 10, 1), date(2025, 11, 30), "2000"),
        unemployed(date(2025, 12, 1)),
    )
    first = round(Decimal(8 * 3000) / 245, 2)
    assert benefit(person, date(2025, 4, 1)) == (True, 30 * round(first * Decimal("0.57") * 100))
    second = round(Decimal(8 * 3000 + 2 * 2000) / (306 + 306 * Decimal("0.7")), 2)
    full = round((second * Decimal("0.404") + Decimal("13.18")) * 100)
    assert benefit(person, date(2026, 2, 1)) == (True, 30 * full)


def test_without_a_job_before_nothing_is_open(house: FreshDatabase) -> None:
    """No contract is no day of work; the hours nobody told stay unknown."""
    found = benefit(person_of(unemployed(date(2026, 1, 1))), date(2026, 2, 1))
    assert found is not None
    assert found == (None, None)


def test_the_reasons_show_the_jobs_before_and_the_registration(jane: PersonId) -> None:
    """The pay of the two years before, though the month told is after them; and the day she registered."""
    settle_person(jane, as_of=ON)
    page = tile_page(jane, "unemployment_benefit", on=ON, lang="fr")
    january = next(each for each in page.explanations if each.period_start == date(2026, 1, 1))
    two_years = "57\u202f600\u00a0€ (1er janvier 2024 au 31 décembre 2025)"
    assert two_years in [fact.value for fact in january.facts]
    opened = tile_page(jane, "unemployment_days_opened", on=ON, lang="fr")
    registered = [fact for each in opened.explanations for fact in each.facts]
    assert "1er janvier 2026" in [fact.value for fact in registered]


def test_three_months_of_pay_are_known_when_each_of_them_is(house: FreshDatabase) -> None:
    """The disability allowance of who works: a month that nobody declared is not a month without pay."""
    said = {"incapacity_rate": "0.8", "dependent_children": "0", "aah_other_means": "0"}
    said |= {"lives_stably_in_france": "true"}
    known = [Attribute(SOMEONE, *each, date(2020, 1, 1)) for each in said.items()]
    works = Spell(SOMEONE, computed_id("job"), "employment", date(2025, 1, 1), None, ON, ACME)
    person = person_of(Statement("life", FactSet([works], [], known)))
    amounts = []
    for month in _months(date(2025, 11, 1), date(2026, 1, 31)):
        paid = Measure(SOMEONE, "net_social_amount", month, Decimal("300.00"), ACME, ACME)
        tell(person, Statement(f"pay {month}", FactSet(measures=[paid])))
        amounts.append(benefit(person, date(2026, 2, 1), "aah"))
    assert amounts == [(True, None), (True, None), (True, 103_332 - 6_000)]
