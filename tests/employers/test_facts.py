"""From declarations to facts: the months worked, the spells, the exposures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspu.employers.dsn.codes import codes
from cspu.employers.dsn.declared import Exposure, Message, Stop, Suspension
from cspu.employers.dsn.facts import CANCELLED, PersonFacts, facts_of
from cspu.employers.dsn.heads import head_of
from cspu.employers.dsn.norm import load, versions
from cspu.employers.dsn.problems import Findings
from cspu.employers.dsn.reader import Reader
from cspu.employers.dsn.spreading import spread
from cspu.employers.dsn.tree import DECLARATION, PERSON
from cspu.employers.dsn.writing import message_lines
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import Period
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.employers.people import (
    MARCH,
    contract,
    declaration,
    employee,
    message,
    pay,
    payment,
    period,
)

SOMEBODY = PersonId(UUID(int=1))
FEBRUARY, APRIL = date(2026, 2, 1), date(2026, 4, 1)


def people_of(sent: Message, *extra: tuple[str, str]) -> Iterator[PersonFacts]:
    lines = list(message_lines(sent))
    for before, line in extra:
        at = next(n for n, text in enumerate(lines) if text.startswith(before))
        lines.insert(at, line)
    stream = io.BytesIO("".join(f"{line}\n" for line in lines).encode("iso-8859-1"))
    head = None
    for group in Reader(stream, "iso-8859-1", Findings()).groups():
        if group.anchor == DECLARATION:
            head = head_of(group)
        elif group.anchor == PERSON:
            assert head
            yield facts_of(group, head, SOMEBODY)


def facts(*extra: tuple[str, str], **given: Any) -> PersonFacts:
    """The facts of one employee in a declaration for March 2026."""
    head = {name: given.pop(name) for name in ("nature", "kind", "written_on") if name in given}
    (found,) = people_of(message(declaration(employee(**given), **head)), *extra)
    return found


def totals(found: PersonFacts) -> dict[tuple[str, date], Decimal]:
    sums: dict[tuple[str, date], Decimal] = {}
    for each in found.measures:
        sums[each.measure, each.month] = (
            sums.get((each.measure, each.month), Decimal(0)) + each.value
        )
    return sums


# -- measures


def test_pay_goes_to_the_month_worked_not_to_the_pay_day() -> None:
    late = payment(pay(), paid_on=date(2026, 4, 10))
    assert totals(facts(payments=(late,))) == {
        ("gross_pay", MARCH): Decimal(2000),
        ("hours_worked", MARCH): Decimal("151.67"),
    }


def test_two_pay_days_in_one_month_add_up() -> None:
    half = pay(gross=Decimal(1000), hours=Decimal("75.83"))
    two = (payment(half, paid_on=date(2026, 3, 15)), payment(half, paid_on=date(2026, 3, 31)))
    assert totals(facts(payments=two)) == {
        ("gross_pay", MARCH): Decimal(2000),
        ("hours_worked", MARCH): Decimal("151.66"),
    }


def test_back_pay_goes_to_the_month_it_is_for() -> None:
    back = pay(FEBRUARY, gross=Decimal(100), hours=Decimal(0))
    found = totals(facts(payments=(payment(pay(), back),)))
    assert found["gross_pay", FEBRUARY] == Decimal(100)
    assert found["gross_pay", MARCH] == Decimal(2000)


def test_a_negative_correction_takes_away() -> None:
    found = totals(facts(payments=(payment(pay(gross=Decimal("-50.00"), hours=Decimal(-2))),)))
    assert found == {("gross_pay", MARCH): Decimal(-50), ("hours_worked", MARCH): Decimal(-2)}


def test_a_period_over_two_months_is_shared_by_days() -> None:
    over = pay(period=period(date(2026, 3, 22), date(2026, 4, 20)), gross=Decimal(3000))
    found = totals(facts(payments=(payment(over),)))
    assert found["gross_pay", MARCH] == Decimal(1000)
    assert found["gross_pay", APRIL] == Decimal(2000)


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
)
def test_the_shares_of_a_period_add_up_exactly(amount: Decimal, start: date, days: int) -> None:
    whole = Period(start, date.fromordinal(start.toordinal() + days))
    shares = list(spread(amount, whole))
    assert sum(share for _, share in shares) == amount
    assert [month for month, _ in shares] == sorted({month for month, _ in shares})
    assert all(share == share.quantize(Decimal("0.01")) for _, share in shares)


def test_the_net_social_amount_stands_in_58_or_in_51_before_it_moved() -> None:
    net = facts(payments=(payment(pay(net_social=Decimal(1600))),))
    assert totals(net)["net_social_amount", MARCH] == Decimal(1600)
    old = message(declaration(employee()), norm="P24V01")
    line = "S21.G00.51.011,'027'"
    (found,) = people_of(old, ("S90", ""), *_pay_lines(line))
    assert totals(found)["net_social_amount", MARCH] == Decimal("1500.00")


def _pay_lines(kind: str) -> list[tuple[str, str]]:
    lines = (
        "S21.G00.51.001,'01032026'",
        "S21.G00.51.002,'31032026'",
        "S21.G00.51.010,'00001'",
        kind,
        "S21.G00.51.013,'1500.00'",
    )
    return [("S90", line) for line in lines]


def test_hours_of_absence_count_only_when_every_leave_of_the_period_does() -> None:
    absent = (payment(pay(hours=Decimal(100), absent_hours=Decimal("51.67"))),)
    maternity = Stop(reason="02", last_worked=date(2026, 3, 20), planned_end=date(2026, 7, 1))
    sickness = Stop(reason="01", last_worked=date(2026, 3, 2), back=date(2026, 3, 9))
    counted = facts(payments=absent, contracts=(contract(stops=(maternity,)),))
    mixed = facts(payments=absent, contracts=(contract(stops=(maternity, sickness)),))
    nothing = facts(payments=absent)
    assert totals(counted)["hours_assimilated", MARCH] == Decimal("51.67")
    assert ("hours_assimilated", MARCH) not in totals(mixed)
    assert ("hours_assimilated", MARCH) not in totals(nothing)


def test_an_event_notice_gives_no_measure() -> None:
    """The end-of-contract notice repeats the pay the monthly declaration gives."""
    found = facts(nature="07", contracts=(contract(ended=date(2026, 3, 20)),))
    assert found.measures == []
    assert found.spells[0].end == date(2026, 3, 20)


# -- spells


@pytest.mark.parametrize(
    ("nature", "scheme", "status"),
    [
        ("01", "99", "employment"),
        ("02", "64", "apprenticeship"),
        ("02", "81", "apprenticeship"),
        ("29", "99", "study"),
        ("89", "99", "civic_service"),
        ("50", "99", "public_service"),
        ("09", "99", "public_service"),
    ],
)
def test_the_status_comes_from_the_scheme_then_the_nature(
    nature: str, scheme: str, status: str
) -> None:
    given = contract(nature=nature, scheme=scheme, planned_end=date(2026, 8, 31))
    (spell,) = facts(contracts=(given,)).spells
    assert (spell.status, spell.start, spell.end) == (status, date(2020, 1, 1), date(2026, 8, 31))
    assert spell.asserted_for == date(2026, 3, 31)


def test_the_spell_of_a_contract_is_the_same_every_month() -> None:
    (march,) = people_of(message(declaration(employee())))
    april = declaration(employee(contracts=(contract(ended=date(2026, 4, 9)),)), month=APRIL)
    (later,) = people_of(message(april))
    assert march.spells[0].spell_id == later.spells[0].spell_id
    assert later.spells[0].asserted_for > march.spells[0].asserted_for
    assert later.spells[0].end == date(2026, 4, 9)


def test_a_stop_lasts_from_the_day_after_the_last_worked_to_the_eve_of_the_return() -> None:
    stop = Stop(
        reason="01",
        last_worked=date(2026, 3, 4),
        planned_end=date(2026, 3, 20),
        back=date(2026, 3, 14),
    )
    _, leave = facts(contracts=(contract(stops=(stop,)),)).spells
    assert (leave.status, leave.start, leave.end) == (
        "sick_leave",
        date(2026, 3, 5),
        date(2026, 3, 13),
    )


def test_a_cancelled_stop_withdraws_the_same_spell() -> None:
    told = Stop(reason="01", last_worked=date(2026, 3, 4), planned_end=date(2026, 3, 20))
    cancelled = Stop(reason="99", last_worked=date(2026, 3, 4))
    _, leave = facts(contracts=(contract(stops=(told,)),)).spells
    _, gone = facts(contracts=(contract(stops=(cancelled,)),)).spells
    assert gone.spell_id == leave.spell_id
    assert gone.status == CANCELLED


@pytest.mark.parametrize(
    ("reason", "status"),
    [("632", "parental_leave"), ("650", "carer_leave"), ("610", "training"), ("998", CANCELLED)],
)
def test_a_suspension(reason: str, status: str) -> None:
    given = Suspension(reason=reason, start=date(2026, 3, 2), end=date(2026, 6, 1))
    _, leave = facts(contracts=(contract(suspensions=(given,)),)).spells
    assert leave.status == status


def test_a_suspension_without_a_word_of_ours_makes_no_fact() -> None:
    paid_leave = Suspension(reason="200", start=date(2026, 3, 2), end=date(2026, 3, 6))
    assert len(facts(contracts=(contract(suspensions=(paid_leave,)),)).spells) == 1


def test_a_renumbered_contract_withdraws_the_former_one() -> None:
    former, renamed = (
        facts(),
        facts(
            contracts=(contract(number="00002", former_number="00001"),),
            payments=(payment(pay(contract="00002")),),
        ),
    )
    spells = {spell.spell_id: spell.status for spell in renamed.spells}
    assert spells[former.spells[0].spell_id] == CANCELLED
    assert sorted(spells.values()) == [CANCELLED, "employment"]


def test_an_end_is_an_event_unless_it_is_cancelled() -> None:
    dismissed = contract(ended=date(2026, 3, 20), end_reason="014")
    (event,) = facts(contracts=(dismissed,)).events
    assert (event.kind, event.happened_on) == ("dismissal", date(2026, 3, 20))
    withdrawn = facts(contracts=(contract(ended=date(2026, 3, 20), end_reason="099"),))
    assert withdrawn.events == []
    assert withdrawn.spells[0].end is None


# -- the rest


def test_education_and_birth_become_attributes() -> None:
    found = {a.attribute: a.value for a in facts(education_level="03").attributes}
    assert found == {"birth_date": "1990-03-12", "education_level": "level_3"}


def test_exposures_are_statements_of_a_contract_and_a_year() -> None:
    both = tuple(Exposure(factor=factor, contract="00001", year=2026) for factor in ("08", "09"))
    (said,) = facts(exposures=both).exposures
    assert (said.year, said.factors) == (
        2026,
        ("exposure_alternating_shifts", "exposure_night_work"),
    )
    cancelled = (Exposure(factor="99", contract="00001", year=2026),)
    assert facts(exposures=cancelled).exposures[0].factors == ()


def test_what_the_norm_does_not_know_stays_with_the_contract() -> None:
    found = facts(("S21.G00.40.001", "S21.G00.30.903,'GARDÉ'"))
    assert found.spells[0].details["S21.G00.30.903"] == "GARDÉ"


def test_every_word_used_is_in_the_vocabulary() -> None:
    known, words = codes(), load_vocabulary()
    spoken = {*known.schemes.values(), *known.natures.values(), *known.stops.values()}
    spoken |= {*known.suspensions.values(), *known.assimilated}
    assert spoken <= set(words.statuses)
    assert set(known.exposures.values()) <= set(words.measures)
    assert {"hours_worked", "hours_assimilated", "gross_pay", "net_social_amount"} <= set(
        words.measures
    )
    assert set(known.education_levels.values()) <= set(words.attributes["education_level"].values)
    assert {*known.ends.values(), "contract_end"} <= set(words.events)


def test_every_code_used_is_in_the_norm() -> None:
    known = codes()
    used = {
        "S21.G00.40.007": known.natures,
        "S21.G00.40.008": known.schemes,
        "S21.G00.60.001": known.stops,
        "S21.G00.65.001": known.suspensions,
        "S21.G00.62.002": known.ends,
        "S21.G00.34.001": known.exposures,
        "S21.G00.30.024": known.education_levels,
    }
    for version in versions():
        for rubric, listed in used.items():
            assert set(listed) <= set(load(version).rubrics[rubric].detail.split()), (
                version,
                rubric,
            )
