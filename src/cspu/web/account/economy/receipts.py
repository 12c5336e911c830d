"""The receipt of one act, in PDF."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from cspu.kernel.ids import PersonId
from cspu.records.receipt import write_receipt
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal


@personal("receipt", helper=True)
def receipt(request: HttpRequest, person_id: PersonId, act_id: UUID) -> HttpResponse:
    """What was done, when, by whom, by which rule, and what it moved."""
    lang, file = language_of(request), BytesIO()
    if not write_receipt(file, person_id, act_id, on=today(request), lang=lang):
        raise Http404
    name = "receipt.pdf" if lang == "en" else "recu.pdf"
    return HttpResponse(
        file.getvalue(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
