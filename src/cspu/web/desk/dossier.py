"""A person's dossier, opened for a purpose: what the scopes show, on what basis, and what is not covered.

Each view is one opening of the door, and one line of her journal. Who it is about lies in the signed
session; the purpose is one of those that have a basis today.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.trust.desk import Way, ways_to_see
from cspu.trust.door import HELPING, Asking, opened
from cspu.trust.errors import door_closed
from cspu.web.clock import today
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.home import uuid_in
from cspu.web.desk.pages import asks, region_of
from cspu.web.desk.words import Option, own_rows_alone, purpose_name, scope_names, way_shown
from cspu.web.dossier import dossier_in_sight
from cspu.web.language import language_of
from cspu.web.session import Acting

_KEPT = "dossier"


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """The person whose dossier is open at this desk, and for which purpose it was asked."""

    person_id: PersonId
    purpose: str


def chosen_in(request: HttpRequest, seat: Seat) -> Chosen | None:
    """What this agent chose; None where nothing was, or where it was another agent's."""
    kept = request.session.get(_KEPT)
    if not isinstance(kept, dict) or kept.get("agent") != str(seat.agent.actor_id):
        return None
    person = uuid_in(str(kept.get("person", "")))
    return Chosen(PersonId(person), str(kept.get("purpose", ""))) if person else None


def way_for(seat: Seat, chosen: Chosen) -> tuple[Way, list[Way]]:
    """The way to open it by, and every way there is. Raises DoorClosed where there is none left."""
    ways = ways_to_see(seat.token, chosen.person_id)
    if not ways:
        raise door_closed("no_basis")
    return next((way for way in ways if way.purpose == chosen.purpose), ways[0]), ways


@at_desk("dossier", methods=("GET", "HEAD", "POST"))
def dossier(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Choose a person or another purpose (POST); read (GET)."""
    chosen = chosen_in(request, seat)
    if request.method == "POST":
        person = uuid_in(request.POST.get("person", "")) or (chosen and chosen.person_id)
        if person:
            request.session[_KEPT] = {
                "agent": str(seat.agent.actor_id),
                "person": str(person),
                "purpose": request.POST.get("purpose", ""),
            }
        return redirect("desk_dossier" if person else "desk")
    if chosen is None:
        return redirect("desk")
    return _read(request, seat, chosen)


def _read(request: HttpRequest, seat: Seat, chosen: Chosen) -> HttpResponse:
    lang, on = language_of(request), today(request)
    way, ways = way_for(seat, chosen)
    purposes = dict.fromkeys(each.purpose for each in ways)
    asking = Asking(chosen.person_id, seat.act, purpose=way.purpose, scopes=way.scopes)
    with opened(seat.token, asking):
        settle_person(chosen.person_id, as_of=on)
        context = {
            "here": "desk_dossier",
            "dossier": dossier_in_sight(chosen.person_id, way.scopes, on=on, lang=lang),
            "purpose": purpose_name(way.purpose, lang),
            "scopes": scope_names(way.scopes, lang),
            "purposes": [
                Option(key, purpose_name(key, lang), chosen=key == way.purpose) for key in purposes
            ],
            "reasons": way_shown(way),
            "own": own_rows_alone(seat.agent.role, way.scopes, region_of(seat.agent), lang),
            "asks": asks(seat.agent.role),
            "acts": _acts(chosen, way) if way.purpose == HELPING else None,
        }
        return render(request, "cspu/desk/dossier.html", context)


def _acts(chosen: Chosen, way: Way) -> Acting:
    """What acting for her within the mandate begins with; the door proves it at each page."""
    return Acting(chosen.person_id, way.scopes)
