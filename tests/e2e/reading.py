"""Reading every page of an account in a real browser: shared by the files that split its readers.

Tests are handed out by file, and reading everything is long: each file of `test_reading_*.py` takes its
share of the readers.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from cspu.demo.personas import read_cast
from cspu.law import load_pack
from tests.browser import accessibility_violations
from tests.e2e.conftest import LogIn

Reader = tuple[str, int, str]
"""A given name, the width of her window in pixels, her language."""

EVERYBODY = [persona.given_names.split()[0] for persona in read_cast().personas]
PHONE, DESKTOP, ZOOMED = 360, 1280, 320
"""320 pixels is also a desktop window of 1280 at 400 % (WCAG 1.4.10)."""

READERS: list[Reader] = [
    *((given_name, PHONE, "Français") for given_name in EVERYBODY),
    (EVERYBODY[0], DESKTOP, "Français"),
    (EVERYBODY[0], PHONE, "English"),
    (EVERYBODY[-1], DESKTOP, "English"),
]
SHARES = 4
"""As many files as there are shares of the readers (`test_every_share_has_its_file`)."""


def share_of_readers(number: int) -> list[Reader]:
    """One of the SHARES shares, from 0."""
    return READERS[number::SHARES]


def name_of(reader: Reader) -> str:
    """What the test of that reader is called."""
    return "-".join(map(str, reader))


def assert_fit_to_read(page: Page) -> None:
    """No accessibility rule broken; nothing to scroll sideways, in a narrow window or with large letters."""
    assert accessibility_violations(page) == []
    size = page.viewport_size
    assert size is not None
    for width in (size["width"], ZOOMED):
        page.set_viewport_size({"width": width, "height": size["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": PHONE, "height": size["height"]})
    _set_letters(page, "200%")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    _set_letters(page, "")
    page.set_viewport_size(size)


def _set_letters(page: Page, size: str) -> None:
    """The size of letters that she chose in her browser, the window staying as wide (WCAG 1.4.4)."""
    page.evaluate("size => document.documentElement.style.fontSize = size", size)


def rights_on(page: Page, card: str = ".card") -> list[str]:
    """The addresses of the rights shown on the account's page."""
    links = page.locator(f"{card} .card__label a")
    return [str(link.get_attribute("href")) for link in links.all()]


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    for summary in page.locator("details > summary").all():
        summary.click()


def read_everything(page: Page, site: str, log_in: LogIn, reader: Reader) -> None:
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
