"""Read who may give what to whom, by which statuses one has an employer, and the limits of time banks."""

from __future__ import annotations

from collections.abc import Iterator

from cspu.economy.texts import SAID, minor_of, named, versions
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item
from cspu.law.model import LawPack
from cspu.trust.publishing import Content, Row

_HOUR_SCALE = 2


def gift_contents(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    """The rules of gifts and the needs that the law accepts; what is wrong is added to `findings`."""
    read = [(rule, _gift(item, findings)) for rule, item in named(pack, "gifts", findings)]
    yield Content(
        "economy",
        "gift_rule",
        ("rule", "in_force"),
        (
            *("until", "from_right", "to_right", "unit", "step", "least", "undo_hours"),
            "call_days",
            *("label_fr", "label_en", "reference", "url", "assumption"),
        ),
        tuple(row for rule, form in read for row in _gift_versions(rule, form, pack)),
    )
    yield Content(
        "economy",
        "need_kind",
        ("kind",),
        ("certifiers", "most_days", "label_fr", "label_en", "reference", "url"),
        tuple(
            _need(kind, item, findings)
            for _, form in read
            for kind, item in form.named("needs").items()
        ),
    )


def community_contents(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    """The limits of each community of mutual help; what is wrong is added to `findings`."""
    yield Content(
        "economy",
        "community",
        ("community", "in_force"),
        (
            *("until", "overdraft", "ceiling", "most_a_month", "step", "notice_days"),
            *("label_fr", "label_en", "reference", "assumption"),
        ),
        tuple(
            row
            for community, item in named(pack, "time_bank", findings)
            for row in _community(community, item, findings)
        ),
    )


def employed_contents(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    """By which statuses somebody belongs to an employer; what is wrong is added to `findings`."""
    yield Content(
        "economy",
        "employed_as",
        ("status", "in_force"),
        ("until", "shares_days", "reference"),
        tuple(
            (status, start, last, part.flag("shares_days"), part.text("reference"))
            for status, item in named(pack, "employed_as", findings)
            for part, start, last in versions(
                Form(item, findings, required=("versions",)), ("shares_days",), ("note",)
            )
        ),
    )


def _gift(item: Item, findings: list[Finding]) -> Form:
    return Form(item, findings, required=("label", "from", "to", "versions"), optional=("needs",))


def _gift_versions(rule: str, form: Form, pack: LawPack) -> Iterator[Row]:
    given, taken = (pack.rights.get(form.text(name)) for name in ("from", "to"))
    if given is None or taken is None or given.unit != taken.unit:
        form.findings.append(form.item.finding("right", rule, _SAME_UNIT))
        return
    label, scale = form.bilingual("label"), pack.scale_of(given)
    required = ("step", "least", "undo_hours", "call_days", "url")
    for part, start, last in versions(form, required):
        yield (
            *(rule, start, last, given.id, taken.id, given.unit),
            *(minor_of(part, "step", scale, 1), minor_of(part, "least", scale, 1)),
            *(part.integer("undo_hours"), part.integer("call_days"), label.fr, label.en),
            part.text("reference"),
            *(part.text("url"), "assumption" in part),
        )


def _need(kind: str, item: Item, findings: list[Finding]) -> Row:
    form = Form(
        item,
        findings,
        required=("label", "certifiers", "most_days", "reference", "checked"),
        optional=SAID,
    )
    label = form.bilingual("label")
    return (
        *(kind, " ".join(form.texts("certifiers")), form.integer("most_days"), label.fr, label.en),
        *(form.text("reference"), form.text("url")),
    )


def _community(community: str, item: Item, findings: list[Finding]) -> Iterator[Row]:
    form = Form(item, findings, required=("label", "versions"))
    label = form.bilingual("label")
    bounds = ("overdraft", "ceiling", "most_a_month", "step")
    for part, start, last in versions(form, (*bounds, "notice_days")):
        yield (
            *(community, start, last),
            *(minor_of(part, name, _HOUR_SCALE, 0) for name in bounds),
            *(
                part.integer("notice_days"),
                label.fr,
                label.en,
                part.text("reference"),
                "assumption" in part,
            ),
        )


_SAME_UNIT = Text(
    fr="Un don va d’un droit connu à un autre de la même unité.",
    en="A gift goes from a known right to another of the same unit.",
)
