"""Lives as their sources tell them: statements by several origins, drawn at random or written out.

A statement is an origin's name and the whole set of facts it asserts; told again under the same
name it replaces what it had said. Facts are about nobody until `tell` gives them to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connection
from hypothesis import strategies as st

from cspu.kernel.ids import OrganisationId, PersonId, computed_id
from cspu.lifecourse.facts import Attribute, FactSet, Measure, Source, Spell
from cspu.lifecourse.operations import assert_facts

SOMEONE = PersonId(UUID(int=1))
ACME = OrganisationId(computed_id("organisation", "acme"))
BRIE = OrganisationId(computed_id("organisation", "brie"))
FIRST_YEAR, LAST_YEAR = 2019, 2024
FINAL = date(2026, 3, 10)
"""A day when everything the drawn lives can give is due."""

_ticks = count(2)


class Statement(NamedTuple):
    """What an origin says of somebody."""

    origin: str
    facts: FactSet


@dataclass(frozen=True)
class Posted:
    """What an account holds for one period, and who paid it."""

    right_id: str
    organisation_id: UUID
    period_start: date
    counterparty: str
    amount: int
    protected: int


def moment(tick: int) -> datetime:
    """Moments of recording, one after the other, never the clock's."""
    return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=tick)


def newcomer() -> PersonId:
    """Somebody nobody spoke of yet."""
    return PersonId(uuid4())


def tell(person: PersonId, statement: Statement) -> None:
    """Record a statement as being about a person."""
    origin = computed_id("origin", person, statement.origin)
    at = moment(next(_ticks))
    source = Source(computed_id("source", origin, at), "declaration", statement.origin, "", at)
    facts = FactSet(
        [replace(spell, person_id=person) for spell in statement.facts.spells],
        [replace(measure, person_id=person) for measure in statement.facts.measures],
        [replace(attribute, person_id=person) for attribute in statement.facts.attributes],
        [replace(event, person_id=person) for event in statement.facts.events],
    )
    assert_facts(origin, source, facts, recorded_at=at)


def posted(person: PersonId) -> set[Posted]:
    """What a person's accounts hold, period by period; what sums to nothing is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.right_id, a.organisation_id, t.period_start, t.counterparty,"
            " sum(CASE t.account_id WHEN credit_account_id THEN amount ELSE -amount END)::bigint,"
            " sum(CASE t.account_id WHEN credit_account_id THEN t.protected ELSE -t.protected END)"
            "::bigint FROM ledger.transfer AS t JOIN ledger.account AS a USING (person_id, account_id)"
            " WHERE person_id = %s GROUP BY 1, 2, 3, 4",
            [person],
        )
        return {
            each for row in cursor.fetchall() if (each := Posted(*row)).amount or each.protected
        }


def balances(person: PersonId) -> dict[str, int]:
    """The balance of each right, all employers together."""
    held: defaultdict[str, int] = defaultdict(int)
    for each in posted(person):
        held[each.right_id] += each.amount
    return dict(held)


def yearly(person: PersonId, right: str) -> dict[int, int]:
    """The net amount of a right by year."""
    held: defaultdict[int, int] = defaultdict(int)
    for each in posted(person):
        if each.right_id == right:
            held[each.period_start.year] += each.amount
    return dict(held)


# Statements, written out.


def birth(day: date) -> Statement:
    """The civil register gives a date of birth."""
    return Statement(
        "registry", FactSet(attributes=[Attribute(SOMEONE, "birth_date", day.isoformat(), day)])
    )


def work(
    year: int,
    hours: str | None,
    *,
    months: Iterable[int] = range(1, 13),
    organisation: OrganisationId = ACME,
    start: date = date(2018, 9, 1),
    end: date | None = None,
    status: str = "employment",
    exposures: Iterable[str] = (),
    leave: tuple[date, date] | None = None,
) -> Statement:
    """An employer's declarations of one year: so many hours each of these months."""
    job = computed_id("job", organisation)
    told = date(year, 12, 1)
    measured = [
        Measure(SOMEONE, name, date(year, month, 1), Decimal(value), job, organisation)
        for month in months
        for name, value in [("hours_worked", hours), *((name, "1") for name in exposures)]
        if value is not None
    ]
    spells = [Spell(SOMEONE, job, status, start, end, told, organisation)]
    if leave:
        spells.append(
            Spell(
                SOMEONE, computed_id("leave", job, year), "sick_leave", *leave, told, organisation
            )
        )
    return Statement(f"{organisation} {year}", FactSet(spells, measured))


def low_skilled(start: date, end: date | None = None, value: str = "true") -> Statement:
    """She declares having no diploma."""
    said = Attribute(SOMEONE, "low_skilled_declared", value, start, start, end)
    return Statement("declaration of low qualification", FactSet(attributes=[said]))


def licence(start: date, end: date | None = None) -> Statement:
    """She prepares her driving licence."""
    said = Attribute(SOMEONE, "preparing_driving_licence", "true", start, start, end)
    return Statement("driving school", FactSet(attributes=[said]))


def volunteering(year: int, hours: str, organisation: OrganisationId = BRIE) -> Statement:
    """An association certifies a year's hours."""
    spell = computed_id("volunteering", organisation)
    return Statement(
        f"association {organisation} {year}",
        FactSet(
            [
                Spell(
                    SOMEONE,
                    spell,
                    "volunteering",
                    date(2019, 1, 1),
                    date(year, 12, 31),
                    date(year, 12, 31),
                    organisation,
                )
            ],
            [
                Measure(
                    SOMEONE,
                    "volunteer_hours",
                    date(year, 6, 1),
                    Decimal(hours),
                    spell,
                    organisation,
                )
            ],
        ),
    )


def civic_service(start: date, end: date) -> Statement:
    """The agency of civic service attests an engagement."""
    spell = Spell(SOMEONE, computed_id("civic"), "civic_service", start, end, start)
    return Statement("civic service", FactSet([spell]))


def nothing(origin: str) -> Statement:
    """The origin takes back all it had said."""
    return Statement(origin, FactSet())


# Lives, at random.

days = st.dates(date(2018, 6, 1), date(LAST_YEAR, 12, 31))
hours = st.sampled_from([None, "0", "12.35", "20", "66.95", "66.96", "133.91", "151.67"])
exposures = st.lists(
    st.sampled_from(["exposure_night_work", "exposure_noise", "exposure_hyperbaric"]), unique=True
)


@st.composite
def leaves(draw: st.DrawFn, year: int) -> tuple[date, date]:
    start = draw(st.dates(date(year, 1, 1), date(year, 12, 31)))
    return start, start + timedelta(draw(st.integers(0, 120)))


@st.composite
def jobs(draw: st.DrawFn, organisation: OrganisationId) -> list[Statement]:
    """One contract, declared year by year; some years twice, the second time otherwise."""
    start = draw(days)
    end = draw(st.none() | st.integers(1, 1500).map(lambda length: start + timedelta(length)))
    status = draw(st.sampled_from(["employment", "employment", "apprenticeship"]))
    last = min(end.year if end else LAST_YEAR, LAST_YEAR)
    told: list[Statement] = []
    for year in range(max(start.year, FIRST_YEAR), last + 1):
        versions = st.builds(
            work,
            st.just(year),
            hours,
            months=st.builds(range, st.integers(1, 4), st.integers(7, 13)),
            organisation=st.just(organisation),
            start=st.just(start),
            end=st.just(end if end and end.year == year else None),
            status=st.just(status),
            exposures=exposures,
            leave=st.none() | leaves(year),
        )
        told += draw(st.lists(versions, min_size=1, max_size=2))
    return told


@st.composite
def lives(draw: st.DrawFn) -> list[Statement]:
    """All that is said of somebody, origin by origin."""
    told = draw(jobs(ACME))
    if draw(st.booleans()):
        told += draw(jobs(BRIE))
    born = draw(st.none() | st.dates(date(1950, 1, 1), date(2007, 12, 31)))
    told += [birth(born)] if born else []
    extra: Sequence[st.SearchStrategy[Statement]] = (
        st.builds(low_skilled, days, st.sampled_from([None, date(2023, 6, 1)])).filter(_lasts),
        st.builds(licence, days, st.sampled_from([None, date(2025, 6, 1)])),
        st.builds(volunteering, st.integers(2019, 2024), st.sampled_from(["99", "200", "260"])),
        st.builds(civic_service, days, st.just(date(2025, 2, 1))),
    )
    for one in draw(st.lists(st.sampled_from(extra), max_size=4)):
        told.append(draw(one))
    for origin in (
        draw(st.lists(st.sampled_from([each.origin for each in told]), max_size=1)) if told else []
    ):
        told.append(nothing(origin))
    return told


def _lasts(statement: Statement) -> bool:
    return all(
        said.end is None or said.start is None or said.start < said.end
        for said in statement.facts.attributes
    )


@st.composite
def arrivals(draw: st.DrawFn, told: list[Statement]) -> list[Statement]:
    """The same statements in any order, except that each origin's stay in theirs."""
    waiting: defaultdict[str, list[Statement]] = defaultdict(list)
    for each in told:
        waiting[each.origin].append(each)
    return [waiting[each.origin].pop(0) for each in draw(st.permutations(told))]
