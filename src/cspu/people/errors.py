"""What identity matching refuses.

CspuError
├── InvalidIdentity: a number or date that cannot designate a person
├── UnknownPerson: no identity under this id
├── AlreadyMerged: a provisional person was recognised as somebody else before
└── WrongKey: what is stored was sealed under a key this server was not given
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class InvalidIdentity(CspuError):
    """A declared identity that cannot be matched. Says which rule it breaks, never its value."""

    def __init__(self, code: str, reason: Text) -> None:
        super().__init__(
            code,
            reason,
            Text(
                fr="Vérifiez le numéro auprès de la personne ou de la paie.",
                en="Check the number with the person or with payroll.",
            ),
        )


class UnknownPerson(CspuError):
    """No person has this id."""

    def __init__(self) -> None:
        super().__init__(
            "people.unknown_person",
            Text(fr="Cette personne n'est pas connue.", en="This person is not known."),
            Text(fr="Vérifiez l'identifiant.", en="Check the identifier."),
        )


class AlreadyMerged(CspuError):
    """The same provisional person cannot be two different people."""

    def __init__(self) -> None:
        super().__init__(
            "people.already_merged",
            Text(
                fr="Ce numéro provisoire a déjà été rattaché à une autre personne.",
                en="This provisional number was already attached to another person.",
            ),
            Text(
                fr="Demandez à l'employeur lequel des deux NIR est le bon.",
                en="Ask the employer which of the two NIR is right.",
            ),
        )


class WrongKey(CspuError):
    """Identities are sealed under another key than those given."""

    def __init__(self) -> None:
        super().__init__(
            "people.wrong_key",
            Text(
                fr="Des identités sont chiffrées avec une clé que ce serveur n'a pas reçue.",
                en="Some identities are encrypted under a key this server was not given.",
            ),
            Text(
                fr="Donnez l'ancienne clé dans CSPU_IDENTITY_KEY_PREVIOUS, puis relancez.",
                en="Give the former key in CSPU_IDENTITY_KEY_PREVIOUS, then run again.",
            ),
        )
