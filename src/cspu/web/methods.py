"""Pages that only answer a form say so to whoever opens their address: Django's answer is empty."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from cspu.web.errors import only_by_form


class MethodMiddleware:
    """Gives an answer 405 its words: a phone showed an error of its own, and no way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; where the method is refused, with a page and the methods that are allowed."""
        response = self._get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = only_by_form(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page
