"""Log-in by a provider, a stronger log-in for acts that move value, and log-out.

A request makes no session by itself: `desk()` does, on the log-in role's connection, once the provider's
answer has been proved. What is under way is in Django's signed cookie, and serves once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cspu.trust.oidc import (
    Attempt,
    Level,
    Login,
    LoginRefused,
    Refusal,
    check_logout_state,
    new_state,
)
from cspu.web.errors import refusal
from cspu.web.login.arriving import Arrival, arrive
from cspu.web.login.openings import device_of
from cspu.web.login.parties import browser_of, desk, party
from cspu.web.session import (
    act_for,
    acting_of,
    actor_of,
    forget,
    keep_typed,
    ours,
    remember,
    token_of,
    typed_before,
)

_ATTEMPT, _ID_TOKEN, _NEXT, _LEAVING = "attempt", "id_token", "next", "leaving"
_TRIES, _WITHIN = 100, timedelta(minutes=10)
"""For one address: a whole office may stand behind it."""


@never_cache
@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """Who vouches for you: one button a provider."""
    offered = {key: party(key) is not None for key in ("france_connect", "pro_connect")}
    return render(request, "cspu/login/login.html", {"here": "login", "offered": offered})


@never_cache
@require_POST
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Remember what is under way and go to the provider."""
    if not desk().allows("leave", browser_of(request), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", status=429)
    level = Level.STRONG if request.POST.get("level") == Level.STRONG else Level.ORDINARY
    client = party(provider)
    if client is None:
        return redirect("login")
    back = request.build_absolute_uri(reverse("login_back"))
    try:
        attempt, url = client.begin(level=level, redirect_uri=back, now=timezone.now())
    except LoginRefused as error:
        return refusal(request, error)
    request.session[_ATTEMPT] = attempt.to_dict()
    request.session[_NEXT] = ours(request, request.POST.get("next", ""))
    return redirect(url)


@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: prove its answer, find whose log-in it is, open a session."""
    kept, after = request.session.pop(_ATTEMPT, None), request.session.pop(_NEXT, "")
    try:
        came = _proved(kept, request.GET.dict())
    except LoginRefused as error:
        return refusal(request, error)
    arrival = arrive(desk(), came)
    if arrival.doubt:
        context = {"here": "login", "doubt": arrival.doubt}
        return render(request, "cspu/login/doubt.html", context, status=403)
    return _open(request, came, arrival, after)


def _proved(kept: object, returned: Mapping[str, str]) -> Login:
    """Who came back, where this browser is the one that left; LoginRefused otherwise."""
    attempt = Attempt.from_dict(kept) if isinstance(kept, dict) else None
    client = party(attempt.provider) if attempt else None
    if client is None:
        raise LoginRefused(Refusal.NO_ATTEMPT)
    return client.complete(attempt, returned, now=timezone.now())


def _open(request: HttpRequest, came: Login, arrival: Arrival, after: str) -> HttpResponse:
    actor = actor_of(request)
    strong = came.level is Level.STRONG
    acting = kept = None
    if actor is not None and actor.actor_id == arrival.actor_id:
        token = desk().strengthen(token_of(request), strong=strong)
        acting, kept = acting_of(request), typed_before(request)
    else:
        token = None
    token = token or desk().begin(
        arrival.kind,
        arrival.actor_id,
        provider=came.provider,
        strong=strong,
        device=device_of(request),
    )
    home = "account" if arrival.kind == "person" else "desk"
    response = remember(request, redirect(after or reverse(home)), token)
    request.session[_ID_TOKEN] = came.id_token
    if kept is not None:
        keep_typed(request, kept)
    if acting is not None:
        act_for(request, acting)  # a relative confirms who she is on her way to whom she helps
    return response


@never_cache
@require_http_methods(["GET", "HEAD"])
def stronger(request: HttpRequest) -> HttpResponse:
    """Why this act asks for more than reading does, and the button that goes and proves it.

    An agent proves it by a new code of her second factor.
    """
    actor = actor_of(request)
    if actor is None:
        return redirect("login")
    after = ours(request, request.GET.get("next", ""))
    if actor.kind == "agent":
        return redirect(f"{reverse('second_factor')}?{urlencode({'next': after})}")
    context = {"here": "login", "provider": actor.provider, "next": after}
    return render(request, "cspu/login/stronger.html", context)


@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget who was logged in, here and at the provider's."""
    actor = actor_of(request)
    id_token = str(request.session.get(_ID_TOKEN, ""))
    response = forget(request, redirect("goodbye"))
    client = party(actor.provider) if actor else None
    if client is None or not id_token:
        return response
    state = new_state()
    try:
        url = client.logout_url(
            id_token=id_token,
            redirect_uri=request.build_absolute_uri(reverse("goodbye")),
            state=state,
            now=timezone.now(),
        )
    except LoginRefused:
        return response  # gone here, which is what counts; the provider did not answer
    if url:
        request.session[_LEAVING] = state
        response["Location"] = url
    return response


@never_cache
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Logged out; said differently when the way back from the provider is not ours."""
    kept = str(request.session.pop(_LEAVING, ""))
    if kept:
        try:
            check_logout_state(kept, request.GET.dict())
        except LoginRefused as error:
            return refusal(request, error)
    return render(request, "cspu/login/goodbye.html", {"here": "login"})
