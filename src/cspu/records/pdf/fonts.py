"""The house's font as PDF needs it: plain TrueType files, made once from the packaged web font.

The web font comes as two variable subsets (latin, latin-ext). Each weight is cut out of both,
joined, and kept under `<data>/fonts`, named by what it was made from: a new version of the package
makes new files, and two processes that make the same file at once make the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

FAMILY = "Atkinson Hyperlegible Next"
WEIGHTS: Mapping[str, int] = {"": 400, "B": 700}
_PACKAGE = "@fontsource-variable/atkinson-hyperlegible-next"
_SUBSETS = ("latin", "latin-ext")
_RECIPE = b"1"
_SHAPING = ("GPOS", "GSUB", "GDEF")


@dataclass(frozen=True, slots=True)
class Fonts:
    """A file for each style of fpdf2, and the characters they all can print."""

    files: Mapping[str, Path]
    characters: frozenset[int]


def installed_fonts() -> Fonts:
    """The fonts of this installation, made now if they were not yet."""
    return _fonts(Path(settings.CSPU_NODE_MODULES), Path(settings.CSPU_DATA) / "fonts")


@cache
def _fonts(packages: Path, kept: Path) -> Fonts:
    sources = [
        packages / _PACKAGE / "files" / f"atkinson-hyperlegible-next-{subset}-wght-normal.woff2"
        for subset in _SUBSETS
    ]
    if not all(source.is_file() for source in sources):
        raise EnvironmentUnfit(
            "records.font_missing",
            Text(
                fr="La police des documents (node_modules) n’est pas installée.",
                en="The font of the documents (node_modules) is not installed.",
            ),
            Text(fr="Lancez « make install ».", en="Run `make install`."),
        )
    digest = sha256(_RECIPE + b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    files = {style: kept / f"{digest}-{weight}.ttf" for style, weight in WEIGHTS.items()}
    for style, file in files.items():
        if not file.is_file():
            _make(sources, WEIGHTS[style], file)
    return Fonts(files, frozenset.intersection(*(_covered(file) for file in files.values())))


def _covered(file: Path) -> frozenset[int]:
    with TTFont(file) as font:
        return frozenset(font.getBestCmap())


def _make(sources: list[Path], weight: int, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        parts = [Path(folder) / f"{rank}.ttf" for rank in range(len(sources))]
        for source, part in zip(sources, parts, strict=True):
            _cut(source, weight, part)
        joined = Merger().merge([str(part) for part in parts])
        joined.recalcTimestamp = False
        joined["head"].created = joined["head"].modified = 0
        whole = Path(folder) / "whole.ttf"
        joined.save(whole)
        whole.replace(target)


def _cut(source: Path, weight: int, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    for table in _SHAPING:  # fpdf2 does not shape text without another library: dead weight
        del font[table]
    instantiateVariableFont(font, {"wght": weight}, inplace=True)
    font.flavor = None
    font.save(target)
