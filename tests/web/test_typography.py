"""Spaces before punctuation: French ones do not break, English has none; files are left alone."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from cspu.web.typography import set_spaces, spaced

HARD = "\u00a0"


def test_no_french_line_can_begin_with_punctuation() -> None:
    page = "<p>Est-ce à vous ? « Oui » : voilà ; bien !</p>".encode()
    shown = f"<p>Est-ce à vous{HARD}? «{HARD}Oui{HARD}»{HARD}: voilà{HARD}; bien{HARD}!</p>"
    assert spaced(page, "fr").decode() == shown


def test_english_has_no_space_before_a_colon() -> None:
    assert spaced(b"<b>Family support</b> : 200", "en") == b"<b>Family support</b>: 200"


def test_only_pages_are_touched_and_their_length_is_told_anew() -> None:
    page, data = HttpResponse("Oui :"), HttpResponse("Oui :", content_type="text/plain")
    page.headers["Content-Length"] = "5"
    for answer in (page, data, StreamingHttpResponse(["Oui :"])):
        set_spaces(answer, "fr")
    assert (page.content.decode(), page.headers["Content-Length"]) == (f"Oui{HARD}:", "6")
    assert data.content == b"Oui :"


def test_every_page_is_served_so(nadia: Client) -> None:
    page = nadia.get("/droits/cpf/").content.decode()
    assert f"Pourquoi{HARD}?" in page
    assert " ?</" not in page
