"""What a provider publishes: its addresses and its keys, kept an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.line import Line
from cspu.trust.oidc.providers import Provider

KEPT = timedelta(hours=1)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where each step happens; `end_session` is "" when the provider has no log-out."""

    authorization: str
    token: str
    userinfo: str
    jwks: str
    end_session: str
    names_itself: bool
    """Whether it adds `iss` to what it sends back (RFC 9207): then it must be there."""


class Published:
    """The discovery document and the keys of one provider. Safe to share between threads."""

    def __init__(self, provider: Provider, line: Line) -> None:
        """Nothing is read before it is needed."""
        self._provider = provider
        self._line = line
        self._lock = Lock()
        self._addresses: tuple[datetime, Addresses] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def addresses(self, now: datetime) -> Addresses:
        """The provider's addresses, all at its own origin."""
        with self._lock:
            if self._addresses is None or not _fresh(self._addresses[0], now):
                self._addresses = (now, self._read_addresses())
            return self._addresses[1]

    def key(self, kid: str, now: datetime) -> Key:
        """The key of that name. One we do not know makes us look again, once."""
        jwks = self.addresses(now).jwks
        with self._lock:
            if self._keys is not None and _fresh(self._keys[0], now):
                known = _find(self._keys[1], kid)
                if known is not None:
                    return known
            self._keys = (now, self._read_keys(jwks))
            found = _find(self._keys[1], kid)
        if found is None:
            raise LoginRefused(Refusal.UNKNOWN_KEY)
        return found

    def _read_addresses(self) -> Addresses:
        issuer = self._provider.issuer
        document = self._line.document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise LoginRefused(Refusal.PROVIDER_UNFIT)
        return Addresses(
            authorization=self._own(document, "authorization_endpoint"),
            token=self._own(document, "token_endpoint"),
            userinfo=self._own(document, "userinfo_endpoint"),
            jwks=self._own(document, "jwks_uri"),
            end_session=self._own(document, "end_session_endpoint")
            if "end_session_endpoint" in document
            else "",
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _own(self, document: dict[str, Any], name: str) -> str:
        """An address of the provider itself: encrypted unless on this very machine."""
        address = str(document.get(name, ""))
        here, home = urlsplit(address), urlsplit(self._provider.issuer)
        safe = here.scheme == "https" or (here.scheme == "http" and here.hostname in _LOOPBACK)
        if not safe or (here.scheme, here.netloc) != (home.scheme, home.netloc):
            raise LoginRefused(Refusal.PROVIDER_UNFIT)
        return address

    def _read_keys(self, address: str) -> KeySet:
        document = self._line.document(address)
        try:
            return KeySet.import_key_set({"keys": document["keys"]})
        except (JoseError, KeyError, TypeError, ValueError, AttributeError):
            raise LoginRefused(Refusal.PROVIDER_UNFIT) from None


def _fresh(read_at: datetime, now: datetime) -> bool:
    return read_at <= now < read_at + KEPT


def _find(keys: KeySet, kid: str) -> Key | None:
    """A key of that name made for signing."""
    named = (key for key in keys if key.kid == kid)
    return next((key for key in named if key.as_dict().get("use", "sig") == "sig"), None)
