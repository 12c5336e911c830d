"""No card is empty, no link is dead, for anybody of the demonstration."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import LogIn
from tests.e2e.reading import EVERYBODY, unfold

pytestmark = pytest.mark.browser


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
