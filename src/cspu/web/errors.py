"""Pages for when something is refused or fails: both languages, a next step, nothing personal."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text

_FORBIDDEN = (
    Text(fr="Cette page ne vous est pas ouverte", en="This page is not open to you"),
    Text(
        fr="Revenez à votre compte : tout ce qui vous concerne s’y trouve.",
        en="Go back to your account: everything that concerns you is there.",
    ),
)
_STALE_FORM = (
    Text(fr="Ce formulaire n’est plus valable", en="This form is no longer valid"),
    Text(
        fr="Il est resté ouvert trop longtemps ou vient d’une autre page. Rien n’a été changé : "
        "revenez en arrière, rechargez la page et recommencez.",
        en="It stayed open too long or came from another page. Nothing was changed: go back, "
        "reload the page and try again.",
    ),
)
_NOT_FOUND = (
    Text(fr="Cette page n’existe pas", en="This page does not exist"),
    Text(
        fr="L’adresse a peut-être été mal recopiée. Repartez de votre compte.",
        en="The address may have been copied wrongly. Start again from your account.",
    ),
)
_ONLY_BY_FORM = (
    Text(fr="Cette page ne s’ouvre pas seule", en="This page does not open by itself"),
    Text(
        fr="Elle répond à un formulaire. Rien n’a été changé : repartez de votre compte.",
        en="It answers a form. Nothing was changed: start again from your account.",
    ),
)
_NO_DEMO = (
    Text(fr="Cette connexion n’existe pas ici", en="This log-in does not exist here"),
    Text(
        fr="Choisir une personne dans une liste n’est possible que dans la démonstration. Ce "
        "serveur n’en est pas une.",
        en="Picking a person from a list is only possible in the demonstration. This server is "
        "not one.",
    ),
)
_UNREADABLE = (
    Text(fr="Ce qui a été envoyé ne peut pas être lu", en="What was sent cannot be read"),
    Text(
        fr="Rien n’a été changé : revenez en arrière et écrivez-le à nouveau.",
        en="Nothing was changed: go back and write it again.",
    ),
)
_FAILED = (
    Text(fr="Quelque chose s’est mal passé de notre côté", en="Something went wrong on our side"),
    Text(
        fr="Vos droits et vos données n’ont pas changé. Réessayez dans quelques minutes.",
        en="Your rights and your data have not changed. Try again in a few minutes.",
    ),
)


def _page(
    request: HttpRequest, status: HTTPStatus, words: tuple[Text, Text], *, code: str = ""
) -> HttpResponse:
    title, advice = words
    context = {"title": title, "advice": advice, "status": status.value, "code": code}
    return render(request, "cspu/error.html", context, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: what was refused is not repeated, the exception may speak of someone."""
    del exception
    return _page(request, HTTPStatus.FORBIDDEN, _FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent without its token."""
    del reason
    return _page(request, HTTPStatus.FORBIDDEN, _STALE_FORM)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return _page(request, HTTPStatus.NOT_FOUND, _NOT_FOUND)


def only_by_form(request: HttpRequest) -> HttpResponse:
    """405: the address answers a form, and was opened without one."""
    return _page(request, HTTPStatus.METHOD_NOT_ALLOWED, _ONLY_BY_FORM)


def no_demonstration(request: HttpRequest) -> HttpResponse:
    """404 for the demonstration's log-in on a server that is not a demonstration."""
    return _page(request, HTTPStatus.NOT_FOUND, _NO_DEMO)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away. Django calls it while it handles what was raised.

    Rendered without request, session or database, for any of them may be what failed.
    """
    del request
    away = isinstance(sys.exc_info()[1], OperationalError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    title, advice = _FAILED
    context = {"title": title, "advice": advice, "status": status.value}
    return HttpResponse(render_to_string("cspu/error.html", context), status=status)


def refusal(request: HttpRequest, error: CspuError) -> HttpResponse:
    """409: a refusal of the domain, in its own words."""
    return _page(request, HTTPStatus.CONFLICT, (error.message, error.next_step), code=error.code)


def unreadable(request: HttpRequest) -> HttpResponse:
    """400: what was sent is no text; nothing of it was used."""
    del request
    title, advice = _UNREADABLE
    context = {"title": title, "advice": advice, "status": 400}
    page = render_to_string("cspu/error.html", context)
    return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)


def too_large(request: HttpRequest, advice: Text) -> HttpResponse:
    """413: nothing of the request was read."""
    del request
    title = Text(fr="C’est trop lourd", en="This is too large")
    context = {"title": title, "advice": advice, "status": 413}
    page = render_to_string("cspu/error.html", context)
    return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
