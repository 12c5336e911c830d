"""Needs certified at a desk, forms that are refused, what somebody owes: read in a real browser."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import LogIn
from tests.e2e.reading import assert_fit_to_read
from tests.e2e.sharing_world import NADIA, World, another_browser, make_code, world

__all__ = ["world"]

pytestmark = pytest.mark.browser

SOCIAL_WORKER = "ines-solidarites"
NEED = "Un proche en perte d’autonomie"


def test_a_need_is_certified_on_her_code(
    chromium: Browser, site: str, world: World, log_in_agent: LogIn
) -> None:
    # Pages of their own: the shared one takes the answer 409 for a fault.
    with another_browser(chromium) as hers, another_browser(chromium) as desk:
        world.log_in(hers, NADIA)
        code = make_code(hers, site)
        log_in_agent(desk, SOCIAL_WORKER)
        desk.goto(f"{site}/bureau/")
        desk.get_by_role("link", name="Attester un besoin").click()
        desk.get_by_label("Code lu par la personne").fill("ZZZZ-ZZZZ")
        desk.get_by_label(NEED).check()
        desk.get_by_label("Jusqu’au").fill("2027-03-31")
        desk.get_by_role("button", name="Attester").click()
        expect(desk.get_by_role("alert")).to_be_visible()
        assert_fit_to_read(desk)
        desk.get_by_label("Code lu par la personne").fill(code)
        desk.get_by_role("button", name="Attester").click()
        expect(desk.get_by_role("status")).to_contain_text("C’est attesté")
        assert_fit_to_read(desk)
        hers.goto(f"{site}/utiliser/recevoir/")
        expect(hers.get_by_label(NEED)).to_be_checked()
        assert_fit_to_read(hers)


def test_a_mandate_that_is_refused_keeps_what_was_written(
    chromium: Browser, site: str, world: World
) -> None:
    with another_browser(chromium) as page:
        world.log_in(page, NADIA)
        page.goto(f"{site}/aide/confier/")
        page.get_by_label("Son code").fill("ZZZZ-ZZZZ")
        page.get_by_label("Logement").check()
        page.get_by_role("button", name="Confier ce mandat").click()
        expect(page.get_by_role("alert")).to_contain_text("Ce code n’est pas reconnu")
        expect(page.get_by_label("Son code")).to_have_value("ZZZZ-ZZZZ")
        expect(page.get_by_label("Logement")).to_be_checked()
        assert_fit_to_read(page)


def test_what_he_owes_is_explained(page: Page, site: str, world: World) -> None:
    person, debt = world.person("Karim"), uuid4()
    world.log_in(page, "Karim")  # his page settles him: before it, nothing was given
    owed = world.crowd.ask(
        "INSERT INTO entitlement.debt SELECT person_id, %s, right_id, account_id, unit,"
        " debit_account_id, counterparty, 1, 1, 'facts_changed', version, period_start, period_end,"
        " period_end, now() FROM ledger.transfer WHERE person_id = %s AND right_id = 'c2p' LIMIT 1"
        " RETURNING 1",
        *(debt, person),
    )
    assert owed == [(1,)]
    page.goto(f"{site}/utiliser/dettes/{debt}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Versé en trop")
    assert_fit_to_read(page)
