"""Errors are an interface: a stable code, a plain sentence, the next step, no personal data.

CspuError
├── each room's own errors (`<room>/errors.py`)
└── EnvironmentUnfit: the machine or its settings cannot do what was asked
"""

from __future__ import annotations

from cspu.kernel.text import Lang, Text


class CspuError(Exception):
    """A refusal or failure that a person or an operator can act on."""

    def __init__(self, code: str, message: Text, next_step: Text) -> None:
        super().__init__(f"{code}: {message.en} {next_step.en}")
        self.code = code
        self.message = message
        self.next_step = next_step

    def sentence(self, lang: Lang) -> str:
        """The message and the next step, in one language."""
        return f"{self.message.in_(lang)} {self.next_step.in_(lang)}"


class EnvironmentUnfit(CspuError):
    """A port is taken, a secret is missing, the database is not one we can use."""
