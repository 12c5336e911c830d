"""What spending needs around a purse: a school that may be paid, marked credits, time that passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from cspu.economy import uses
from cspu.kernel.ids import OrganisationId, PersonId
from tests.economy.purse import TODAY, Purse
from tests.people.conftest import as_role


@dataclass(frozen=True, slots=True)
class School:
    """A body accredited for training courses since 2020."""

    payee: OrganisationId

    def answers(self, purse: Purse, amount: int) -> None:
        """The window is over, and it says what is due for the latest use made to it."""
        purse.age(timedelta(hours=337))
        ((act,),) = purse.ask(
            "SELECT act_id FROM economy.act AS a WHERE kind = 'use' ORDER BY made_at DESC LIMIT 1"
        )
        with self.speaking(purse):
            uses.settle(act, self.payee, amount, by="school", on=TODAY)

    @contextmanager
    def speaking(self, purse: Purse) -> Iterator[None]:
        """Under the role of a named command."""
        with as_role(purse.database, "batch"):
            yield


@pytest.fixture
def school(purse: Purse) -> School:
    """The school, known and accredited."""
    payee = purse.organisation("00012345600017", "École des métiers (fictive)")
    with as_role(purse.database, "batch"):
        uses.accredit("training_course", payee, since=date(2020, 1, 1))
    return School(payee)


@dataclass(frozen=True, slots=True)
class Spending:
    """One person's pots and the passing of her time."""

    purse: Purse
    person: PersonId

    def pour(self, right_id: str, amount: int, *, earmark: str, expires: date | None) -> UUID:
        """A credit of a kind of its own, straight into a pot."""
        pot = uuid4()
        self.purse.ask(
            "INSERT INTO economy.pot VALUES (%s, %s, 'EUR', %s, %s, economy.counter('funder:state', 'EUR'),"
            " 'funder:state', %s, %s) RETURNING 1",
            *(pot, right_id, str(amount), str(amount), earmark, expires or "infinity"),
        )
        self.purse.give(self.person, right_id, amount, held_with=OrganisationId(pot))
        return pot

    def left(self, right_id: str) -> dict[int, int]:
        """What is left in each pot, by what was poured."""
        rows = self.purse.ask(
            "SELECT p.label_fr::bigint, a.credits - a.debits FROM ledger.account AS a JOIN economy.pot AS p"
            " ON p.pot_id = a.organisation_id WHERE a.person_id = %s AND a.right_id = %s",
            *(self.person, right_id),
        )
        return dict(rows)

    def later(self, *, hours: int) -> None:
        """So many hours pass: all that was promised is that much older."""
        self.purse.age(timedelta(hours=hours))
