"""Who is logged in, and whose account this request opens.

The token of the session is in a cookie of its own and nowhere else: the database keeps its hash, and
Django's session (a signed cookie) only what is nobody's secret. The person is never in an address.
Every page about a person is made inside the door (`cspu.trust.door`): one transaction, one line of
her journal, and nothing in sight before or after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.trust import sessions
from cspu.trust.door import Asking, Verb, opened
from cspu.trust.errors import SessionOver
from cspu.trust.sessions import Actor
from cspu.web.errors import refusal

_ACTOR = "_cspu_actor"

P = ParamSpec("P")
PersonalView = Callable[Concatenate[HttpRequest, PersonId, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def remember(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Hand the browser a new session; nothing of the former one survives."""
    forget(request, response)
    rotate_token(request)
    response.set_cookie(
        settings.CSPU_SESSION_COOKIE,
        token,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/",
    )
    return response


def forget(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the session of this browser, in the database and in its cookies."""
    token = token_of(request)
    if token:
        sessions.end_session(token)
    request.session.flush()
    response.delete_cookie(settings.CSPU_SESSION_COOKIE, path="/", samesite="Lax")
    return response


def token_of(request: HttpRequest) -> str:
    """The token this browser brings; empty when it brings none."""
    return request.COOKIES.get(settings.CSPU_SESSION_COOKIE, "")


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is logged in, asked once a request; None when nobody is."""
    if not hasattr(request, _ACTOR):
        token = token_of(request)
        setattr(request, _ACTOR, sessions.who(token) if token else None)
    actor: Actor | None = getattr(request, _ACTOR)
    return actor


def personal(
    act: str, *, verb: Verb = "read", methods: Sequence[str] = ("GET", "HEAD"), strong: bool = False
) -> Callable[[PersonalView[P]], Guarded[P]]:
    """A page about the person who is logged in, made inside the door; never cached, log-in first.

    `act` is what her journal will call it.
    """

    def decorated(view: PersonalView[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = actor_of(request)
            if actor is None:
                return forget(request, redirect("login"))
            if actor.person_id is None:
                return redirect("desk")  # an agent has no account here: her pages are there
            asking = Asking(actor.person_id, act, verb=verb, strong=strong)
            try:
                with opened(token_of(request), asking) as sight:
                    return view(request, sight.person_id, *args, **kwargs)
            except SessionOver:
                return forget(request, redirect("login"))
            except CspuError as error:
                return refusal(request, error)

        return never_cache(require_http_methods(list(methods))(guarded))

    return decorated
