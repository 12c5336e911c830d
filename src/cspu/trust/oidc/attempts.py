"""A log-in under way: what must be remembered between leaving and coming back.

It lives in a signed cookie of the browser that left, so that only that browser can come back.
The cookie is signed, not secret: what it holds is of no use without the provider's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import get_args

from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.providers import Level, ProviderKey

LIFETIME = timedelta(minutes=10)
"""Time to pick an identity and type a code at the provider's."""
_CLOCKS_APART = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at one provider. Prints none of its secrets."""

    provider: ProviderKey
    level: Level
    redirect_uri: str
    started_at: datetime
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(default="", repr=False)

    def expired(self, now: datetime) -> bool:
        """Whether it is too late to come back, or absurdly early."""
        return not -_CLOCKS_APART <= now - self.started_at <= LIFETIME

    def to_dict(self) -> dict[str, str]:
        """A few short strings, for a signed cookie."""
        return {
            "provider": self.provider,
            "level": self.level.value,
            "redirect_uri": self.redirect_uri,
            "started_at": str(int(self.started_at.timestamp())),
            "state": self.state,
            "nonce": self.nonce,
            "code_verifier": self.code_verifier,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, object]) -> Attempt:
        """The attempt back; LoginRefused(NO_ATTEMPT) when this is not one."""
        try:
            texts = {name: str(kept[name]) for name in _FIELDS}
            return cls(
                provider=_KEYS[texts["provider"]],
                level=Level(texts["level"]),
                redirect_uri=texts["redirect_uri"],
                started_at=datetime.fromtimestamp(int(texts["started_at"]), tz=UTC),
                state=texts["state"],
                nonce=texts["nonce"],
                code_verifier=texts["code_verifier"],
            )
        except (KeyError, ValueError, OverflowError, OSError):
            raise LoginRefused(Refusal.NO_ATTEMPT) from None


_KEYS: Mapping[str, ProviderKey] = {key: key for key in get_args(ProviderKey)}
_FIELDS = ("provider", "level", "redirect_uri", "started_at", "state", "nonce", "code_verifier")
