"""Asking somebody to let one see: her code, why, what, for how long, in a few words. She may say no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Lang
from cspu.trust.access import Verb, load_access
from cspu.trust.desk import Question, ask, questions
from cspu.trust.errors import LoginNeeded, choice_refused
from cspu.trust.sessions import Actor
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.home import uuid_in
from cspu.web.desk.pages import asks, region_of
from cspu.web.desk.words import Option, purpose_name, scope_names
from cspu.web.language import language_of
from cspu.web.login.parties import desk

_TRIES, _WITHIN = 5, timedelta(minutes=15)
"""Five codes, then a quarter of an hour of rest: nobody finds a person by trying."""

_MESSAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class AskedShown:
    """A question of the body, in words."""

    purpose: str
    scopes: str
    asked_at: object
    asked_by: str
    days: int
    answered: bool


@at_desk("questions", allowed=asks)
def asked(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The questions of one's own body, and whether they were answered."""
    lang = language_of(request)
    found = [
        AskedShown(
            purpose_name(each.purpose, lang),
            scope_names(each.scopes, lang),
            each.asked_at,
            each.asked_by,
            each.days,
            each.answered,
        )
        for each in questions(seat.token)
    ]
    return render(
        request, "cspu/desk/questions.html", {"here": "desk_questions", "questions": found}
    )


@at_desk("ask", methods=("GET", "HEAD", "POST"), allowed=asks)
def asking(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The form, and its sending."""
    if request.method != "POST":
        return _form(request, seat, uuid4())
    if not desk().allows("ask", str(seat.agent.actor_id), most=_TRIES, within=_WITHIN):
        return render(request, "cspu/login/too_many.html", {"here": "desk_questions"}, status=429)
    form = uuid_in(request.POST.get("form", "")) or uuid4()
    try:
        ask(seat.token, request.POST.get("code", ""), _question(request, form), act=seat.act)
    except LoginNeeded:
        raise
    except CspuError as error:
        return _form(request, seat, form, error=error)
    return redirect("desk_questions")


def _question(request: HttpRequest, form: UUID) -> Question:
    """What was written. Raises ChoiceRefused for a term that the purpose does not offer."""
    sent = request.POST
    purpose = load_access().purposes.get(sent.get("purpose", ""))
    days = sent.get("days", "")
    if purpose is None:
        raise choice_refused("purpose_unknown")
    if not days.isdecimal() or int(days) not in purpose.terms:
        raise choice_refused("term_too_long")
    return Question(
        request_id=form,
        purpose=purpose.key,
        scopes=sent.getlist("scopes"),
        days=int(days),
        message=sent.get("message", "").strip()[:_MESSAGE_MAX],
    )


def _form(
    request: HttpRequest, seat: Seat, form: UUID, *, error: CspuError | None = None
) -> HttpResponse:
    lang, sent = language_of(request), request.POST
    context = {
        "here": "desk_questions",
        "form": form,
        "error": error.sentence(lang) if error else "",
        "purposes": _purposes(seat.agent, sent.get("purpose", ""), lang),
        "scopes": _scopes(seat.agent, sent.getlist("scopes"), lang),
        "terms": _terms(seat.agent, sent.get("days", "")),
        "message": sent.get("message", ""),
        "message_max": _MESSAGE_MAX,
    }
    return render(request, "cspu/desk/ask.html", context, status=409 if error else 200)


def _purposes(agent: Actor, sent: str, lang: Lang) -> list[Option]:
    found = [each for each in load_access().purposes_of(agent.role) if each.terms]
    return [
        Option(
            each.key,
            each.label.in_(lang),
            each.sentence.in_(lang),
            chosen=each.key == sent or len(found) == 1,
        )
        for each in found
    ]


def _scopes(agent: Actor, sent: list[str], lang: Lang) -> list[Option]:
    table, region = load_access(), region_of(agent)
    return [
        Option(key, scope.label.in_(lang), scope.shows.in_(lang), chosen=key in sent)
        for key, scope in table.scopes.items()
        if table.allowed(agent.role, key, Verb.ASK, region)
    ]


def _terms(agent: Actor, sent: str) -> list[Option]:
    terms = {days for each in load_access().purposes_of(agent.role) for days in each.terms}
    return [Option(str(days), str(days), chosen=str(days) == sent) for days in sorted(terms)]
