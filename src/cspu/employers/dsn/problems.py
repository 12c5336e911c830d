"""What is wrong with a file, said so that a payroll manager can mend it, without personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cspu.kernel.text import Lang, Text

KEPT = 200
"""Problems kept in full for one file; beyond, they are only counted."""

_SHOWN_SHAPE = 24


def shape(value: str) -> Text:
    """What a value looks like without saying it: `9 chiffres`, `AAA-99`, `vide`."""
    if not value.strip():
        return Text("vide", "empty")
    if value.isdecimal():
        count = len(value)
        return Text(f"{count} chiffre{'s' * (count > 1)}", f"{count} digit{'s' * (count > 1)}")
    drawn = "".join(_drawn(char) for char in value[:_SHOWN_SHAPE])
    if len(value) <= _SHOWN_SHAPE:
        return Text(drawn, drawn)
    rest = len(value)
    return Text(f"{drawn}… ({rest} caractères)", f"{drawn}… ({rest} characters)")


def _drawn(char: str) -> str:
    if char.isdecimal():
        return "9"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: line (1 for the first), rubric or block, what was read there, why it is refused."""

    line: int
    place: str
    label: Text
    shape: Text
    reason: Text

    def sentence(self, lang: Lang) -> str:
        """Say it: `Ligne 12, S21.G00.30.006 (date de naissance) : 8 chiffres. On attend…`."""
        label, drawn, reason = (t.in_(lang) for t in (self.label, self.shape, self.reason))
        place = " ".join(part for part in (self.place, f"({label})" if label else "") if part)
        where = f"{'Ligne' if lang == 'fr' else 'Line'} {self.line}"
        head = f"{where}, {place}" if place else where
        colon = " : " if lang == "fr" else ": "
        return f"{head}{colon}{drawn}. {reason}" if drawn else f"{head}{colon}{reason}"


@dataclass(slots=True)
class Findings:
    """Everything noticed in one pass over one file. Memory is bounded whatever the file holds."""

    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    warnings: list[Problem] = field(default_factory=list)
    warning_count: int = 0
    unknown: Counter[str] = field(default_factory=Counter)

    def refuse(self, problem: Problem) -> None:
        """Note a problem that forbids the import."""
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def warn(self, problem: Problem) -> None:
        """Note something odd that does not forbid it."""
        self.warning_count += 1
        if len(self.warnings) < KEPT:
            self.warnings.append(problem)

    def keep_unknown(self, place: str) -> None:
        """Count a rubric or block the norm does not know (at most a thousand different ones)."""
        if place in self.unknown or len(self.unknown) < 1000:  # noqa: PLR2004
            self.unknown[place] += 1
