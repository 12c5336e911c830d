"""What issuing a proof refuses. What checking one refuses is no error: see `refusals`.

CspuError
├── Unprovable: what was asked is not so, or is not known
├── LifeRefused: the proof would live too short or too long
├── StatusListFull: no place left in a list of revoked proofs
├── KeyUnreadable: a key is not one we sign or check with
└── FrameUnreadable: the frame of attestations is not well written
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError, EnvironmentUnfit
from cspu.kernel.text import Text


class Unprovable(CspuError):
    """A statement that would be false, or that nobody can vouch for today."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(
            code,
            message,
            Text(
                fr="Regardez le droit sur votre page, puis choisissez ce que l’attestation dira.",
                en="Look at the right on your page, then choose what the attestation will say.",
            ),
        )


class LifeRefused(CspuError):
    """A duration outside of what the frame allows."""

    def __init__(self, shortest: int, longest: int) -> None:
        super().__init__(
            "proofs.life",
            Text(
                fr="Une attestation ne peut pas durer si peu ou si longtemps.",
                en="An attestation cannot live so short or so long.",
            ),
            Text(
                fr=f"Choisissez de {shortest} à {longest} jours.",
                en=f"Choose from {shortest} to {longest} days.",
            ),
        )


class StatusListFull(CspuError):
    """Drawing at random needs free places."""

    def __init__(self) -> None:
        super().__init__(
            "proofs.status_list_full",
            Text(
                fr="La liste des attestations retirées n’a plus de place.",
                en="The list of withdrawn attestations has no place left.",
            ),
            Text(fr="Ouvrez une liste nouvelle.", en="Open a new list."),
        )


class KeyUnreadable(EnvironmentUnfit):
    """A key that is no P-256 key in JWK or PEM. Never says anything of the key itself."""

    def __init__(self) -> None:
        super().__init__(
            "proofs.key",
            Text(
                fr="Une clé d’attestation n’est pas lisible.",
                en="A key for attestations cannot be read.",
            ),
            Text(
                fr="Attendu : une clé P-256 (ES256), en JWK, JWKS ou PEM.",
                en="Expected: a P-256 key (ES256), as JWK, JWKS or PEM.",
            ),
        )


class FrameUnreadable(CspuError):
    """The frame in `frame.yaml` breaks its own form."""

    def __init__(self, first: str) -> None:
        super().__init__(
            "proofs.frame",
            Text(
                fr=f"Le cadre des attestations est mal écrit : {first}",
                en=f"The frame of attestations is badly written: {first}",
            ),
            Text(fr="Corrigez cette ligne.", en="Correct that line."),
        )
