"""Two neighbours in a real browser: an offer, an answer, hours proposed by one and confirmed by the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from cspu.demo.personas import read_cast
from tests.conftest import FreshDatabase
from tests.e2e.reading import assert_fit_to_read
from tests.e2e.sharing_world import World
from tests.trust.crowd import Crowd

pytestmark = pytest.mark.browser

AWA, LUC = (persona.given_names.split()[0] for persona in read_cast().personas[:2])


def pages_of(chromium: Browser, language: str) -> Page:
    """A phone of her own."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale=language)
    return context.new_page()


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
def test_an_hour_is_offered_asked_for_proposed_and_confirmed(
    site: str, demonstration: FreshDatabase, chromium: Browser, language: str
) -> None:
    world = World(site, Crowd(demonstration))
    french = language.startswith("fr")
    helper, helped = pages_of(chromium, language), pages_of(chromium, language)
    words = f"Je répare les vélos ({language})."
    for page, name in ((helper, AWA), (helped, LUC)):
        world.log_in(page, name, strong=True)
        page.goto(f"{site}/utiliser/entraide/")
        if not french:
            page.get_by_role("button", name="English").click()

    helper.goto(f"{site}/utiliser/entraide/annonce/")
    assert_fit_to_read(helper)
    helper.locator("#mots").fill(words)
    helper.locator("#prenom").fill("Awa")
    helper.locator("form.answers button").click()
    expect(helper.get_by_text(words, exact=True)).to_be_visible()
    assert_fit_to_read(helper)

    helped.goto(f"{site}/utiliser/entraide/")
    helped.locator("li.choice", has_text=words).get_by_role("link").click()
    assert_fit_to_read(helped)
    helped.locator("#prenom").fill("Luc")
    helped.locator("#mots").fill("Mardi vous irait ?")
    helped.locator("form.answers button").click()
    expect(helped.locator("h1")).to_contain_text("Awa")

    helper.goto(f"{site}/utiliser/entraide/")
    helper.get_by_role("link", name=re.compile("Luc")).first.click()
    expect(helper.get_by_text("Mardi vous irait ?")).to_be_visible()
    helper.locator("#montant").fill("1,5")
    helper.get_by_role(
        "button", name="Proposer ces heures" if french else "Propose these hours"
    ).click()
    expect(helper.locator("main")).to_contain_text("1,5" if french else "1.5")

    helped.goto(f"{site}/utiliser/entraide/")
    helped.get_by_role("link", name=re.compile("Awa propose")).click()
    assert_fit_to_read(helped)
    helped.get_by_role(
        "button", name="Confirmer ces heures" if french else "Confirm these hours"
    ).click()
    expect(helped.locator(".done")).to_contain_text("1,5" if french else "1.5")
    assert_fit_to_read(helped)

    helper.goto(f"{site}/utiliser/entraide/")
    expect(helper.locator(".lead")).to_contain_text("heure" if french else "hour")
    for page in (helper, helped):
        page.context.close()


def test_days_are_given_after_before_and_after_are_seen(
    site: str, demonstration: FreshDatabase, chromium: Browser
) -> None:
    # A page of its own: the shared one takes the answer 409 for a fault.
    page, world = pages_of(chromium, "fr-FR"), World(site, Crowd(demonstration))
    world.log_in(page, AWA, strong=True)
    for address in ("utiliser/donner/", "utiliser/recevoir/", "utiliser/entraide/proche/"):
        page.goto(f"{site}/{address}")
        assert_fit_to_read(page)
    page.goto(f"{site}/utiliser/donner/")
    page.locator("#montant").fill("1")
    page.locator("#pour-pot").check()
    page.locator("form.answers button").click()
    expect(page.locator(".change")).to_be_visible()
    assert_fit_to_read(page)
    # Her employer has published nothing: the law wants its agreement.
    page.get_by_role("button", name="Donner ces jours").click()
    expect(page.locator("#refus")).to_contain_text("L’employeur n’a pas donné son accord")
    assert_fit_to_read(page)
    page.context.close()
