"""Messages of partner instances: kept for a command to decide, once their signature is checked.

No session and no form: what is not signed by a partner is refused and written down. Nobody is credited here.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cspu.economy.federation.messages import Identity, MessageRefused
from cspu.economy.federation.worker import receive, statement

_MOST_BYTES = 8 * 1024


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
    if len(request.body) > _MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        said = answer(identity, request.body.decode("ascii"))
    except (MessageRefused, UnicodeDecodeError) as error:
        reason = error.reason if isinstance(error, MessageRefused) else "forged"
        return HttpResponse(reason, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    return HttpResponse(said, status=status, content_type="application/jose")
