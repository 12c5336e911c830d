"""Which explanation is open, and the list of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cspu.entitlement.pages import Explanation, FactUsed, Movement
from cspu.kernel.answers import Answer

_FEW = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One period that can be explained. `key` names it in the address: a date and a rank."""

    key: str
    explanation: Explanation
    chosen: bool


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts of one kind: a few are shown at once, many (a year of pay slips) are folded."""

    label: str
    facts: tuple[FactUsed, ...]

    @property
    def is_long(self) -> bool:
        """Whether to fold them."""
        return len(self.facts) > _FEW

    @property
    def details(self) -> tuple[str, ...]:
        """What their details are about (employers), each once."""
        return tuple(dict.fromkeys(fact.detail for fact in self.facts if fact.detail))


@dataclass(frozen=True, slots=True)
class Reasons:
    """The explanation to show and every period on offer, latest first; nothing to show: None."""

    shown: Explanation | None
    choices: tuple[Choice, ...]

    @property
    def facts(self) -> tuple[FactGroup, ...]:
        """The facts of the explanation shown, by kind, in the order of the computation."""
        kinds: dict[str, list[FactUsed]] = {}
        for fact in self.shown.facts if self.shown else ():
            kinds.setdefault(fact.label, []).append(fact)
        return tuple(FactGroup(label, tuple(facts)) for label, facts in kinds.items())

    def key_of(self, movement: Movement) -> str:
        """The period that explains a movement; where two employers share it, the one that paid."""
        span = (movement.period_start, movement.period_end)
        same = [
            one
            for one in self.choices
            if (one.explanation.period_start, one.explanation.period_end) == span
        ]
        paid = [one for one in same if one.explanation.organisation == movement.counterparty]
        return next((one.key for one in [*paid, *same]), "")


def reasons_of(explanations: Sequence[Explanation], *, asked: str) -> Reasons:
    """Open the period asked for, else the latest one over that gave something, else the latest."""
    latest_first = sorted(
        explanations, key=lambda one: (one.period_end, one.period_start), reverse=True
    )
    keys = _keys(latest_first)
    gave = (key for key, one in zip(keys, latest_first, strict=True) if one.over and _gave(one))
    chosen = asked if asked in keys else next(gave, keys[0] if keys else "")
    choices = tuple(
        Choice(key, explanation, key == chosen)
        for key, explanation in zip(keys, latest_first, strict=True)
    )
    return Reasons(next((one.explanation for one in choices if one.chosen), None), choices)


def _gave(one: Explanation) -> bool:
    """An amount above nothing, or a status, which has no amount."""
    return bool(one.amount) if one.amount is not None else one.answer is Answer.YES


def _keys(explanations: Sequence[Explanation]) -> list[str]:
    """`2025-12-31`, then `2025-12-31.2` for a second explanation of the same period, and so on.

    Two employers give two explanations of one period; the employer's name stays out of addresses.
    """
    seen: dict[str, int] = {}
    keys = []
    for explanation in explanations:
        end = explanation.period_end.isoformat()
        seen[end] = seen.get(end, 0) + 1
        keys.append(end if seen[end] == 1 else f"{end}.{seen[end]}")
    return keys
