"""A colleague lost the telephone that gives the codes: one of us ends them, another allows new ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.kernel.errors import CspuError
from cspu.trust.errors import LoginNeeded
from cspu.trust.lost_factors import allow_second_factor, colleagues, end_second_factor
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.home import uuid_in
from cspu.web.desk.words import role_name
from cspu.web.language import language_of


@at_desk("colleagues", methods=("GET", "HEAD", "POST"), strong=True)
def lost_factors(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Whose may be ended or learnt anew, and the forms; shown again with what is wrong."""
    error: CspuError | None = None
    agent = uuid_in(request.POST.get("agent", ""))
    if request.method == "POST" and agent is not None:
        try:
            decide = allow_second_factor if "allow" in request.POST else end_second_factor
            decide(seat.token, agent, request.POST.get("words", "").strip()[:500])
        except LoginNeeded:
            raise
        except CspuError as refused:
            error = refused
        else:
            return redirect("desk_colleagues")
    lang, name = language_of(request), request.POST.get("name", "")
    context = {
        "here": "desk_colleagues",
        "people": [
            (each, role_name(each.role, lang)) for each in colleagues(seat.token, name=name)
        ],
        "name": name,
        "chosen": agent if error else None,
        "words": request.POST.get("words", "") if error else "",
        "error": error.sentence(lang) if error else "",
    }
    return render(request, "cspu/desk/colleagues.html", context, status=409 if error else 200)
