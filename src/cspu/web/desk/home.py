"""The first page of the desk: who I am here, and the people I may see, why and until when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cspu.trust.desk import PAGE, roster
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.pages import asks, helps, officer
from cspu.web.desk.words import role_name, shown
from cspu.web.language import language_of


@at_desk("roster", methods=("GET", "HEAD", "POST"))
def home(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The roster, a page at a time: the next one is asked for by a form, for its mark is a person."""
    lang = language_of(request)
    after = uuid_in(request.POST.get("after", ""))
    listed = roster(seat.token, act=seat.act, after=after)
    context = {
        "here": "desk",
        "role": role_name(seat.agent.role, lang),
        "people": [shown(each, lang) for each in listed],
        "next": str(listed[-1].person_id) if len(listed) == PAGE else "",
        "first_page": after is None,
        "asks": asks(seat.agent.role),
        "helps": helps(seat.agent.role),
        "officer": officer(seat.agent.role),
    }
    return render(request, "cspu/desk/home.html", context)


def uuid_in(text: str) -> UUID | None:
    """An id in a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
