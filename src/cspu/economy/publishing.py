"""Publishing the rules of exchange: the tables of the room hold exactly what the texts say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cspu.economy.errors import RulesRefused
from cspu.economy.recovery_texts import recoveries
from cspu.economy.sharing_texts import community_contents, employed_contents, gift_contents
from cspu.economy.texts import Conversion, conversions, point_values
from cspu.economy.use_texts import TopUp, Use, top_ups, uses
from cspu.kernel.yaml_source import Finding
from cspu.law import LawPack, load_pack
from cspu.trust.publishing import Content, Row, publish

_LOCK = 0x45434F4E
"""Key of the advisory lock held while publishing ("ECON" in ASCII)."""


def publish_rules(pack: LawPack | None = None, *, beside: Sequence[Path] = ()) -> int:
    """Publish the rules of the packs in force, ours by default; how many rows that changed.

    `beside`: folders with a `top_ups.yaml` of this instance alone. What is published without is withdrawn.
    Transaction: one of its own, or the caller's, as the owner. Refusals: RulesRefused, with all that
    is wrong in the texts; then the former rules stay.
    """
    findings: list[Finding] = []
    law = pack or load_pack()
    contents = [part for read in _READERS for part in read(law, findings)]
    contents += _top_ups(law, findings, beside)
    if findings:
        raise RulesRefused(findings)
    return publish(contents, lock=_LOCK)


def _exchange(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    yield Content(
        "economy",
        "point_value",
        ("unit", "in_force"),
        ("points", "assumption", "reference"),
        tuple(
            (each.unit, each.in_force, each.points, bool(each.assumption), each.reference)
            for each in point_values(pack, findings)
        ),
    )
    yield Content(
        "economy",
        "conversion",
        ("rule", "in_force"),
        (
            *("until", "from_right", "from_unit", "to_right", "to_unit", "takes", "gives"),
            *(
                "rate_from",
                "rate_share",
                "with_the_same",
                "stays_protected",
                "step",
                "least",
                "most_a_year",
            ),
            *("most_ever", "rounding", "purpose", "open_to", "quote_minutes", "label_fr"),
            *("label_en", "reference", "url", "assumption", "bounded_by", "at_work"),
        ),
        tuple(_conversion(each) for each in conversions(pack, findings)),
    )


def _conversion(each: Conversion) -> Row:
    return (
        *(each.rule, each.in_force, each.until, each.from_right, each.from_unit),
        *(each.to_right, each.to_unit, each.rate.takes, each.rate.gives),
        *(
            each.rate.right,
            each.rate.share,
            each.with_the_same,
            each.stays_protected,
            each.step,
            each.least,
        ),
        *(each.most_a_year, each.most_ever, each.rounding, each.purpose, each.open_to),
        *(each.quote_minutes, each.label.fr, each.label.en, each.reference, each.url),
        *(each.assumption, each.bounded_by, each.at_work),
    )


def _recovery(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    read = tuple(recoveries(pack, findings))
    yield Content(
        "economy",
        "recovery",
        ("in_force",),
        ("per_dependant", "left_a_month", "in_kind_share", "days_to_contest", "reference", "url"),
        tuple(
            (
                *(each.in_force, each.per_dependant, each.left_a_month, each.in_kind_share),
                *(each.days_to_contest, each.reference, each.url),
            )
            for each in read
        ),
    )
    yield Content(
        "economy",
        "seizable",
        ("in_force", "rank"),
        ("upto", "share"),
        tuple(
            (each.in_force, rank, band.upto, band.share)
            for each in read
            for rank, band in enumerate(each.bands)
        ),
    )


def _uses(pack: LawPack, findings: list[Finding]) -> Iterator[Content]:
    others = (
        *("until", "right_id", "unit", "payee", "purpose", "step", "least", "most"),
        *("undo_hours", "answer_days", "open_to"),
    )
    yield Content(
        "economy",
        "use_rule",
        ("use", "in_force"),
        (*others, *_SAID),
        tuple(
            (each.use, each.in_force, *(getattr(each, name) for name in others), *_said(each))
            for each in uses(pack, findings)
        ),
    )


def _top_ups(pack: LawPack, findings: list[Finding], beside: Sequence[Path]) -> Iterator[Content]:
    others = (
        *("until", "right_id", "unit", "funder", "employer", "region", "how", "earmark"),
        *("amount", "for_each", "adds", "most_a_year", "most_ever", "months", "open_to"),
    )
    yield Content(
        "economy",
        "top_up_rule",
        ("rule", "in_force"),
        (*others, *_SAID),
        tuple(
            (each.rule, each.in_force, *(getattr(each, name) for name in others), *_said(each))
            for each in top_ups(pack, findings, beside=beside)
        ),
    )


_SAID = ("label_fr", "label_en", "reference", "url", "assumption")


def _said(each: Use | TopUp) -> Row:
    return (each.label.fr, each.label.en, each.reference, each.url, each.assumption)


_READERS: tuple[Callable[[LawPack, list[Finding]], Iterator[Content]], ...] = (
    _exchange,
    employed_contents,
    gift_contents,
    community_contents,
    _recovery,
    _uses,
)
"""One a file of rules: its tables, what is referred to first."""
