"""What a body was asked to correct: its list, one request at a time, and its answer."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.kernel.errors import CspuError
from cspu.trust.corrections import (
    ANSWERS,
    Outcome,
    answer_correction,
    corrections_of_body,
    open_correction,
)
from cspu.trust.errors import LoginNeeded
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.pages import answers
from cspu.web.desk.words import scope_names
from cspu.web.language import language_of


@at_desk("corrections", allowed=answers)
def corrections(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The list: no name and no fact; what waits for us first."""
    lang = language_of(request)
    found = [(each, scope_names([each.scope], lang)) for each in corrections_of_body(seat.token)]
    context = {"here": "desk_corrections", "corrections": found}
    return render(request, "cspu/desk/corrections.html", context)


@at_desk("correction", methods=("GET", "HEAD", "POST"), allowed=answers)
def correction(request: HttpRequest, seat: Seat, correction_id: UUID) -> HttpResponse:
    """One request in full (one line of the journal), and the answer to it (one more)."""
    sent, error = request.POST, None
    if request.method == "POST":
        outcome = sent.get("outcome", "")
        try:
            answer_correction(
                seat.token,
                correction_id,
                Outcome(outcome) if outcome in set(ANSWERS) else Outcome.WITHDRAWN,
                sent.get("words", "").strip()[:2000],
                act="correction_answer",
            )
        except LoginNeeded:
            raise
        except CspuError as refused:
            error = refused
        else:
            return redirect("desk_corrections")
    lang = language_of(request)
    found = open_correction(seat.token, correction_id, act=seat.act)
    if found is None:
        raise Http404
    context = {
        "here": "desk_corrections",
        "correction": found,
        "scope": scope_names([found.scope], lang),
        "error": error.sentence(lang) if error else "",
        "words": sent.get("words", ""),
        "outcome": sent.get("outcome", ""),
    }
    return render(request, "cspu/desk/correction.html", context, status=409 if error else 200)
