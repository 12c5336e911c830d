"""Complaints about access, for the data-protection officer: the case, the line it is about, the answer."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Lang
from cspu.trust.access import Verb, load_access
from cspu.trust.errors import LoginNeeded, choice_refused
from cspu.trust.grievances import (
    Finding,
    LineInQuestion,
    answer_grievance,
    complaints,
    open_grievance,
)
from cspu.web.desk.guard import Seat, at_desk
from cspu.web.desk.pages import officer
from cspu.web.desk.words import purpose_name, reference_of, role_name, scope_names
from cspu.web.language import language_of


@at_desk("complaints", allowed=officer)
def grievances(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every complaint, those that wait first; nobody's name."""
    context = {"here": "desk_complaints", "complaints": complaints(seat.token)}
    return render(request, "cspu/desk/complaints.html", context)


@at_desk("complaint", methods=("GET", "HEAD", "POST"), allowed=officer)
def grievance(request: HttpRequest, seat: Seat, grievance_id: UUID) -> HttpResponse:
    """One complaint in full (one line of the journal), and the answer to it (one more)."""
    sent, error = request.POST, None
    if request.method == "POST":
        try:
            _answer(request, seat, grievance_id)
        except LoginNeeded:
            raise
        except CspuError as refused:
            error = refused
        else:
            return redirect("desk_complaints")
    lang = language_of(request)
    found = open_grievance(seat.token, grievance_id, act=seat.act)
    if found is None:
        raise Http404
    context = {
        "here": "desk_complaints",
        "complaint": found,
        "line": _line(found.line, lang) if found.line else None,
        "error": error.sentence(lang) if error else "",
        "words": sent.get("words", ""),
        "finding": sent.get("finding", ""),
    }
    return render(request, "cspu/desk/complaint.html", context, status=409 if error else 200)


def _answer(request: HttpRequest, seat: Seat, grievance_id: UUID) -> None:
    finding = request.POST.get("finding", "")
    if finding not in set(Finding):
        raise choice_refused("words_missing")
    answer_grievance(
        seat.token,
        grievance_id,
        Finding(finding),
        request.POST.get("words", "").strip()[:2000],
        act="complaint_answer",
    )


def _line(line: LineInQuestion, lang: Lang) -> dict[str, object]:
    """The line in words; a basis is named by its kind and, for the law, where it is written."""
    table, bases = load_access(), line.basis.split()
    verbs = {verb.value: text.in_(lang) for verb, text in table.verbs.items()}
    everything = line.scopes == ("*",)
    return {
        "seen_at": line.seen_at,
        "actor_name": line.actor_name,
        "organisation": line.organisation,
        "role": role_name(line.role, lang) if line.role in table.roles else "",
        "verb": verbs.get(line.verb, verbs[Verb.READ.value] if line.verb == "read" else line.verb),
        "scopes": "" if everything else scope_names(line.scopes, lang),
        "purpose": purpose_name(line.purpose, lang),
        "kinds": list(dict.fromkeys(basis.partition(":")[0] for basis in bases)),
        "reference": reference_of(bases),
    }
