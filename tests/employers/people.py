"""Made-up employers, employees and declarations, with only what a test says different."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from cspu.employers.dsn.declared import (
    Contract,
    Declaration,
    Employee,
    Employer,
    Message,
    Pay,
    Payment,
)
from cspu.employers.dsn.fictitious import fictitious_nir, fictitious_siret
from cspu.kernel.periods import Period, month_of

EMPLOYER = Employer(siret=fictitious_siret(12345))
MARCH = date(2026, 3, 1)
BORN = date(1990, 3, 12)


def pay(month: date = MARCH, **given: Any) -> Pay:
    """A month's pay."""
    values: dict[str, Any] = {
        "contract": "00001",
        "period": month_of(month),
        "gross": Decimal("2000.00"),
        "hours": Decimal("151.67"),
    }
    return Pay(**(values | given))


def payment(*pays: Pay, paid_on: date = date(2026, 3, 31)) -> Payment:
    """One pay day."""
    return Payment(paid_on=paid_on, pays=pays or (pay(),))


def contract(**given: Any) -> Contract:
    """An open-ended contract since 2020."""
    values: dict[str, Any] = {"number": "00001", "start": date(2020, 1, 1)}
    return Contract(**(values | given))


def employee(rank: int = 1, **given: Any) -> Employee:
    """A woman born in 1990."""
    values: dict[str, Any] = {
        "birth_name": "FICTIVE",
        "given_names": "Zoé",
        "birth_date": BORN,
        "female": True,
        "nir": fictitious_nir(female=True, birth_date=BORN, rank=rank),
        "contracts": (contract(),),
        "payments": (payment(),),
    }
    return Employee(**(values | given))


def declaration(*employees: Employee, **given: Any) -> Declaration:
    """A monthly declaration for March 2026."""
    values: dict[str, Any] = {"employer": EMPLOYER, "month": MARCH, "employees": employees}
    return Declaration(**(values | given))


def message(*declarations: Declaration, **given: Any) -> Message:
    """A message of these declarations (of one employee, unless told)."""
    return Message(declarations=declarations or (declaration(employee()),), **given)


def period(start: date, end: date) -> Period:
    """Both days included."""
    return Period(start, end)
