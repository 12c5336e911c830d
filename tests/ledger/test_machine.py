"""Random postings, refused ones and replays included, against an auditor that shares no code."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar
from uuid import uuid4

import psycopg
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cspu.kernel.ids import PersonId
from cspu.ledger.errors import domain_error
from cspu.ledger.operations import Proposal
from cspu.ledger.verification import verify
from tests.conftest import FreshDatabase
from tests.ledger.book import AWARD, declare_units, new_person, post_as_is

RIGHTS = {"training": "EUR", "licence": "EUR", "hardship": "point"}


@dataclass(frozen=True)
class Move:
    """One movement, as the auditor sees it: who is a place in a list."""

    who: int
    right: str
    amount: int
    protected: int
    year: int


@dataclass
class Auditor:
    """Adds and compares, in memory: what the ledger must accept, refuse and hold."""

    held: defaultdict[tuple[int, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    paid: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def refusals(self, moves: list[Move]) -> set[str]:
        """Every reason to refuse; empty if the moves must be accepted."""
        found = set()
        after = {key: list(value) for key, value in self.held.items()}
        for move in moves:
            if move.amount == 0:
                found.add("ledger.amount")
            if not min(move.amount, 0) <= move.protected <= max(move.amount, 0):
                found.add("ledger.protected_part")
            balance = after.setdefault((move.who, move.right), [0, 0])
            balance[0] += move.amount
            balance[1] += move.protected
        for held, shielded in after.values():
            if held < max(shielded, 0):
                found.add("ledger.floor")
            if shielded < 0:
                found.add("ledger.protected_negative")
        return found

    def accept(self, moves: list[Move]) -> None:
        """Write the moves down."""
        for move in moves:
            self.held[move.who, move.right][0] += move.amount
            self.held[move.who, move.right][1] += move.protected
            self.paid[RIGHTS[move.right]] += move.amount


amounts = st.one_of(st.integers(1, 100), st.integers(-100, -1), st.just(0))


@st.composite
def moves(draw: st.DrawFn) -> Move:
    amount = draw(amounts)
    least, most = sorted((0, amount))
    fit = st.integers(least, most)
    return Move(
        draw(st.integers(0, 2)),
        draw(st.sampled_from(sorted(RIGHTS))),
        amount,
        draw(st.one_of(st.just(0), fit, fit, st.integers(-101, 101))),
        draw(st.integers(2020, 2024)),
    )


batches = st.lists(moves(), min_size=1, max_size=6)


class LedgerMachine(RuleBasedStateMachine):
    """Each example has persons of its own in one growing ledger."""

    connection: ClassVar[psycopg.Connection]

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.posted: list[tuple[str, list[Move]]] = []
        self.people: list[PersonId] = []

    @initialize()
    def somebody_new(self) -> None:
        self.people = [new_person() for _ in range(3)]

    @rule(batch=batches)
    def post(self, batch: list[Move]) -> None:
        reasons = self.auditor.refusals(batch)
        key = str(uuid4())
        said = self._post(key, batch)
        if reasons:
            assert said in reasons
        else:
            assert said == len(batch)
            self.auditor.accept(batch)
            self.posted.append((key, batch))

    @precondition(lambda machine: machine.posted)
    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        key, batch = data.draw(st.sampled_from(self.posted))
        assert self._post(key, batch) == 0

    @precondition(lambda machine: machine.posted)
    @rule(data=st.data(), batch=batches)
    def use_a_key_for_something_else(self, data: st.DataObject, batch: list[Move]) -> None:
        key, first = data.draw(st.sampled_from(self.posted))
        if self._ordered(batch) != self._ordered(first):
            assert self._post(key, batch) == "ledger.key_reused"

    def teardown(self) -> None:
        assert list(verify(self.connection)) == []
        held = {
            (self.people.index(person), right): [balance, protected]
            for person, right, balance, protected in self.connection.execute(
                "SELECT person_id, right_id, credits - debits, protected FROM ledger.account"
                " WHERE person_id = ANY (%s)",
                [self.people],
            )
        }
        assert held == dict(self.auditor.held)

    def _ordered(self, batch: list[Move]) -> list[Proposal]:
        made = [self._proposal(move) for move in batch]
        return sorted(made, key=lambda each: (each.person_id, each.account_id, repr(each)))

    def _post(self, key: str, batch: list[Move]) -> int | str:
        try:
            return post_as_is(self.connection, key, *self._ordered(batch))
        except psycopg.Error as error:
            refused = domain_error(error)
            if refused is None:
                raise
            return refused.code

    def _proposal(self, move: Move) -> Proposal:
        unit = RIGHTS[move.right]
        return replace(
            AWARD,
            person_id=self.people[move.who],
            right_id=move.right,
            unit=unit,
            counter_id=AWARD.counter_id if unit == "EUR" else AWARD.account_id,
            amount=move.amount,
            protected=move.protected,
            kind="award" if move.amount > 0 else "correction",
            period_start=date(move.year, 1, 1),
            period_end=date(move.year, 12, 31),
        )


def test_the_ledger_agrees_with_an_independent_auditor(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        declare_units(connection)

        class Machine(LedgerMachine):
            """The machine on this test's database."""

        Machine.connection = connection
        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=25, stateful_step_count=25, deadline=None),
        )
        counted = connection.execute(
            "SELECT count(*) FILTER (WHERE amount > 0) FROM ledger.transfer"
        ).fetchone()
        assert counted is not None
        assert counted[0] > 0
