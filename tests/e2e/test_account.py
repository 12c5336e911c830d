"""What a person does with her account, in a real browser on a real server under the web role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import accessibility_violations
from tests.e2e.conftest import LogIn
from tests.e2e.reading import EVERYBODY, PHONE, SHARES, assert_fit_to_read, rights_on

pytestmark = pytest.mark.browser


def test_every_share_has_its_file() -> None:
    files = sorted(each.name for each in Path(__file__).parent.glob("test_reading_*.py"))
    assert files == [f"test_reading_{number + 1}.py" for number in range(SHARES)]
    for number, name in enumerate(files):
        text = Path(__file__).with_name(name).read_text("utf-8")
        assert f"share_of_readers({number})" in text


def test_log_in_and_error_pages_can_be_read(page: Page, site: str) -> None:
    page.goto(f"{site}/connexion/")
    assert_fit_to_read(page)
    answer = page.request.get(f"{site}/no-such-page/")
    assert answer.status == 404
    page.set_content(answer.text())
    assert "Cette page n’existe pas" in page.content()
    assert "This page does not exist" in page.content()


def test_a_dark_screen_keeps_its_contrast(chromium: Browser, site: str, log_in: LogIn) -> None:
    context = chromium.new_context(
        viewport={"width": PHONE, "height": 800}, color_scheme="dark", reduced_motion="reduce"
    )
    page = context.new_page()
    log_in(page, EVERYBODY[0])
    for path in ("/", rights_on(page)[0], "/parcours/"):
        page.goto(site + path)
        assert accessibility_violations(page) == []
    context.close()


def test_after_log_out_even_going_back_shows_nothing(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, EVERYBODY[0])
    page.get_by_role("button", name="Quitter").click()
    page.wait_for_url(f"{site}/connexion/au-revoir/")
    page.go_back()
    page.wait_for_url(f"{site}/connexion/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ouvrir votre compte")


def test_everything_is_reached_by_keyboard(page: Page, site: str, log_in: LogIn) -> None:
    log_in(page, EVERYBODY[0])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    first = page.locator(".card__label a").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/droits/"))
    summary = page.locator(".full > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tree").first).to_be_visible()


def with_several_periods(page: Page, site: str, log_in: LogIn) -> None:
    """Open a right of the first person that has more than one period to explain."""
    log_in(page, EVERYBODY[0])
    for right in rights_on(page):
        page.goto(site + right)
        if page.locator(".periods").count():
            return
    pytest.fail("nobody to explain several periods to")


def test_another_period_is_explained_in_place(page: Page, site: str, log_in: LogIn) -> None:
    with_several_periods(page, site, log_in)
    page.evaluate("window.same = true")
    page.locator(".periods > summary").click()
    other = page.locator(".periods a:not([aria-current])").last
    name = other.locator("span").first.inner_text()
    other.click()
    expect(page.locator(".why__period")).to_have_text(name)
    expect(page.locator("#pourquoi")).to_be_focused()
    assert page.evaluate("window.same") is True
    assert page.evaluate("localStorage.length") == 0
    assert "periode=" in page.url


def test_without_script_the_same_period_is_explained(
    chromium: Browser, site: str, log_in: LogIn
) -> None:
    context = chromium.new_context(
        viewport={"width": PHONE, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    with_several_periods(page, site, log_in)
    page.locator(".periods > summary").click()
    other = page.locator(".periods a:not([aria-current])").last
    name = other.locator("span").first.inner_text()
    other.click()
    expect(page.locator(".why__period")).to_have_text(name)
    context.close()


def test_the_picture_of_a_life_scrolls_in_its_own_box_from_the_present(
    page: Page, site: str, log_in: LogIn
) -> None:
    log_in(page, EVERYBODY[0])
    page.goto(f"{site}/parcours/")
    box = page.locator(".life-scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    today = page.locator(".life-today").bounding_box()
    assert today is not None
    assert 0 <= today["x"] <= PHONE
