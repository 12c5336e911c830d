"""A write that is sound but for the flaws put in it: what shows which refusal comes first of two.

Note [both are true]. Each flaw alone is refused for its own reason; so where two are put in one attempt, both
reasons are there, and the one that is said was preferred. Two that no attempt can have at once are listed
with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from cspu.economy.errors import REFUSALS, ActRefused
from cspu.kernel.ids import PersonId
from cspu.trust.door import EVERYTHING, HELPING, OWN_ACCOUNT, Asking, Verb, opened
from tests.economy.purse import FIRST_DAY, TODAY, Purse
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd

Pair = tuple[str, str]
ELSEWHERE = ("housing",)
"""Scopes of a helper in which no right of these tests is."""
UNKNOWN = UUID(int=9)
ONE_ANSWER = "the law's condition has one answer"
RACE = "found by the ledger's keys alone, in a race, when every other check has passed"
_FAR = date(2999, 1, 1)


@dataclass
class Attempt:
    """What is about to be asked. `world`: what is there when it is, made by the operation's `ready`."""

    purse: Purse
    person: PersonId
    verb: Verb = "act"
    covered: bool = True
    on: date = TODAY
    amount: int | None = 20
    world: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.world[name]

    @contextmanager
    def seen(self) -> Iterator[None]:
        """In the sight that the attempt is made in."""
        actor, purpose, scopes = self.person, OWN_ACCOUNT, EVERYTHING
        if not self.covered:
            actor, purpose, scopes = self.purse.person(), HELPING, ELSEWHERE
            Crowd(self.purse.database).mandate(self.person, actor, "person", *ELSEWHERE)
        token = self.purse.logged_in(actor)
        with opened(token, Asking(self.person, "test", purpose, scopes, self.verb, strong=True)):
            yield

    @contextmanager
    def commanded(self) -> Iterator[None]:
        """Under the role of a named command."""
        with as_role(self.purse.database, "batch"):
            yield


Flaw = Callable[[Attempt], object]


def sets(**values: Any) -> Flaw:
    """The flaw of other values: fields of the attempt, else things of its world."""

    def put(attempt: Attempt) -> None:
        for name, value in values.items():
            if hasattr(attempt, name):
                setattr(attempt, name, value)
            else:
                attempt.world[name] = value

    return put


def both(*flaws: Flaw) -> Flaw:
    """One flaw after another."""

    def put(attempt: Attempt) -> None:
        for each in flaws:
            each(attempt)

    return put


SIGHT: Mapping[str, Flaw] = {
    "not_in_sight": sets(verb="read"),
    "not_covered": sets(covered=False),
}
DAYS: Mapping[str, Flaw] = {
    "day_to_come": sets(on=_FAR),
    "day_past": sets(on=FIRST_DAY - timedelta(1)),
}
ONE_DAY: Mapping[Pair, str] = {("day_to_come", "day_past"): "one day is not both"}
UNDOING: Mapping[str, Flaw] = {
    **SIGHT,
    **DAYS,
    "hold_unknown": sets(unknown=True),
    "hold_ended": sets(ended=True),
    "too_late_to_undo": sets(late=True),
}
"""Taking back what is held: a use, a gift."""
ENDED: Mapping[Pair, str] = {("hold_unknown", "hold_ended"): "what is unknown did not end"}


@dataclass(frozen=True)
class Operation:
    """A write: a sound attempt at it, each reason to refuse it, and pairs that cannot be."""

    name: str
    said: Callable[..., object]
    ready: Callable[[Attempt], None]
    act: Callable[[Attempt], object]
    flaws: Mapping[str, Flaw | None]
    impossible: Mapping[Pair, str] = field(default_factory=dict)
    together: Mapping[Pair, Flaw] = field(default_factory=dict)
    before: Callable[[Attempt], object] = lambda _: None
    sighted: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def order(self) -> list[str]:
        """Its refusals, in the order of the enum."""
        return [code for code in REFUSALS if code in self.flaws]

    def pairs(self) -> list[Pair]:
        """Its neighbouring pairs that an attempt can have at once; each other one has its reason."""
        neighbours = list(pairwise(self.order))
        reasons = {**self.impossible}
        for pair in neighbours:
            if self.flaws[pair[1]] is None:
                reasons[pair] = RACE
        assert set(reasons) <= set(neighbours), "a reason for what are no neighbours"
        assert all(reasons.values())
        assert not set(reasons) & set(self.together)
        assert set(self.together) <= set(neighbours)
        return [pair for pair in neighbours if pair not in reasons]

    def both_of(self, pair: Pair) -> list[Flaw]:
        """What makes both reasons of a pair true."""
        if pair in self.together:
            return [self.together[pair]]
        return [flaw for flaw in map(self.flaws.get, pair) if flaw is not None]

    def outcome(self, purse: Purse, *flaws: Flaw) -> str | None:
        """The refusal that an attempt with those flaws meets; None where it is done."""
        made = Attempt(purse, purse.person())
        self.before(made)
        for flaw in flaws:
            flaw(made)
        self.ready(made)
        try:
            with made.seen() if self.sighted else made.commanded():
                self.act(made)
        except ActRefused as error:
            return error.code.removeprefix("economy.")
        return None

    def documents(self) -> bool:
        """Whether its docstring names its refusals, all of them and no other."""
        text = (self.said.__doc__ or "").partition("Refusals:")[2].partition("\n\n")[0]
        return set(re.findall(r"[a-z_]+", text)) & set(REFUSALS) == set(self.flaws)
