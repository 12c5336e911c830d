"""A large made-up workplace, always the same: what the bench and the memory test read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import BinaryIO

from cspu.employers.dsn.declared import (
    Contract,
    Declaration,
    Employee,
    Employer,
    Exposure,
    Message,
    Pay,
    Payment,
)
from cspu.employers.dsn.fictitious import fictitious_nir, fictitious_siret
from cspu.employers.dsn.writing import write_message
from cspu.kernel.periods import month_of

_MONTH = date(2026, 12, 1)
_BIRTH_YEARS, _MONTHS, _RANKS = 45, 12, 999
_NIGHT_WORKERS = 20
_DEPARTMENTS = ("13", "31", "33", "59", "69", "75", "92")


def write_workplace(stream: BinaryIO, *, employees: int) -> int:
    """Write one declaration of that many employees, contributions included; gives its lines."""
    declaration = Declaration(
        employer=Employer(siret=fictitious_siret(123)),
        month=_MONTH,
        employees=(_employee(rank) for rank in range(employees)),
        with_contributions=True,
    )
    return write_message(stream, Message(declarations=[declaration]))


def _employee(rank: int) -> Employee:
    born, female, number = _born(rank), rank % 2 == 0, f"{rank:05d}"
    per_department = _BIRTH_YEARS * _MONTHS * _RANKS
    gross = Decimal(180_000 + rank * 37 % 300_000) / 100
    pay = Pay(
        contract=number,
        period=month_of(_MONTH),
        gross=gross,
        hours=Decimal("151.67"),
        net_social=gross * Decimal("0.8"),
    )
    exposures = (Exposure(factor="08", contract=number, year=_MONTH.year),)
    return Employee(
        birth_name=f"FICTIF{rank % 1000}",
        given_names="Zoé" if female else "Noé",
        birth_date=born,
        female=female,
        nir=fictitious_nir(
            female=female,
            birth_date=born,
            rank=1 + rank // (_BIRTH_YEARS * _MONTHS) % _RANKS,
            department=_DEPARTMENTS[rank // per_department],
        ),
        staff_number=str(rank),
        contracts=(Contract(number=number, start=date(2020, 1, 1)),),
        payments=(Payment(paid_on=month_of(_MONTH).end, pays=(pay,)),),
        exposures=exposures if rank % _NIGHT_WORKERS == 0 else (),
    )


def _born(rank: int) -> date:
    return date(1960 + rank % _BIRTH_YEARS, 1 + rank // _BIRTH_YEARS % _MONTHS, 1 + rank % 28)
