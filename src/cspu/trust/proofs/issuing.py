"""Sealing an attestation, and showing the part of it that its owner chose.

# Note [two proofs have nothing in common]
Whoever receives two proofs of one person must not be able to tell that they are hers. So a proof
holds no id of a person or account; its number, its place in the status list and every salt are
drawn at random; its hours are whole ones; and it always has as many hidden digests as the frame has
claims, whether or not there is something behind each. What is left is the frame, the right and
the source of the right, which many people share.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer

from cspu.trust.proofs.claims import Claims
from cspu.trust.proofs.frame import Frame
from cspu.trust.proofs.keys import ALGORITHM, SigningKey
from cspu.trust.proofs.statuses import StatusReference

PROOF_TYPE = "dc+sd-jwt"
_NUMBER_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread
_NUMBER_GROUPS, _GROUP_LENGTH = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IssuedProof:
    """A sealed attestation with everything that could be shown of it; for its owner alone.

    `disclosures` is what turns a digest into a statement: it is not kept on the server, or only
    for the statements the person chose.
    """

    number: str
    jwt: str
    disclosures: Mapping[str, str]
    status: StatusReference
    issued_at: datetime
    expires_at: datetime


def issue(
    frame: Frame,
    claims: Claims,
    *,
    key: SigningKey,
    issuer: str,
    status: StatusReference,
    now: datetime,
    life: timedelta | None = None,
) -> IssuedProof:
    """Seal the claims; LifeRefused when `life` is not one the frame allows.

    `issuer` is the address of this site (where its keys are published), `status` the place drawn
    for this proof in a list of revoked ones.
    """
    issued_at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    expires_at = issued_at + frame.life(life)
    number = _new_number()
    always: dict[Any, Any] = {
        "iss": issuer,
        "vct": frame.vct,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": number,
        "status": {"status_list": {"idx": status.index, "uri": status.uri}},
        "issuing_authority": {
            "id": frame.authority.id,
            "name": frame.authority.name,
            "country": frame.authority.country,
        },
        "authentic_source": {"id": claims.source.id, "name": claims.source.name},
        "document_number": number,
        "starting_date": claims.on.isoformat(),
        "ending_date": expires_at.date().isoformat(),
        "right": {"id": claims.right.id, "fr": claims.right.label.fr, "en": claims.right.label.en},
    }
    hidden = {SDObj(name): claims.values.get(name) for name in _in_random_order(frame.claims)}
    sealed = SDJWTIssuer(
        always | hidden,
        key.jwk,
        sign_alg=ALGORITHM,
        extra_header_parameters={"typ": PROOF_TYPE, "kid": key.kid},
    )
    disclosures = {
        each.key: each.b64 for each in sealed.ii_disclosures if each.key in claims.values
    }
    return IssuedProof(
        number=number,
        jwt=sealed.serialized_sd_jwt,
        disclosures=MappingProxyType(disclosures),
        status=status,
        issued_at=issued_at,
        expires_at=expires_at,
    )


def present(proof: IssuedProof, disclosed: Collection[str]) -> str:
    """The compact text showing these claims and no other; KeyError names one the proof lacks.

    Not done by the library, which writes the values it selects into its log.
    """
    missing = sorted(set(disclosed) - set(proof.disclosures))
    if missing:
        raise KeyError(", ".join(missing))
    shown = (text for name, text in proof.disclosures.items() if name in disclosed)
    return "~".join((proof.jwt, *shown, ""))


def _new_number() -> str:
    """80 random bits that can be read out on the telephone: `7K3M-92QF-XW4D-8R2N`."""
    signs = [secrets.choice(_NUMBER_SIGNS) for _ in range(_NUMBER_GROUPS * _GROUP_LENGTH)]
    groups = (signs[at : at + _GROUP_LENGTH] for at in range(0, len(signs), _GROUP_LENGTH))
    return "-".join("".join(group) for group in groups)


def _in_random_order(names: Collection[str]) -> list[str]:
    """The order in which disclosures are kept tells nothing of the claims between them."""
    return secrets.SystemRandom().sample(sorted(names), len(names))
