"""Signed tokens: who signed, for whom, when, in answer to what."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError

from cspu.trust.oidc.attempts import Attempt
from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.providers import Provider
from cspu.trust.oidc.published import Published

LEEWAY = 10
"""Seconds two clocks may be apart."""

_ORDER = ("iss", "aud", "azp", "exp", "nbf", "iat", "nonce")
_REFUSALS: Mapping[str, Refusal] = {
    "iss": Refusal.WRONG_ISSUER,
    "aud": Refusal.WRONG_AUDIENCE,
    "azp": Refusal.WRONG_AUDIENCE,
    "exp": Refusal.EXPIRED,
    "nbf": Refusal.EARLY,
    "iat": Refusal.EARLY,
    "nonce": Refusal.WRONG_NONCE,
}


def verified(token: str, provider: Provider, published: Published, now: datetime) -> jwt.Token:
    """The token, once its signature is that of a published key, by an algorithm we accept."""
    key = published.key(str(_header(token).get("kid", "")), now)
    try:
        return jwt.decode(token, key, algorithms=list(provider.algorithms))
    except BadSignatureError:
        raise LoginRefused(Refusal.BAD_SIGNATURE) from None
    except (JoseError, ValueError):
        raise LoginRefused(Refusal.UNREADABLE) from None


def check_id_token(
    token: jwt.Token, provider: Provider, attempt: Attempt, access_token: str, now: datetime
) -> None:
    """Every claim that makes an ID token ours, in the order of the refusals."""
    claims = token.claims
    ordered = {name: claims[name] for name in _ORDER if name in claims} | claims
    expected = CodeIDToken(
        ordered,
        token.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        params={
            "nonce": attempt.nonce,
            "client_id": provider.client_id,
            "access_token": access_token,
        },
    )
    try:
        expected.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except ClaimError as error:
        raise LoginRefused(_REFUSALS.get(error.claim, Refusal.UNSOUND)) from None
    # A token from before the question cannot be its answer.
    if claims["iat"] < attempt.started_at.timestamp() - LEEWAY:
        raise LoginRefused(Refusal.EARLY)


def check_userinfo(claims: dict[str, Any], provider: Provider, now: datetime) -> None:
    """Issuer, addressee and dates of a signed userinfo."""
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
    )
    try:
        registry.validate(claims)
    except (ClaimError, ExpiredTokenError):
        raise LoginRefused(Refusal.USERINFO_REFUSED) from None


def _header(token: str) -> dict[str, Any]:
    """The header, not yet to be believed: it only says which key to try."""
    part = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise LoginRefused(Refusal.UNREADABLE) from None
    if not isinstance(header, dict):
        raise LoginRefused(Refusal.UNREADABLE)
    return header
