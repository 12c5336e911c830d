"""This site as a client of one provider: leave, come back, log out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc.jwt import Token

from cspu.trust.oidc.attempts import Attempt
from cspu.trust.oidc.claims import AgentClaims, PersonClaims, read_agent, read_person
from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.line import Line
from cspu.trust.oidc.providers import Level, Provider, ProviderKey
from cspu.trust.oidc.published import Addresses, Published
from cspu.trust.oidc.tokens import check_id_token, check_userinfo, verified

_RANDOM_BYTES = 32  # 43 characters; FranceConnect wants 22 or more, ProConnect 32
_TOLD = {
    "access_denied": Refusal.CANCELLED,
    "unmet_authentication_requirements": Refusal.LEVEL_TOO_LOW,
    "server_error": Refusal.PROVIDER_UNREACHABLE,
    "temporarily_unavailable": Refusal.PROVIDER_UNREACHABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody is there, as sure as `level` says. Keep `id_token` to log out; show it to no one."""

    provider: ProviderKey
    claims: PersonClaims | AgentClaims = field(repr=False)
    level: Level
    acr: str
    id_token: str = field(repr=False)


class RelyingParty:
    """One provider's client. Make one a process and keep it: it holds the provider's keys."""

    def __init__(self, provider: Provider, *, transport: httpx.BaseTransport | None = None) -> None:
        """`transport` is how requests leave (a proxy, a client certificate); directly without it."""
        self.provider = provider
        self._line = Line(provider, transport)
        self._published = Published(provider, self._line)

    def begin(self, *, level: Level, redirect_uri: str, now: datetime) -> tuple[Attempt, str]:
        """What to remember, and where to send the person.

        A strong log-in is asked for anew: a session left open at the provider's proves nothing of
        who is there now.
        """
        attempt = Attempt(
            provider=self.provider.key,
            level=level,
            redirect_uri=redirect_uri,
            started_at=now,
            state=new_state(),
            nonce=new_state(),
            code_verifier=new_state() if self.provider.pkce else "",
        )
        asked = {
            "acr_values": self.provider.grades[level].ask,
            "claims": self.provider.claims,
            "prompt": "login" if level is Level.STRONG else "",
        }
        address = self._published.addresses(now).authorization
        sent = {name: value for name, value in asked.items() if value}
        return attempt, self._line.authorization_url(address, attempt, **sent)

    def complete(
        self, attempt: Attempt | None, returned: Mapping[str, str], *, now: datetime
    ) -> Login:
        """Who came back, from the parameters of the callback; LoginRefused otherwise.

        Forget the attempt whatever happens: it serves once.
        """
        checked = self._our_own(attempt, returned, now)
        addresses = self._published.addresses(now)
        code = self._code(addresses, returned)
        tokens = self._line.tokens(addresses.token, checked, code)
        access_token, id_token = tokens.get("access_token"), tokens.get("id_token")
        if not isinstance(access_token, str) or not isinstance(id_token, str):
            raise LoginRefused(Refusal.UNREADABLE)
        token = verified(id_token, self.provider, self._published, now)
        check_id_token(token, self.provider, checked, access_token, now)
        acr = str(token.claims.get("acr", ""))
        level = self._reached(acr, checked.level)
        said = self._userinfo(addresses, access_token, now)
        return Login(
            provider=self.provider.key,
            claims=self._claims(token, said),
            level=level,
            acr=acr,
            id_token=id_token,
        )

    def logout_url(self, *, id_token: str, redirect_uri: str, state: str, now: datetime) -> str:
        """Where to send the person to end her session at the provider's too.

        "" when the provider has no log-out. Keep `state`, from `new_state`, for the way back.
        """
        address = self._published.addresses(now).end_session
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": redirect_uri,
        }
        return f"{address}?{urlencode(parameters)}" if address else ""

    def _our_own(
        self, attempt: Attempt | None, returned: Mapping[str, str], now: datetime
    ) -> Attempt:
        """The attempt this answers, begun here, by this browser, not long ago."""
        if attempt is None or attempt.provider != self.provider.key:
            raise LoginRefused(Refusal.NO_ATTEMPT)
        if not _same(returned.get("state", ""), attempt.state):
            raise LoginRefused(Refusal.STATE_MISMATCH)
        if attempt.expired(now):
            raise LoginRefused(Refusal.ATTEMPT_EXPIRED)
        return attempt

    def _code(self, addresses: Addresses, returned: Mapping[str, str]) -> str:
        issuer = returned.get("iss", "" if addresses.names_itself else self.provider.issuer)
        if issuer != self.provider.issuer:
            raise LoginRefused(Refusal.ANSWER_FROM_ELSEWHERE)
        if "error" in returned:
            raise LoginRefused(_TOLD.get(returned["error"], Refusal.PROVIDER_REFUSED))
        if not returned.get("code"):
            raise LoginRefused(Refusal.PROVIDER_REFUSED)
        return returned["code"]

    def _reached(self, acr: str, asked: Level) -> Level:
        level = self.provider.level_of(acr)
        if level is None or not level.reaches(asked):
            raise LoginRefused(Refusal.LEVEL_TOO_LOW)
        return level

    def _userinfo(self, addresses: Addresses, access_token: str, now: datetime) -> dict[str, Any]:
        answer = self._line.userinfo(addresses.userinfo, access_token)
        if not self.provider.signed_userinfo:
            return _json_object(answer)
        try:
            token = verified(answer.text, self.provider, self._published, now)
        except LoginRefused as error:
            if error.refusal is Refusal.PROVIDER_UNREACHABLE:
                raise
            raise LoginRefused(Refusal.USERINFO_REFUSED) from None
        check_userinfo(token.claims, self.provider, now)
        return token.claims

    def _claims(self, token: Token, said: dict[str, Any]) -> PersonClaims | AgentClaims:
        subject = token.claims["sub"]
        if not isinstance(subject, str) or not subject or said.get("sub") != subject:
            raise LoginRefused(Refusal.USERINFO_MISMATCH)
        if self.provider.key == "france_connect":
            return read_person(said)
        return read_agent(said, amr=token.claims.get("amr"))


def new_state() -> str:
    """An unguessable text of 43 characters, to recognise an answer by."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def check_logout_state(kept: str, returned: Mapping[str, str]) -> None:
    """Back from the provider's log-out: LoginRefused(STATE_MISMATCH) when it is not ours."""
    if not kept or not _same(returned.get("state", ""), kept):
        raise LoginRefused(Refusal.STATE_MISMATCH)


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


def _json_object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LoginRefused(Refusal.USERINFO_REFUSED)
    return found
