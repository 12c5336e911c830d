"""Her data in her hands: a proof shown and withdrawn, a statement, everything at once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect
from pypdf import PdfReader

from tests.browser import accessibility_violations
from tests.conftest import FreshDatabase
from tests.e2e.conftest import LogIn

pytestmark = pytest.mark.browser

WORKER = "Nadia"


def content_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def make_proof(page: Page, site: str, *, least: str = "") -> None:
    page.goto(f"{site}/documents/prouver/cpf/")
    assert accessibility_violations(page) == []
    if least:
        page.locator("#show-least").check()
        page.locator("#least").fill(least)
    page.get_by_label("À qui").fill("Ma propriétaire")
    page.get_by_role("button", name="Faire la preuve").click()
    page.wait_for_url("**/documents/preuves/**")


def test_a_landlord_sees_what_she_ticked_until_she_withdraws_it(
    page: Page, chromium: Browser, site: str, log_in: LogIn
) -> None:
    log_in(page, WORKER)
    make_proof(page, site, least="100")
    assert accessibility_violations(page) == []
    page.locator("details.full > summary").click()
    shown = page.locator("textarea").input_value()
    elsewhere = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    landlord = elsewhere.new_page()
    # As the code is photographed: the proof is in the fragment, and the script takes it from there.
    landlord.goto(f"{site}/preuve/#{shown}")
    expect(landlord.get_by_role("heading", level=1)).to_have_text("Cette attestation est valable")
    words = landlord.locator("main").inner_text()
    assert "au moins 100" in words
    assert "Nadia" not in words
    assert "#" not in landlord.url
    assert accessibility_violations(landlord) == []
    page.get_by_role("button", name="Retirer cette preuve").click()
    page.wait_for_url("**/documents/")
    landlord.goto(f"{site}/preuve/#{shown}")
    expect(landlord.get_by_role("heading", level=1)).to_contain_text("n’est pas valable")
    landlord.goto(f"{site}/preuve/#{shown[:-9]}AAAAAAAA~")
    expect(landlord.get_by_role("heading", level=1)).to_contain_text("n’est pas valable")
    elsewhere.close()


def test_a_proof_says_nothing_that_is_not_so(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, WORKER)
    page.goto(f"{site}/documents/prouver/cpf/")
    page.locator("#show-least").check()
    page.locator("#least").fill("999999")
    page.get_by_label("À qui").fill("Ma propriétaire")
    page.get_by_role("button", name="Faire la preuve").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_another_person_cannot_open_her_proof(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, WORKER)
    make_proof(page, site)
    address = page.url
    log_in(page, "Léa")
    assert page.request.get(address).status == 404


def test_she_takes_everything_away_and_each_read_is_written(
    page: Page, site: str, log_in: LogIn, demonstration: FreshDatabase
) -> None:
    log_in(page, WORKER)
    page.goto(f"{site}/documents/")
    assert accessibility_violations(page) == []
    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger mes données").click()
    archive = zipfile.ZipFile(io.BytesIO(content_of(coming.value)))
    assert {"account.json", "schema.json", "manifest.json", "provenance.json"} <= set(
        archive.namelist()
    )
    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger le relevé").click()
    text = "".join(each.extract_text() for each in PdfReader(coming.value.path()).pages)
    assert "Nadia" in text
    with demonstration.connect() as owner:
        acts: dict[str, int] = dict(
            owner.execute("SELECT act, count(*) FROM trust.access GROUP BY 1").fetchall()
        )
    assert acts["export"] >= 10
    assert acts["statement"] >= 2


def test_her_keys_and_lists_are_public_and_name_nobody(page: Page, site: str) -> None:
    for path in ("/.well-known/jwks.json", "/.well-known/jwt-vc-issuer", "/preuves/retraits/1/"):
        answer = page.request.get(site + path)
        assert answer.status == 200
        assert "set-cookie" not in answer.headers
        assert '"d"' not in answer.text()
