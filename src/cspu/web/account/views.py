"""The person's own pages. Her difference is settled first, so that what she reads is current."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cspu.economy import debts, gifts
from cspu.entitlement import queries as entitlement
from cspu.kernel.ids import PersonId
from cspu.lifecourse import queries as lifecourse
from cspu.web.account.current import bring_up_to_date
from cspu.web.account.economy.debts import owed_shown
from cspu.web.account.economy.topups import pots_shown
from cspu.web.account.life import draw
from cspu.web.account.reasons import reasons_of
from cspu.web.account.tiles import overview, tile_view
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal

_MOVEMENTS_SHOWN = 12


@personal("account")
def account(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """All her rights, by family."""
    on = today(request)
    bring_up_to_date(person_id, on=on)
    lang = language_of(request)
    page = entitlement.account_page(person_id, on=on, lang=lang)
    ending = [each for each in pots_shown(person_id, on=on, lang=lang) if each.ending]
    context = {
        "here": "account",
        "view": overview(page),
        "ending": ending,
        "stopped": [each for each in gifts.calls(person_id, on=on) if each.stopped_on],
        "owed": owed_shown(debts.debts(person_id, on=on), lang),
    }
    return render(request, "cspu/account/account.html", context)


@personal("right")
def tile(request: HttpRequest, person_id: PersonId, right_id: str) -> HttpResponse:
    """One right in full: what is held, why this amount, every movement."""
    on = today(request)
    bring_up_to_date(person_id, on=on)
    try:
        page = entitlement.tile_page(person_id, right_id, on=on, lang=language_of(request))
    except entitlement.UnknownRight:
        raise Http404 from None
    judged = page.tile.judged.end.isoformat() if page.tile.judged else ""
    reasons = reasons_of(page.explanations, asked=request.GET.get("periode", judged))
    movements = [(one, reasons.key_of(one)) for one in page.movements]
    context = {
        "here": "tile",
        "page": page,
        "view": tile_view(page.tile),
        "reasons": reasons,
        "pots": pots_shown(person_id, on=on, lang=language_of(request), right_id=right_id),
        "swapped": "HX-Request" in request.headers,
        "movements": movements[:_MOVEMENTS_SHOWN],
        "older": movements[_MOVEMENTS_SHOWN:],
    }
    return render(request, "cspu/account/tile.html", context)


@personal("life")
def life(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Her life course: drawn in parallel lanes, and the same content as a table."""
    on = today(request)
    picture = lifecourse.life_picture(person_id, on=on, lang=language_of(request))
    return render(
        request, "cspu/account/life.html", {"here": "life", "drawing": draw(picture, on=on)}
    )
