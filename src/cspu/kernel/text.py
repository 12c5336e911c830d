"""Bilingual text: what a person reads exists in French and in English, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]

LANGUAGES: tuple[Lang, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in both languages of the interface."""

    fr: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The text in the given language."""
        return self.fr if lang == "fr" else self.en

    @classmethod
    def of(cls, raw: Mapping[str, str]) -> Text:
        """Read `{fr: …, en: …}`; KeyError names the missing language."""
        return cls(fr=raw["fr"], en=raw["en"])
