"""Using a right, in a real browser: see what is taken, confirm, read until when it is undone, undo it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cspu.demo.personas import read_cast
from tests.e2e.conftest import LogIn
from tests.e2e.reading import PHONE, assert_fit_to_read

pytestmark = pytest.mark.browser

NADIA = read_cast().personas[0].given_names.split()[0]
SCHOOL = "Centre de formation des Deux Rives (fictif)"
WORDS = {
    "Français": {
        "use": "Payer une formation",
        "whom": "À quel organisme agréé ?",
        "how much": "Combien ?",
        "look": "Voir ce qui sera pris",
        "confirm": "Oui, je confirme",
        "until": "Vous pouvez annuler jusqu’au",
        "undo": "Annuler",
        "undone": "Annulé",
        "top-ups": "Mes abondements",
    },
    "English": {
        "use": "Pay for a training course",
        "whom": "To which accredited body?",
        "how much": "How much?",
        "look": "See what will be taken",
        "confirm": "Yes, I confirm",
        "until": "You may undo it until",
        "undo": "Undo",
        "undone": "Undone",
        "top-ups": "My top-ups",
    },
}


@pytest.mark.parametrize("language", WORDS)
def test_she_pays_for_a_course_and_takes_it_back(
    page: Page, site: str, log_in: LogIn, language: str
) -> None:
    words = WORDS[language]
    page.set_viewport_size({"width": PHONE, "height": 800})
    log_in(page, NADIA, strong=True)
    if language == "English":
        page.get_by_role("button", name="English").click()
    page.goto(f"{site}/utiliser/")
    assert_fit_to_read(page)
    page.get_by_role("link", name=words["use"]).click()
    page.get_by_label(words["whom"]).select_option(label=SCHOOL)
    assert_fit_to_read(page)
    page.get_by_label(words["how much"]).fill("120")
    page.get_by_role("button", name=words["look"]).click()
    expect(page.locator("main")).to_contain_text(SCHOOL)
    assert_fit_to_read(page)
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator("main")).to_contain_text(words["until"])
    assert_fit_to_read(page)
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.get_by_role("status")).to_contain_text(words["undone"])
    assert_fit_to_read(page)
    page.goto(f"{site}/utiliser/abondements/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["top-ups"])
    assert_fit_to_read(page)
