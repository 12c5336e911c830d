"""The providers this server is a client of, and the desk that begins sessions: made once a process."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import psycopg
from django.conf import settings
from django.http import HttpRequest

from cspu.trust.logins import LoginDesk
from cspu.trust.oidc import RelyingParty


@cache
def party(key: str) -> RelyingParty | None:
    """The client of one provider, None where this server has none of that name."""
    provider = settings.CSPU_PROVIDERS.get(key)
    return RelyingParty(provider) if provider else None


def desk() -> LoginDesk:
    """The desk, on the log-in role's own connection."""
    return LoginDesk(lambda: psycopg.connect(settings.CSPU_LOGIN_CONNINFO))


def browser_of(request: HttpRequest) -> str:
    """Where a request comes from, as something to count tries by: a hash under our key.

    The server listens on this machine alone, so whoever reaches it from elsewhere came through a proxy
    of ours, which writes the address it saw last.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    address = forwarded or request.META.get("REMOTE_ADDR", "")
    return sha256(f"{settings.SECRET_KEY}|{address}".encode()).hexdigest()
