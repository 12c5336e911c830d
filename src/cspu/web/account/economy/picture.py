"""Before and after: the two balances of a right drawn to one scale, the protected part marked."""

from __future__ import annotations

from dataclasses import dataclass

from cspu.kernel.amounts import Amount

WIDTH = 300
"""The width of the drawing, in its own units: the larger of the two balances."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One balance: its length, and how much of it, from the left, is protected."""

    amount: Amount
    length: int
    shielded: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One right before an act and after it. `shielded`: what stays protected, if anything does."""

    label: str
    before: Bar
    after: Bar
    shielded: Amount | None
    change: Amount


def picture(label: str, before: Amount, after: Amount, shielded: int = 0) -> Picture:
    """Draw a right's balance before and after; `shielded` in smallest units, of either balance."""
    longest = max(before.minor, after.minor, 1)

    def bar(amount: Amount) -> Bar:
        part = min(shielded, amount.minor)
        return Bar(amount, WIDTH * amount.minor // longest, WIDTH * max(part, 0) // longest)

    return Picture(
        label,
        bar(before),
        bar(after),
        Amount(before.unit, shielded) if shielded > 0 else None,
        after - before,
    )
