"""Refusals of this room.

CspuError
├── StatementTooLong: more movements than one document holds
└── StatementMisdated: a period that ends before it starts
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class StatementTooLong(CspuError):
    """One document holds so many movements and no more."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "records.statement_too_long",
            Text(
                fr=f"Ce relevé aurait plus de {most} mouvements.",
                en=f"This statement would have more than {most} movements.",
            ),
            Text(
                fr="Choisissez une période plus courte, ou un seul droit ; l’export complet a tout.",
                en="Choose a shorter period, or one right; the full export has everything.",
            ),
        )


class StatementMisdated(CspuError):
    """The period asked for is not one."""

    def __init__(self) -> None:
        super().__init__(
            "records.statement_misdated",
            Text(
                fr="Le relevé demandé finit avant de commencer.",
                en="The statement asked for ends before it starts.",
            ),
            Text(fr="Échangez les deux dates.", en="Swap the two dates."),
        )
