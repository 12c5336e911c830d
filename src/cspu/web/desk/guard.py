"""Who may sit at the desk: an agent who showed her second factor, in a role that has that page.

A page of the desk is never cached. The person whose dossier is open is kept in Django's signed session,
never in an address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cspu.kernel.errors import CspuError
from cspu.trust.errors import LoginNeeded, door_closed
from cspu.trust.sessions import Actor
from cspu.web.errors import refusal
from cspu.web.session import act_for_oneself, actor_of, forget, step_of_login, token_of


@dataclass(frozen=True, slots=True, repr=False)
class Seat:
    """Who sits at the desk, under which session, and what the journal will call what she does."""

    agent: Actor
    token: str
    act: str


P = ParamSpec("P")
DeskView = Callable[Concatenate[HttpRequest, Seat, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def at_desk(
    act: str,
    *,
    methods: Sequence[str] = ("GET", "HEAD"),
    allowed: Callable[[str], bool] = lambda _role: True,
    strong: bool = False,
) -> Callable[[DeskView[P]], Guarded[P]]:
    """A page of the desk. `act` is what journals will call it; `allowed` says which roles have it.

    `strong`: what it does bears on others, and asks for a code given lately.
    """

    def decorated(view: DeskView[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            agent = actor_of(request)
            if agent is None:
                return forget(request, redirect("login"))
            if agent.kind == "agent" and not agent.is_ready:
                return redirect("second_factor")
            if agent.kind != "agent" or not allowed(agent.role):
                return _not_yours(request, person=agent.kind == "person")
            act_for_oneself(request)  # acting for somebody is left by coming back to the desk
            try:
                if strong and not agent.strong:
                    raise door_closed("stronger_login_needed")
                return view(request, Seat(agent, token_of(request), act), *args, **kwargs)
            except LoginNeeded as error:
                return step_of_login(request, error)
            except CspuError as error:
                return refusal(request, error)

        return never_cache(require_http_methods(list(methods))(guarded))

    return decorated


def of_roles(roles: Collection[str]) -> Callable[[str], bool]:
    """For pages that some roles alone have."""
    return lambda role: role in roles


def _not_yours(request: HttpRequest, *, person: bool) -> HttpResponse:
    context = {"here": "desk", "person": person}
    return render(request, "cspu/desk/not_yours.html", context, status=HTTPStatus.FORBIDDEN)
