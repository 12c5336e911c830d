"""Whatever the order of arrivals and the number of runs, accounts end in the same state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import ceil
from uuid import uuid4

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cspu.entitlement.operations import Settled, settle_person
from cspu.kernel.ids import PersonId
from cspu.ledger.operations import Proposal, post
from cspu.ledger.verification import verify
from tests.conftest import FreshDatabase
from tests.entitlement.lives import (
    FINAL,
    Statement,
    arrivals,
    balances,
    birth,
    lives,
    low_skilled,
    moment,
    newcomer,
    posted,
    tell,
    work,
    yearly,
)

NOTHING_NEW = Settled(0, 0)
# No shrinking: a life is settled many times over, and a failing one is told as it is.
SEVERAL = settings(
    deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], report_multiple_bugs=False
)


def _months(start: date, steps: list[int]) -> list[date]:
    """Days on which accounts are looked at, going forward by so many months each."""
    index = start.year * 12 + start.month - 1
    walked = []
    for step in steps:
        index += step
        walked.append(min(date(index // 12, index % 12 + 1, start.day), FINAL))
    return walked


def test_any_order_any_number_of_runs_gives_the_same_accounts(house: FreshDatabase) -> None:
    @settings(SEVERAL, max_examples=12)
    @given(data=st.data(), told=lives())
    def holds(data: st.DataObject, told: list[Statement]) -> None:
        at_once, step_by_step = newcomer(), newcomer()
        for statement in told:
            tell(at_once, statement)
        settle_person(at_once, as_of=FINAL)

        arriving = data.draw(arrivals(told))
        steps = data.draw(
            st.lists(st.integers(0, 14), min_size=len(arriving), max_size=len(arriving))
        )
        for statement, on in zip(arriving, _months(date(2020, 1, 5), steps), strict=True):
            tell(step_by_step, statement)
            if data.draw(st.booleans()):
                settle_person(step_by_step, as_of=on)
        settle_person(step_by_step, as_of=FINAL)

        assert posted(step_by_step) == posted(at_once)
        for person in (at_once, step_by_step):
            assert settle_person(person, as_of=FINAL) == NOTHING_NEW
        with house.connect(autocommit=True) as connection:
            assert list(verify(connection)) == []

    holds()


def test_month_by_month_is_all_at_once(house: FreshDatabase) -> None:
    monthly, once = newcomer(), newcomer()
    life = [
        birth(date(1990, 5, 17)),
        work(
            2022,
            "151.67",
            exposures=["exposure_night_work"],
            leave=(date(2022, 3, 3), date(2022, 4, 9)),
        ),
        work(2023, "40", months=range(1, 7), end=date(2023, 6, 14)),
    ]
    for person in (monthly, once):
        for statement in life:
            tell(person, statement)
    for on in _months(date(2022, 1, 31 - 3), [1] * 40):
        settle_person(monthly, as_of=on)
    settle_person(once, as_of=date(2025, 6, 1))
    assert posted(monthly) == posted(once)
    assert {each.right_id for each in posted(once)} == {"cpf", "c2p", "paid_leave"}


def _credits(born: date, hours: dict[int, Decimal], low: set[int], until: int) -> dict[int, int]:
    """The training account in cents, year by year, as the decrees read: the model knows no SQL."""
    filled, given_by_year = 0, {}
    for year in range(2019, until):
        if hours.get(year, Decimal(0)) <= 0 or year - born.year < 16:
            continue
        full = 80_000 if year in low else 50_000
        limit = 800_000 if year in low else 500_000
        part = hours[year] / Decimal(1607)
        credit = full if 2 * part >= 1 else ceil(full * part)
        award = max(0, min(limit - filled, credit))
        filled += award
        if award:
            given_by_year[year] = award
    return given_by_year


def test_the_training_account_agrees_with_a_model_up_to_its_cap(house: FreshDatabase) -> None:
    """Twelve years reach the cap; they arrive in any order, with looks at the account between."""

    @settings(SEVERAL, max_examples=10)
    @given(data=st.data(), born=st.dates(date(1960, 1, 1), date(2006, 12, 31)))
    def holds(data: st.DataObject, born: date) -> None:
        person = newcomer()
        tell(person, birth(born))
        monthly = st.sampled_from(["0.5", "33.33", "66.95", "66.96", "90", "151.67"])
        hours = {year: data.draw(monthly) for year in range(2019, 2032)}
        for year in data.draw(st.permutations(sorted(hours))):
            tell(person, work(year, hours[year]))
            if data.draw(st.booleans()):
                settle_person(person, as_of=date(2032, 2, 1))
        settle_person(person, as_of=date(2032, 2, 1))
        worked = {year: 12 * Decimal(each) for year, each in hours.items()}
        assert yearly(person, "cpf") == _credits(born, worked, set(), 2032)

    holds()


def test_the_cap_follows_the_declaration_of_each_year(house: FreshDatabase) -> None:
    """Above the standard cap thanks to the increased one: nothing is lost, nothing is added."""
    person = newcomer()
    born = date(1980, 1, 1)
    worked = {year: Decimal("151.67") * 12 for year in range(2019, 2032)}
    for year in reversed(worked):
        tell(person, work(year, "151.67"))
    tell(person, birth(born))
    settle_person(person, as_of=date(2032, 2, 1))
    assert sum(yearly(person, "cpf").values()) == 500_000
    tell(person, low_skilled(date(2019, 1, 1), date(2026, 12, 31)))
    settle_person(person, as_of=date(2032, 2, 1))
    assert yearly(person, "cpf") == _credits(born, worked, set(range(2019, 2027)), 2032)
    assert sum(yearly(person, "cpf").values()) == 640_000


def use(person: PersonId, amount: int, *, on: date) -> None:
    """A training course is paid from her account."""
    spent = Proposal(
        person_id=person,
        right_id="cpf",
        unit="EUR",
        counter_id=uuid4(),
        counterparty="payee:school",
        amount=-amount,
        kind="use",
        reason=f"use {on}",
        version=date(2019, 1, 1),
        period_start=on,
        period_end=on,
        due_on=on,
    )
    post(f"use {person} {on}", [spent], recorded_at=moment(0))


def test_what_is_spent_leaves_room_for_the_years_due_after(house: FreshDatabase) -> None:
    """A full account earns nothing; spent, it earns again, and what was refused before stays refused."""
    person, late = newcomer(), newcomer()
    for one in (person, late):
        tell(one, birth(date(1980, 1, 1)))
        for year in range(2019, 2032):
            tell(one, work(year, "151.67"))
        settle_person(one, as_of=date(2032, 2, 1))
        assert balances(one)["cpf"] == 500_000
        use(one, 300_000, on=date(2032, 6, 15))
    for year in range(2032, 2040):
        tell(person, work(year, "151.67"))
        settle_person(person, as_of=date(year + 1, 2, 1))
        tell(late, work(year, "151.67"))
    settle_person(late, as_of=date(2040, 2, 1))
    earned = dict.fromkeys([*range(2019, 2029), *range(2032, 2038)], 50_000)
    earned[2032] -= 300_000
    for one in (person, late):
        assert yearly(one, "cpf") == earned
        assert balances(one)["cpf"] == 500_000


def test_nobody_is_settled_without_facts(house: FreshDatabase) -> None:
    assert settle_person(newcomer(), as_of=FINAL) == NOTHING_NEW


def settle_twice(person: PersonId) -> tuple[Settled, Settled]:
    return settle_person(person, as_of=FINAL), settle_person(person, as_of=FINAL)


def test_looking_twice_settles_once(house: FreshDatabase) -> None:
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    tell(person, work(2024, "151.67"))
    first, second = settle_twice(person)
    assert first.persons == 1
    assert first.transfers > 1
    assert second == NOTHING_NEW
