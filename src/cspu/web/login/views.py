"""Log-in by a provider, and log-out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cspu.web.session import forget


@never_cache
@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """Who vouches for you: one button a provider."""
    return render(request, "cspu/login/login.html")


@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget who was logged in."""
    return forget(request, redirect("login"))
