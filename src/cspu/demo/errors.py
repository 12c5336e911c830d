"""What the demonstration refuses.

CspuError
└── PopulationClash: two populations would give the same number to two people
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class PopulationClash(CspuError):
    """Another population already uses these numbers."""

    def __init__(self) -> None:
        super().__init__(
            "demo.population_clash",
            Text(
                fr="Une autre population de cette base porte déjà ces numéros.",
                en="Another population of this database already bears these numbers.",
            ),
            Text(
                fr="Choisissez une graine dont le dernier chiffre diffère.",
                en="Choose a seed whose last digit differs.",
            ),
        )
