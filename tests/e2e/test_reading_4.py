"""Everybody can read everything: share 4 of 4 of the readers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import LogIn
from tests.e2e.reading import Reader, name_of, read_everything, share_of_readers

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("reader", share_of_readers(3), ids=name_of)
def test_everybody_can_read_everything(
    page: Page, site: str, log_in: LogIn, reader: Reader
) -> None:
    read_everything(page, site, log_in, reader)
