"""The year told in docs/explanation/one-year.md, lived through the product: every figure is compared."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from cspu.economy import conversions, debts, gifts, time_bank, uses
from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import OrganisationId, PersonId
from tests.economy.neighbours import employer, undo_window_over
from tests.economy.purse import Purse, form
from tests.economy.spending import School, school
from tests.entitlement.lives import Statement, birth, newcomer, tell, work
from tests.people.conftest import as_role

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "one-year.md"
# What is told of: the right, its name on the page, the digits after its unit's point.
TOLD = {
    "cpf": ("training, €", 2),
    "c2p": ("prevention points", 0),
    "paid_leave": ("leave, days", 2),
    "help_hours": ("help, hours", 2),
}

__all__ = ["school"]  # a fixture

Held = tuple[int, int, int]


@dataclass
class Year:
    """Somebody's year, and the lines that her accounts write as she lives it."""

    purse: Purse
    person: PersonId
    firm: OrganisationId
    lines: list[str] = field(default_factory=list)
    before: dict[str, Held] = field(default_factory=lambda: dict.fromkeys(TOLD, (0, 0, 0)))

    @contextmanager
    def on(self, day: date, what: str) -> Iterator[date]:
        """Something happens that day; what it changed is written down."""
        yield day
        for right, (name, digits) in TOLD.items():
            now = self.purse.held(self.person, right)
            if now != self.before[right]:
                moved = now[0] - self.before[right][0]
                shown = [said(each, digits) for each in now]
                self.lines.append(
                    f"| {day.day} {day:%b} | {what} | {name} | {said(moved, digits, sign='+')} | "
                    + " | ".join(shown)
                    + " |"
                )
                self.before[right] = now

    def settled(self, day: date, *statements: Statement) -> None:
        """Sources speak, and she is settled."""
        with as_role(self.purse.database, "batch"):
            for statement in statements:
                tell(self.person, statement)
            settle_person(self.person, as_of=day)

    def works(self, *exposures: str) -> Statement:
        """What her employer declares of 2025."""
        return work(
            2025,
            "151.67",
            organisation=self.firm,
            start=date(2025, 1, 1),
            exposures=exposures,
        )


def said(minor: int, digits: int, *, sign: str = "") -> str:
    """An amount as the page writes it."""
    return f"{Decimal(minor).scaleb(-digits):{sign},.{digits}f}" if minor else "0"


def somebody(purse: Purse) -> Year:
    """She lives in Brittany; her employer agrees to gifts of days."""
    year = Year(purse, newcomer(), employer(purse))
    purse.ask(
        "INSERT INTO people.person (person_id, provisional) VALUES (%s, FALSE) RETURNING 1",
        year.person,
    )
    with as_role(purse.database, "batch"):
        tell(year.person, birth(date(1985, 5, 4)))
    purse.know(year.person, "region", "53")
    return year


def first_half(year: Year, there: School) -> None:
    """January to June: rights fall due, become a course, and leave is taken."""
    purse, person = year.purse, year.person
    night, noise = "exposure_night_work", "exposure_noise"
    with year.on(date(2026, 1, 5), "2025 is settled") as day:
        year.settled(day, year.works(night, noise))
    with year.on(date(2026, 2, 10), "six points become training") as day, purse.acting(person):
        conversions.convert(conversions.quote(form(), "c2p_to_training", 6, on=day))
    with year.on(date(2026, 3, 2), "a course of 2,400 € is promised") as day, purse.acting(person):
        look = uses.look("training_course", there.payee, 2400_00, on=day)
        assert [part.amount for part in look.parts if part.rule] == [400_00]
        uses.use(form(), "training_course", there.payee, 2400_00, added=look.added, on=day)
    with year.on(date(2026, 3, 20), "the school says 2,100 €"):
        there.answers(purse, 2100_00)
    with year.on(date(2026, 6, 15), "January to May are settled") as day:
        year.settled(day)
    with year.on(date(2026, 6, 15), "ten days of leave are asked for") as day, purse.acting(person):
        uses.use(form(), "leave", year.firm, 10_00, added=0, on=day)
    with year.on(date(2026, 6, 16), "and taken, a day later") as day, purse.acting(person):
        purse.age(timedelta(hours=25))
        uses.catch_up(person, on=day)


def second_half(year: Year) -> None:
    """July to November: days are given, hours exchanged, a mistake is made and mended."""
    purse, person = year.purse, year.person
    night, noise = "exposure_night_work", "exposure_noise"
    with (
        year.on(date(2026, 7, 1), "two days go to the colleagues' pool") as day,
        purse.acting(person),
    ):
        gifts.give_days(form(), 2_00, employer=year.firm, code="", on=day)
    with year.on(date(2026, 7, 3), "and are gone, two days later") as day, purse.acting(person):
        undo_window_over(purse)
        uses.catch_up(person, on=day)
    neighbour = purse.person()
    with year.on(date(2026, 9, 1), "she helps a neighbour") as day:
        helped(purse, person, neighbour, 3_00, on=day)
    with year.on(date(2026, 9, 20), "and is helped") as day:
        helped(purse, neighbour, person, 1_00, on=day)
    with year.on(date(2026, 10, 5), "the employer withdraws a factor") as day:
        year.settled(day, year.works(night))
    with purse.acting(person):
        [debt] = debts.debts(person, on=day)
        assert (debt.taken_back, debt.amount, debt.owed) == (2, 2, 2)
    with year.on(date(2026, 11, 20), "and declares it again") as day:
        year.settled(day, year.works(night, noise))
    with purse.acting(person):
        [debt] = debts.debts(person, on=day)
        assert debt.owed == 0


def helped(purse: Purse, helper: PersonId, other: PersonId, amount: int, *, on: date) -> None:
    """An exchange of the time bank, from the notice to the confirmation."""
    with purse.acting(helper):
        notice = time_bank.post_notice(
            form(),
            "offer",
            community="entraide",
            care=False,
            first_name="Awa",
            words="Je fais les courses.",
            on=on,
            days=30,
        )
    with purse.acting(other):
        exchange = time_bank.answer(form(), notice, first_name="Luc", words="Oui.", on=on)
    with purse.acting(helper):
        proposal = time_bank.propose(form(), exchange, amount, day=on, on=on)
    with purse.acting(other):
        time_bank.confirm(form(), exchange, proposal, on=on)


def test_the_page_tells_the_year_that_the_product_lives(purse: Purse, school: School) -> None:
    year = somebody(purse)
    first_half(year, school)
    second_half(year)
    told = [line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| \d", line)]
    assert told == year.lines, "\n".join(year.lines)
    purse.is_sound()


def test_every_sum_of_the_page_is_right() -> None:
    sums = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("    ")]
    assert len(sums) > 5
    for line in sums:
        left, _, right = line.replace(",", "").partition("=")
        assert reckoned(left) == reckoned(right), line


SIGNS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def reckoned(written: str) -> Decimal:
    """What a sum of the page comes to."""
    for shown, sign in (("−", "-"), ("×", "*"), ("÷", "/")):
        written = written.replace(shown, sign)

    def value(node: ast.expr) -> Decimal:
        if isinstance(node, ast.BinOp):
            return SIGNS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Constant)
        return Decimal(str(node.value))

    return value(ast.parse(written.strip(), mode="eval").body)
