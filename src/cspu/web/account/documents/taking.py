"""Taking her data away: everything in a ZIP, or a statement in PDF.

A document is made of many short sights, each asked again at the door: what is revoked while it is made is
refused at the next read, and she gets a page that says so instead of half a file.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cspu.entitlement.operations import settle_person
from cspu.entitlement.queries import UnknownRight
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.records.archive import write_archive
from cspu.records.errors import StatementMisdated
from cspu.records.sections import Door
from cspu.records.statement import write_statement
from cspu.trust.door import Asking, opened
from cspu.trust.errors import SessionOver
from cspu.web.clock import today
from cspu.web.days import read_day
from cspu.web.errors import refusal
from cspu.web.language import language_of
from cspu.web.session import actor_of, forget, token_of

Write = Callable[[IO[bytes], PersonId, date, Lang, Door], None]


@never_cache
@require_POST
def everything(request: HttpRequest) -> HttpResponseBase:
    """All that the account holds about her."""

    def write(file: IO[bytes], person_id: PersonId, on: date, lang: Lang, door: Door) -> None:
        write_archive(file, person_id, on=on, lang=lang, door=door)

    name = "account.zip" if language_of(request) == "en" else "mon-compte.zip"
    return _document(request, "export", write, name, "application/zip")


@never_cache
@require_POST
def statement(request: HttpRequest) -> HttpResponseBase:
    """The movements of one right or of all, over a period."""

    def write(file: IO[bytes], person_id: PersonId, on: date, lang: Lang, door: Door) -> None:
        start, end = (_day(request.POST.get(name, "")) for name in ("from", "to"))
        write_statement(
            file,
            person_id,
            right_id=request.POST.get("right") or None,
            start=start,
            end=end,
            on=on,
            lang=lang,
            door=door,
        )

    name = "statement.pdf" if language_of(request) == "en" else "releve.pdf"
    return _document(request, "statement", write, name, "application/pdf")


def _document(
    request: HttpRequest, act: str, write: Write, name: str, media_type: str
) -> HttpResponseBase:
    actor, token = actor_of(request), token_of(request)
    if actor is None or actor.person_id is None:
        return forget(request, redirect("login"))
    person_id, on = actor.person_id, today(request)

    def door(_section: str) -> AbstractContextManager[object]:
        return opened(token, Asking(person_id, act))

    with ExitStack() as unsent:
        file = unsent.enter_context(TemporaryFile())
        try:
            with door("settle"):
                settle_person(person_id, as_of=on)
            write(file, person_id, on, language_of(request), door)
        except SessionOver:
            return forget(request, redirect("login"))
        except UnknownRight:
            return refusal(request, StatementMisdated())
        except CspuError as error:
            return refusal(request, error)
        unsent.pop_all()  # closed by the response once it is sent
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=media_type)


def _day(text: str) -> date:
    found = read_day(text)
    if found is None:
        raise StatementMisdated
    return found
