"""Read what rights may be spent on, and what funders add: `uses.yaml` and `top_ups.yaml` of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from cspu.economy.texts import UNBOUNDED, minor_of, named, right_of, versions
from cspu.kernel.ids import NO_ORGANISATION
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, known_values
from cspu.law.model import EMPLOYER, LawPack
from cspu.people.organisations import organisation_id


class Payee(StrEnum):
    """Who may be paid by a use."""

    ACCREDITED = "accredited"
    HOLDER = "holder"
    EMPLOYER = "employer"


class How(StrEnum):
    """How a funder adds: by a command, for what she spends, for what a use lacks."""

    GIVEN = "given"
    MATCHING = "matching"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One version of a use; amounts in smallest units, both days included."""

    use: str
    in_force: date
    until: date
    right_id: str
    unit: str
    payee: Payee
    purpose: bool
    step: int
    least: int
    most: int
    undo_hours: int
    answer_days: int
    open_to: str
    label: Text
    reference: str
    url: str
    assumption: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """One version of a funder's rule; amounts in smallest units, both days included."""

    rule: str
    in_force: date
    until: date
    right_id: str
    unit: str
    funder: str
    employer: UUID
    region: str
    how: How
    earmark: str
    amount: int
    for_each: int
    adds: int
    most_a_year: int
    most_ever: int
    months: int
    open_to: str
    label: Text
    reference: str
    url: str
    assumption: bool


def uses(pack: LawPack, findings: list[Finding]) -> Iterator[Use]:
    """Every version of every use; what is wrong is added to `findings`."""
    for use, item in named(pack, "uses", findings):
        yield from _use(use, item, pack, findings)


def _use(use: str, item: Item, pack: LawPack, findings: list[Finding]) -> Iterator[Use]:
    form = Form(
        item,
        findings,
        required=("label", "right", "payee", "versions"),
        optional=("purpose", "open_to"),
    )
    right = right_of(form, "right", pack)
    if form.text("open_to"):
        right_of(form, "open_to", pack)
    if right is None:
        return
    bounds = ("step", "least", "most", "undo_hours", "answer_days")
    for part, start, last in versions(form, (), ("note", *bounds)):
        scale = pack.scale_of(right)
        step = minor_of(part, "step", scale, 10**scale if right.unit != "EUR" else 1)
        yield Use(
            use=use,
            in_force=start,
            until=last,
            right_id=right.id,
            unit=right.unit,
            payee=form.choice("payee", Payee, Payee.ACCREDITED),
            purpose=form.flag("purpose"),
            step=step,
            least=minor_of(part, "least", scale, step),
            most=minor_of(part, "most", scale, UNBOUNDED),
            undo_hours=part.integer("undo_hours"),
            answer_days=part.integer("answer_days"),
            open_to=form.text("open_to"),
            label=form.bilingual("label"),
            reference=part.text("reference"),
            url=part.text("url"),
            assumption="assumption" in part,
        )


def top_ups(
    pack: LawPack, findings: list[Finding], *, beside: Sequence[Path] = ()
) -> Iterator[TopUp]:
    """Every version of every funder's rule, in packs and in folders beside; faults go to `findings`."""
    known = {use for use, _ in named(pack, "uses", [])}
    for rule, item in named(pack, "top_ups", findings, beside=beside):
        yield from _top_up(rule, item, pack, findings, known)


def _top_up(
    rule: str, item: Item, pack: LawPack, findings: list[Finding], known: set[str]
) -> Iterator[TopUp]:
    form = Form(
        item,
        findings,
        required=("label", "into", "funder", "how", "versions"),
        optional=("earmark", "region", "siret", "open_to"),
    )
    right, how = right_of(form, "into", pack), form.choice("how", How, How.GIVEN)
    if form.text("open_to"):
        right_of(form, "open_to", pack)
    earmark, funder = form["earmark"], form["funder"]
    if earmark is not None and earmark.value not in known:
        findings.append(earmark.finding("use", str(earmark.value), known_values(sorted(known))))
    if earmark is None and how is not How.GIVEN:
        findings.append(item.finding("earmark", rule, _NO_USE))
    is_employer = form.text("funder") == EMPLOYER
    if funder is not None and not is_employer and form.text("funder") not in pack.funders:
        findings.append(
            funder.finding("funder", form.text("funder"), known_values([*pack.funders, EMPLOYER]))
        )
    if is_employer != ("siret" in form):
        findings.append(item.finding("siret", rule, _NO_SIRET))
    if right is None:
        return
    employer = organisation_id(form.text("siret")) if is_employer else NO_ORGANISATION
    bounds = ("most_a_year", "most_ever", "months")
    needed = {
        How.GIVEN: ("amount",),
        How.MATCHING: ("for_each", "adds"),
        How.MISSING: (),
    }[how]
    for part, start, last in versions(form, needed, ("note", *bounds)):
        scale = pack.scale_of(right)
        yield TopUp(
            rule=rule,
            in_force=start,
            until=last,
            right_id=right.id,
            unit=right.unit,
            funder=f"employer:{employer}" if is_employer else f"funder:{form.text('funder')}",
            employer=employer,
            region=form.text("region"),
            how=how,
            earmark=form.text("earmark"),
            amount=minor_of(part, "amount", scale, 0),
            for_each=minor_of(part, "for_each", scale, 0),
            adds=minor_of(part, "adds", scale, 0),
            most_a_year=minor_of(part, "most_a_year", scale, UNBOUNDED),
            most_ever=minor_of(part, "most_ever", scale, UNBOUNDED),
            months=part.integer("months"),
            open_to=form.text("open_to"),
            label=form.bilingual("label"),
            reference=part.text("reference"),
            url=part.text("url"),
            assumption="assumption" in part,
        )


_NO_USE = Text(
    fr="Ce qui s’ajoute au moment d’un usage dit lequel : earmark.",
    en="What is added at the time of a use says which one: earmark.",
)
_NO_SIRET = Text(
    fr="Un employeur qui abonde est connu par son numéro : `funder: employer` et `siret`.",
    en="An employer who adds is known by its number: `funder: employer` and `siret`.",
)
