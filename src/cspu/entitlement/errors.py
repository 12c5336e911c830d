"""What entitlement refuses.

CspuError
├── LawNotLoaded: the texts installed are not those the database judges by
├── UnitChanged: a unit in use cannot be given another scale
└── SettlementIncomplete: some persons could not be settled
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class LawNotLoaded(CspuError):
    """The program's texts of law and the edition in the database are not the same."""

    def __init__(self) -> None:
        super().__init__(
            "entitlement.law_not_loaded",
            Text(
                fr="Les textes de loi installés ne sont pas ceux que la base applique.",
                en="The texts of law installed are not those the database applies.",
            ),
            Text(fr="Lancez `cspu law load`.", en="Run `cspu law load`."),
        )


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


class FutureRefused(CspuError):
    """A request asked for a day later than today and than any day a command settled to."""

    def __init__(self) -> None:
        super().__init__(
            "entitlement.future_refused",
            Text(
                fr="Les droits de ce jour-là ne sont pas encore acquis.",
                en="The rights of that day are not earned yet.",
            ),
            Text(
                fr="Sur un poste de démonstration, lancez d’abord `cspu demo` ou `cspu settle`.",
                en="On a demonstration machine, first run `cspu demo` or `cspu settle`.",
            ),
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
