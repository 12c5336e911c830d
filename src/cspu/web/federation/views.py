"""Messages of partner instances: kept for a command to decide, once their signature is checked.

No session and no form: what is not signed by a partner is refused and written down. Nobody is credited here.
What is too long is refused before it is read, and what comes too often before it is checked: both cost us,
and a partner who is told to wait sends it again later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cspu.economy.federation.messages import Identity, MessageRefused
from cspu.economy.federation.worker import receive, statement
from cspu.web.login.parties import browser_of, desk

_TYPE = "application/jose"
_MOST_BYTES = 8 * 1024
_MESSAGES, _WITHIN = 600, timedelta(minutes=10)
"""From one address: a partner's backlog goes through in turns."""


@csrf_exempt
@never_cache
@require_POST
def messages(request: HttpRequest) -> HttpResponse:
    """Keep a message: 202; 400 with the reason when it is none of a partner's."""
    return _answered(request, receive, HTTPStatus.ACCEPTED)


@csrf_exempt
@never_cache
@require_POST
def book(request: HttpRequest) -> HttpResponse:
    """The book kept with whoever signed the question, signed in turn."""
    return _answered(request, statement, HTTPStatus.OK)


def _answered(
    request: HttpRequest, answer: Callable[[Identity, str], str], status: HTTPStatus
) -> HttpResponse:
    identity: Identity | None = settings.CSPU_FEDERATION
    if identity is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    if request.content_type != _TYPE:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if _length(request) > _MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not desk().allows("federation", browser_of(request), most=_MESSAGES, within=_WITHIN):
        wait = {"Retry-After": str(int(_WITHIN.total_seconds()))}
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers=wait)
    try:
        said = answer(identity, request.body.decode("ascii"))
    except (MessageRefused, UnicodeDecodeError) as error:
        reason = error.reason if isinstance(error, MessageRefused) else "forged"
        return HttpResponse(reason, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    return HttpResponse(said, status=status, content_type=_TYPE)


def _length(request: HttpRequest) -> int:
    """The bytes it announces, which are all that is ever read of it (`web.uploads` refuses no number)."""
    return int(request.META.get("CONTENT_LENGTH") or 0)
