"""Log-in by picking a made-up person; refused outright where the server is no demonstration."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cspu.people import queries as people
from cspu.web import errors
from cspu.web.clock import today
from cspu.web.session import close_session, open_session

View = Callable[[HttpRequest], HttpResponse]


def demonstration_only(view: View) -> View:
    """The view is not there outside the demonstration: 404, whatever the method."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.CSPU_DEMO:
            return errors.no_demonstration(request)
        return view(request)

    return guarded


@never_cache
@demonstration_only
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show the made-up persons; open the account of the one picked."""
    identities = people.demo_identities(on=today(request))
    if request.method != "POST":
        return render(request, "cspu/demo/login.html", {"identities": identities})
    wanted = request.POST.get("person", "")
    picked = next((one for one in identities if str(one.person_id) == wanted), None)
    if picked is None:
        return errors.forbidden(request)
    open_session(request, picked.person_id)
    return redirect("account")


@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget who was logged in."""
    close_session(request)
    return redirect("login")
