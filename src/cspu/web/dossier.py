"""What somebody who is not the person sees of her: her rows, scope by scope, and what is not covered.

For helpers and for agents alike. A sight opened on some scopes shows a part of a life: nothing here is
computed from it (a right judged on a part would be judged wrongly), and each page says what it leaves
out. Amounts are those of the ledger, which was settled on all her facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from cspu.entitlement import reading, wording
from cspu.entitlement.in_force import LawInForce, law_in_force
from cspu.entitlement.reading import Asserted
from cspu.kernel.amounts import Amount
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months, first_of_month
from cspu.kernel.text import Lang
from cspu.law.formatting import format_quantity
from cspu.lifecourse import queries as lifecourse
from cspu.people.queries import Identity
from cspu.trust.access import load_access
from cspu.trust.queries import identity_in_sight

_Row = TypeVar("_Row")

MONTHS_BACK = 12
"""Monthly quantities go back one year: enough to help, and no more."""


@dataclass(frozen=True, slots=True)
class RightMove:
    """One transfer of a right that is in sight."""

    period_start: date
    period_end: date
    amount: Amount
    reason: str


@dataclass(frozen=True, slots=True)
class RightHeld:
    """A right that is in sight: what it holds, with whom, and its latest movements."""

    label: str
    balance: Amount
    shares: tuple[tuple[str, Amount], ...]
    movements: tuple[RightMove, ...]


@dataclass(frozen=True, slots=True)
class LifeLine:
    """A spell, or an event where the two days are one. `until` is None while it lasts."""

    label: str
    organisation: str
    since: date
    until: date | None
    source: str
    is_event: bool
    fact_id: UUID | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity counted month by month: its months, latest first, each written with its unit."""

    label: str
    organisation: str
    months: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Property:
    """A dated characteristic."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class DossierPart:
    """What one scope shows of her. Nothing held there: every list is empty."""

    scope: str
    label: str
    shows: str
    rights: tuple[RightHeld, ...]
    lines: tuple[LifeLine, ...]
    quantities: tuple[Quantity, ...]
    properties: tuple[Property, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of hers lies there (who she is lies apart)."""
        return not (self.rights or self.lines or self.quantities or self.properties)

    @property
    def held(self) -> tuple[str, ...]:
        """The kinds of things that lie there, each once."""
        labels = [
            *(one.label for one in self.rights),
            *(one.label for one in self.lines),
            *(one.label for one in self.properties),
            *(one.label for one in self.quantities),
        ]
        return tuple(dict.fromkeys(labels))


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that a sight shows. `identity` is None where it is not covered; `hidden` names the rest."""

    on: date
    identity: Identity | None
    parts: tuple[DossierPart, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    rights: Sequence[tuple[str, RightHeld]]
    lines: Sequence[tuple[str, LifeLine]]
    quantities: Sequence[tuple[str, Quantity]]
    properties: Sequence[tuple[str, Property]]


def dossier_in_sight(
    person_id: PersonId,
    scopes: Collection[str],
    *,
    on: date,
    lang: Lang,
    months_back: int = MONTHS_BACK,
) -> Dossier:
    """What the sight opened on these scopes shows of her on that day. Call it inside the door.

    Settle her first (`entitlement.operations.settle_person`): the database settles on all her facts,
    whatever the sight shows.
    """
    rows = _read(person_id, on=on, lang=lang, months_back=months_back)
    table = load_access()
    asked = [scope for key, scope in table.scopes.items() if key in scopes]
    return Dossier(
        on=on,
        identity=identity_in_sight(),
        parts=tuple(
            DossierPart(
                scope=scope.key,
                label=scope.label.in_(lang),
                shows=scope.shows.in_(lang),
                rights=tuple(_of(rows.rights, scope.opens)),
                lines=tuple(_of(rows.lines, scope.opens)),
                quantities=tuple(_of(rows.quantities, scope.opens)),
                properties=tuple(_of(rows.properties, scope.opens)),
            )
            for scope in asked
        ),
        hidden=tuple(
            scope.label.in_(lang)
            for key, scope in table.scopes.items()
            if key not in scopes and scope.opens
        ),
    )


def _of(rows: Iterable[tuple[str, _Row]], kinds: Collection[str]) -> Iterator[_Row]:
    return (row for kind, row in rows if kind in kinds)


def _read(person_id: PersonId, *, on: date, lang: Lang, months_back: int) -> _Rows:
    law = law_in_force()
    since = add_months(first_of_month(on), -months_back)
    facts = reading.assertions(person_id, since=since, on=on)
    return _Rows(
        rights=list(_rights(person_id, law, on=on, lang=lang)),
        lines=_lines(person_id, on=on, lang=lang),
        quantities=list(_quantities(facts, law, lang)),
        properties=list(_properties(facts, law, lang)),
    )


def _rights(
    person_id: PersonId, law: LawInForce, *, on: date, lang: Lang
) -> Iterator[tuple[str, RightHeld]]:
    moved = reading.movements(person_id, on=on)
    for right_id, accounts in groupby(
        reading.holdings(person_id, on=on), key=lambda each: each.right_id
    ):
        if right_id not in law.rights:
            continue
        unit, held = law.unit_of(right_id), list(accounts)
        yield (
            f"right:{right_id}",
            RightHeld(
                label=law.rights[right_id].right.label.in_(lang),
                balance=Amount(unit, sum(each.balance for each in held)),
                shares=tuple(
                    (each.organisation, Amount(unit, each.balance))
                    for each in held
                    if each.organisation
                ),
                movements=tuple(
                    RightMove(
                        each.period_start,
                        each.period_end,
                        Amount(unit, each.amount),
                        wording.reason_of(each.kind, each.reason, lang),
                    )
                    for each in moved
                    if each.right_id == right_id
                ),
            ),
        )


def _lines(person_id: PersonId, *, on: date, lang: Lang) -> list[tuple[str, LifeLine]]:
    """Latest first; what still lasts comes before what ended."""
    picture = lifecourse.life_picture(person_id, on=on, lang=lang)
    lines = [
        (
            f"status:{bar.status}",
            LifeLine(
                bar.label,
                bar.organisation,
                bar.start,
                bar.end,
                bar.source,
                is_event=False,
                fact_id=bar.fact_id,
            ),
        )
        for lane in picture.lanes
        for bar in lane.bars
    ]
    lines += [
        (
            f"event:{mark.kind}",
            LifeLine(
                mark.label, "", mark.on, mark.on, mark.source, is_event=True, fact_id=mark.fact_id
            ),
        )
        for mark in picture.marks
    ]
    return sorted(lines, key=lambda pair: (pair[1].until or date.max, pair[1].since), reverse=True)


def _quantities(
    facts: Iterable[Asserted], law: LawInForce, lang: Lang
) -> Iterator[tuple[str, Quantity]]:
    monthly: dict[tuple[str, str], dict[date, Decimal]] = {}
    for fact in facts:
        if fact.kind == "measure" and fact.from_day is not None:
            months = monthly.setdefault((fact.name, fact.organisation), {})
            months[fact.from_day] = months.get(fact.from_day, Decimal(0)) + Decimal(fact.value)
    for (name, organisation), months in monthly.items():
        measure = law.life.measures[name]
        unit = law.pack.unit_of(measure.unit)
        yield (
            f"measure:{name}",
            Quantity(
                measure.label.in_(lang),
                organisation,
                tuple(
                    (month, format_quantity(value, unit, lang))
                    for month, value in sorted(months.items(), reverse=True)
                ),
            ),
        )


def _properties(
    facts: Iterable[Asserted], law: LawInForce, lang: Lang
) -> Iterator[tuple[str, Property]]:
    """Each value once, from who said it last: payroll says the same every month."""
    latest: dict[tuple[str, str], Asserted] = {}
    for fact in facts:
        if fact.kind == "attribute" and fact.name in law.life.attributes:
            held = latest.setdefault((fact.name, fact.value), fact)
            if held.recorded_at < fact.recorded_at:
                latest[fact.name, fact.value] = fact
    for fact in latest.values():
        known = law.life.attributes[fact.name]
        unit = law.pack.unit_of(law.life.unit_of(fact.name))
        value = wording.attribute_value(fact.value, known.type, known.values, unit, lang)
        yield f"attribute:{fact.name}", Property(known.label.in_(lang), value, fact.source)
