"""What every page needs, whatever it shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cspu.people import queries as people
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import person_in


def page(request: HttpRequest) -> dict[str, Any]:
    """Date, language, demonstration or not, and the person's name (asked for when shown)."""
    person_id = person_in(request)
    lang = language_of(request)
    return {
        "today": today(request),
        "demo": settings.CSPU_DEMO,
        "lang": lang,
        "other_lang": "en" if lang == "fr" else "fr",
        "logged_in": person_id is not None,
        "person_name": SimpleLazyObject(lambda: people.display_name(person_id))
        if person_id
        else "",
    }
