"""All rights as a page: what each gives, who pays, which law, since when, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cspu.kernel.markdown import grid, named
from cspu.law.formatting import format_value
from cspu.law.model import EMPLOYER, Gives, LawPack, Pack, Parameter, Right, Standing, Value

_HEAD = """\
# All rights

Generated from `src/cspu/law/texts/` by `cspu law table`: change the texts, not this page. French
terms, with their code names. [How to write a right](../howto/write-a-right.md) says what each word means.
"""
_NONE = "—"
_TITLES = (
    "right",
    "family",
    "gives",
    "unit",
    "who pays",
    "law",
    "since",
    "body",
    "last checked",
    "assumed",
)


def render(pack: LawPack) -> str:
    """The whole page, for every pack that was loaded."""
    sections = [_HEAD]
    in_force_first = sorted(pack.packs.values(), key=lambda each: (each.standing, each.code))
    sections += [_table(pack, each) for each in in_force_first]
    sections += [_assumptions(pack), _left_to_regions(pack), _set_by_regions(pack)]
    return "\n".join(sections)


def _table(pack: LawPack, own: Pack) -> str:
    rights = [right for right in pack.national.values() if right.pack == own.code]
    standing = f"\n{own.note.fr}\n" if own.note else ""
    kind = "law in force" if own.standing is Standing.IN_FORCE else "a proposal, not law"
    rows = [_row(pack, right) for right in rights]
    table = grid(_TITLES, rows) if rows else "No text yet.\n"
    return (
        f"## {named(own.label.fr, own.code)}\n\n"
        f"Country: {own.country}. This is {kind}. Rights: {len(rights)}.\n{standing}\n{table}"
    )


def _row(pack: LawPack, right: Right) -> Sequence[str]:
    last = right.versions[-1].until
    since = str(right.versions[0].in_force)
    return (
        named(right.label.fr, right.id),
        f"`{right.family}`",
        f"`{right.gives}`" + (f", OpenFisca `{right.openfisca}`" if right.openfisca else ""),
        f"`{right.unit}`" if right.unit else _NONE,
        "; ".join(dict.fromkeys(_funders(pack, right))) or _NONE,
        "; ".join(dict.fromkeys(_articles(right))),
        f"{since}, until {last}" if last else since,
        right.responsible.fr,
        str(right.checked_on or _NONE),
        str(len([*_assumed(right)]) or _NONE),
    )


def _funders(pack: LawPack, right: Right) -> Iterator[str]:
    if right.gives is Gives.STATUS:
        return
    for version in right.versions:
        funder = pack.funders.get(version.funder)
        yield "l’employeur" if version.funder == EMPLOYER else funder.label.fr if funder else ""


def _articles(right: Right) -> Iterator[str]:
    for reference in right.references:
        yield reference.article
    for version in right.versions:
        for reference in version.references:
            yield reference.article


def _assumed(right: Right) -> Iterator[tuple[str, str]]:
    """What is the project's own in a right, with why."""
    if right.assumption is not None:
        yield "the right itself", right.assumption.fr
    for parameter in right.parameters.values():
        for value in parameter.values:
            if value.assumption:
                what = f"{named(parameter.label.fr, parameter.name)}, from {value.start}"
                yield what, value.assumption


def _assumptions(pack: LawPack) -> str:
    rows = [
        (f"`{right.id}`", what, " ".join(why.split()))
        for right in pack.national.values()
        for what, why in _assumed(right)
    ]
    table = grid(("right", "what", "why"), rows) if rows else "Nothing.\n"
    return f"## What the project assumed, no law saying it\n\n{table}"


def _left_to_regions(pack: LawPack) -> str:
    rows = [
        (
            f"`{right.id}`",
            named(parameter.label.fr, parameter.name),
            _written(pack, parameter, parameter.regional.lowest),
            _written(pack, parameter, parameter.regional.highest),
            _written(pack, parameter, parameter.values[-1].value),
        )
        for right in pack.national.values()
        for parameter in right.parameters.values()
        if parameter.regional is not None
    ]
    titles = ("right", "figure", "at least", "at most", "latest national value")
    table = grid(titles, rows) if rows else "Nothing.\n"
    return (
        "## What a region may set\n\n"
        "`cspu law diff --region 53 --on 2030-06-30` shows what a region changes on a day.\n\n"
        f"{table}"
    )


def _set_by_regions(pack: LawPack) -> str:
    rows = [
        (
            named(region.label.fr, region.code),
            f"`{right_id}`",
            named(parameter.label.fr, name),
            str(value.start),
            _written(pack, parameter, value.value)
            if value.value is not None
            else "valeur nationale",
            value.reference.article,
        )
        for region in pack.regions
        for (right_id, name), values in region.values.items()
        if (right := pack.national.get(right_id)) and (parameter := right.parameters.get(name))
        for value in values
    ]
    titles = ("region", "right", "figure", "from", "value", "reference")
    table = grid(titles, rows) if rows else "Nothing.\n"
    return f"## What regions set\n\n{table}"


def _written(pack: LawPack, parameter: Parameter, value: Value | None) -> str:
    return format_value(value, pack.unit_of(parameter.unit), "fr")
