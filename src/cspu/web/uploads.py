"""No request is larger than what the site ever asks for, nor holds in a field what is no text."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cspu.kernel.text import Text
from cspu.web.errors import too_large, unreadable

MOST_BYTES = 6 * 1024 * 1024
"""The largest paper (5 MB, as the database has it) and what surrounds it."""

ADVICE = Text(
    fr="Choisissez un fichier de 5 Mo au plus : une photo moins grande suffit.",
    en="Choose a file of 5 MB at most: a smaller picture is enough.",
)


class BoundedBodyMiddleware:
    """Refuses a larger body before any of it is read. Without a length there is no body to read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say that it is too large."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return too_large(request, ADVICE)
        return self._get_response(request)


class PlainTextMiddleware:
    """Refuses the letter NUL in a field: no keyboard writes it, and no text of the database holds it.

    An address that takes no form of ours (`csrf_exempt`) reads its body itself, or refuses it unread.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the page does."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: object
    ) -> HttpResponse | None:
        """Nothing to say, or that it cannot be read."""
        if getattr(view, "csrf_exempt", False):
            return None
        sent = (
            value
            for form in (request.GET, request.POST)
            for _, each in form.lists()
            for value in each
        )
        if any("\x00" in value for value in sent):
            return unreadable(request)
        return None
