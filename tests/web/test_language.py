"""French first, English by the visible switch, the choice kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from scripts import catalogues

from tests.web.conftest import FakeDomain


def test_french_whatever_the_browser_prefers(domain: FakeDomain) -> None:
    answer = Client().get("/connexion/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert answer.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in answer.content.decode()


def test_the_switch_is_kept_and_leads_back_to_the_same_page(nadia: Client) -> None:
    answer = nadia.post("/langue/", {"language": "en", "next": "/droits/cpf/?periode=2024-12-31"})
    assert answer.headers["Location"] == "/droits/cpf/?periode=2024-12-31"
    page = nadia.get("/").content.decode()
    assert '<html lang="en"' in page
    assert "What is new for you" in page


def test_the_switch_of_a_refused_form_leads_back_to_the_form(nadia: Client) -> None:
    sent = nadia.post("/documents/releve/", headers={"referer": "http://testserver/documents/"})
    page = sent.content.decode()
    assert sent.status_code == 409
    assert 'name="next" value="/documents/"' in page


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:1"])
def test_the_switch_leads_nowhere_else(domain: FakeDomain, elsewhere: str) -> None:
    answer = Client().post("/langue/", {"language": "en", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_an_unheard_of_language_is_french(domain: FakeDomain) -> None:
    client = Client()
    client.cookies["cspu_language"] = "xx"
    assert client.get("/connexion/").headers["Content-Language"] == "fr"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|<[^>]+>", text))


def translations() -> dict[str, str]:
    return {
        str(one.id): str(one.string) for one in catalogues.english() if one.id and not one.fuzzy
    }


def test_every_sentence_has_its_english() -> None:
    english = translations()
    missing = {one for one in catalogues.sentences() if not english.get(one)}
    assert missing == set()


def test_apostrophes_are_written_one_way() -> None:
    assert [one for one in catalogues.sentences() if "'" in one] == []


def test_no_translation_is_left_over() -> None:
    assert set(translations()) - catalogues.sentences() == set()


def test_translations_keep_every_value_and_tag() -> None:
    changed = [fr for fr, en in translations().items() if _placeholders(fr) != _placeholders(en)]
    assert changed == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    compiled = catalogues.CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(), "run: python scripts/catalogues.py"
