"""Converting in a real browser: the quote drawn before and after, then exactly that, and its receipt."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import LogIn
from tests.e2e.reading import assert_fit_to_read

pytestmark = pytest.mark.browser

HOLDER = "Karim"
"""One of the demonstration's persons, whose job gave him prevention points."""


@pytest.mark.parametrize(
    ("holder", "rule", "into", "language", "given"),
    [
        (HOLDER, "c2p_to_training", "cpf", "Français", "3"),
        (HOLDER, "c2p_to_training", "cpf", "English", "2"),
        ("Monique", "cet_to_pay", "cet_pay", "Français", "2,5"),
    ],
)
def test_what_is_held_is_converted_as_quoted(  # noqa: PLR0917
    page: Page,
    site: str,
    log_in: LogIn,
    holder: str,
    rule: str,
    into: str,
    language: str,
    given: str,
) -> None:
    log_in(page, holder, strong=True)
    if language == "English":
        page.get_by_role("button", name="English").click()
    page.goto(f"{site}/utiliser/")
    assert_fit_to_read(page)
    page.locator(f"a[href$='/convertir/{rule}/']").click()
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
    page.goto(f"{site}/droits/{into}/")
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


def test_who_left_reads_why_her_days_cannot_be_given(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, "Gaëlle")
    page.goto(f"{site}/utiliser/donner/")
    expect(page.locator("main")).to_contain_text("ils vous sont dus en argent")
    expect(page.locator("#montant")).to_have_count(0)
    assert_fit_to_read(page)
    page.goto(f"{site}/utiliser/")
    expect(page.locator("a[href*='/usage/leave/'], a[href*='leave_to_cet']")).to_have_count(0)
    page.get_by_text("Chez d’anciens employeurs").click()
    expect(page.locator("main")).to_contain_text("où vous ne travaillez plus")
    assert_fit_to_read(page)


@pytest.mark.parametrize("place", ["", "usage/leave/", "convertir/leave_to_cet/", "donner/"])
def test_where_days_are_offered_those_taken_elsewhere_are_said_to_be_unknown(
    page: Page, site: str, log_in: LogIn, place: str
) -> None:
    log_in(page, "Monique")
    page.goto(f"{site}/utiliser/{place}")
    expect(page.locator("main")).to_contain_text(
        "Nous ne savons pas combien vous en avez pris hors de ce compte."
    )
    assert_fit_to_read(page)


def test_moving_value_asks_for_the_stronger_log_in(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, HOLDER)
    page.goto(f"{site}/utiliser/convertir/c2p_to_training/")
    page.locator("#montant").fill("1")
    page.locator("main form button").click()
    page.wait_for_url("**/devis/**")
    page.locator("main form button").click()
    page.wait_for_url("**/renforcer/**")
