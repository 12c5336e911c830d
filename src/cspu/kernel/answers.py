"""The three answers. Unknown is a value: missing is never zero, and silence is never no."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Whether a person has a right."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, truth: bool | None) -> Answer:  # noqa: FBT001  a truth is what it is about
        """From SQL's three-valued truth."""
        if truth is None:
            return cls.UNKNOWN
        return cls.YES if truth else cls.NO
