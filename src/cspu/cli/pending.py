"""A command whose domain call is still being written says so, and does nothing."""

from __future__ import annotations

from typing import NoReturn

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


def pending(call: str) -> NoReturn:
    """Refuse, naming the domain call that is missing."""
    raise CspuError(
        "command.pending",
        Text(
            fr=f"Cette commande attend {call}, pas encore écrit.",
            en=f"This command awaits {call}, not written yet.",
        ),
        Text(fr="Rien n'a été fait.", en="Nothing was done."),
    )
