"""A text of law as data: rights, their dated versions and parameters, units and funders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cspu.kernel.amounts import Unit
from cspu.kernel.periods import PeriodKind
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Item
from cspu.law.expressions.nodes import BOOLEAN, DATE, TEXT, Kind, ValueType

EMPLOYER = "employer"
"""The funder of a right that each employer owes for its own staff."""

PLAIN_UNITS = frozenset({"share", "times", ""})
"""Units of bare numbers: written without a name."""

Value = Decimal | bool | date | str


class Family(StrEnum):
    """The four families of rights."""

    GUARANTEED = "guaranteed"
    ENDOWMENT = "endowment"
    SPECIFIC = "specific"
    ACCUMULATED = "accumulated"


class Gives(StrEnum):
    """What a right gives: a balance that is held, an amount a body pays each period, or a status.

    Only a balance is posted in the ledger: a payment is not kept, and a status (a cover, a
    service) has no amount at all. An account is held and nothing is awarded to it: what people do
    with their other rights fills it (room `economy`), and the law says to whom it is open.
    """

    BALANCE = "balance"
    PAYMENT = "payment"
    STATUS = "status"
    ACCOUNT = "account"

    @property
    def has_amount(self) -> bool:
        """Whether the law itself gives an amount."""
        return self in {Gives.BALANCE, Gives.PAYMENT}


class Standing(StrEnum):
    """What the texts of a pack are: law that holds, or law that somebody proposes."""

    IN_FORCE = "in_force"
    PROPOSAL = "proposal"


class Per(StrEnum):
    """Whom an account is kept for: the person, or the person with each employer."""

    PERSON = "person"
    EMPLOYER = "employer"


class Over(StrEnum):
    """What a cap or a protected share is measured over.

    `balance`: what is in the account, so that what is used, converted or given away leaves room for
    what comes due later. `lifetime`: all that was ever awarded.
    `window`: what was awarded for periods in the same window of time.
    """

    BALANCE = "balance"
    LIFETIME = "lifetime"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Reference:
    """An article of law, as people cite it, and where to read it."""

    article: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of law as written, with its place."""

    text: str
    item: Item


@dataclass(frozen=True, slots=True)
class Ask:
    """How to ask for a right, in a sentence, and where."""

    text: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a right obliges to, and where that is written."""

    text: Text
    reference: str


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """The value of a parameter from `start` until the next one; None: no value any more.

    `assumption`: why the project chose this value, where no law gives it; empty where one does.
    """

    start: date
    value: Value | None
    reference: Reference
    checked: date | None
    note: str
    line: int
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what and what a region may set a figure, both included."""

    lowest: Decimal
    highest: Decimal
    item: Item

    def __contains__(self, value: Decimal) -> bool:
        return self.lowest <= value <= self.highest


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure of the law. `unit` is a unit code, or `code/word` (`EUR/year`).

    `same_as`: the right whose text holds it under the same name, where this one does not.
    """

    name: str
    unit: str
    label: Text
    values: tuple[ParameterValue, ...]
    item: Item
    regional: Bounds | None = None
    same_as: str = ""

    def on(self, day: date) -> ParameterValue | None:
        """The value in force that day; None before the first one."""
        found = [value for value in self.values if value.start <= day]
        return found[-1] if found else None

    @property
    def type(self) -> ValueType:
        """The type of the parameter's column: just wide enough for its values."""
        known = [value.value for value in self.values if value.value is not None]
        numbers = [value for value in known if isinstance(value, Decimal)]
        if numbers:
            scale = max(_decimals(number) for number in numbers)
            bound = max(abs(int(number.scaleb(scale))) for number in numbers)
            return ValueType(Kind.NUMBER, scale, bound)
        simple = {bool: BOOLEAN, date: DATE, str: TEXT}
        return simple[type(known[0])] if known else TEXT


@dataclass(frozen=True, slots=True)
class Window:
    """Spans of `months` months that start on a day of the year (06-01: 1 June)."""

    starts_month: int
    starts_day: int
    months: int

    def around(self, day: date) -> tuple[date, date]:
        """First and last day of the window that holds the day."""
        start = date(day.year, self.starts_month, self.starts_day)
        if start > day:
            start = start.replace(year=day.year - 1)
        while (end := self._end(start)) < day:
            start = end + timedelta(days=1)
        return start, end

    def _end(self, start: date) -> date:
        months = start.year * 12 + start.month - 1 + self.months
        return date(months // 12, months % 12 + 1, start.day) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap, or a protected share: an amount measured over something.

    `amount` None means everything (a share wholly protected).
    """

    amount: Expression | None
    over: Over
    window: Window | None
    item: Item


@dataclass(frozen=True, slots=True)
class Definition:
    """A quantity that a version names once and uses by that name."""

    name: str
    unit: str
    label: Text
    expression: Expression


@dataclass(frozen=True, slots=True)
class Sentence:
    """The plain words of a result; `when` None: in every other case."""

    when: Expression | None
    text: Text
    item: Item


@dataclass(frozen=True, slots=True)
class RightVersion:
    """What the law says from `in_force` to `until` (both included; None: still in force).

    `amount` None: a status has none, and OpenFisca computes that of a right that names it.
    """

    in_force: date
    until: date | None
    references: tuple[Reference, ...]
    when: Expression
    amount: Expression | None
    cap: Limit | None
    protected: Limit | None
    funder: str
    due_after_months: int
    definitions: tuple[Definition, ...]
    sentences: tuple[Sentence, ...]
    item: Item

    def __contains__(self, day: date) -> bool:
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Right:
    """One right: what it is, and every version of the law that made it.

    `unit` is empty for a status. `drawn` names the fact that says whether she already draws it;
    `openfisca` the variable of OpenFisca-France that gives its amount. `rises_with` and `falls_with`: the
    facts of which more never gives less, or never more. `unseen`: what lowers it and nobody tells us.
    `afterwards`: what becomes of it when the contract is over with the employer who owes it.
    """

    id: str
    pack: str
    gives: Gives
    family: Family
    segment: str
    unit: str
    label: Text
    summary: Text
    meaning: Text
    responsible: Text
    per: Per
    period: PeriodKind
    during: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    references: tuple[Reference, ...]
    notes: str
    versions: tuple[RightVersion, ...]
    digest: str
    item: Item
    ask: Ask | None = None
    drawn: str = ""
    unseen: Text | None = None
    afterwards: Text | None = None
    duties: tuple[Duty, ...] = ()
    assumption: Text | None = None
    openfisca: str = ""
    rises_with: tuple[str, ...] = ()
    falls_with: tuple[str, ...] = ()

    @property
    def is_posted(self) -> bool:
        """Whether the ledger keeps what it gives."""
        return self.gives is Gives.BALANCE

    @property
    def checked_on(self) -> date | None:
        """The oldest day on which one of its figures was last checked against the law."""
        days = [
            value.checked
            for parameter in self.parameters.values()
            for value in parameter.values
            if value.checked
        ]
        return min(days, default=None)

    def version_on(self, day: date) -> RightVersion | None:
        """The version that rules a period ending that day."""
        return next((version for version in self.versions if day in version), None)


@dataclass(frozen=True, slots=True)
class Funder:
    """Who pays for a right."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder of texts: whose law it is, and whether it is in force or proposed.

    `note` tells people what a proposal is; empty for law in force. `sheltered`: the segments where a
    balance always has a protected share, since nobody is left to sell it.
    """

    code: str
    label: Text
    country: str
    standing: Standing
    note: Text | None = None
    sheltered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Region:
    """What a region sets by itself: dated values of parameters, by right and name."""

    code: str
    pack: str
    label: Text
    values: Mapping[tuple[str, str], tuple[ParameterValue, ...]]
    digest: str
    item: Item


@dataclass(frozen=True, slots=True)
class LawPack:
    """Every text of the packs chosen. `findings` is what could not be read; such rights are left out.

    `national` holds the rights as their own texts have them; in `rights`, a figure that some region
    sets depends on the person's region.
    """

    units: Mapping[str, Unit]
    funders: Mapping[str, Funder]
    rights: Mapping[str, Right]
    findings: tuple[Finding, ...]
    folder: Path
    packs: Mapping[str, Pack]
    regions: tuple[Region, ...]
    national: Mapping[str, Right]

    def __iter__(self) -> Iterator[Right]:
        return iter(self.rights.values())

    def only(self, *rights: str) -> LawPack:
        """The same texts, of these rights alone."""
        return replace(self, rights={right: self.rights[right] for right in rights})

    def pack_of(self, right: Right) -> Pack:
        """The pack a right belongs to."""
        return self.packs[right.pack]

    def path_of(self, right: Right) -> Path:
        """The file of a right's text."""
        return self.folder / right.pack / f"{right.id}.yaml"

    def cases_of(self, right: Right) -> Path:
        """The file of a right's cases."""
        return self.folder / right.pack / "cases" / f"{right.id}.yaml"

    def path_of_region(self, region: Region) -> Path:
        """The file of what a region sets."""
        return self.folder / region.pack / "regions" / f"{region.code}.yaml"

    def scale_of(self, right: Right) -> int:
        """The decimals of a right's amounts; none where it has no amount."""
        return self.units[right.unit].scale if right.unit else 0

    def unit_of(self, code: str) -> Unit | None:
        """The unit of a measure such as `EUR/year`: what stands before the slash.

        None for a bare number (`share`, `times`) or a value that is not a number.
        """
        base = code.partition("/")[0]
        return None if base in PLAIN_UNITS else self.units.get(base)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
