"""Read who may give what to whom, and the limits of time banks: `gifts.yaml`, `time_bank.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cspu.economy.texts import SAID, minor_of, named
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item
from cspu.law.model import LawPack
from cspu.trust.publishing import Content, Row

_FOREVER = date(9999, 12, 31)
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
            *("until", "overdraft", "ceiling", "most_a_month", "step"),
            *("label_fr", "label_en", "reference", "assumption"),
        ),
        tuple(
            row
            for community, item in named(pack, "time_bank", findings)
            for row in _community(community, item, findings)
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
    required = ("in_force", "step", "least", "undo_hours", "reference", "url", "checked")
    for part, start, last in _versions(form, required):
        yield (
            *(rule, start, last, given.id, taken.id, given.unit),
            *(minor_of(part, "step", scale, 1), minor_of(part, "least", scale, 1)),
            *(part.integer("undo_hours"), label.fr, label.en, part.text("reference")),
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
    required = ("in_force", "overdraft", "ceiling", "most_a_month", "step", "reference", "checked")
    for part, start, last in _versions(form, required):
        yield (
            *(community, start, last),
            *(minor_of(part, name, _HOUR_SCALE, 0) for name in required[1:5]),
            *(label.fr, label.en, part.text("reference"), "assumption" in part),
        )


def _versions(form: Form, required: tuple[str, ...]) -> Iterator[tuple[Form, date, date]]:
    """Each version with its first and last day: the eve of the next one, or for good."""
    parts = [
        Form(each, form.findings, required=required, optional=("until", *SAID))
        for each in form.items("versions")
    ]
    starts = [part.day("in_force") for part in parts]
    if starts != sorted(start for start in starts if start is not None):
        form.findings.append(form.item.finding("order", "versions", _ORDER))
        return
    for part, start, following in zip(parts, starts, [*starts[1:], None], strict=True):
        if start is not None:
            last = following - timedelta(days=1) if following else part.day("until") or _FOREVER
            yield part, start, last


_SAME_UNIT = Text(
    fr="Un don va d’un droit connu à un autre de la même unité.",
    en="A gift goes from a known right to another of the same unit.",
)
_ORDER = Text(fr="Les versions vont de la plus ancienne à la plus récente.", en="Oldest first.")
