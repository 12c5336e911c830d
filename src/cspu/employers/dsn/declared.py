"""What a declaration says, as plain values: what the writer takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cspu.kernel.periods import Period

FULL_TIME_HOURS = Decimal("151.67")
"""The monthly full time the generator gives when none is told; a made-up workplace's, not the law's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An establishment, by SIRET."""

    siret: str
    ape: str = "6201Z"
    idcc: str = "1486"
    locality: str = "VILLE FICTIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A work stop (block 60). `back` is the day of return."""

    reason: str
    last_worked: date
    planned_end: date | None = None
    back: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Another suspension of the contract (block 65)."""

    reason: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract (block 40) with its stops, suspensions and end."""

    number: str
    start: date
    nature: str = "01"
    scheme: str = "99"
    category: str = "06"
    title: str = "Emploi fictif"
    planned_end: date | None = None
    full_time: Decimal = FULL_TIME_HOURS
    quota: Decimal = FULL_TIME_HOURS
    ended: date | None = None
    end_reason: str = "031"
    stops: tuple[Stop, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    former_number: str = ""
    former_start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """What one contract was paid for one period: worked hours, unpaid absence, gross, net social amount."""

    contract: str
    period: Period
    gross: Decimal
    hours: Decimal
    absent_hours: Decimal = Decimal(0)
    net_social: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One pay day."""

    paid_on: date
    pays: tuple[Pay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A hardship factor (05 to 10; 99 cancels) declared for a contract and a year."""

    factor: str
    contract: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """A person and all that is declared of her. `nir` or else `ntt`."""

    birth_name: str
    given_names: str
    birth_date: date
    female: bool
    contracts: tuple[Contract, ...]
    payments: tuple[Payment, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    nir: str = ""
    ntt: str = ""
    education_level: str = ""
    staff_number: str = ""
    former_nir: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One declaration. `replaces` names the one it replaces or cancels: its writing date and order number.

    `employees` is walked once, so it may be a generator. `with_contributions` adds the bases and
    contributions a real file carries (amounts made up), which the reader checks and does not use.
    """

    employer: Employer
    month: date
    employees: Iterable[Employee] = ()
    nature: str = "01"
    kind: str = "01"
    fraction: str = "11"
    order: int = 1
    written_on: date | None = None
    replaces: tuple[date, int] | None = None
    scope: str = "01"
    with_contributions: bool = False

    @property
    def built(self) -> date:
        """The date of writing, the declared month's last day unless told."""
        return self.written_on or _last_day(self.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message (envoi): a header, declarations, a total. A test message unless told otherwise."""

    declarations: Iterable[Declaration]
    test: bool = True
    norm: str = "P26V01"


def _last_day(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
