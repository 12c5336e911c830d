"""The line to a provider.

Every request has a time limit, goes to the provider's own address and follows no redirection;
whatever fails on the way is PROVIDER_UNREACHABLE or PROVIDER_UNFIT.
"""

from __future__ import annotations

from typing import Any

import httpx
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from cspu.trust.oidc.attempts import Attempt
from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.providers import Provider

_SECONDS = httpx.Timeout(10, connect=5)
_OUR_FAULT = {"invalid_client", "unauthorized_client"}


class Line:
    """Requests to one provider. Safe to share between threads."""

    def __init__(self, provider: Provider, transport: httpx.BaseTransport | None = None) -> None:
        """`transport` is how requests leave (a proxy, a client certificate); directly without it."""
        self._provider = provider
        # Log-ins are rare: a connection kept open would mostly be one the other side has closed.
        self._http = httpx.Client(
            transport=transport
            or httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0)),
            timeout=_SECONDS,
            follow_redirects=False,
        )

    def document(self, address: str) -> dict[str, Any]:
        """A JSON object the provider publishes."""
        try:
            found = self._get(address).json()
        except ValueError:
            raise LoginRefused(Refusal.PROVIDER_UNFIT) from None
        if not isinstance(found, dict):
            raise LoginRefused(Refusal.PROVIDER_UNFIT)
        return found

    def userinfo(self, address: str, access_token: str) -> httpx.Response:
        """What the provider says of whoever this access token is about."""
        return self._get(address, {"Authorization": f"Bearer {access_token}"})

    def authorization_url(self, address: str, attempt: Attempt, **extra: str) -> str:
        """Where to send the person; nothing but what the profile allows."""
        url, _ = self._oauth(attempt).create_authorization_url(
            address,
            state=attempt.state,
            nonce=attempt.nonce,
            scope=" ".join(self._provider.scopes),
            code_verifier=attempt.code_verifier or None,
            **extra,
        )
        return str(url)

    def tokens(self, address: str, attempt: Attempt, code: str) -> dict[str, Any]:
        """The tokens against the code, the client being known by its secret in the body."""
        proof = {"code_verifier": attempt.code_verifier} if attempt.code_verifier else {}
        try:
            answer = self._oauth(attempt).fetch_token(
                address,
                grant_type="authorization_code",
                code=code,
                client_id=self._provider.client_id,
                client_secret=self._provider.client_secret,
                auth=httpx.USE_CLIENT_DEFAULT,
                **proof,
            )
        except OAuth2Error as error:
            ours = error.error in _OUR_FAULT
            raise LoginRefused(Refusal.CLIENT_REFUSED if ours else Refusal.CODE_REFUSED) from None
        except (httpx.HTTPStatusError, ValueError):
            raise LoginRefused(Refusal.PROVIDER_UNFIT) from None
        except httpx.HTTPError:
            raise LoginRefused(Refusal.PROVIDER_UNREACHABLE) from None
        return dict(answer)

    def _oauth(self, attempt: Attempt) -> OAuth2Client:
        return OAuth2Client(
            session=self._http,
            client_id=self._provider.client_id,
            redirect_uri=attempt.redirect_uri,
            code_challenge_method="S256",
        )

    def _get(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        try:
            answer = self._http.get(address, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise LoginRefused(Refusal.PROVIDER_UNREACHABLE) from None
        if answer.status_code != httpx.codes.OK:
            down = answer.is_server_error
            raise LoginRefused(Refusal.PROVIDER_UNREACHABLE if down else Refusal.PROVIDER_UNFIT)
        return answer
