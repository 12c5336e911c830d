"""Random lives in the economy, refusals included, against an auditor that shares no code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cspu.economy import conversions, debts
from cspu.economy.errors import ActRefused
from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.ledger.errors import FloorBroken, domain_error
from cspu.trust.door import Asking, opened
from cspu.trust.logins import new_token
from tests.economy import auditor
from tests.economy.auditor import Kept, Life, Owed, Quoted
from tests.economy.moving import closed, midnight, moved, reserved
from tests.economy.purse import TODAY, Purse, form
from tests.entitlement.lives import Statement, birth, newcomer, nothing, tell, work
from tests.people.conftest import as_role

FACTORS = ("exposure_night_work", "exposure_noise")
BORN = date(1958, 1, 1)
"""Old enough for quarters of retirement, and for no point of hers to be reserved by law."""
FIRST_DAY = date(2026, 3, 10)

ODD_RULE = """
INSERT INTO economy.conversion
SELECT 'training_to_part_time', in_force, until, 'cpf', 'EUR', 'c2p_part_time', 'half_time_day',
    NULL, NULL, '', 10000, FALSE, FALSE, 1, 1, most_a_year, most_a_year, 'down', FALSE, '', quote_minutes,
    label_fr, label_en, reference, url, TRUE
FROM economy.conversion WHERE rule = 'c2p_to_training'
"""

# What every person holds, unit by unit, is what the other side lost.
BOTH_SIDES = """
SELECT unit, sum(credits - debits) FROM (
    SELECT unit, credits, debits FROM ledger.account UNION ALL SELECT unit, credits, debits FROM ledger.slot
) AS side GROUP BY unit HAVING sum(credits - debits) <> 0
"""
BELOW_FLOOR = """
SELECT count(*) FROM ledger.account
WHERE credits - debits - held < greatest(protected - held_protected, 0) - overdraft OR protected < 0
"""
amounts = st.one_of(st.integers(-1, 40), st.sampled_from([10, 20, 30, 80, 90, 100]))
rights = st.sampled_from([auditor.POINTS, auditor.TRAINING])


class EconomyMachine(RuleBasedStateMachine):
    """Each example is one person's life, among those of the examples before."""

    purse: ClassVar[Purse]

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.day = FIRST_DAY
        self.person = newcomer()
        self.token = new_token()
        self.quotes: list[tuple[UUID, Quoted]] = []

    @initialize()
    def somebody_new(self) -> None:
        self.purse.ask(
            "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1",
            self.person,
        )
        with as_role(self.purse.database, "batch"):
            tell(self.person, birth(BORN))
        self.purse.ask(
            "SELECT trust.begin_session(%s, 'person', %s, 'test', TRUE)", self.token, self.person
        )
        self._begin_in_debt()

    def _begin_in_debt(self) -> None:
        """Eight points, six of them spent, four taken back: two are owed, and there is more to say."""
        self.facts_change(2024, 2)
        quoted = self.life.quote("c2p_to_training", 6)
        assert isinstance(quoted, Quoted)
        self._convert_at_once(quoted)
        self.facts_change(2024, 1)
        assert [debt.amount for debt in self.life.debts] == [2]

    def _convert_at_once(self, quoted: Quoted) -> None:
        with self._acting():
            asked = conversions.quote(form(), quoted.rule, quoted.taken, on=self.day)
            conversions.convert(asked)
        assert self.life.convert(quoted) is None
        self.quotes.append((asked, quoted))

    @contextmanager
    def _acting(self) -> Iterator[None]:
        with opened(self.token, Asking(self.person, "test", verb="act", strong=True)):
            yield

    @rule(days=st.integers(1, 45))
    def later(self, days: int) -> None:
        self.day = min(self.day + timedelta(days), TODAY)

    @rule(right=rights, amount=st.integers(1, 60), protected=st.integers(0, 20))
    def fund(self, right: str, amount: int, protected: int) -> None:
        scale = 100 if right == auditor.TRAINING else 1
        given, shielded = amount * scale, min(protected, amount) * scale
        unit = auditor.UNITS[right]
        with self.purse.connected() as owner:
            moved(*(owner, str(uuid4()), self.person, right, given), unit=unit, protected=shielded)
        self.life.fund(right, given, shielded)

    @rule(right=rights, amount=st.integers(1, 60), part=st.integers(0, 60))
    def funder_takes(self, right: str, amount: int, part: int) -> None:
        """What is protected may end below what open holds took of it."""
        protected, unit = min(part, amount), auditor.UNITS[right]
        taking = (self.person, right, -amount)
        fits = self.life.take(right, amount, protected)
        with self.purse.connected() as owner:
            if fits:
                moved(owner, str(uuid4()), *taking, unit=unit, protected=-protected)
            else:
                with pytest.raises(psycopg.errors.CheckViolation), owner.transaction():
                    moved(owner, str(uuid4()), *taking, unit=unit, protected=-protected)

    @rule(year=st.integers(2022, 2024), factors=st.integers(0, 2))
    def facts_are_told(self, year: int, factors: int) -> None:
        self.facts_change(year, factors)

    def facts_change(self, year: int, factors: int) -> None:
        said = work(year, None, exposures=FACTORS[:factors])
        self._settle(year, factors, said if factors else nothing(said.origin))

    @precondition(lambda machine: any(machine.life.years.values()))
    @rule(data=st.data())
    def a_factor_is_taken_back(self, data: st.DataObject) -> None:
        given = sorted(year for year, points in self.life.years.items() if points)
        year = data.draw(st.sampled_from(given))
        self.facts_change(year, self.life.years[year] // auditor.POINTS_A_YEAR - 1)

    def _settle(self, year: int, factors: int, said: Statement) -> None:
        with as_role(self.purse.database, "batch"):
            tell(self.person, said)
            settle_person(self.person, as_of=self.day)
        self.life.expose(year, factors, self.day)
        for debt in self.life.debts:
            if not debt.debt_id:
                debt.debt_id = str(self._newest_debt())

    def _newest_debt(self) -> UUID:
        ((found,),) = self.purse.ask(
            "SELECT debt_id FROM entitlement.debt WHERE person_id = %s"
            " AND NOT debt_id::text = ANY (%s)",
            self.person,
            [debt.debt_id for debt in self.life.debts],
        )
        return UUID(str(found))

    @rule(name=st.sampled_from(sorted(auditor.RULES)), taken=amounts, hundreds=st.booleans())
    def quote(self, name: str, taken: int, *, hundreds: bool) -> None:
        taken *= 1001 if hundreds and name == "training_to_part_time" else 1
        expected = self.life.quote(name, taken)
        said: str | UUID
        try:
            with self._acting():
                said = conversions.quote(form(), name, taken, on=self.day)
        except ActRefused as refused:
            said = refused.code
        if isinstance(expected, str):
            assert said == f"economy.{expected}"
        else:
            assert isinstance(said, UUID), said
            self.quotes.append((said, expected))

    @precondition(lambda machine: machine.life.purses[auditor.POINTS].for_purpose > 0)
    @rule()
    def convert_all_points(self) -> None:
        taken = self.life.purses[auditor.POINTS].for_purpose
        quoted = self.life.quote("c2p_to_training", taken)
        assert isinstance(quoted, Quoted)
        self._convert_at_once(quoted)

    @precondition(lambda machine: machine.quotes)
    @rule(data=st.data())
    def convert(self, data: st.DataObject) -> None:
        quote_id, quoted = data.draw(st.sampled_from(self.quotes[-3:]))
        with self._answers(self.life.convert(quoted)), self._acting():
            conversions.convert(quote_id)

    @contextmanager
    def _answers(self, expected: str | None) -> Iterator[None]:
        said = None
        try:
            yield
        except ActRefused as refused:
            said = refused.code
        assert said == (expected and f"economy.{expected}")

    def _debt(self, data: st.DataObject) -> tuple[Owed, UUID]:
        debt = data.draw(st.sampled_from(self.life.debts))
        return debt, UUID(debt.debt_id)

    @rule()
    def recover(self) -> None:
        with self._acting():
            debts.recover(self.person, on=self.day)
        self.life.recover(self.day)

    @precondition(lambda machine: machine.life.debts)
    @rule(data=st.data(), amount=st.integers(0, 9), twice=st.booleans())
    def give_back(self, data: st.DataObject, amount: int, *, twice: bool) -> None:
        debt, debt_id = self._debt(data)
        expected, sent = self.life.give_back(debt, amount, self.day), form()
        for _ in range(2 if twice else 1):
            with self._answers(expected), self._acting():
                debts.give_back(sent, debt_id, amount, on=self.day)

    @precondition(lambda machine: machine.life.debts)
    @rule(data=st.data())
    def contest(self, data: st.DataObject) -> None:
        debt, debt_id = self._debt(data)
        with self._answers(self.life.contest(debt)), self._acting():
            debts.contest(debt_id, "Non.")

    @precondition(lambda machine: machine.life.debts)
    @rule(data=st.data(), forgiven=st.booleans())
    def answer(self, data: st.DataObject, *, forgiven: bool) -> None:
        debt, debt_id = self._debt(data)
        expected = self.life.answer(debt, self.day, forgiven=forgiven)
        with self._answers(expected), as_role(self.purse.database, "batch"):
            debts.answer(
                self.person, debt_id, forgiven=forgiven, words="Vu.", by="batch", on=self.day
            )

    @rule(right=rights, amount=st.integers(1, 40), part=st.integers(0, 40), days=st.integers(1, 60))
    def reserve(self, right: str, amount: int, part: int, days: int) -> None:
        protected = min(part, amount, self.life.purses[right].shielded)
        kept = Kept(right, amount, protected, self.day + timedelta(days))
        hold, unit = uuid4(), auditor.UNITS[right]
        fits = self.life.reserve(str(hold), kept)
        with self.purse.connected() as owner:
            for again in (False, True) if fits else ():
                opened_now = reserved(
                    *(owner, hold, self.person, right, amount),
                    unit=unit,
                    protected=protected,
                    until=kept.until,
                )
                assert opened_now is not again
            if not fits:
                with pytest.raises(psycopg.errors.CheckViolation) as caught, owner.transaction():
                    reserved(
                        *(owner, hold, self.person, right, amount),
                        unit=unit,
                        protected=protected,
                        until=kept.until,
                    )
                assert isinstance(domain_error(caught.value), FloorBroken)

    @precondition(lambda machine: machine.life.holds)
    @rule(data=st.data(), tenths=st.integers(0, 10))
    def end_hold(self, data: st.DataObject, tenths: int) -> None:
        hold = data.draw(st.sampled_from(sorted(self.life.holds)))
        settling = self.life.holds[hold].amount * tenths // 10
        with self.purse.connected() as owner:
            assert closed(owner, UUID(hold), self.person, settling, on=self.day)
            assert not closed(owner, UUID(hold), self.person, settling, on=self.day)
        self.life.end(hold, settling)

    @rule()
    def time_ends_holds(self) -> None:
        ((ended,),) = self.purse.ask(
            "SELECT ledger.end_holds_over(%s, %s, %s)", self.person, midnight(self.day), self.day
        )
        assert ended == self.life.expire(self.day)

    def teardown(self) -> None:
        self._holds_what_the_auditor_says()
        self._owes_what_the_auditor_says()
        assert self.purse.ask(BOTH_SIDES) == []
        assert self.purse.ask(BELOW_FLOOR) == [(0,)]
        self.purse.is_sound()

    def _holds_what_the_auditor_says(self) -> None:
        found = self.purse.ask(
            "SELECT right_id, credits - debits, protected, held, held_protected"
            " FROM ledger.account WHERE person_id = %s AND right_id = ANY (%s)",
            self.person,
            list(auditor.UNITS),
        )
        held = {row[0]: auditor.Purse(*row[1:]) for row in found}
        nothing_there = auditor.Purse()
        for right in auditor.UNITS:
            assert held.get(right, nothing_there) == self.life.purses[right], right
        lost = {name: amount for name, amount in self.life.given.items() if amount}
        assert lost_by_the_others(self.purse, self.person) == lost

    def _owes_what_the_auditor_says(self) -> None:
        with self._acting():
            found = {str(each.debt_id): each for each in debts.debts(self.person, on=self.day)}
        assert {name: (each.owed, each.contested) for name, each in found.items()} == {
            debt.debt_id: (debt.amount, debt.contested) for debt in self.life.debts
        }


def lost_by_the_others(purse: Purse, person: PersonId) -> dict[str, int]:
    """What each counter-account gave a person less what it got, the rights of the auditor alone."""
    return {
        name: amount
        for name, amount in purse.ask(
            "SELECT counterparty || ' ' || unit,"
            " sum(CASE account_id WHEN credit_account_id THEN amount ELSE -amount END)::bigint"
            " FROM ledger.transfer WHERE person_id = %s AND right_id = ANY (%s) GROUP BY 1",
            person,
            list(auditor.UNITS),
        )
        if amount
    }


def run(purse: Purse, examples: int, steps: int) -> None:
    """So many lives of so many steps, then a look at the whole."""
    with purse.connected() as owner:
        owner.execute(ODD_RULE)

    class Machine(EconomyMachine):
        """The machine on this test's database."""

    Machine.purse = purse
    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None),
    )
    kinds = {kind for (kind,) in purse.ask("SELECT DISTINCT kind FROM ledger.transfer")}
    assert kinds >= {"award", "correction", "conversion", "advance"}


def test_the_economy_agrees_with_an_independent_auditor(points_alone: Purse) -> None:
    run(points_alone, examples=10, steps=25)


@pytest.mark.soak
def test_the_economy_agrees_with_an_independent_auditor_for_thousands_of_steps(
    points_alone: Purse,
) -> None:
    run(points_alone, examples=100, steps=60)
