"""Checking a proof somebody shows: nothing of the account is opened, nothing of the proof is kept.

The proof comes in the fragment of an address, which browsers do not send: a script moves it into the
form, and without script it is pasted or joined as a file.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cspu.trust.proofs import Refusal, Verified, issuer_metadata, jwks, read_shown, verify
from cspu.trust.proofs.verifying import status_reference
from cspu.web.language import language_of
from cspu.web.login.parties import browser_of, desk
from cspu.web.proofs.sealing import issuer_of, keys, our_list, signed_list

_MOST_CHARS = 16 * 1024
_TRIES, _WITHIN = 60, timedelta(minutes=10)
_QUARTER = 15 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form, and the verdict on what was shown."""
    if request.method != "POST":
        return render(request, "cspu/proofs/check.html", {"here": "proof"})
    if not desk().allows("proof", browser_of(request), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    verdict = _verdict(request, _shown(request))
    context = {"here": "proof", "lang": language_of(request)}
    if isinstance(verdict, Refusal):
        return render(request, "cspu/proofs/check.html", {**context, "refusal": verdict})
    return render(request, "cspu/proofs/check.html", {**context, "verdict": verdict})


def _shown(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is not None:
        return str(file.read(_MOST_CHARS), "utf-8", errors="replace")
    return request.POST.get("proof", "")[:_MOST_CHARS]


def _verdict(request: HttpRequest, text: str) -> Verified | Refusal:
    _, trusted = keys()
    now = timezone.now()
    compact = read_shown(text)
    named = status_reference(compact)
    status = our_list(request, named.uri, now=now) if named else None
    return verify(compact, keys=trusted, status=status, now=now)


@cache_control(public=True, max_age=_QUARTER)
@require_safe
def withdrawals(request: HttpRequest, list_id: int) -> HttpResponse:
    """Which proofs were withdrawn: places in a list, nobody's name."""
    signed = signed_list(request, list_id, now=timezone.now())
    return HttpResponse(signed, content_type="application/statuslist+jwt")


@cache_control(public=True, max_age=_QUARTER)
@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """Who issues, and with which keys."""
    return JsonResponse(issuer_metadata(issuer_of(request), keys()[1]))


@cache_control(public=True, max_age=_QUARTER)
@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:
    """The keys a checker needs, off line too."""
    del request
    return JsonResponse(jwks(keys()[1]))
