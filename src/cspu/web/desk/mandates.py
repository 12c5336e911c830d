"""Mandates given at the counter or on paper: recorded by a habilitated helper, with the signed paper.

The number and the birth date find the person and are shown again to nobody.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.people.keys import installed_keyring
from cspu.trust.access import load_access
from cspu.trust.desk import OfflineMandate, record_mandate
from cspu.trust.errors import ChoiceRefused, LoginNeeded, choice_refused
from cspu.trust.papers import LARGEST, Paper, read_paper
from cspu.web.days import read_day
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.home import uuid_in
from cspu.web.desk.pages import helps
from cspu.web.desk.words import Option
from cspu.web.language import language_of
from cspu.web.login.parties import desk

_TRIES, _WITHIN = 10, timedelta(minutes=15)
"""A number and a birth date say whether somebody is known here: not to be tried at will."""

_RECORDED = "mandate_recorded"


@at_desk("mandate_record", methods=("GET", "HEAD", "POST"), allowed=helps, strong=True)
def mandate(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The form, and the recording of what it says."""
    if request.method != "POST":
        recorded = bool(request.session.pop(_RECORDED, False))
        return _form(request, uuid4(), recorded=recorded)
    if not desk().allows("mandate", str(seat.agent.actor_id), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", {"here": "desk_mandate"}, status=429)
    form = uuid_in(request.POST.get("form", "")) or uuid4()
    try:
        record_mandate(
            seat.token, _written(request, form), keyring=installed_keyring(), act=seat.act
        )
    except LoginNeeded:
        raise
    except CspuError as error:
        return _form(request, form, error=error)
    request.session[_RECORDED] = True
    return redirect("desk_mandate")


@at_desk("mandate_print", allowed=helps)
def printable(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The mandate to print, fill in by hand and sign."""
    context = {
        "here": "desk_mandate",
        "body": seat.agent.organisation,
        "themes": _themes(request),
        "durations": _durations(request),
    }
    return render(request, "cspu/desk/mandate_print.html", context)


def _written(request: HttpRequest, form: UUID) -> OfflineMandate:
    """What was written. Raises ChoiceRefused where something cannot be."""
    sent = request.POST
    duration = load_access().durations.get(sent.get("duration", ""))
    if duration is None:
        raise choice_refused("term_too_long")
    channel: Literal["counter", "paper"] = "paper" if sent.get("channel") == "paper" else "counter"
    return OfflineMandate(
        mandate_id=form,
        nir=sent.get("nir", ""),
        birth_date=_birth_date(sent.get("birth_date", "")),
        themes=sent.getlist("themes"),
        days=duration.days,
        channel=channel,
        document_id=form,
        paper=_paper(request),
    )


def _birth_date(text: str) -> date:
    found = read_day(text)
    if found is None:
        raise ChoiceRefused(
            "desk.birth_date",
            Text(fr="La date de naissance manque.", en="The birth date is missing."),
            Text(fr="Donnez le jour, le mois et l’année.", en="Give day, month and year."),
        )
    return found


def _paper(request: HttpRequest) -> Paper | None:
    """The signed paper: one byte more than allowed is enough to refuse it."""
    upload = request.FILES.get("paper")
    return read_paper(upload.read(LARGEST + 1)) if upload else None


def _form(
    request: HttpRequest,
    form: UUID,
    *,
    error: CspuError | None = None,
    recorded: bool = False,
) -> HttpResponse:
    context = {
        "here": "desk_mandate",
        "form": form,
        "recorded": recorded,
        "error": error.sentence(language_of(request)) if error else "",
        "themes": _themes(request),
        "durations": _durations(request),
        "channel": request.POST.get("channel", "counter"),
    }
    return render(request, "cspu/desk/mandate.html", context, status=409 if error else 200)


def _themes(request: HttpRequest) -> list[Option]:
    lang, chosen = language_of(request), request.POST.getlist("themes")
    table = load_access()
    return [
        Option(
            key,
            theme.label.in_(lang),
            ", ".join(table.scopes[scope].label.in_(lang).lower() for scope in theme.scopes),
            chosen=key in chosen,
        )
        for key, theme in table.themes.items()
    ]


def _durations(request: HttpRequest) -> list[Option]:
    lang, chosen = language_of(request), request.POST.get("duration", "month")
    return [
        Option(key, each.label.in_(lang), chosen=key == chosen)
        for key, each in load_access().durations.items()
    ]
