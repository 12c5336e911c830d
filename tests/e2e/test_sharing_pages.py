"""Every page of sharing can be read, on a phone and on a desk, in French and in English."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reading import assert_fit_to_read
from tests.e2e.sharing_world import GUIDANCE, NADIA, World, make_code, world

__all__ = ["world"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), [(360, "Français"), (1280, "English")])
def test_every_page_can_be_read(page: Page, world: World, width: int, language: str) -> None:
    nadia, adviser, fund = (
        world.person(NADIA),
        world.adviser(),
        world.adviser("social_protection_body"),
    )
    world.adviser("habilitated_helper")
    consent = world.crowd.consent(nadia, adviser.agent_id, GUIDANCE, "work", "training")
    world.crowd.file(nadia, fund.agent_id)
    assert world.looks(adviser, nadia, "work") is None
    page.set_viewport_size({"width": width, "height": 800})
    world.log_in(page, NADIA)
    world.ask(adviser, make_code(page, world.site), "work")
    if language == "English":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{world.site}/partage/")
    question = page.locator(".choice--asked a").first.get_attribute("href")
    for path in (
        "/partage/",
        f"/partage/accord/{consent}/",
        str(question),
        "/partage/donner/",
        "/partage/code/",
        "/aide/",
        "/aide/confier/",
        "/journal/",
        "/journal/?tous=1",
        "/connexion/ouvertes/",
    ):
        page.goto(world.site + path)
        for summary in page.locator("details > summary").all():
            summary.click()
        assert_fit_to_read(page)
        assert str(nadia) not in page.url
