"""What the economy must hold, refuse and owe, kept in memory by rules of its own.

It shares no code with the product: whole numbers, fractions, and the law's figures written out. Each act
answers None when it must be done, and does it; or the code of the refusal that must come, and does nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

POINTS, TRAINING, PART_TIME, RETIREMENT, COMMON = (
    *("c2p", "cpf", "c2p_part_time", "c2p_retirement"),
    "points",
)
UNITS = {
    POINTS: "c2p_point",
    TRAINING: "EUR",
    PART_TIME: "half_time_day",
    RETIREMENT: "quarter",
    COMMON: "point",
}
POINTS_A_YEAR = 4
DAYS_TO_CONTEST = 60
SHARE_A_MONTH = Fraction(1, 5)


@dataclass(frozen=True)
class Rule:
    """A conversion: its exact rate, or by way of the value in points of one smallest unit of each."""

    source: str
    target: str
    rate: Fraction
    worth: Fraction
    step: int = 1
    least: int = 1
    most_ever: int | None = None
    purpose: bool = False


RULES = {
    "c2p_to_training": Rule(POINTS, TRAINING, Fraction(50_000), Fraction(1, 100), purpose=True),
    "c2p_to_part_time": Rule(
        POINTS, PART_TIME, Fraction(12), Fraction("41.67"), least=10, most_ever=80
    ),
    "c2p_to_retirement": Rule(
        POINTS, RETIREMENT, Fraction(1, 10), Fraction(5000), step=10, least=10, most_ever=80
    ),
    # Of the tests: by way of points, so that rounding leaves something nearly every time.
    "training_to_part_time": Rule(
        TRAINING, PART_TIME, Fraction(1, 100) / Fraction("41.67"), Fraction("41.67")
    ),
}


@dataclass
class Purse:
    """One account: what is held, what of it is protected, what is promised."""

    balance: int = 0
    protected: int = 0
    held: int = 0
    held_protected: int = 0

    @property
    def for_purpose(self) -> int:
        """What a use that is the protected share's own purpose may take."""
        return self.balance - self.held

    @property
    def shielded(self) -> int:
        """What of it is still protected."""
        return max(self.protected - self.held_protected, 0)

    @property
    def free(self) -> int:
        """What any use may take."""
        return self.for_purpose - self.shielded

    def drawn(self, amount: int, *, purpose: bool) -> tuple[int, int] | None:
        """How that much is taken: amount and protected part; None when it cannot be."""
        if amount > (self.for_purpose if purpose else self.free):
            return None
        return amount, min(self.shielded, amount) if purpose else 0

    def why_not(self, amount: int) -> str:
        """Why that much cannot be had."""
        return "balance_too_small" if amount > self.for_purpose else "protected_share"


@dataclass
class Owed:
    """What was missing for a year's correction."""

    year: int
    since: date
    amount: int
    contested: bool = False
    debt_id: str = ""


@dataclass
class Quoted:
    """A quote, as it was made."""

    rule: str
    taken: int
    drawn: tuple[int, int]
    used: bool = False


@dataclass
class Kept:
    """A hold."""

    right: str
    amount: int
    protected: int
    until: date


@dataclass
class Life:
    """Everything about one person."""

    purses: defaultdict[str, Purse] = field(default_factory=lambda: defaultdict(Purse))
    years: dict[int, int] = field(default_factory=dict)
    debts: list[Owed] = field(default_factory=list)
    converted: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    recovered: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    holds: dict[str, Kept] = field(default_factory=dict)
    given: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By counter-account, what it gave less what it got, in its own unit."""

    def _moves(self, right: str, amount: int, protected: int, other: str) -> None:
        purse = self.purses[right]
        purse.balance += amount
        purse.protected += protected
        self.given[f"{other} {UNITS[right]}"] += amount

    def fund(self, right: str, amount: int, protected: int) -> None:
        """A funder adds something."""
        self._moves(right, amount, protected, "funder:test")

    def take(self, right: str, amount: int, protected: int) -> bool:
        """It takes something back; False when what is left would break the floor."""
        purse = self.purses[right]
        shielded = max(purse.protected - protected - purse.held_protected, 0)
        if purse.for_purpose - amount < shielded or purse.protected < protected:
            return False
        self._moves(right, -amount, -protected, "funder:test")
        return True

    def expose(self, year: int, factors: int, on: date) -> None:
        """So many factors of hardship were declared for a whole year."""
        change = factors * POINTS_A_YEAR - self.years.get(year, 0)
        self.years[year] = factors * POINTS_A_YEAR
        self._moves(POINTS, change, 0, FUNDER)
        if change > 0:
            for debt in self._open(year):
                paid = min(change, debt.amount)
                change -= paid
                self._pay(debt, paid, on)
            return
        missing = -self.purses[POINTS].free
        if missing > 0:
            self._moves(POINTS, missing, 0, FUNDER)
            self.debts.append(Owed(year, on, missing))

    def _open(self, year: int | None = None) -> list[Owed]:
        return sorted(
            (d for d in self.debts if d.amount > 0 and year in (None, d.year)),
            key=lambda d: (d.since, d.debt_id),
        )

    def _pay(self, debt: Owed, amount: int, on: date) -> None:
        debt.amount -= amount
        self.recovered[on.year, on.month] += amount
        self._moves(POINTS, -amount, 0, FUNDER)

    def why_no_conversion(self, rule: Rule, name: str, taken: int) -> str | None:
        """The rule's own bounds."""
        if taken <= 0:
            return "amount_not_positive"
        if taken % rule.step:
            return "amount_not_whole"
        if taken < rule.least:
            return "below_minimum"
        if rule.most_ever is not None and self.converted[name] + taken > rule.most_ever:
            return "above_maximum"
        return "gives_nothing" if taken * rule.rate < 1 else None

    def quote(self, name: str, taken: int) -> str | Quoted:
        """What a conversion would take, or why there is none."""
        rule = RULES[name]
        refusal = self.why_no_conversion(rule, name, taken)
        if refusal:
            return refusal
        purse = self.purses[rule.source]
        drawn = purse.drawn(taken, purpose=rule.purpose)
        return Quoted(name, taken, drawn) if drawn else purse.why_not(taken)

    def convert(self, quoted: Quoted) -> str | None:
        """Exactly that quote, or why not."""
        rule = RULES[quoted.rule]
        purse = self.purses[rule.source]
        if quoted.used:
            return "quote_used"
        refusal = self.why_no_conversion(rule, quoted.rule, quoted.taken)
        if refusal:
            return refusal
        drawn = purse.drawn(quoted.taken, purpose=rule.purpose)
        if drawn != quoted.drawn:
            return "quote_over" if drawn else purse.why_not(quoted.taken)
        self._converted(rule, quoted)
        return None

    def _converted(self, rule: Rule, quoted: Quoted) -> None:
        quoted.used = True
        self.converted[quoted.rule] += quoted.taken
        clearing = f"clearing:{UNITS[rule.source]}>{UNITS[rule.target]}"
        exact = quoted.taken * rule.rate
        self._moves(rule.source, -quoted.drawn[0], -quoted.drawn[1], clearing)
        self._moves(rule.target, int(exact), 0, clearing)
        left = int((exact - int(exact)) * rule.worth * 10_000)
        if left:
            self._moves(COMMON, left, 0, clearing)

    def recover(self, on: date) -> None:
        """This month's share of each debt, oldest first."""
        purse = self.purses[POINTS]
        for debt in self._open():
            if debt.contested or on < debt.since + timedelta(DAYS_TO_CONTEST):
                continue
            taken = self.recovered[on.year, on.month]
            share = ceil((purse.free + taken) * SHARE_A_MONTH) - taken
            amount = min(debt.amount, purse.free, share)
            if amount > 0:
                self._pay(debt, amount, on)

    def give_back(self, debt: Owed, amount: int, on: date) -> str | None:
        """Of her own will."""
        purse = self.purses[POINTS]
        if not debt.amount:
            return "debt_closed"
        if amount <= 0:
            return "amount_not_positive"
        if amount > debt.amount:
            return "above_maximum"
        if purse.drawn(amount, purpose=False) is None:
            return purse.why_not(amount)
        self._pay(debt, amount, on)
        return None

    def contest(self, debt: Owed) -> str | None:
        """She says that she does not owe it."""
        if not debt.amount:
            return "debt_closed"
        if debt.contested:
            return "debt_contested"
        debt.contested = True
        return None

    def answer(self, debt: Owed, on: date, *, forgiven: bool) -> str | None:
        """The funder's answer."""
        if not debt.amount:
            return "debt_closed"
        debt.contested = False
        if forgiven:
            owed = debt.amount
            self._pay(debt, owed, on)
            self._moves(POINTS, owed, 0, FUNDER)
        return None

    def reserve(self, hold: str, kept: Kept) -> bool:
        """Promise a part; False when the account does not hold enough."""
        purse = self.purses[kept.right]
        if purse.for_purpose - kept.amount < max(purse.shielded - kept.protected, 0):
            return False
        purse.held += kept.amount
        purse.held_protected += kept.protected
        self.holds[hold] = kept
        return True

    def end(self, hold: str, settling: int) -> None:
        """Settle in whole or part; nothing settled lets it go."""
        kept = self.holds.pop(hold)
        purse = self.purses[kept.right]
        purse.held -= kept.amount
        purse.held_protected -= kept.protected
        if settling:
            self._moves(
                kept.right, -settling, -min(kept.protected, settling, purse.protected), PAYEE
            )

    def expire(self, on: date) -> int:
        """Time ends what it ends."""
        over = [hold for hold, kept in self.holds.items() if kept.until <= on]
        for hold in over:
            self.end(hold, 0)
        return len(over)


FUNDER, PAYEE = "funder:atmp_branch", "payee:test"
