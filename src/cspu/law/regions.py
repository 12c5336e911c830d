"""What regions set by themselves, within the bounds of the law, and how it differs from the rest.

Note [a figure of one's region]. A parameter that some region sets becomes a quantity that looks at
the person's region: `CASE WHEN floor_regional THEN CASE WHEN region = '53' THEN floor_53
ELSE floor_national END ELSE floor_national END`. Before any region sets it the region is not looked at, so
that nobody's past depends on where she lives; once one does, a region that is not known makes the
figure unknown. It is written as a definition like any other: checked, compiled, traced and told by
the same code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, known_values, read_yaml
from cspu.law.model import (
    Bounds,
    Definition,
    Expression,
    LawPack,
    Parameter,
    ParameterValue,
    Region,
    Right,
    RightVersion,
)
from cspu.law.right_form import read_values

REGION = "region"
"""The fact that says in which region a person lives: its values are the codes of regions."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that a region sets, beside what holds everywhere else."""

    region: Region
    right: Right
    parameter: Parameter
    national: ParameterValue | None
    regional: ParameterValue


def load_regions(folder: Path, findings: list[Finding]) -> list[Region]:
    """Read `regions/<code>.yaml` of a pack."""
    return [
        region
        for file in sorted((folder / "regions").glob("*.yaml"))
        if (region := _region(file, folder.name, findings)) is not None
    ]


def _region(file: Path, pack: str, findings: list[Finding]) -> Region | None:
    item = read_yaml(file, findings, name=f"{pack}/regions/{file.name}")
    if item is None:
        return None
    form = Form(item, findings, required=("label", "parameters"))
    values = {
        (right, name): read_values(name, _listed(part, findings), part, findings)
        for right, parts in form.named("parameters").items()
        for name, part in (parts.mapping or {}).items()
    }
    digest = sha256(file.read_bytes()).hexdigest()
    return Region(file.stem, pack, form.bilingual("label"), values, digest, item)


def _listed(item: Item, findings: list[Finding]) -> Sequence[Item]:
    return Form(replace(item, mapping={"values": item}), findings, optional=("values",)).items(
        "values"
    )


def with_regions(
    rights: Mapping[str, Right], regions: Sequence[Region], findings: list[Finding]
) -> Mapping[str, Right]:
    """The rights, each figure that a region may set and sets made to depend on the region."""
    settings: dict[str, dict[str, dict[str, Region]]] = {}
    for region in regions:
        for (right, name), values in region.values.items():
            fault = _fault(rights, region, right, name, values)
            if fault is not None:
                findings.append(fault)
            else:
                settings.setdefault(right, {}).setdefault(name, {})[region.code] = region
    return {
        code: _regional(right, settings[code]) if code in settings else right
        for code, right in rights.items()
    }


def _fault(
    rights: Mapping[str, Right],
    region: Region,
    right: str,
    name: str,
    values: Sequence[ParameterValue],
) -> Finding | None:
    """Why a region may not set this: no such right or figure, not left to it, or out of bounds."""
    place = (region.item.mapping or {})["parameters"]
    if right not in rights:
        return place.finding("unknown_name", right, known_values(rights))
    parameters = rights[right].parameters
    if name not in parameters:
        return place.finding("unknown_name", name, known_values(parameters))
    bounds = parameters[name].regional
    if bounds is None:
        return place.finding("not_regional", name, _NOT_REGIONAL)
    for value in values:
        if value.value is None:
            continue
        if not isinstance(value.value, Decimal) or value.value not in bounds:
            line = replace(place, line=value.line)
            return line.finding("bounds", f"{name}: {value.value}", _out_of(bounds))
    return None


def _regional(right: Right, settings: Mapping[str, Mapping[str, Region]]) -> Right:
    parameters = {name: part for name, part in right.parameters.items() if name not in settings}
    versions = right.versions
    for name, regions in settings.items():
        national = right.parameters[name]
        values = {code: region.values[right.id, name] for code, region in regions.items()}
        parameters |= {
            part.name: part
            for part in (
                _renamed(national, "national", national.values, _NATIONAL),
                _switch(national, [*values.values()]),
                *(
                    _renamed(national, code, _merged(national, values[code]), regions[code].label)
                    for code in values
                ),
            )
        }
        first = min((each[0].start for each in values.values() if each), default=date.max)
        versions = tuple(_looking(version, national, [*values], first) for version in versions)
    read = sorted({region.digest for regions in settings.values() for region in regions.values()})
    digest = sha256(" ".join([right.digest, *read]).encode()).hexdigest()
    return replace(right, parameters=parameters, versions=versions, digest=digest)


def _renamed(
    parameter: Parameter, suffix: str, values: tuple[ParameterValue, ...], who: Text
) -> Parameter:
    label = Text(
        fr=f"{parameter.label.fr} ({who.fr})",
        en=f"{parameter.label.en} ({who.en})",
    )
    return replace(parameter, name=f"{parameter.name}_{suffix}", label=label, values=values)


def _merged(
    national: Parameter, regional: tuple[ParameterValue, ...]
) -> tuple[ParameterValue, ...]:
    """The region's values while it sets some, the nation's before and after."""
    own = replace(national, values=regional)
    starts = sorted({value.start for value in (*national.values, *regional)})
    return tuple(
        replace(value, start=start)
        for start in starts
        if (value := _set(own.on(start)) or national.on(start)) is not None
    )


def _switch(national: Parameter, settings: Iterable[tuple[ParameterValue, ...]]) -> Parameter:
    """Whether any region sets the figure, by date."""
    own = [replace(national, values=values) for values in settings]
    starts = sorted({value.start for each in own for value in each.values})
    first = national.values[0]
    values = [replace(first, start=date.min, value=False)]
    for start in starts:
        found = next((value for each in own if (value := _set(each.on(start)))), None)
        values.append(replace(found or first, start=start, value=found is not None))
    label = Text(
        fr=f"{national.label.fr} : une région le fixe",
        en=f"{national.label.en}: a region sets it",
    )
    return replace(
        national,
        name=f"{national.name}_regional",
        unit="times",
        label=label,
        values=tuple(values),
        regional=None,
    )


def _set(value: ParameterValue | None) -> ParameterValue | None:
    return value if value is not None and value.value is not None else None


def _looking(
    version: RightVersion, national: Parameter, codes: Sequence[str], first: date
) -> RightVersion:
    """A version that uses the figure, with the figure looked up by region."""
    name = national.name
    others = f"{name}_national"
    if not _uses(version, name):
        return version
    if version.until is not None and version.until < first:
        written = others
    else:
        cases = " ".join(f"WHEN {REGION} = '{code}' THEN {name}_{code}" for code in codes)
        written = f"CASE WHEN {name}_regional THEN CASE {cases} ELSE {others} END ELSE {others} END"
    item = replace(national.item, mapping=None, value=written, raw=written)
    looked_up = Definition(name, national.unit, national.label, Expression(written, item))
    return replace(version, definitions=(looked_up, *version.definitions))


def _uses(version: RightVersion, name: str) -> bool:
    limits = [limit.amount for limit in (version.cap, version.protected) if limit]
    expressions = [
        version.when,
        version.amount,
        *limits,
        *(definition.expression for definition in version.definitions),
        *(sentence.when for sentence in version.sentences),
    ]
    texts = [each.text for each in expressions if each is not None]
    texts += [
        text for sentence in version.sentences for text in (sentence.text.fr, sentence.text.en)
    ]
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def differences(pack: LawPack, code: str, day: date) -> Iterator[Difference]:
    """Every figure that a region sets on that day otherwise than everywhere else."""
    for region in pack.regions:
        if region.code != code:
            continue
        for (right_id, name), values in region.values.items():
            right = pack.national.get(right_id)
            parameter = right.parameters.get(name) if right else None
            if right is None or parameter is None:
                continue
            regional = _set(replace(parameter, values=values).on(day))
            national = parameter.on(day)
            if regional is not None and (national is None or national.value != regional.value):
                yield Difference(region, right, parameter, national, regional)


def _out_of(bounds: Bounds) -> Text:
    return Text(
        fr=f"La loi laisse fixer cette valeur entre {bounds.lowest} et {bounds.highest}.",
        en=f"The law lets this value be set between {bounds.lowest} and {bounds.highest}.",
    )


_NATIONAL = Text(fr="valeur nationale", en="national value")
_NOT_REGIONAL = Text(
    fr="La loi ne laisse pas les régions fixer cette valeur (`regional` dans son texte).",
    en="The law does not let regions set this value (`regional` in its text).",
)
