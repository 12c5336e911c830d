"""Facts the law may speak of: their types and definitions. The vocabulary itself is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from cspu.kernel.text import Text


class FactType(StrEnum):
    """The type of a fact or parameter in the language of the law."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TEXT = "text"


class WhenIncomplete(StrEnum):
    """What a fact is worth while part of the period is not known yet.

    `unknown`: nothing known is nothing said. `known_part`: what is known so far, unknown while
    nothing is. `at_least`: what is known so far, nothing known being none (nobody declares what
    did not happen).
    """

    UNKNOWN = "unknown"
    KNOWN_PART = "known_part"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Fact:
    """One word of the vocabulary: what it means, where it comes from, who can supply it.

    `digits` bounds the digits before and after the point together, `scale` those after it:
    they let the compiler prove that no expression overflows. `fixed`: nobody can change it, so it is
    never proposed as what would change an answer. `earned`: one person may have several such at the
    same time.
    """

    name: str
    type: FactType
    unit: str
    label: Text
    definition: Text
    supplied_by: Text
    derive: Mapping[str, Any]
    scale: int = 0
    digits: int = 12
    when_incomplete: WhenIncomplete = WhenIncomplete.UNKNOWN
    values: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    fixed: bool = False
    earned: bool = False


Vocabulary = Mapping[str, Fact]
