"""The one place where a screen learns what day it is."""

from __future__ import annotations

from datetime import date, datetime

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


def lived(moment: datetime) -> datetime:
    """An instant that the machine wrote, read on the day that the site lives on, at the same hour here.

    A demonstration lives on a day of its own while clocks go on: what was done there a moment ago is
    told as of that day, and what ends in two weeks ends two weeks after it. For screens alone: what is
    decided, kept or exported is the real instant.
    """
    chosen: date | None = settings.CSPU_TODAY
    here = timezone.localtime(moment)
    return here if chosen is None else here + (chosen - timezone.localdate())
