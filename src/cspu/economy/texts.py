"""Read the rules of exchange of every pack: what units are worth, what may be turned into what.

Amounts in the files are whole units; here they are smallest units, exact. Faults are collected, with
file and line; `publishing` refuses them all together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, known_values, read_yaml
from cspu.law.model import LawPack, Right
from cspu.lifecourse.vocabulary import load_vocabulary

FOREVER = date(9999, 12, 31)
UNBOUNDED = 9_000_000_000_000
_WHOLE_SHARE = 10_000
SAID = ("url", "assumption")
"""One of which every rule has: where its article is read, or why the project chose it."""


@dataclass(frozen=True, slots=True)
class PointValue:
    """What one whole unit is worth in points, from a day on. `assumption`: ours, with its reasoning."""

    unit: str
    in_force: date
    points: Decimal
    assumption: str
    reference: str


@dataclass(frozen=True, slots=True)
class Rate:
    """So many smallest units taken for so many given; or a share of another right's amount; or by points."""

    takes: int | None = None
    gives: int | None = None
    right: str = ""
    share: int = _WHOLE_SHARE


@dataclass(frozen=True, slots=True)
class Conversion:
    """One version of a rule of conversion; amounts in smallest units, both days included."""

    rule: str
    in_force: date
    until: date
    from_right: str
    from_unit: str
    to_right: str
    to_unit: str
    rate: Rate
    step: int
    least: int
    most_a_year: int
    most_ever: int
    rounding: str
    purpose: bool
    with_the_same: bool
    stays_protected: bool
    open_to: str
    bounded_by: str
    at_work: bool
    quote_minutes: int
    label: Text
    reference: str
    url: str
    assumption: bool


def point_values(pack: LawPack, findings: list[Finding]) -> Iterator[PointValue]:
    """What every unit is worth, value by value; what is wrong is added to `findings`."""
    for unit, item in named(pack, "point_values", findings):
        yield from _values(unit, item, pack, findings)


def conversions(pack: LawPack, findings: list[Finding]) -> Iterator[Conversion]:
    """Every version of every rule of conversion; what is wrong is added to `findings`."""
    for rule, item in named(pack, "conversions", findings):
        yield from _conversion(rule, item, pack, findings)


def named(
    pack: LawPack, stem: str, findings: list[Finding], *, beside: Sequence[Path] = ()
) -> Iterator[tuple[str, Item]]:
    """The entries of `<pack>/<stem>.yaml`, under the key of the same name, of every pack that has one.

    `beside`: other folders that hold a file of that name.
    """
    for folder in (*(pack.folder / code for code in pack.packs), *beside):
        path = folder / f"{stem}.yaml"
        if not path.exists():
            continue
        item = read_yaml(path, findings, name=f"{folder.name}/{path.name}")
        if item is not None:
            findings += _without_source(item)
            yield from Form(item, findings, required=(stem,)).named(stem).items()


def _without_source(item: Item) -> Iterator[Finding]:
    """Every rule says when it was last checked, and where it is read or why it was chosen."""
    parts = item.mapping or {}
    if "reference" in parts:
        if not isinstance(parts["checked"].value if "checked" in parts else None, date):
            yield item.finding("unchecked", str(parts["reference"].value), _CHECKED)
        if not any(name in parts for name in SAID):
            yield item.finding("no_source", str(parts["reference"].value), _SOURCE)
    for each in (*parts.values(), *(item.sequence or ())):
        yield from _without_source(each)


def _values(unit: str, item: Item, pack: LawPack, findings: list[Finding]) -> Iterator[PointValue]:
    if unit not in pack.units:
        findings.append(item.finding("unit", unit, known_values(pack.units)))
    for part in item.sequence or ():
        form = Form(
            part, findings, required=("from", "points", "reference", "checked"), optional=SAID
        )
        start, points = form.day("from"), decimal_of(form, "points")
        if start is not None and points is not None:
            yield PointValue(unit, start, points, form.text("assumption"), form.text("reference"))


_VERSION = ("rate", "step", "least", "rounding", "quote_minutes")
_VERSION_OPTIONAL = ("most_a_year", "most_ever", "note")


def _conversion(
    rule: str, item: Item, pack: LawPack, findings: list[Finding]
) -> Iterator[Conversion]:
    form = Form(
        item,
        findings,
        required=("label", "from", "to", "versions"),
        optional=(
            "purpose",
            "open_to",
            "with_the_same",
            "stays_protected",
            "bounded_by",
            "at_work",
        ),
    )
    rights = {name: right_of(form, name, pack) for name in ("from", "to")}
    if form.text("open_to"):
        right_of(form, "open_to", pack)
    _refuse_unknown_attribute(form, "bounded_by")
    given, taken = rights["from"], rights["to"]
    if given is None or taken is None:
        return
    for part, start, last in versions(form, _VERSION, _VERSION_OPTIONAL):
        scale = pack.scale_of(given)
        yield Conversion(
            rule=rule,
            in_force=start,
            until=last,
            from_right=given.id,
            from_unit=given.unit,
            to_right=taken.id,
            to_unit=taken.unit,
            rate=_rate(part, pack, given, taken),
            step=minor_of(part, "step", scale, 1),
            least=minor_of(part, "least", scale, 1),
            most_a_year=minor_of(part, "most_a_year", scale, UNBOUNDED),
            most_ever=minor_of(part, "most_ever", scale, UNBOUNDED),
            rounding=part.text("rounding"),
            purpose=form.flag("purpose"),
            with_the_same=form.flag("with_the_same"),
            stays_protected=form.flag("stays_protected"),
            open_to=form.text("open_to"),
            bounded_by=form.text("bounded_by"),
            at_work=form.flag("at_work"),
            quote_minutes=part.integer("quote_minutes"),
            label=form.bilingual("label"),
            reference=part.text("reference"),
            url=part.text("url"),
            assumption="assumption" in part,
        )


def versions(
    form: Form, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[Form, date, date]]:
    """Each version of a rule with its first and last day: the eve of the next one, or for good.

    Each says `in_force`, its article and when it was checked; any may say `until`, `url` and
    `assumption`. None where they are out of order.
    """
    parts = [
        Form(
            each,
            form.findings,
            required=("in_force", "reference", "checked", *required),
            optional=("until", *SAID, *optional),
        )
        for each in form.items("versions")
    ]
    starts = [part.day("in_force") for part in parts]
    known = [start for start in starts if start is not None]
    if known != sorted(known):
        form.findings.append(form.item.finding("order", "versions", _ORDER))
        return
    for part, start, following in zip(parts, starts, [*starts[1:], None], strict=True):
        if start is not None:
            last = following - timedelta(days=1) if following else part.day("until") or FOREVER
            yield part, start, last


def right_of(form: Form, name: str, pack: LawPack) -> Right | None:
    """The right that a field names; a finding where there is none such."""
    found = pack.rights.get(form.text(name))
    if found is None:
        where = form[name] or form.item
        form.findings.append(where.finding("right", form.text(name), known_values(pack.rights)))
    return found


def _refuse_unknown_attribute(form: Form, name: str) -> None:
    known, item = load_vocabulary().attributes, form[name]
    if item is not None and form.text(name) not in known:
        form.findings.append(item.finding("attribute", form.text(name), known_values(known)))


def _rate(form: Form, pack: LawPack, given: Right, taken: Right) -> Rate:
    item = form["rate"]
    if item is None or item.mapping is None:
        if item is not None and item.value != "points":
            form.findings.append(item.finding("rate", str(item.value), _RATE))
        return Rate()
    if "right" in item.mapping:
        part = Form(item, form.findings, required=("right", "share"))
        right_of(part, "right", pack)
        share = decimal_of(part, "share") or Decimal(1)
        return Rate(right=part.text("right"), share=int(share * _WHOLE_SHARE))
    part = Form(item, form.findings, required=("takes", "gives"))
    return Rate(
        takes=minor_of(part, "takes", pack.scale_of(given), 1),
        gives=minor_of(part, "gives", pack.scale_of(taken), 1),
    )


def decimal_of(form: Form, name: str) -> Decimal | None:
    """A field that is a number; None when absent or mistyped."""
    item = form[name]
    if item is None:
        return None
    value = item.value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        form.findings.append(item.finding("shape", f"{name}: {value}", _NUMBER))
        return None
    return Decimal(value)


def minor_of(form: Form, name: str, scale: int, default: int) -> int:
    """An amount in smallest units; a finding when it has more decimals than its unit."""
    value = decimal_of(form, name)
    if value is None:
        return default
    minor = value.scaleb(scale)
    if minor != minor.to_integral_value():
        where = form[name] or form.item
        form.findings.append(where.finding("decimals", f"{name}: {value}", _DECIMALS))
    return int(minor)


_RATE = Text(
    fr="Un taux est {takes, gives}, {right, share} ou `points`.",
    en="A rate is {takes, gives}, {right, share} or `points`.",
)
_NUMBER = Text(fr="Un nombre est attendu ici.", en="A number is expected here.")
_DECIMALS = Text(fr="L’unité n’a pas autant de décimales.", en="The unit has not so many decimals.")
_ORDER = Text(fr="Les versions vont de la plus ancienne à la plus récente.", en="Oldest first.")
_CHECKED = Text(
    fr="`checked` : le jour où la règle a été relue pour la dernière fois.",
    en="`checked`: the day on which the rule was last read again.",
)
_SOURCE = Text(
    fr="Une règle a une adresse où la lire (`url`), ou la raison du choix du projet (`assumption`).",
    en="A rule has an address to read it at (`url`), or the reason of the project’s choice (`assumption`).",
)
