"""Spaces before punctuation: French ones do not break, English has none; files are left alone."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from cspu.kernel.text import Lang
from cspu.web.templatetags.wording import typed
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


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_somebody_typed_keeps_the_spaces_she_gave_it(lang: Lang) -> None:
    hers = "Est-ce vrai ? Oui : « oui » ; a : b !"
    page = (
        f'<textarea name="mots" rows="2">{hers}\n{hers}</textarea>'
        f'<input name="prenom" value="{hers}"><p>{typed(hers)}</p>'
    )
    shown = spaced(page.encode(), lang).decode()
    assert f">{hers}\n{hers}</textarea>" in shown
    assert f'value="{hers}"' in shown
    [paragraph] = re.findall("<p>(.*)</p>", shown)
    assert unescape(paragraph) == hers


def test_what_somebody_typed_is_escaped_and_keeps_its_lines() -> None:
    assert typed("<b> :\nfin") == "&lt;b&gt;&#32;:<br>fin"


def test_no_page_breaks_into_lines_what_nobody_typed() -> None:
    """Words in lines are somebody's: they go through `typed`, which keeps their spaces."""
    templates = Path(__file__).parents[2] / "src" / "cspu" / "web" / "templates"
    pages = [page.read_text("utf-8") for page in templates.rglob("*.html")]
    assert [page for page in pages if "|linebreaks" in page] == []
    assert any("|typed" in page for page in pages)
