"""Certifying a need for rest days: whose code it is, which need, until when. It shows nothing of her.

She alone reads the certificate, and whom she lets: no donor and no employer ever does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cspu.economy.errors import ActRefused
from cspu.economy.gifts import NeedKind, certify_need
from cspu.web.clock import today
from cspu.web.days import read_day
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.pages import certifies, needs_of
from cspu.web.desk.words import Option
from cspu.web.language import language_of
from cspu.web.login.parties import desk

_TRIES, _WITHIN = 5, timedelta(minutes=15)
"""Codes an agent may try: a right one certifies something of somebody."""

_CERTIFIED = "need_certified"


@dataclass(frozen=True, slots=True)
class _Written:
    """What the form says."""

    kind: NeedKind
    starts: date
    ends: date


@at_desk("need_certify", methods=("GET", "HEAD", "POST"), allowed=certifies, strong=True)
def need(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The form, and the certifying of what it says; shown again with what is wrong."""
    kinds = needs_of(seat.agent.role)
    if request.method != "POST":
        return _form(request, kinds, done=bool(request.session.pop(_CERTIFIED, False)))
    written = _read(request, kinds)
    if isinstance(written, str):
        return _form(request, kinds, error=written)
    if not desk().allows("need", str(seat.agent.actor_id), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", {"here": "desk_need"}, status=429)
    try:
        certify_need(
            seat.token,
            request.POST.get("code", ""),
            written.kind.kind,
            starts=written.starts,
            ends=written.ends,
            act=seat.act,
        )
    except ActRefused as error:
        return _form(request, kinds, error=error.sentence(language_of(request)))
    request.session[_CERTIFIED] = True
    return redirect("desk_need")


def _read(request: HttpRequest, kinds: list[NeedKind]) -> _Written | str:
    """What was written, or what is wrong with it, in words."""
    sent = request.POST
    kind = next((each for each in kinds if each.kind == sent.get("kind", "")), None)
    starts, ends = read_day(sent.get("starts", "")), read_day(sent.get("ends", ""))
    if kind is None:
        return _("Choisissez ce que vous attestez.")
    if starts is None or ends is None:
        return _("Donnez les deux dates.")
    if ends < starts:
        return _("La fin vient avant le début.")
    if (ends - starts).days > kind.most_days:
        return _("Cette attestation vaut au plus %(days)s jours.") % {"days": kind.most_days}
    return _Written(kind, starts, ends)


def _form(
    request: HttpRequest, kinds: list[NeedKind], *, error: str = "", done: bool = False
) -> HttpResponse:
    lang, sent = language_of(request), request.POST
    context = {
        "here": "desk_need",
        "kinds": [
            Option(
                each.kind,
                each.label.in_(lang),
                each.reference,
                chosen=len(kinds) == 1 or each.kind == sent.get("kind"),
            )
            for each in kinds
        ],
        "starts": sent.get("starts", today(request).isoformat()),
        "ends": sent.get("ends", ""),
        "error": error,
        "done": done,
    }
    return render(request, "cspu/desk/need.html", context, status=409 if error else 200)
