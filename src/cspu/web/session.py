"""Who is logged in, and whose account this request opens.

The token of the session is in a cookie of its own and nowhere else: the database keeps its hash, and
Django's session (a signed cookie) only what is nobody's secret. The person is never in an address.
Every page about a person is made inside the door (`cspu.trust.door`): one transaction, one line of
her journal, and nothing in sight before or after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.trust import sessions
from cspu.trust.door import EVERYTHING, HELPING, OWN_ACCOUNT, Asking, Verb, opened
from cspu.trust.errors import DoorClosed, LoginNeeded, SecondFactorMissing, SessionOver
from cspu.trust.sessions import Actor
from cspu.web.errors import refusal

_ACTOR = "_cspu_actor"
_ACTING = "acting"
_TYPED = "typed"
_MAY_WAIT = ("montant", "jour", "organisme", "employeur", "pour", "reseau", "geste")
"""Fields that may wait in a cookie: how much, when, where. Never her words, a code, a name or a number."""
_MOST_TYPED = 1000
"""How many letters of a form wait there: browsers keep few thousand."""

P = ParamSpec("P")
PersonalView = Callable[Concatenate[HttpRequest, PersonId, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def remember(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Hand the browser a new session; nothing of the former one survives."""
    _end(request)
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
    _end(request)
    response.delete_cookie(settings.CSPU_SESSION_COOKIE, path="/", samesite="Lax")
    return response


def _end(request: HttpRequest) -> None:
    token = token_of(request)
    if token:
        sessions.end_session(token)
    request.session.flush()


def token_of(request: HttpRequest) -> str:
    """The token this browser brings; empty when it brings none, or what no log-in ever gave."""
    token = request.COOKIES.get(settings.CSPU_SESSION_COOKIE, "")
    return token if token.isascii() and token.isprintable() else ""


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is logged in, asked once a request; None when nobody is."""
    if not hasattr(request, _ACTOR):
        token = token_of(request)
        setattr(request, _ACTOR, sessions.who(token) if token else None)
    actor: Actor | None = getattr(request, _ACTOR)
    return actor


@dataclass(frozen=True, slots=True, repr=False)
class Acting:
    """Whom a helper acts for at this moment, and the scopes of the mandate: the door proves both."""

    person_id: PersonId
    scopes: tuple[str, ...]


def act_for(request: HttpRequest, acting: Acting) -> None:
    """From now on this browser's pages are about that person, within the mandate."""
    request.session[_ACTING] = [str(acting.person_id), *acting.scopes]


def act_for_oneself(request: HttpRequest) -> None:
    """This browser's pages are about the person logged in again."""
    request.session.pop(_ACTING, None)


def acting_of(request: HttpRequest) -> Acting | None:
    """Whom this browser acts for; None where its pages are about the person logged in.

    A relative acts, or a habilitated helper; the door proves the mandate.
    """
    kept = request.session.get(_ACTING)
    actor = actor_of(request)
    if not kept or actor is None or not actor.holds_mandates:
        return None
    return Acting(PersonId(UUID(kept[0])), tuple(kept[1:]))


def asking_of(
    request: HttpRequest, act: str, *, verb: Verb = "read", strong: bool = False
) -> Asking | None:
    """What this request asks of the door: one's own account, or what a mandate covers; None: nobody."""
    actor, acting = actor_of(request), acting_of(request)
    person_id = acting.person_id if acting else actor.person_id if actor else None
    if person_id is None:
        return None
    return Asking(
        person_id=person_id,
        act=act,
        purpose=HELPING if acting else OWN_ACCOUNT,
        scopes=acting.scopes if acting else EVERYTHING,
        verb=verb,
        strong=strong,
    )


def personal(
    act: str,
    *,
    verb: Verb = "read",
    methods: Sequence[str] = ("GET", "HEAD"),
    strong: bool = False,
    post: str = "",
    helper: bool = False,
    again: str = "",
) -> Callable[[PersonalView[P]], Guarded[P]]:
    """A page about the person who is logged in, made inside the door; never cached, log-in first.

    `act` is what her journal will call it; `post`, what it calls the form the page also takes, sent
    to act. `helper`: whoever acts for her may open it, within the mandate, and it knows that it
    may be shown a part only; any other page sends a helper to what the mandate shows.

    # Note [refused, then read]
    An act that is refused (a page of status 400 or more) is undone with its line, for nothing was done;
    then the page that says so is journalled as what it is, a reading: `again`, or `act` itself.
    """
    taken = (*methods, "POST") if post else tuple(methods)

    def decorated(view: PersonalView[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not helper and acting_of(request) is not None:
                return redirect("helped")
            sent = bool(post) and request.method == "POST"
            asking = asking_of(
                request, post if sent else act, verb="act" if sent else verb, strong=strong
            )
            if asking is None:
                return _nobodys(request)
            try:
                with opened(token_of(request), asking) as sight:
                    response = view(request, sight.person_id, *args, **kwargs)
                    refused = (
                        asking.verb == "act" and response.status_code >= HTTPStatus.BAD_REQUEST
                    )
                    transaction.set_rollback(refused or transaction.get_rollback())
                if refused:
                    reading = replace(asking, act=again or act, verb="read", strong=False)
                    with opened(token_of(request), reading):
                        pass
                return response  # noqa: TRY300  the line is written before the page leaves
            except CspuError as error:
                return _refused(request, error)

        return never_cache(require_http_methods(list(taken))(guarded))

    return decorated


def _nobodys(request: HttpRequest) -> HttpResponse:
    """Log-in first; an agent who acts for nobody has no account here: her pages are at the desk."""
    if actor_of(request) is not None:
        return redirect("desk")
    return forget(request, redirect("login"))


def _refused(request: HttpRequest, error: CspuError) -> HttpResponse:
    """Log-in where it is over, a stronger one where it is asked for; else the refusal's own words."""
    if isinstance(error, LoginNeeded):
        return step_of_login(request, error)
    if isinstance(error, DoorClosed):
        act_for_oneself(request)  # the mandate is over: the next page is one's own again
    return refusal(request, error)


def step_of_login(request: HttpRequest, error: LoginNeeded) -> HttpResponse:
    """The step that comes first, and the way back here after it."""
    if isinstance(error, SessionOver):
        return forget(request, redirect("login"))
    if isinstance(error, SecondFactorMissing):
        return redirect("second_factor")
    _keep_typed(request)
    return redirect(f"{reverse('stronger')}?{urlencode({'next': way_back(request)})}")


def _keep_typed(request: HttpRequest) -> None:
    """What a form said waits in this browser until its page is shown again: nobody types it twice.

    The cookie is signed, not sealed: what is somebody's secret is typed again.
    """
    said = {name: request.POST[name] for name in _MAY_WAIT if request.POST.get(name)}
    if said and sum(map(len, (*said, *said.values()))) <= _MOST_TYPED:
        request.session[_TYPED] = [way_back(request), said]


def typed_before(request: HttpRequest) -> list[object] | None:
    """What waits, and of which page: handed over to the session of the same person's stronger log-in."""
    kept: list[object] | None = request.session.get(_TYPED)
    return kept


def keep_typed(request: HttpRequest, kept: list[object]) -> None:
    """Let it wait in this session."""
    request.session[_TYPED] = kept


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What the form of this page said: as it was sent, or (once) before the stronger log-in it asked for."""
    kept = request.session.get(_TYPED)
    if request.method == "POST" or not kept or kept[0] != request.path:
        return request.POST.dict()
    said: Mapping[str, str] = request.session.pop(_TYPED)[1]
    return said


def ours(request: HttpRequest, address: str) -> str:
    """An address of this site to go on to; empty for any other."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


def way_back(request: HttpRequest) -> str:
    """Where to go on after a step aside (log-in, language): this page, or the one that sent the form."""
    if request.method != "POST":
        return request.get_full_path()
    return urlsplit(request.META.get("HTTP_REFERER", "")).path or "/"
