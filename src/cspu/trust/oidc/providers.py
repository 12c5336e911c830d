"""The two providers, each a value: what differs between them is data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from cspu.kernel.text import Text

ProviderKey = Literal["france_connect", "pro_connect"]


class Level(StrEnum):
    """How sure a log-in is: ordinary to read, strong for acts that move value."""

    ORDINARY = "ordinary"
    STRONG = "strong"

    def reaches(self, asked: Level) -> bool:
        """Whether this is at least the level asked."""
        return self is Level.STRONG or asked is Level.ORDINARY


@dataclass(frozen=True, slots=True)
class Grade:
    """A level in a provider's words: what to ask for ("" nothing), and what proves it."""

    ask: str
    proofs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider as this installation knows it. Addresses come from its discovery document."""

    key: ProviderKey
    label: Text
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    grades: Mapping[Level, Grade]
    pkce: bool
    algorithms: tuple[str, ...] = ("ES256", "RS256")
    signed_userinfo: bool = True
    claims: str = ""
    """The `claims` parameter, as JSON; "" sends none."""

    @property
    def origin(self) -> str:
        """Scheme, host and port; what a Content-Security-Policy must let forms lead to."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def level_of(self, acr: str) -> Level | None:
        """The level an `acr` proves; None for one we do not know."""
        for level in (Level.STRONG, Level.ORDINARY):
            if acr in self.grades[level].proofs:
                return level
        return None


# Note [PKCE is a setting]
# FranceConnect refuses any parameter it does not know, `code_challenge` among them; ProConnect's
# server takes it. The nonce, checked in a signed token, already ties the code to the browser.
def france_connect(
    *, issuer: str, client_id: str, client_secret: str, pkce: bool = False
) -> Provider:
    """FranceConnect v2: persons, with their pivot identity."""
    return Provider(
        key="france_connect",
        label=Text(fr="FranceConnect", en="FranceConnect"),
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        scopes=("openid", "identite_pivot", "preferred_username", "email"),
        grades={
            Level.ORDINARY: Grade("eidas1", frozenset({"eidas1"})),
            Level.STRONG: Grade("eidas2", frozenset({"eidas2", "eidas3"})),
        },
        pkce=pkce,
    )


_ASSURANCE = "https://proconnect.gouv.fr/assurance/"
_ONE_FACTOR = ("eidas1", f"{_ASSURANCE}self-asserted", f"{_ASSURANCE}consistency-checked")
_TWO_FACTORS = (
    "eidas2",
    "eidas3",
    f"{_ASSURANCE}self-asserted-2fa",
    f"{_ASSURANCE}consistency-checked-2fa",
)


def pro_connect(*, issuer: str, client_id: str, client_secret: str, pkce: bool = True) -> Provider:
    """ProConnect: agents and employers, with the structure they work for."""
    return Provider(
        key="pro_connect",
        label=Text(fr="ProConnect", en="ProConnect"),
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        scopes=("openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id"),
        grades={
            Level.ORDINARY: Grade("", frozenset(_ONE_FACTOR)),
            Level.STRONG: Grade(" ".join(_TWO_FACTORS), frozenset(_TWO_FACTORS)),
        },
        pkce=pkce,
        claims='{"id_token":{"acr":null,"amr":{"essential":true}}}',
    )
