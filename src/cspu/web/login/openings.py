"""Where one is logged in: each open session, since when, and the way to end it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cspu.trust.sessions import end_sessions, sessions_of
from cspu.web.session import actor_of, forget, token_of

_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_MACHINES = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android")),
    *(("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux")),
)


def device_of(request: HttpRequest) -> str:
    """The kind of browser and machine, as it says of itself, and nothing finer; empty where it does not."""
    said = request.META.get("HTTP_USER_AGENT", "")
    found = [
        next((name for word, name in words if word in said), "") for words in (_BROWSERS, _MACHINES)
    ]
    return " · ".join(each for each in found if each)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def openings(request: HttpRequest) -> HttpResponse:
    """The list; sent back, the one named is ended, or all but this one."""
    if actor_of(request) is None:
        return forget(request, redirect("login"))
    token = token_of(request)
    if request.method == "POST":
        end_sessions(token, request.POST.get("mark", "")[:24])
        return redirect("openings")
    context = {"here": "openings", "openings": sessions_of(token)}
    return render(request, "cspu/login/openings.html", context)
