"""The browser of the tests sees what a person would, and the checks on it can fail."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import accessibility_violations

pytestmark = pytest.mark.browser


def test_an_unreadable_page_is_told_from_a_readable_one(page: Page) -> None:
    readable = (
        "<!doctype html><html lang=fr><title>Compte</title>"
        "<main><h1>Compte</h1><p>Bonjour</p></main>"
    )
    page.set_content(readable)
    assert accessibility_violations(page) == []
    page.set_content(readable.replace("<p>", "<p style='color: #eee; background: #fff'>"))
    assert [violation.rule for violation in accessibility_violations(page)] == ["color-contrast"]
