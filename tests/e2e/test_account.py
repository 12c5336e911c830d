"""What a person does with her account, in a real browser on a real server under the web role."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from cspu.demo.personas import read_cast
from cspu.law import load_pack
from tests.browser import accessibility_violations
from tests.e2e.conftest import LogIn

pytestmark = pytest.mark.browser

EVERYBODY = [persona.given_names.split()[0] for persona in read_cast().personas]
PHONE, DESKTOP, ZOOMED = 360, 1280, 320
"""320 pixels is also a desktop window of 1280 at 400 % (WCAG 1.4.10)."""


def assert_fit_to_read(page: Page) -> None:
    """No accessibility rule broken; nothing to scroll sideways, however narrow the window."""
    assert accessibility_violations(page) == []
    size = page.viewport_size
    assert size is not None
    for width in (size["width"], ZOOMED):
        page.set_viewport_size({"width": width, "height": size["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(size)


def rights_on(page: Page, card: str = ".card") -> list[str]:
    links = page.locator(f"{card} .card__label a")
    return [str(link.get_attribute("href")) for link in links.all()]


def unfold(page: Page) -> None:
    for summary in page.locator("details > summary").all():
        summary.click()


READERS = [
    *((given_name, PHONE, "Français") for given_name in EVERYBODY),
    (EVERYBODY[0], DESKTOP, "Français"),
    (EVERYBODY[0], PHONE, "English"),
    (EVERYBODY[-1], DESKTOP, "English"),
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: "-".join(map(str, reader)))
def test_everybody_can_read_everything(
    page: Page, site: str, log_in: LogIn, reader: tuple[str, int, str]
) -> None:
    """All that she holds, and a share of the other rights: together the readers open every one."""
    given_name, width, language = reader
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, given_name)
    if language == "English":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_contain_text(given_name)
    assert_fit_to_read(page)
    unfold(page)
    assert_fit_to_read(page)
    rights = rights_on(page)
    assert len(rights) == len(load_pack().rights)
    share = rights[READERS.index(reader) :: len(READERS)]
    for right in dict.fromkeys([*rights_on(page, ".card--held"), *share]):
        page.goto(site + right)
        unfold(page)
        assert_fit_to_read(page)
    page.goto(f"{site}/parcours/")
    assert_fit_to_read(page)


def test_no_card_is_empty_and_no_link_is_dead(page: Page, site: str, log_in: LogIn) -> None:
    followed: set[str] = set()
    for given_name in EVERYBODY:
        log_in(page, given_name)
        unfold(page)
        for card in page.locator(".card").all():
            said = card.locator(".balance, .state").first.inner_text()
            assert said.strip()
            assert card.locator(".card__meaning").inner_text().strip()
        links = {str(link.get_attribute("href")) for link in page.locator("a").all()}
        for link in sorted(links - followed):
            if link.startswith("/"):
                assert page.request.get(site + link).status == 200
        followed |= links


def test_log_in_and_error_pages_can_be_read(page: Page, site: str) -> None:
    page.goto(f"{site}/connexion/")
    assert_fit_to_read(page)
    answer = page.request.get(f"{site}/no-such-page/")
    assert answer.status == 404
    page.set_content(answer.text())
    assert "Cette page n'existe pas" in page.content()
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
