"""A person at her browser: she follows redirections and picks an identity, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from cspu.trust.oidc import Attempt, Level, Login, RelyingParty

# Registered without a port, as loopback addresses may be; the site uses one.
REGISTERED_CALLBACK = "http://127.0.0.1/retour"
REGISTERED_AFTER_LOGOUT = "http://127.0.0.1/parti"
CALLBACK = "http://127.0.0.1:8123/retour"
AFTER_LOGOUT = "http://127.0.0.1:8123/parti"
_MOST_STEPS = 12

LINE = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))
"""Reading the authorities of TLS takes longer than a log-in: once is enough. Keeps nothing open."""


def now() -> datetime:
    """The true time: the provider's tokens are of this minute."""
    return datetime.now(UTC)


def _browser() -> httpx.Client:
    return httpx.Client(transport=LINE)


@dataclass(slots=True)
class Visitor:
    """One browser with its cookies; `asked` counts the times she was shown the list."""

    http: httpx.Client = field(default_factory=_browser)
    asked: int = 0

    def come_back(
        self, url: str, identity: str = "", level: Level = Level.ORDINARY
    ) -> dict[str, str]:
        """The parameters she comes back to the site with; no identity is giving up."""
        answer = self.http.get(url)
        for _ in range(_MOST_STEPS):
            if answer.is_redirect:
                target = urljoin(str(answer.request.url), answer.headers["location"])
                if target.startswith((CALLBACK, AFTER_LOGOUT)):
                    return dict(parse_qsl(urlsplit(target).query))
                answer = self.http.get(target)
                continue
            assert answer.status_code == 200, answer.text
            self.asked += 1
            picked = {"identity": identity} if identity else {"leave": "1"}
            answer = self.http.post(answer.request.url, data={**picked, "level": level.value})
        raise AssertionError("she is sent round in circles")


def leave(party: RelyingParty, level: Level = Level.ORDINARY) -> tuple[Attempt, str]:
    """Begin a log-in now."""
    return party.begin(level=level, redirect_uri=CALLBACK, now=now())


def log_in(
    party: RelyingParty,
    identity: str,
    *,
    asked: Level = Level.ORDINARY,
    picked: Level | None = None,
    visitor: Visitor | None = None,
) -> Login:
    """A whole log-in; LoginRefused passes through."""
    attempt, url = leave(party, asked)
    returned = (visitor or Visitor()).come_back(url, identity, picked or asked)
    return party.complete(attempt, returned, now=now())
