"""Publishing the rules of exchange: the tables of the room hold exactly what the texts say."""

from __future__ import annotations

from collections.abc import Iterator

from cspu.economy.texts import Conversion, Rules, load_rules
from cspu.law import LawPack, load_pack
from cspu.trust.publishing import Content, Row, publish

_LOCK = 0x45434F4E
"""Key of the advisory lock held while publishing ("ECON" in ASCII)."""


def publish_rules(pack: LawPack | None = None) -> int:
    """Publish the rules of the packs in force, ours by default; how many rows that changed.

    Transaction: one of its own, or the caller's, as the owner. Refusals: RulesRefused, with all that
    is wrong in the texts; then the former rules stay.
    """
    return publish(tuple(_contents(load_rules(pack or load_pack()))), lock=_LOCK)


def _contents(rules: Rules) -> Iterator[Content]:
    yield Content(
        "economy",
        "point_value",
        ("unit", "in_force"),
        ("points", "assumption", "reference"),
        tuple(
            (each.unit, each.in_force, each.points, bool(each.assumption), each.reference)
            for each in rules.points
        ),
    )
    yield Content(
        "economy",
        "conversion",
        ("rule", "in_force"),
        (
            *("until", "from_right", "from_unit", "to_right", "to_unit", "takes", "gives"),
            *("rate_from", "rate_share", "with_the_same", "step", "least", "most_a_year"),
            *("most_ever", "rounding", "purpose", "open_to", "undo_hours", "label_fr"),
            *("label_en", "reference", "url", "assumption"),
        ),
        tuple(_conversion(each) for each in rules.conversions),
    )


def _conversion(each: Conversion) -> Row:
    return (
        *(each.rule, each.in_force, each.until, each.from_right, each.from_unit),
        *(each.to_right, each.to_unit, each.rate.takes, each.rate.gives),
        *(each.rate.right, each.rate.share, each.with_the_same, each.step, each.least),
        *(each.most_a_year, each.most_ever, each.rounding, each.purpose, each.open_to),
        *(each.undo_hours, each.label.fr, each.label.en, each.reference, each.url),
        each.assumption,
    )
