"""Saying that a fact is wrong: it goes to the body that told it, and the page says who has the ball.

The fact is found again in what she sees of herself, by an id that says nothing of it; its words are
written down as the page showed them. The account itself changes nothing: the body corrects what it
declared, and the next declaration brings it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId
from cspu.lifecourse import queries as lifecourse
from cspu.lifecourse.picture import Bar, Mark
from cspu.trust.access import load_access
from cspu.trust.corrections import (
    Addressee,
    Ball,
    Move,
    Outcome,
    ask_correction,
    corrections_in_sight,
    reply_correction,
    who_corrects,
)
from cspu.trust.errors import ChoiceRefused
from cspu.web import wording
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal

WORDS = 2000
"""Letters of what is said; the database holds the same (`move_is_short`)."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A fact of hers, in words, and whom to ask to correct it (nobody: `addressees` is empty)."""

    fact_id: UUID
    scope: str
    words: str
    source: str
    addressees: tuple[Addressee, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A correction as the page tells it: who has the ball, and since when."""

    correction_id: UUID
    organisation: str
    scope: str
    fact: str
    ball: Ball
    since: datetime
    moves: tuple[Move, ...]


@personal("corrections", helper=True)
def corrections(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Everything she disputed, latest first."""
    return _list(request, person_id)


def _list(
    request: HttpRequest, person_id: PersonId, *, about: UUID | None = None, refused: str = ""
) -> HttpResponse:
    """The list; `refused`: why what she just said about one of them was not taken."""
    scopes, lang = load_access().scopes, language_of(request)
    shown = [
        Shown(
            each.correction_id,
            each.organisation,
            scopes[each.scope].label.in_(lang) if each.scope in scopes else each.scope,
            each.fact,
            each.ball,
            each.since,
            each.moves,
        )
        for each in corrections_in_sight(person_id)
    ]
    context = {
        "here": "life",
        "corrections": shown,
        "longest": WORDS,
        "about": about,
        "about_shown": any(each.correction_id == about for each in shown),
        "refused": refused,
        "said": request.POST.get("words", ""),
    }
    return render(request, "cspu/account/corrections.html", context, status=409 if refused else 200)


@personal("correction_choose", helper=True)
def choose(request: HttpRequest, person_id: PersonId, fact: UUID) -> HttpResponse:
    """The fact, who will be asked, and the words to say it."""
    disputed = _disputed(person_id, fact, on=today(request), request=request)
    context = {"here": "life", "disputed": disputed, "form": uuid4(), "longest": WORDS}
    return render(request, "cspu/account/correction.html", context)


@personal("correction_ask", verb="act", methods=("POST",), helper=True, again="correction_choose")
def send(request: HttpRequest, person_id: PersonId, fact: UUID) -> HttpResponse:
    """Send it to the body; the same form sent twice is sent once."""
    disputed = _disputed(person_id, fact, on=today(request), request=request)
    said = _words(request)
    chosen = [each for each in disputed.addressees if str(each.organisation_id) == _to(request)]
    form = _uuid(request.POST.get("form", ""))
    if len(chosen) != 1 or form is None or not said or len(said) > WORDS:
        context = {
            "here": "life",
            "disputed": disputed,
            "form": form or uuid4(),
            "longest": WORDS,
            "said": said,
            "missing": True,
        }
        return render(request, "cspu/account/correction.html", context, status=422)
    ask_correction(
        form,
        chosen[0].organisation_id,
        scope=disputed.scope,
        fact=disputed.words,
        words=said,
    )
    return redirect("corrections")


@personal("correction_reply", verb="act", methods=("POST",), helper=True, again="corrections")
def reply(request: HttpRequest, person_id: PersonId, correction: UUID) -> HttpResponse:
    """Say more when the body asked for it, or give up."""
    outcome = Outcome.WITHDRAWN if "withdraw" in request.POST else Outcome.ASKED
    try:
        reply_correction(correction, outcome, _words(request)[:WORDS])
    except ChoiceRefused as error:
        refused = error.sentence(language_of(request))
        return _list(request, person_id, about=correction, refused=refused)
    return redirect("corrections")


def _disputed(person_id: PersonId, fact: UUID, *, on: date, request: HttpRequest) -> Disputed:
    """The fact of that id among hers; Http404 where she has none such."""
    picture = lifecourse.life_picture(person_id, on=on, lang=language_of(request))
    for bar in (bar for lane in picture.lanes for bar in lane.bars):
        if bar.fact_id == fact:
            return _with_addressees(
                fact, f"status:{bar.status}", _spell(bar), bar.source, bar.organisation_id
            )
    for mark in picture.marks:
        if mark.fact_id == fact:
            return _with_addressees(
                fact, f"event:{mark.kind}", _event(mark), mark.source, NO_ORGANISATION
            )
    raise Http404


def _with_addressees(
    fact: UUID, kind: str, words: str, source: str, said_by: OrganisationId
) -> Disputed:
    scope = next(
        (key for key, each in load_access().scopes.items() if kind in each.opens),
        None,
    )
    if scope is None:
        raise Http404
    named = [] if said_by == NO_ORGANISATION else [said_by]
    return Disputed(fact, scope, words, source, tuple(who_corrects(scope, named)))


def _spell(bar: Bar) -> str:
    where = f"{bar.label} · {bar.organisation}" if bar.organisation else bar.label
    if bar.end is None:
        when = _("depuis le %(day)s") % {"day": wording.day(bar.start)}
    else:
        when = _("du %(first)s au %(last)s") % {
            "first": wording.day(bar.start),
            "last": wording.day(bar.end),
        }
    return f"{where}, {when}"


def _event(mark: Mark) -> str:
    return f"{mark.label}, " + _("le %(day)s") % {"day": wording.day(mark.on)}


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\r\n", "\n").strip()


def _to(request: HttpRequest) -> str:
    return request.POST.get("organisation", "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
