"""What every page needs, whatever it shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cspu.trust.queries import identity_in_sight
from cspu.web.clock import today
from cspu.web.desk.pages import pages_of
from cspu.web.language import language_of
from cspu.web.session import acting_of, actor_of, way_back


def page(request: HttpRequest) -> dict[str, Any]:
    """Date, language, demonstration or not, who is logged in, and the name of whose page it is.

    The name is asked for when shown, from inside the door; outside it there is none.
    """
    lang = language_of(request)
    actor = actor_of(request)
    return {
        "today": today(request),
        "demo": settings.CSPU_DEMO,
        "lang": lang,
        "other_lang": "en" if lang == "fr" else "fr",
        "way_back": way_back(request),
        "logged_in": actor is not None,
        "actor": actor,
        "acting": actor is not None and acting_of(request) is not None,
        "home": "desk" if actor is not None and actor.kind == "agent" else "account",
        "desk_pages": tuple(pages_of(actor.role)) if actor and actor.kind == "agent" else (),
        "person_name": SimpleLazyObject(_name_in_sight),
    }


def _name_in_sight() -> str:
    identity = identity_in_sight()
    return identity.display_name if identity else ""
