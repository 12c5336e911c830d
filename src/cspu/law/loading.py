"""Read the texts of law from their folders; whatever is wrong comes back with file and line.

A folder of texts holds packs, one folder each: `fr` (the law in force), others beside it. Which are
loaded is the choice of whoever runs the program (`CSPU_LAW_PACKS`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cspu.kernel.amounts import Unit
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, Form, Item, read_yaml
from cspu.law.model import Funder, LawPack, Pack, Region, Right, Standing
from cspu.law.regions import load_regions, with_regions
from cspu.law.right_form import load_right
from cspu.law.shared_figures import with_shared_figures

TEXTS = Path(__file__).parent / "texts"
_NOT_RIGHTS = frozenset(
    f"{name}.yaml"
    for name in (
        *("pack", "funders", "point_values", "conversions", "uses", "top_ups"),
        *("gifts", "time_bank", "recovery", "employed_as"),
    )
)
"""Texts of a pack that are no right: what it is, who pays, the rules of exchange (room `economy`)."""


class UnknownPack(CspuError):
    """A pack asked for is no folder of the texts."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        listed = ", ".join(known)
        super().__init__(
            "law.unknown_pack",
            Text(
                fr=f"Aucun dossier de textes ne s’appelle « {code} ».",
                en=f"No folder of texts is called “{code}”.",
            ),
            Text(
                fr=f"Corrigez CSPU_LAW_PACKS. Dossiers connus : {listed}.",
                en=f"Correct CSPU_LAW_PACKS. Known folders: {listed}.",
            ),
        )


def packs_asked_for(
    environ: Mapping[str, str] = os.environ, folder: Path = TEXTS
) -> tuple[str, ...]:
    """The packs of this installation: `CSPU_LAW_PACKS`; by default those that say they are law in force."""
    asked = environ.get("CSPU_LAW_PACKS") or ""
    codes = asked.split(",") if asked else [*_in_force(folder)]
    return tuple(dict.fromkeys(code.strip() for code in codes if code.strip()))


def _in_force(folder: Path) -> Iterator[str]:
    for code in packs_of(folder):
        head = read_yaml(folder / code / "pack.yaml", [])
        standing = (head.mapping or {}).get("standing") if head else None
        if standing is not None and standing.value == Standing.IN_FORCE:
            yield code


def packs_of(folder: Path = TEXTS) -> tuple[str, ...]:
    """Every pack of a folder of texts."""
    return tuple(sorted(each.name for each in folder.iterdir() if each.is_dir()))


def load_pack(path: Path | None = None, packs: Sequence[str] | None = None) -> LawPack:
    """Read the texts of some packs under `path` (ours, and those asked for, by default).

    Never raises on a faulty text: it is left out, and said in `LawPack.findings`. UnknownPack for a
    pack that is not there.
    """
    folder = path or TEXTS
    findings: list[Finding] = []
    units = dict(_units(read_yaml(folder / "units.yaml", findings), findings))
    read: dict[str, Pack] = {}
    funders: dict[str, Funder] = {}
    rights: dict[str, Right] = {}
    regions: list[Region] = []
    for code in packs_asked_for(folder=folder) if packs is None else packs:
        if code not in packs_of(folder):
            raise UnknownPack(code, packs_of(folder))
        read[code] = _pack(folder / code, units, findings)
        for funder, item in _funders(folder / code, findings):
            if funders.setdefault(funder.code, funder) != funder:
                findings.append(item.finding("funder", funder.code, _OTHER_FUNDER))
        for right in _rights(folder / code, findings):
            if right.id in rights:
                findings.append(right.item.finding("id", right.id, _OTHER_RIGHT))
            rights.setdefault(right.id, right)
        regions += load_regions(folder / code, findings)
    shared = with_shared_figures(rights, findings)
    return LawPack(
        units,
        funders,
        with_regions(shared, regions, findings),
        tuple(findings),
        folder,
        read,
        tuple(regions),
        shared,
    )


def _rights(folder: Path, findings: list[Finding]) -> Iterator[Right]:
    for file in sorted(folder.glob("*.yaml")):
        right = None if file.name in _NOT_RIGHTS else load_right(file, findings)
        if right is not None:
            yield right


def _pack(folder: Path, units: dict[str, Unit], findings: list[Finding]) -> Pack:
    """What the pack says of itself; units of its own are added to the shared ones."""
    path, code = folder / "pack.yaml", folder.name
    unsaid = Pack(code, Text(code, code), "", Standing.PROPOSAL)
    if not path.exists():
        findings.append(Finding(f"{code}/pack.yaml", 1, "no_pack", code, _NO_PACK))
        return unsaid
    item = read_yaml(path, findings, name=f"{code}/{path.name}")
    if item is None:
        return unsaid
    form = Form(
        item,
        findings,
        required=("label", "country", "standing"),
        optional=("note", "units", "funders", "sheltered"),
    )
    for unit_code, unit in _units(form["units"], findings).items():
        if unit_code in units:
            findings.append(item.finding("unit", unit_code, _OTHER_UNIT))
        units[unit_code] = unit
    standing = form.choice("standing", Standing, Standing.PROPOSAL)
    note = form.bilingual("note") if "note" in form else None
    if (standing is Standing.PROPOSAL) != (note is not None):
        findings.append(item.finding("note", code, _NOTE))
    sheltered = frozenset(form.texts("sheltered"))
    return Pack(code, form.bilingual("label"), form.text("country"), standing, note, sheltered)


def _units(item: Item | None, findings: list[Finding]) -> Mapping[str, Unit]:
    units = {}
    for code, part in (item.mapping if item and item.mapping else {}).items():
        form = Form(part, findings, required=("scale", "singular", "plural"), optional=("symbol",))
        singular, plural = form.bilingual("singular"), form.bilingual("plural")
        units[code] = Unit(code, form.integer("scale"), singular, plural, form.text("symbol"))
    return units


def _funders(folder: Path, findings: list[Finding]) -> Iterator[tuple[Funder, Item]]:
    """Who pays, from the pack's funders.yaml and from `funders` of its pack.yaml."""
    own, listed = folder / "pack.yaml", folder / "funders.yaml"
    heads: list[Item | None] = []
    if listed.exists():
        heads.append(read_yaml(listed, findings, name=f"{folder.name}/{listed.name}"))
    if own.exists():
        # What is malformed there was said when the pack itself was read.
        item = read_yaml(own, [], name=f"{folder.name}/{own.name}")
        heads.append((item.mapping or {}).get("funders") if item else None)
    for head in heads:
        for code, part in (head.mapping if head and head.mapping else {}).items():
            form = Form(part, findings, required=("label",))
            yield Funder(code, form.bilingual("label")), part


_NO_PACK = Text(
    fr="Un dossier de textes dit ce qu’il est, dans pack.yaml : label, country, standing.",
    en="A folder of texts says what it is, in pack.yaml: label, country, standing.",
)
_NOTE = Text(
    fr="Une proposition dit aux gens ce qu’elle est (note) ; la loi en vigueur n’a pas de note.",
    en="A proposal tells people what it is (note); law in force has no note.",
)
_OTHER_FUNDER = Text(
    fr="Un autre dossier donne ce nom à un autre financeur ; prenez le même libellé, ou un autre nom.",
    en="Another folder gives this name to another funder; use the same label, or another name.",
)
_OTHER_RIGHT = Text(
    fr="Un autre dossier a déjà un droit de ce nom ; choisissez-en un autre.",
    en="Another folder already has a right of this name; choose another.",
)
_OTHER_UNIT = Text(
    fr="Cette unité existe déjà dans units.yaml ou dans un autre dossier.",
    en="This unit already exists in units.yaml or in another folder.",
)
