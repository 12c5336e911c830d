"""Converting in a real browser: the quote drawn before and after, then exactly that, and its receipt."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LogIn
from tests.e2e.reading import assert_fit_to_read

pytestmark = pytest.mark.browser

HOLDER = "Karim"
"""One of the demonstration's persons, whose job gave him prevention points."""


@pytest.mark.parametrize(("language", "given"), [("Français", "3"), ("English", "2")])
def test_points_are_converted_as_quoted(
    page: Page, site: str, log_in: LogIn, language: str, given: str
) -> None:
    log_in(page, HOLDER, strong=True)
    if language == "English":
        page.get_by_role("button", name="English").click()
    page.goto(f"{site}/utiliser/")
    assert_fit_to_read(page)
    page.locator("a[href$='/convertir/c2p_to_training/']").click()
    assert_fit_to_read(page)
    page.locator("#montant").fill(given)
    page.locator("main form button").click()
    page.wait_for_url("**/devis/**")
    assert page.locator(".change").count() == 2
    after = page.locator(".change dd span").nth(3).inner_text()
    assert_fit_to_read(page)
    page.locator("main form button").click()
    page.wait_for_url("**?fait")
    assert page.locator(".change dd span").nth(3).inner_text() == after
    assert_fit_to_read(page)
    receipt = page.request.get(site + str(page.locator(".done a").get_attribute("href")))
    assert receipt.body().startswith(b"%PDF")
    page.goto(f"{site}/droits/cpf/")
    made = page.locator(".at-reason", has_text="Conversion").first
    # The receipt is found again where the movement is.
    assert page.request.get(site + str(made.locator("a").get_attribute("href"))).ok


def test_a_conversion_that_the_law_does_not_open_yet_says_what_it_takes(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page, HOLDER)
    page.goto(f"{site}/utiliser/")
    page.locator("a[href$='/droits/c2p_retirement/']").click()
    expect(page.get_by_text("55 ans").first).to_be_visible()


def test_moving_value_asks_for_the_stronger_log_in(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, HOLDER)
    page.goto(f"{site}/utiliser/convertir/c2p_to_training/")
    page.locator("#montant").fill("1")
    page.locator("main form button").click()
    page.wait_for_url("**/devis/**")
    page.locator("main form button").click()
    page.wait_for_url("**/renforcer/**")
