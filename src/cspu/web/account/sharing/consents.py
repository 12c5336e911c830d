"""Who can see: consents, bodies that see by law, questions that wait, the code for an adviser."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust import choices
from cspu.trust import sharing as reads
from cspu.trust.access import load_access
from cspu.trust.errors import ChoiceRefused
from cspu.trust.sharing import Offer, Receiver
from cspu.web.account.sharing import telling
from cspu.web.account.sharing.forms import (
    FormUnreadable,
    new_form,
    number_of,
    one_of,
    some_of,
    uuid_of,
)
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import acting_of, personal


@personal("sharing", helper=True)
def sharing(request: HttpRequest, _person_id: PersonId) -> HttpResponse:
    """Everybody who can see, everything that is asked."""
    lang = language_of(request)
    told = [telling.consent_told(one, lang) for one in reads.consents()]
    context = {
        "here": "sharing",
        "questions": [telling.question_told(one, lang) for one in reads.questions()],
        "active": [one for one in told if one.consent.active],
        "ended": [one for one in told if not one.consent.active],
        "bodies": [telling.body_told(one, lang) for one in reads.bodies()],
        "mandates": [one for one in reads.mandates() if one.active],
    }
    return render(request, "cspu/sharing/sharing.html", context)


@personal("consent_look", post="consent_stop", helper=True)
def consent(request: HttpRequest, person_id: PersonId, consent_id: UUID) -> HttpResponse:
    """One consent in full, with what it shows today; sent back, it is stopped."""
    lang = language_of(request)
    found = next((one for one in reads.consents() if one.consent_id == consent_id), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        if found.active:
            choices.end_consent(consent_id)
        return redirect("sharing")
    context = {
        "here": "sharing",
        "one": telling.consent_told(found, lang),
        "scopes": _preview(request, person_id, found.scopes),
        "done": "fait" in request.GET,
    }
    return render(request, "cspu/sharing/consent.html", context)


@personal("question", post="question_answer", helper=True)
def question(request: HttpRequest, person_id: PersonId, request_id: UUID) -> HttpResponse:
    """A question: who, what, why, how long; yes, for less long if she wants, or no."""
    found = next((one for one in reads.questions() if one.request_id == request_id), None)
    if found is None:
        return redirect("sharing")
    told, refused = telling.question_told(found, language_of(request)), ""
    if request.method == "POST":
        try:
            granted = _answered(request, told)
            # The consent has the question's id.
            return redirect(_done(request_id) if granted else "sharing")
        except (ChoiceRefused, FormUnreadable) as error:
            refused = error.sentence(language_of(request))
    context = {
        "here": "sharing",
        "told": told,
        "scopes": _preview(request, person_id, found.scopes),
        "chosen": request.POST.get("jours", str(found.days)),
        "refused": refused,
    }
    return render(request, "cspu/sharing/question.html", context, status=409 if refused else 200)


def _answered(request: HttpRequest, told: telling.QuestionTold) -> bool:
    """Say yes or no, as the form does; whether it was yes."""
    granted = one_of(request, "reponse", ("oui", "non")) == "oui"
    days = number_of(request, "jours", told.terms) if granted else told.question.days
    choices.answer_request(told.question.request_id, granted=granted, days=days)
    return granted


@personal("consent_choose", methods=("GET", "HEAD", "POST"), helper=True)
def choose(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Giving consent unasked: a body, then for what, what and how long, then what they will see."""
    if not request.POST.get("organisme"):
        found = reads.receivers(load_access(), search=request.POST.get("nom", "").strip())
        context = {
            "here": "sharing",
            "receivers": found,
            "name": request.POST.get("nom", ""),
            "many": len(found) == reads.MANY,
        }
        return render(request, "cspu/sharing/choose_body.html", context)
    receiver = _receiver(request)
    offers = {offer.purpose.key: offer for offer in receiver.offers}
    key = request.POST.get("motif", "")
    if key not in offers and len(offers) > 1:
        return _page(request, "choose_purpose", receiver=receiver)
    offer = offers.get(key) or receiver.offers[0]
    if some_of(request, "portee", offer.scopes) and _days_chosen(request, offer):
        return _confirmation(request, person_id, receiver, offer)
    return _scopes_page(request, receiver, offer, missing="etape" in request.POST)


def _days_chosen(request: HttpRequest, offer: Offer) -> bool:
    return request.POST.get("jours", "") in map(str, offer.purpose.terms)


def _scopes_page(
    request: HttpRequest, receiver: Receiver, offer: Offer, *, missing: bool, status: int = 200
) -> HttpResponse:
    lang, acting = language_of(request), acting_of(request)
    open_to_her = [s for s in offer.scopes if acting is None or s in acting.scopes]
    return _page(
        request,
        "choose_scopes",
        status=status,
        receiver=receiver,
        purpose=offer.purpose.key,
        why=offer.purpose.sentence.in_(lang),
        scopes=telling.scopes_told(open_to_her, lang),
        terms=offer.purpose.terms,
        missing=missing,
        ticked=request.POST.getlist("portee"),
        chosen=request.POST.get("jours", ""),
    )


def _confirmation(
    request: HttpRequest,
    person_id: PersonId,
    receiver: Receiver,
    offer: Offer,
    error: CspuError | None = None,
) -> HttpResponse:
    scopes = some_of(request, "portee", offer.scopes)
    return _page(
        request,
        "confirm",
        status=409 if error else 200,
        receiver=receiver,
        purpose=offer.purpose.key,
        why=offer.purpose.sentence.in_(language_of(request)),
        scopes=_preview(request, person_id, scopes),
        days=number_of(request, "jours", offer.purpose.terms),
        form=new_form(),
        refused=error.sentence(language_of(request)) if error else "",
    )


@personal("sharing", methods=(), post="consent_give", helper=True)
def give(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Give it; the same form sent twice gives it once. Refused, it is shown again."""
    receiver = _receiver(request)
    offers = {offer.purpose.key: offer for offer in receiver.offers}
    offer = offers[one_of(request, "motif", offers)]
    scopes = some_of(request, "portee", offer.scopes)
    if not scopes:
        return _scopes_page(request, receiver, offer, missing=True, status=409)
    try:
        given = choices.give_consent(
            uuid_of(request, "form"),
            receiver.organisation_id,
            purpose=offer.purpose.key,
            scopes=scopes,
            days=number_of(request, "jours", offer.purpose.terms),
        )
    except FormUnreadable:
        return _scopes_page(request, receiver, offer, missing=True, status=409)
    except ChoiceRefused as error:
        return _confirmation(request, person_id, receiver, offer, error)
    return redirect(_done(given))


@personal("sharing", post="code_make", helper=True)
def code(request: HttpRequest, _person_id: PersonId) -> HttpResponse:
    """A code for an adviser, or for a relative who is to be helped: read out, good once."""
    context = {"here": "sharing", "minutes": choices.CODE_MINUTES, "form": new_form()}
    if request.method == "POST":
        try:
            made = choices.make_code(uuid_of(request, "form"))
        except (ChoiceRefused, FormUnreadable):
            # A form sent again once its code was used: it asks for a new one.
            return render(request, "cspu/sharing/code.html", {**context, "used": True}, status=409)
        half = choices.CODE_LENGTH // 2
        context |= {"code": f"{made[:half]}-{made[half:]}"}
    return render(request, "cspu/sharing/code.html", context)


def _done(consent_id: UUID) -> str:
    return f"{reverse('consent', args=[consent_id])}?fait"


def _receiver(request: HttpRequest) -> Receiver:
    only = OrganisationId(uuid_of(request, "organisme"))
    found = reads.receivers(load_access(), only=only)
    if not found:
        raise FormUnreadable
    return found[0]


def _preview(
    request: HttpRequest, person_id: PersonId, scopes: tuple[str, ...]
) -> tuple[telling.ScopeTold, ...]:
    acting = acting_of(request)
    return telling.preview(
        person_id,
        scopes,
        on=today(request),
        lang=language_of(request),
        visible=acting.scopes if acting else None,
    )


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: object) -> HttpResponse:
    page = f"cspu/sharing/{name}.html"
    return render(request, page, {"here": "sharing", **context}, status=status)
