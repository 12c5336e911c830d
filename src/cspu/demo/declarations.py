"""The payroll files of the demonstration's employers: one DSN a month and employer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from cspu.demo.personas import Absence, Cast, Job, Persona, Workplace
from cspu.employers.dsn.declared import (
    Contract,
    Declaration,
    Employee,
    Employer,
    Exposure,
    Message,
    Pay,
    Payment,
    Stop,
    Suspension,
)
from cspu.kernel.periods import Period, PeriodKind, add_months, month_of, periods_between

_HUNDREDTH = Decimal("0.01")
_DECEMBER = 12
_FILING_DAY = 5
_NORMS = {2024: "P24V01", 2025: "P25V01"}
_LATEST_NORM = "P26V01"


@dataclass(frozen=True, slots=True)
class DeclarationFile:
    """One file to write: its name, what it holds, and when it was received."""

    name: str
    message: Message
    received_at: datetime


def declaration_files(cast: Cast) -> Iterator[DeclarationFile]:
    """Every file, in the order in which they were received."""
    for month in periods_between(PeriodKind.MONTH, cast.first_month, cast.last_month):
        for key, workplace in cast.employers.items():
            employees = tuple(_employees(cast, key, month))
            if employees:
                yield _file(key, workplace, month, employees)


def _file(
    key: str, workplace: Workplace, month: Period, employees: tuple[Employee, ...]
) -> DeclarationFile:
    employer = Employer(
        siret=workplace.siret, ape=workplace.ape, idcc=workplace.idcc, locality=workplace.town
    )
    declaration = Declaration(employer=employer, month=month.start, employees=employees)
    norm = _NORMS.get(month.start.year, _LATEST_NORM)
    filed = add_months(month.start, 1).replace(day=_FILING_DAY)
    return DeclarationFile(
        f"{month.start:%Y-%m}-{key}.dsn",
        Message(declarations=[declaration], norm=norm),
        datetime.combine(filed, time(9), UTC),
    )


def _employees(cast: Cast, employer: str, month: Period) -> Iterator[Employee]:
    for persona in cast.personas:
        jobs = [job for job in persona.jobs if job.employer == employer and _declares(job, month)]
        if jobs:
            yield _employee(cast, persona, jobs, month)


def _declares(job: Job, month: Period) -> bool:
    begun = job.start <= month.end and (job.end is None or job.end >= month.start)
    return begun and month.start not in job.undeclared


def _employee(cast: Cast, persona: Persona, jobs: list[Job], month: Period) -> Employee:
    siret = cast.employers[jobs[0].employer].siret
    ntt_until = next((job.ntt_until for job in jobs if job.ntt_until), None)
    unnumbered = ntt_until is not None and month.start <= ntt_until
    return Employee(
        birth_name=persona.birth_name,
        given_names=persona.given_names,
        birth_date=persona.birth_date,
        female=persona.female,
        contracts=tuple(_contract(job, month) for job in jobs),
        payments=(Payment(paid_on=month.end, pays=tuple(_pay(job, month) for job in jobs)),),
        exposures=tuple(
            Exposure(factor=factor, contract=job.contract, year=month.start.year)
            for job in jobs
            if month.start.month == _DECEMBER
            for factor in job.exposures.get(month.start.year, ())
        ),
        nir="" if unnumbered else persona.nir,
        # Both numbers for one month more: that is how the employer says who the number was.
        ntt=persona.ntt(siret) if ntt_until and month.start <= add_months(ntt_until, 1) else "",
        education_level=persona.education,
        staff_number=f"{persona.position:04d}",
    )


def _contract(job: Job, month: Period) -> Contract:
    ended = job.end is not None and job.end in month
    return Contract(
        number=job.contract,
        start=job.start,
        nature=job.nature,
        scheme=job.scheme,
        category=job.category,
        title=job.title,
        planned_end=job.planned_end,
        quota=job.terms_in(month.start).quota,
        ended=job.end if ended else None,
        end_reason=job.end_reason,
        stops=tuple(
            Stop(
                reason=stop.reason,
                last_worked=date.fromordinal(stop.days_from.toordinal() - 1),
                planned_end=stop.days_to,
                back=date.fromordinal(stop.days_to.toordinal() + 1)
                if stop.days_to < month.end
                else None,
            )
            for stop in job.stops
            if _overlap(stop, month)
        ),
        suspensions=tuple(
            Suspension(reason=each.reason, start=each.days_from, end=each.days_to)
            for each in job.suspensions
            if _overlap(each, month)
        ),
    )


def _pay(job: Job, month: Period) -> Pay:
    """Hours and pay in proportion to the days of the month under contract and at work."""
    terms = job.terms_in(month.start)
    start = max(month.start, job.start)
    end = min(month.end, job.end or month.end)
    covered = Period(start, end)
    away = sum(_overlap(absence, covered) for absence in (*job.stops, *job.suspensions))
    hours = _share(terms.quota, covered.days - away, month)
    return Pay(
        contract=job.contract,
        period=covered,
        gross=_share(terms.gross, covered.days - away, month),
        hours=hours,
        absent_hours=_share(terms.quota, covered.days, month) - hours,
    )


def _share(amount: Decimal, days: int, month: Period) -> Decimal:
    return (amount * days / month_of(month.start).days).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _overlap(absence: Absence, period: Period) -> int:
    """Days of the absence within the period."""
    start, end = max(absence.days_from, period.start), min(absence.days_to, period.end)
    return max((end - start).days + 1, 0)
