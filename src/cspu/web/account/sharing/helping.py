"""Who helps: mandates given, people helped, and the page of whoever one acts for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cspu.entitlement.operations import settle_person
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust import choices
from cspu.trust import sharing as reads
from cspu.trust.access import load_access
from cspu.trust.errors import ChoiceRefused
from cspu.web.account.sharing import telling
from cspu.web.account.sharing.forms import FormUnreadable, new_form, one_of, some_of, uuid_of
from cspu.web.clock import today
from cspu.web.dossier import dossier_in_sight
from cspu.web.errors import refusal
from cspu.web.language import language_of
from cspu.web.login.parties import desk
from cspu.web.session import (
    Acting,
    act_for,
    act_for_oneself,
    acting_of,
    actor_of,
    personal,
    token_of,
)

_RELATIVE, _STRUCTURE = "proche", "structure"
_TRIES, _WITHIN = 10, timedelta(minutes=15)
"""Codes of relatives she may try: a right one tells a name."""


@personal("help")
def help_page(request: HttpRequest, _person_id: PersonId) -> HttpResponse:
    """Who may act for her, and for whom she may act."""
    lang = language_of(request)
    told = [telling.mandate_told(one, lang) for one in reads.mandates()]
    # Last: it closes her own sight.
    people = [
        (one, telling.scopes_told(one.scopes, lang))
        for one in reads.helped(token_of(request), "roster")
    ]
    context = {
        "here": "help",
        "active": [one for one in told if one.mandate.active],
        "ended": [one for one in told if not one.mandate.active],
        "people": people,
    }
    return render(request, "cspu/sharing/help.html", context)


@personal("mandate_choose", post="mandate_give")
def entrust(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Give a mandate: to whom, on what, for how long."""
    if request.method != "POST":
        return _entrust_form(request)
    if not desk().allows("mandate", str(person_id), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", status=429)
    try:
        given = _entrusted(request)
    except (ChoiceRefused, FormUnreadable) as error:
        return _entrust_form(request, error)
    return redirect(f"{reverse('mandate', args=[given])}?fait")


def _entrusted(request: HttpRequest) -> UUID:
    table = load_access()
    days = {key: duration.days for key, duration in table.durations.items()}
    relative = one_of(request, "qui", (_RELATIVE, _STRUCTURE)) == _RELATIVE
    return choices.give_mandate(
        uuid_of(request, "form"),
        themes=some_of(request, "domaine", table.themes),
        days=days[one_of(request, "duree", days)],
        helper_code=request.POST.get("code", "") if relative else "",
        organisation_id=None if relative else OrganisationId(uuid_of(request, "organisme")),
    )


def _entrust_form(request: HttpRequest, error: CspuError | None = None) -> HttpResponse:
    table, lang, sent = load_access(), language_of(request), request.POST
    context = {
        "here": "help",
        "form": new_form(),
        "refused": error.sentence(lang) if error else "",
        "refused_code": error.code if error else "",
        "code": sent.get("code", ""),
        "structure": sent.get("qui") == _STRUCTURE,
        "organisation": sent.get("organisme", ""),
        "ticked": sent.getlist("domaine"),
        "duration": sent.get("duree", ""),
        "bodies": reads.helping_bodies(),
        "themes": [
            (
                key,
                theme.label.in_(lang),
                [one.label for one in telling.scopes_told(theme.scopes, lang)],
            )
            for key, theme in table.themes.items()
        ],
        "durations": [(key, each.label.in_(lang)) for key, each in table.durations.items()],
    }
    return render(request, "cspu/sharing/entrust.html", context, status=409 if error else 200)


@personal("mandate_look", post="mandate_stop")
def mandate(request: HttpRequest, _person_id: PersonId, mandate_id: UUID) -> HttpResponse:
    """One mandate in full; sent back, it is stopped."""
    found = next((one for one in reads.mandates() if one.mandate_id == mandate_id), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        if found.active:
            choices.end_mandate(mandate_id)
        return redirect("help")
    context = {
        "here": "help",
        "one": telling.mandate_told(found, language_of(request)),
        "done": "fait" in request.GET,
    }
    return render(request, "cspu/sharing/mandate.html", context)


@personal("mandate_proof")
def proof(_request: HttpRequest, _person_id: PersonId, document_id: UUID) -> HttpResponse:
    """The paper a mandate was signed on."""
    found = reads.document(document_id)
    if found is None:
        raise Http404
    extension = found.media_type.partition("/")[2]
    disposition = f'inline; filename="mandat.{extension}"'
    return HttpResponse(
        found.content,
        content_type=found.media_type,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )


@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """From now on, act for somebody: the door will say whether there is a mandate."""
    actor = actor_of(request)
    if actor is None or not actor.holds_mandates:
        return redirect("login")
    try:
        person_id = PersonId(uuid_of(request, "personne"))
    except FormUnreadable as error:
        return refusal(request, error)
    act_for(request, Acting(person_id, some_of(request, "portee", load_access().scopes)))
    return redirect("helped")


@never_cache
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Back to one's own account."""
    act_for_oneself(request)
    return redirect("account")


@personal("helped", helper=True)
def helped(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """What the mandate shows of the person helped, and what it leaves out."""
    acting = acting_of(request)
    if acting is None:
        return redirect("account")
    on = today(request)
    settle_person(person_id, as_of=on)
    dossier = dossier_in_sight(person_id, acting.scopes, on=on, lang=language_of(request))
    return render(request, "cspu/sharing/helped.html", {"here": "helped", "dossier": dossier})
