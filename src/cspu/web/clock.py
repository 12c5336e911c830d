"""The one place where a screen learns what day it is."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def today(request: HttpRequest) -> date:
    """The day this request lives on: the demonstration's day where one is set, else the real one.

    Takes the request so that a later audience may look at another date; domain code never calls
    this, it is handed the date.
    """
    del request
    chosen: date | None = settings.CSPU_TODAY
    return chosen if chosen is not None else timezone.localdate()
