"""French first; English for whoever asked for it with the visible switch. No guessing."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from cspu.kernel.text import LANGUAGES, Lang
from cspu.web.typography import set_spaces


def language_of(request: HttpRequest) -> Lang:
    """The language the person chose, French until she chooses."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return next((lang for lang in LANGUAGES if lang == chosen), LANGUAGES[0])


class LanguageMiddleware:
    """Speaks the chosen language during the request.

    Not Django's LocaleMiddleware: it obeys the browser's list, and many phones of
    French-speaking people are left in another language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language and say so in the headers."""
        lang = language_of(request)
        request.LANGUAGE_CODE = lang
        with translation.override(lang):
            response = self._get_response(request)
        set_spaces(response, lang)
        response.headers.setdefault("Content-Language", lang)
        patch_vary_headers(response, ("Cookie",))
        return response
