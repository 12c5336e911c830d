"""Why a proof is not accepted: one ordered list, each with a plain sentence and a next step.

Checks run in this order and stop at the first that fails, so that one proof always gets one answer.
The last is not a refusal but a warning: the proof is sound, and whether its owner withdrew it could
not be known.
"""

from __future__ import annotations

from enum import Enum

from cspu.kernel.text import Lang, Text

_ASK_AGAIN = Text(
    fr="Demandez à la personne d’en faire une nouvelle.", en="Ask the person to make a new one."
)
_NOT_OURS = Text(
    fr="Ne vous y fiez pas ; demandez à la personne de vous la remontrer depuis son compte.",
    en="Do not rely on it; ask the person to show it again from her account.",
)


class Refusal(Enum):
    """A stable code (the value), what to say, what to do."""

    def __init__(self, code: str, message: Text, next_step: Text) -> None:
        self.code = code
        self.message = message
        self.next_step = next_step

    UNREADABLE = (
        "proofs.unreadable",
        Text(
            fr="Ce n’est pas une attestation lisible : elle est incomplète, abîmée ou trop longue.",
            en="This is no readable attestation: it is incomplete, damaged or too long.",
        ),
        Text(
            fr="Photographiez le code en entier, ou recopiez le texte sans rien y changer.",
            en="Scan the whole code, or copy the text without changing anything.",
        ),
    )
    WRONG_TYPE = (
        "proofs.wrong_type",
        Text(
            fr="Ce document est d’une autre sorte : ce n’est pas une attestation de droit.",
            en="This document is of another kind: it is not an attestation of a right.",
        ),
        Text(
            fr="Demandez à la personne une attestation de droit.",
            en="Ask the person for an attestation of a right.",
        ),
    )
    UNKNOWN_KEY = (
        "proofs.unknown_key",
        Text(
            fr="Cette attestation est signée d’une clé que nous ne connaissons pas.",
            en="This attestation is signed with a key we do not know.",
        ),
        Text(
            fr="Mettez à jour les clés publiques si vous vérifiez hors ligne ; sinon ne vous y fiez pas.",
            en="Update the public keys if you check off line; otherwise do not rely on it.",
        ),
    )
    BAD_SIGNATURE = (
        "proofs.bad_signature",
        Text(
            fr="La signature est fausse : ce texte n’est pas celui qui a été signé.",
            en="The signature is wrong: this text is not the one that was signed.",
        ),
        _NOT_OURS,
    )
    DISCLOSURE_MISMATCH = (
        "proofs.disclosure_mismatch",
        Text(
            fr="Une des affirmations montrées ne fait pas partie de ce qui a été signé.",
            en="One of the statements shown is not part of what was signed.",
        ),
        _NOT_OURS,
    )
    NOT_YET_VALID = (
        "proofs.not_yet_valid",
        Text(fr="Cette attestation n’est pas encore valable.", en="It is not valid yet."),
        Text(
            fr="Vérifiez la date et l’heure de votre appareil.",
            en="Check the date and time of your device.",
        ),
    )
    EXPIRED = (
        "proofs.expired",
        Text(fr="Cette attestation n’est plus valable.", en="This attestation has expired."),
        _ASK_AGAIN,
    )
    REVOKED = (
        "proofs.revoked",
        Text(fr="Cette attestation a été retirée.", en="This attestation was withdrawn."),
        _ASK_AGAIN,
    )
    STATUS_UNKNOWN = (
        "proofs.status_unknown",
        Text(
            fr="Attention : nous n’avons pas pu savoir si cette attestation a été retirée.",
            en="Warning: we could not know whether this attestation was withdrawn.",
        ),
        Text(
            fr="Vérifiez-la en ligne avant de vous y fier.",
            en="Check it on line before you rely on it.",
        ),
    )

    def sentence(self, lang: Lang) -> str:
        """The message and the next step, in one language."""
        return f"{self.message.in_(lang)} {self.next_step.in_(lang)}"
