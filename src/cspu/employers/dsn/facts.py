"""What one person's group says, in the vocabulary of life courses.

Where each fact comes from:

- spells: contracts (40, ended by 62), stops (60), other suspensions (65). Months repeat them under
  one id, so the latest declaration that speaks of a spell decides;
- measures, from monthly declarations alone (an end-of-contract notice repeats the last month's
  pay): gross pay (51 type 001), hours worked (53 under type 002), hours of absence that count as
  worked, net social amount (58 type 03; 51 type 027 until it moved there);
- attributes: birth date, education level; events: ends of contract.

Note [cancelled spells]. A code of cancellation, or a change of a contract's number or start,
withdraws what an earlier month asserted. The same spell is asserted again, for one day, with a
status no right reads: the latest assertion wins, so the spell has no effect any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from cspu.employers.dsn import tree
from cspu.employers.dsn.codes import codes
from cspu.employers.dsn.dates import read_date
from cspu.employers.dsn.heads import Head
from cspu.employers.dsn.spreading import spread
from cspu.employers.dsn.tree import Block, Group
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.periods import Period
from cspu.lifecourse.facts import Attribute, LifeEvent, Measure, Spell
from cspu.people.organisations import organisation_id

CANCELLED = "cancelled"
"""Status of a spell that was withdrawn; no right and no page reads it."""

_ONE_DAY = timedelta(days=1)
_DETAILS = {
    "006": "title",
    "007": "nature",
    "008": "scheme",
    "009": "contract",
    "012": "full_time",
    "013": "quota",
}
_CONTRACT_NATURES = (tree.MONTHLY, tree.END_OF_CONTRACT)


@dataclass(frozen=True, slots=True)
class ExposureStatement:
    """What a declaration says of one contract's exposures in one year; no factor: cancelled."""

    contract: str
    year: int
    start: date
    end: date | None
    factors: tuple[str, ...]


@dataclass(slots=True)
class PersonFacts:
    """Everything one group says of one person."""

    spells: list[Spell] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    events: list[LifeEvent] = field(default_factory=list)
    exposures: list[ExposureStatement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Contract:
    """A contract as its block gives it, with the id of its spell."""

    number: str
    spell_id: UUID
    status: str
    start: date
    end: date | None


@dataclass(slots=True)
class _Told:
    """One person's group on its way to facts: who, by which declaration, under which contracts."""

    group: Group
    head: Head
    person_id: PersonId
    by_position: dict[int, _Contract] = field(default_factory=dict)
    by_number: dict[str, _Contract] = field(default_factory=dict)

    def blocks(self, code: str) -> Iterator[Block]:
        """Every block of that code."""
        return (block for block in self.group.blocks if block.code == code)

    def spell(
        self,
        spell_id: UUID,
        status: str,
        days: tuple[date, date | None],
        details: Mapping[str, str] = MappingProxyType({}),
    ) -> Spell:
        """A spell as this declaration asserts it."""
        head, (start, end) = self.head, days
        return Spell(
            self.person_id, spell_id, status, start, end, head.asserted_for, head.organisation_id,
            details,
        )  # fmt: skip


def facts_of(group: Group, head: Head, person_id: PersonId) -> PersonFacts:
    """The facts of one person's group, which must be free of problems."""
    told = _Told(group, head, person_id)
    for position, block in group.all("S21.G00.40"):
        contract = _contract(position, block, told)
        told.by_position[position] = told.by_number[contract.number] = contract
    leaves = list(_leaves(told))
    facts = PersonFacts(
        spells=[*_contract_spells(told), *leaves],
        attributes=list(_attributes(told)),
        events=list(_ends(told)),
    )
    if head.monthly:
        facts.measures += _measures(told, leaves)
        facts.exposures += _exposures(told)
    return facts


# -- contracts


def contract_spell_id(siret: str, number: str, start: date) -> UUID:
    """The spell of a contract: the same in every declaration and under every number of hers."""
    return computed_id("dsn-contract", siret, number, start)


def _contract(position: int, block: Block, told: _Told) -> _Contract:
    values, known = block.values, codes()
    number, start = values["009"], _day(values["001"])
    scheme = known.schemes.get(values.get("008", ""))
    status = scheme or known.natures.get(values.get("007", ""), "")
    end = read_date(values.get("010", ""))
    for ended in told.blocks("S21.G00.62"):
        if ended.parent == position and ended.values["002"] != known.end_cancelled:
            end = _day(ended.values["001"])
    return _Contract(number, contract_spell_id(told.head.siret, number, start), status, start, end)


def _contract_spells(told: _Told) -> Iterator[Spell]:
    if told.head.nature not in _CONTRACT_NATURES:
        return
    for position, contract in told.by_position.items():
        if contract.status:
            details = _details(told.group.blocks[position]) | told.group.extras
            days = (contract.start, contract.end)
            yield told.spell(contract.spell_id, contract.status, days, details)
        for change in told.blocks("S21.G00.41"):
            if change.parent == position:
                yield from _former(change, contract, told)


def _details(block: Block) -> dict[str, str]:
    return {
        name: block.values[rubric] for rubric, name in _DETAILS.items() if block.values.get(rubric)
    }


def _former(change: Block, contract: _Contract, told: _Told) -> Iterator[Spell]:
    """What a change of number, start or establishment leaves of the spell known before.

    Only within one company: nobody ends another company's contracts.
    """
    here = told.head.siret
    siret = change.values.get("012") or here
    number = change.values.get("014") or contract.number
    start = read_date(change.values.get("021", "")) or contract.start
    former_id = contract_spell_id(siret, number, start)
    if siret[:9] != here[:9] or former_id == contract.spell_id:
        return
    last_day = _day(change.values["001"]) - _ONE_DAY
    moved = siret != here and last_day >= start and bool(contract.status)
    status, end = (contract.status, last_day) if moved else (CANCELLED, start)
    spell = told.spell(former_id, status, (start, end))
    yield replace(spell, organisation_id=organisation_id(siret))


# -- leaves


def _leaves(told: _Told) -> Iterator[Spell]:
    known = codes()
    for stop in told.blocks("S21.G00.60"):
        status = _leave_status(stop, known.stops, known.stop_cancelled)
        yield from _leave(told, stop, status, _stop_days(stop, told.head))
    for suspension in told.blocks("S21.G00.65"):
        status = _leave_status(suspension, known.suspensions, known.suspension_cancelled)
        days = _day(suspension.values["002"]), read_date(suspension.values.get("003", ""))
        yield from _leave(told, suspension, status, days)


def _leave_status(block: Block, statuses: Mapping[str, str], cancelled: str) -> str | None:
    reason = block.values["001"]
    return CANCELLED if reason == cancelled else statuses.get(reason)


def _leave(
    told: _Told, block: Block, status: str | None, days: tuple[date, date | None]
) -> Iterator[Spell]:
    start, end = days
    if status == CANCELLED:
        end = start
    if status is None or (end is not None and end < start):
        return
    contract = told.by_position[block.parent]
    spell_id = computed_id("dsn-leave", block.code, told.head.siret, contract.number, start)
    details = {"contract": contract.number, "reason": block.values["001"]}
    yield told.spell(spell_id, status, (start, end), details)


def _stop_days(stop: Block, head: Head) -> tuple[date, date]:
    """From the day after the last day worked to the day before the return, or the planned end.

    With neither, the stop is known to run to the end of what the declaration speaks of.
    """
    start = _day(stop.values["002"]) + _ONE_DAY
    back = read_date(stop.values.get("010", ""))
    end = back - _ONE_DAY if back else read_date(stop.values.get("003", ""))
    return start, end or max(start, head.asserted_for)


# -- measures


def _measures(told: _Told, leaves: list[Spell]) -> Iterator[Measure]:
    nets = [block for block in told.blocks("S21.G00.58") if block.values["003"] == "03"]
    for position, pay in told.group.all("S21.G00.51"):
        kind, amount = pay.values["011"], pay.values["013"]
        contract = told.by_number[pay.values["010"]]
        if kind == "001":
            yield from _spread("gross_pay", amount, pay, contract, told)
        elif kind == "027" and not nets:
            yield from _spread("net_social_amount", amount, pay, contract, told)
        elif kind == "002":
            for measure, hours in _hours(position, pay, told, leaves):
                yield from _spread(measure, hours, pay, contract, told)
    for net in nets:
        yield from _spread(
            "net_social_amount", net.values["004"], net, _paid_contract(net, told), told
        )


def _hours(
    position: int, pay: Block, told: _Told, leaves: list[Spell]
) -> Iterator[tuple[str, str]]:
    """(measure, hours) of the activities under one pay."""
    for activity in told.blocks("S21.G00.53"):
        values = activity.values
        if activity.parent != position or values["003"] not in codes().hours:
            continue
        if values["001"] == "01":
            yield "hours_worked", values["002"]
        elif _assimilated(leaves, _period(pay)):
            yield "hours_assimilated", values["002"]


def _spread(
    measure: str, amount: str, block: Block, contract: _Contract, told: _Told
) -> Iterator[Measure]:
    employer = told.head.organisation_id
    for month, share in spread(Decimal(amount), _period(block)):
        yield Measure(told.person_id, measure, month, share, contract.spell_id, employer)


def _paid_contract(net: Block, told: _Told) -> _Contract:
    """A net amount belongs to a payment, not to a contract: it goes with the first one paid."""
    for pay in told.blocks("S21.G00.51"):
        if pay.parent == net.parent:
            return told.by_number[pay.values["010"]]
    return next(iter(told.by_number.values()))


def _assimilated(leaves: list[Spell], period: Period) -> bool:
    """Whether the absences of a pay period count as worked: every leave declared in it does.

    The declaration gives hours of absence without saying of which leave; where leaves that count
    and leaves that do not meet in one period, nothing is credited rather than too much.
    """
    met = {
        leave.status
        for leave in leaves
        if leave.start <= period.end and (leave.end is None or leave.end >= period.start)
    }
    met.discard(CANCELLED)
    return bool(met) and met <= codes().assimilated


# -- exposures, attributes, events


def _exposures(told: _Told) -> Iterator[ExposureStatement]:
    known = codes()
    said: dict[tuple[str, int], set[str]] = {}
    for block in told.blocks("S21.G00.34"):
        factors = said.setdefault((block.values["002"], int(block.values["003"])), set())
        if block.values["001"] != known.exposure_cancelled:
            factors.add(known.exposures[block.values["001"]])
    for (number, year), measures in said.items():
        contract = told.by_number[number]
        yield ExposureStatement(number, year, contract.start, contract.end, tuple(sorted(measures)))


def _attributes(told: _Told) -> Iterator[Attribute]:
    values, spoken_of = told.group.blocks[0].values, told.head.asserted_for
    born = read_date(values.get("006", ""))
    if born is not None:
        yield Attribute(told.person_id, "birth_date", born.isoformat(), spoken_of)
    level = codes().education_levels.get(values.get("024", ""))
    if level is not None:
        yield Attribute(told.person_id, "education_level", level, spoken_of, told.head.month)


def _ends(told: _Told) -> Iterator[LifeEvent]:
    known = codes()
    for block in told.blocks("S21.G00.62"):
        contract = told.by_position[block.parent]
        reason = block.values["002"]
        if reason == known.end_cancelled:
            continue
        event_id = computed_id("dsn-end", contract.spell_id)
        kind = known.ends.get(reason, "contract_end")
        details = {"contract": contract.number, "reason": reason}
        yield LifeEvent(told.person_id, event_id, kind, _day(block.values["001"]), details)


def _period(block: Block) -> Period:
    return Period(_day(block.values["001"]), _day(block.values["002"]))


def _day(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise ValueError("facts are read from checked groups only")
    return day
