"""What entitlement refuses.

    CspuError
    ├── UnitChanged: a unit in use cannot be given another scale
    └── SettlementIncomplete: some persons could not be settled
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class UnitChanged(CspuError):
    """The scale of a unit in which accounts are held was changed in the texts."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            "entitlement.unit_changed",
            Text(
                fr=f"L’unité {unit} a déjà servi avec un autre nombre de décimales.",
                en=f"The unit {unit} was already used with another number of decimals.",
            ),
            Text(fr="Déclarez une nouvelle unité.", en="Declare a new unit."),
        )


class SettlementIncomplete(CspuError):
    """Some persons could not be settled; everyone else was."""

    def __init__(self, persons: int, reason: str) -> None:
        super().__init__(
            "entitlement.settlement_incomplete",
            Text(
                fr=f"{persons} personne(s) n’ont pas pu être réglées ({reason}). Les autres le sont.",
                en=f"{persons} person(s) could not be settled ({reason}). Everyone else was.",
            ),
            Text(
                fr="Corrigez la cause, puis relancez `cspu settle` : rien ne sera fait deux fois.",
                en="Mend the cause, then run `cspu settle` again: nothing is done twice.",
            ),
        )
