"""The second factor of those who see others' data: shown once to be learnt, then asked at each log-in.

And again before an act that bears on others: a code given lately is an agent's stronger log-in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cspu.people.keys import installed_keyring
from cspu.trust.logins import LoginDesk, SealedFactor
from cspu.trust.second_factor import (
    new_secret,
    open_secret,
    provisioning_uri,
    seal_secret,
    verify,
)
from cspu.trust.sessions import Actor
from cspu.web.login.parties import desk
from cspu.web.session import act_for, acting_of, actor_of, ours, remember, token_of

_TRIES, _WITHIN = 5, timedelta(minutes=15)
"""Five wrong codes, then a quarter of an hour of rest: a code has a million values."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Learn the secret the first time; give the code every time."""
    actor = actor_of(request)
    if actor is None or actor.kind != "agent":
        return redirect("login")
    clerk, token = desk(), token_of(request)
    factor = clerk.second_factor(token)
    if factor is None:
        return redirect("login")
    if not factor.confirmed and request.method != "POST":
        return _offer(request, clerk, factor, actor)
    if request.method != "POST":
        return _form(request, actor)
    return _taken(request, clerk, factor, actor)


def _taken(
    request: HttpRequest, clerk: LoginDesk, factor: SealedFactor, actor: Actor
) -> HttpResponse:
    token = token_of(request)
    if not clerk.allows("code", str(factor.agent_id), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", status=429)
    secret, code = _secret(factor), request.POST.get("code", "")
    step = (
        verify(secret, code, at=timezone.now(), last_step=factor.last_step or None)
        if secret
        else None
    )
    renewed = clerk.take_code(token, step) if step is not None else None
    if renewed is None:
        page = _page(actor, secret) if secret and not factor.confirmed else {}
        return _form(request, actor, status=403, wrong=True, **page)
    id_token, acting = request.session.get("id_token", ""), acting_of(request)
    after = ours(request, request.POST.get("next", ""))
    response = remember(request, redirect(after or "desk"), renewed)
    request.session["id_token"] = id_token
    if acting is not None:
        act_for(request, acting)  # a helper gives a new code on her way to an act for somebody
    return response


def _offer(
    request: HttpRequest, clerk: LoginDesk, factor: SealedFactor, actor: Actor
) -> HttpResponse:
    """Shown again until a code proves that it was learnt; never afterwards."""
    secret = _secret(factor)
    if not secret:
        secret = new_secret()
        version, sealed = seal_secret(installed_keyring(), secret, owner=factor.agent_id)
        if not clerk.offer_second_factor(token_of(request), sealed, version):
            return _form(request, actor, waits=True)
    return _form(request, actor, **_page(actor, secret))


def _form(
    request: HttpRequest,
    actor: Actor,
    *,
    status: int = 200,
    **more: Any,  # noqa: ANN401  a page's own
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    context = {"here": "login", "again": actor.second_factor, **more}
    context["next"] = ours(request, sent.get("next", ""))
    return render(request, "cspu/login/code.html", context, status=status)


def _page(actor: Actor, secret: str) -> dict[str, Any]:
    uri = provisioning_uri(secret, account=actor.name, issuer="CSPU")
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=2)
    return {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": picture,
    }


def _secret(factor: SealedFactor) -> str:
    if factor.secret is None or factor.key_version is None:
        return ""
    return open_secret(
        installed_keyring(), factor.key_version, bytes(factor.secret), owner=factor.agent_id
    )
