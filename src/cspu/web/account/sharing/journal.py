"""The journal to read: who looked, what, why, on what basis; and "this is not right"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cspu.kernel.ids import PersonId
from cspu.trust import choices
from cspu.trust import journal as reads
from cspu.trust.acts import command_label
from cspu.trust.errors import ChoiceRefused
from cspu.web.account.sharing import telling
from cspu.web.account.sharing.forms import FormUnreadable, new_form, uuid_of
from cspu.web.days import read_day
from cspu.web.language import language_of
from cspu.web.session import acting_of, personal


@personal("journal", helper=True)
def journal(request: HttpRequest, _person_id: PersonId) -> HttpResponse:
    """A page of lines, latest first; the cases she opened; what was done to everybody's data."""
    lang, helping = language_of(request), acting_of(request) is not None
    first, last = _day(request, "du"), _day(request, "au")
    everything = request.GET.get("tous") == "1"
    page = reads.journal(
        since=_moment(first) if first else None,
        upto=_moment(last + timedelta(days=1)) if last else None,
        others_only=not everything,
        below=_rank(request.GET.get("avant", "")),
    )
    kept = {"tous": "1" if everything else "", "du": first, "au": last}
    context = {
        "here": "journal",
        "lines": [telling.line_told(line, lang, to_helper=helping) for line in page.lines],
        "older": urlencode({**_set(kept), "avant": page.lines[-1].rank}) if page.more else "",
        "everything": everything,
        "first": first,
        "last": last,
        "filtered": bool(first or last or request.GET.get("avant")),
        "grievances": [(one, _state(one.state)) for one in reads.grievances()],
        "treatments": [
            (command_label(one.command).in_(lang), one.started_at) for one in reads.treatments()
        ],
    }
    return render(request, "cspu/sharing/journal.html", context)


@personal("journal", post="grievance", helper=True)
def grievance(request: HttpRequest, _person_id: PersonId, rank: int) -> HttpResponse:
    """Say what is not right about one line; sent, it is a case."""
    found = reads.line(rank)
    if found is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            choices.raise_grievance(uuid_of(request, "form"), rank, request.POST.get("mots", ""))
            return redirect(f"{reverse('journal')}#signalements")
        except (ChoiceRefused, FormUnreadable) as error:
            refused = error.sentence(language_of(request))
    context = {
        "here": "journal",
        "line": telling.line_told(
            found, language_of(request), to_helper=acting_of(request) is not None
        ),
        "form": new_form(),
        "said": request.POST.get("mots", ""),
        "refused": refused,
    }
    return render(request, "cspu/sharing/grievance.html", context, status=409 if refused else 200)


def _state(state: str) -> str:
    return {
        "open": _("Reçu. Le délégué à la protection des données doit s’en saisir."),
        "taken_up": _("Le délégué à la protection des données s’en occupe."),
        "justified": _("Réponse : cet accès était justifié."),
        "upheld": _("Réponse : vous aviez raison, cet accès n’était pas normal."),
    }[state]


def _day(request: HttpRequest, name: str) -> date | None:
    """A day of the form; None for what is no day, or the calendar's last, after which comes none."""
    found = read_day(request.GET.get(name, ""))
    return None if found == date.max else found


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rank(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004


def _set(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
