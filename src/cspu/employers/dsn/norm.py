"""The norm's tables, by year: which blocks exist, where they hang, what each rubric may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from cspu.employers.dsn.dates import is_birth_date, is_first_of_month, is_real_date

Check = Callable[[str], object]
"""Truthy when the value is admitted."""

VERSION_RUBRIC = "S10.G00.00.006"
"""The rubric that names the norm's version; not in `Norm.fast`, so that the reader stops at it."""

_VERSION = re.compile(r"P(\d\d)V\d\d")
_SHORT = 6
"""Characters: codes, rates, years; no name, number or amount of anybody's is that short for long."""
_HEAD = len("S21.G00.30.001,''")


@dataclass(frozen=True, slots=True)
class Rubric:
    """What the value of one rubric must be. `kind` is text, in, like, date or month."""

    block: str
    number: str
    low: int
    high: int
    kind: str
    detail: str
    check: Check

    @property
    def code(self) -> str:
        """`S21.G00.30.001`."""
        return f"{self.block}.{self.number}"

    @property
    def repeats(self) -> bool:
        """Whether few different values are expected: a checked line is then worth remembering."""
        return self.kind in ("in", "date", "month") or self.high <= _SHORT


@dataclass(frozen=True, slots=True)
class BlockRule:
    """Where a block hangs and how often it may stand there (`maximum` None: any number)."""

    code: str
    name: str
    parent: str | None
    minimum: int
    maximum: int | None


Fast = tuple[str, str, int, int, Check, bool]
"""One rubric as the reading loop wants it: block, number, shortest and longest line, check, repeats."""


@dataclass(frozen=True, slots=True)
class Norm:
    """The tables of one yearly version."""

    version: str
    blocks: Mapping[str, BlockRule]
    rubrics: Mapping[str, Rubric]
    fast: Mapping[str, Fast]
    """By the start of a line, `S21.G00.30.001,'`."""


@cache
def versions() -> tuple[str, ...]:
    """The yearly versions the product carries, oldest first."""
    folder = files(__package__).joinpath("norm")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".json")))


def newest() -> str:
    """The latest yearly version carried."""
    return versions()[-1]


def choose(version: str) -> str | None:
    """The tables to read `version` with: its own, the newest for the year that follows, or none."""
    if version in versions():
        return version
    asked, known = _VERSION.fullmatch(version), _VERSION.fullmatch(newest())
    if asked and known and int(asked[1]) == int(known[1]) + 1:
        return newest()
    return None


@cache
def load(version: str) -> Norm:
    """The tables of a version the product carries."""
    raw = _raw(version)
    if "union_of" in raw:
        return _union(version, [load(name) for name in raw["union_of"]])
    blocks = {
        code: BlockRule(code, block["name"], block["parent"], block["min"], block["max"])
        for code, block in raw["blocks"].items()
    }
    rubrics = [
        _rubric(code, number, text, raw["patterns"])
        for code, block in raw["blocks"].items()
        for number, text in block["rubrics"].items()
    ]
    return _norm(version, blocks, rubrics)


def _raw(version: str) -> dict[str, Any]:
    text = files(__package__).joinpath("norm", f"{version}.json").read_text(encoding="utf-8")
    raw: dict[str, Any] = json.loads(text)
    return raw


def _norm(version: str, blocks: dict[str, BlockRule], rubrics: list[Rubric]) -> Norm:
    fast = {
        f"{r.code},'": (r.block, r.number, r.low + _HEAD, r.high + _HEAD, r.check, r.repeats)
        for r in rubrics
        if r.code != VERSION_RUBRIC
    }
    return Norm(version, blocks, {r.code: r for r in rubrics}, fast)


def _rubric(block: str, number: str, text: str, patterns: Mapping[str, str]) -> Rubric:
    """Read `13-13 like nir`, `2-2 in 01 02`, `8-8 date:20`, `1-80 text`, `8-8 month`."""
    lengths, kind, detail = [*text.split(" ", 2), ""][:3]
    low, high = (int(part) for part in lengths.split("-"))
    kind, _, centuries = kind.partition(":")
    detail = detail or centuries
    return Rubric(block, number, low, high, kind, detail, _check(kind, detail, patterns))


def _check(kind: str, detail: str, patterns: Mapping[str, str]) -> Check:
    if kind == "in":
        return frozenset(detail.split()).__contains__
    if kind == "like" and detail == "birth_date":
        return is_birth_date(_compiled(patterns[detail]))
    if kind == "like":
        return _compiled(patterns[detail])
    if kind == "date":
        return is_real_date(tuple(detail.split(",")))
    return is_first_of_month if kind == "month" else str.strip


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Check:
    return re.compile(pattern, re.ASCII).fullmatch


def _union(version: str, norms: list[Norm]) -> Norm:
    """What any of the norms admits, for a year whose own table is not at hand."""
    blocks: dict[str, BlockRule] = {}
    rubrics: dict[str, Rubric] = {}
    for norm in norms:
        blocks |= norm.blocks
        for code, rubric in norm.rubrics.items():
            rubrics[code] = _either(rubrics[code], rubric) if code in rubrics else rubric
    return _norm(version, blocks, list(rubrics.values()))


def _either(one: Rubric, other: Rubric) -> Rubric:
    low, high = min(one.low, other.low), max(one.high, other.high)
    if one.kind == other.kind == "in":
        codes = " ".join(sorted({*one.detail.split(), *other.detail.split()}))
        return Rubric(one.block, one.number, low, high, "in", codes, _check("in", codes, {}))
    first, second = one.check, other.check
    check = second if first is second else lambda value: first(value) or second(value)
    return Rubric(one.block, one.number, low, high, other.kind, other.detail, check)
