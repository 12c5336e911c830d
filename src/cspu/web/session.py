"""Whose account this session shows: the person is in the session, never in an address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.web.errors import refusal

_KEY = "cspu_person"

P = ParamSpec("P")
PersonalView = Callable[Concatenate[HttpRequest, PersonId, P], HttpResponse]


def open_session(request: HttpRequest, person_id: PersonId) -> None:
    """Start this person's session under a new key; nothing of the former session survives."""
    request.session.flush()
    request.session[_KEY] = str(person_id)
    rotate_token(request)


def close_session(request: HttpRequest) -> None:
    """Forget the person; the old session key is worth nothing afterwards."""
    request.session.flush()


def person_in(request: HttpRequest) -> PersonId | None:
    """The person of this session, or None where nobody is logged in."""
    session = getattr(request, "session", None)
    value = session.get(_KEY) if session is not None else None
    return PersonId(UUID(value)) if value else None


def personal(view: PersonalView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page about the person of the session: read only, never cached, log-in first."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person_id = person_in(request)
        if person_id is None:
            return redirect("login")
        try:
            return view(request, person_id, *args, **kwargs)
        except CspuError as error:
            return refusal(request, error)

    return never_cache(require_safe(guarded))
