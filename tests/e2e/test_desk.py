"""Every page of the desk, read in a real browser: on a phone, on a wide screen, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LogIn
from tests.e2e.reading import DESKTOP, PHONE, assert_fit_to_read

pytestmark = pytest.mark.browser

ADVISER, HELPER, OFFICER = "camille-referente", "dominique-aidant", "noor-protection"

PAGES = {
    ADVISER: ["/bureau/", "/bureau/demandes/", "/bureau/demandes/nouvelle/", "/bureau/collegues/"],
    HELPER: ["/bureau/", "/bureau/mandats/", "/bureau/mandats/imprimer/"],
    "alix-caisse": ["/bureau/", "/bureau/corrections/"],
    "ines-solidarites": ["/bureau/", "/bureau/besoins/", "/bureau/collegues/"],
    OFFICER: ["/bureau/", "/bureau/reclamations/"],
}


@pytest.mark.parametrize("how", [(PHONE, "Français"), (DESKTOP, "Français"), (PHONE, "English")])
@pytest.mark.parametrize("who", PAGES)
def test_every_page_of_the_desk_can_be_read(
    page: Page, site: str, log_in_agent: LogIn, who: str, how: tuple[int, str]
) -> None:
    width, language = how
    page.set_viewport_size({"width": width, "height": 800})
    log_in_agent(page, who)
    if language == "English":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    for path in PAGES[who]:
        page.goto(site + path)
        expect(page).to_have_url(site + path)
        assert_fit_to_read(page)
    page.goto(f"{site}/bureau/")
    if page.locator(".roster__one").count():
        page.locator(".roster__one button").first.click()
        expect(page).to_have_url(f"{site}/bureau/dossier/")
        assert_fit_to_read(page)
