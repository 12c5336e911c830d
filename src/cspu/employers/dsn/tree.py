"""The shape of a declaration: which groups are kept, and which blocks and rubrics must be there.

The norm gives parents and cardinalities; which block is required in which nature of declaration
is in a table that is not public in machine form. What stands here is what reading needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

MONTHLY = "01"
END_OF_CONTRACT = "07"

HEADER = "S10.G00.00"
DECLARATION = "S20.G00.05"
COMPANY = "S21.G00.06"
ESTABLISHMENT = "S21.G00.11"
PERSON = "S21.G00.30"
TOTAL = "S90.G00.90"

BATCH_START, BATCH_GROUP = "S05.G51.00", "S06.G51.00"
BATCH_GROUP_END, BATCH_END = "S96.G51.00", "S95.G51.00"
ENVELOPE = frozenset({BATCH_START, BATCH_GROUP, BATCH_GROUP_END, BATCH_END})
"""Blocks of the routing envelope (lot), outside the messages and their counts."""

ANCHORS = frozenset(
    {HEADER, DECLARATION, PERSON, TOTAL, "S21.G00.85", *ENVELOPE}
    | {f"S89.G00.{number}" for number in ("32", "67", "87", "88", "89", "91")}
)
"""Blocks that close the group before them: memory holds one group at a time."""

KEPT = frozenset(
    {*ENVELOPE, HEADER, DECLARATION, COMPANY, ESTABLISHMENT, PERSON, TOTAL}
    | {
        f"S21.G00.{number}"
        for number in ("31", "34", "40", "41", "50", "51", "53", "58", "60", "62", "65")
    }
)
"""Blocks whose values are handed on; the others are checked and counted."""

REQUIRED_CHILDREN: Mapping[str, Mapping[str, frozenset[str] | None]] = MappingProxyType(
    {
        HEADER: {"S10.G00.01": None, "S10.G00.02": None, DECLARATION: None},
        DECLARATION: {COMPANY: None},
        COMPANY: {ESTABLISHMENT: None},
        PERSON: {"S21.G00.40": None, "S21.G00.50": frozenset({MONTHLY})},
        "S21.G00.40": {"S21.G00.71": frozenset({MONTHLY})},
        "S21.G00.50": {"S21.G00.51": frozenset({MONTHLY})},
        "S21.G00.62": {"S21.G00.63": frozenset({END_OF_CONTRACT})},
        "S89.G00.91": {"S89.G00.92": None},
    }
)
"""Per parent: children that must stand, in every nature (None) or in these."""

REQUIRED_RUBRICS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        HEADER: ("005", "006"),
        DECLARATION: ("001", "002", "003", "004", "005", "007"),
        COMPANY: ("001",),
        ESTABLISHMENT: ("001",),
        PERSON: ("002", "004", "006"),
        "S21.G00.31": ("001",),
        "S21.G00.34": ("001", "002", "003"),
        "S21.G00.40": ("001", "009"),
        "S21.G00.41": ("001",),
        "S21.G00.50": ("001",),
        "S21.G00.51": ("001", "002", "010", "011", "013"),
        "S21.G00.53": ("001", "002", "003"),
        "S21.G00.58": ("001", "002", "003", "004"),
        "S21.G00.60": ("001", "002"),
        "S21.G00.62": ("001", "002"),
        "S21.G00.65": ("001", "002"),
        TOTAL: ("001", "002"),
    }
)


class Block(NamedTuple):
    """One block of a group: its first line, its values, where its parent is in the group (-1: not)."""

    code: str
    line: int
    values: dict[str, str]
    parent: int

    def line_of(self, rubric: str) -> int:
        """The line of one of its rubrics (its first line when the rubric is absent)."""
        for offset, number in enumerate(self.values):
            if number == rubric:
                return self.line + offset
        return self.line


class Group(NamedTuple):
    """An anchor block and what hangs under it.

    `line` is its first line; `rubrics` counts the rubrics of the message up to the group's end;
    `extras` holds what the norm's tables do not know, by its code.
    """

    anchor: str
    line: int
    rubrics: int
    blocks: list[Block]
    extras: dict[str, str]

    def first(self, code: str) -> Block | None:
        """The first block of that code."""
        return next((block for block in self.blocks if block.code == code), None)

    def all(self, code: str) -> list[tuple[int, Block]]:
        """Every block of that code with its position."""
        return [(at, block) for at, block in enumerate(self.blocks) if block.code == code]
