"""The meaning of the norm's codes in our vocabulary, read from `codes.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Codes:
    """Each mapping goes from a code of the norm to a word of the vocabulary."""

    schemes: Mapping[str, str]
    natures: Mapping[str, str]
    stops: Mapping[str, str]
    suspensions: Mapping[str, str]
    ends: Mapping[str, str]
    exposures: Mapping[str, str]
    education_levels: Mapping[str, str]
    hours: frozenset[str]
    assimilated: frozenset[str]
    stop_cancelled: str
    suspension_cancelled: str
    end_cancelled: str
    exposure_cancelled: str


@cache
def codes() -> Codes:
    """The codes the product carries."""
    text = files(__package__).joinpath("codes.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    values: dict[str, Any] = {
        name: _turned(value) if isinstance(value, dict) else value for name, value in raw.items()
    }
    values["hours"] = frozenset(raw["hours"])
    values["assimilated"] = frozenset(raw["assimilated"])
    return Codes(**values)


def _turned(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {code: word for word, listed in words.items() for code in listed}
