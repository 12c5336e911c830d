"""Whole stories from the log-in on, by the true code path: a provider on loopback, a real browser.

What each page does in full is told in its own tests; here one session goes through them all.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from cspu.config.providers import as_environment
from cspu.demo.logins import identities_of
from cspu.demo.personas import read_cast
from cspu.demo.provider import Identities, running_provider
from tests import browser
from tests.conftest import FreshDatabase
from tests.e2e.reading import assert_fit_to_read
from tests.e2e.sharing_world import GUIDANCE, NADIA, World, another_browser, card
from tests.e2e.test_documents import content_of, make_proof
from tests.trust.crowd import Crowd

pytestmark = pytest.mark.browser

ADVISER = "camille-referente"
FAULTS = {
    "wrong_nonce": ("La réponse ne répond pas à la demande", "does not answer the request made"),
    "expired_token": ("est arrivée trop tard", "came too late"),
    "unknown_key": ("d’une clé que le service", "signed with a key the log-in service does not"),
    "level_too_low": ("demande une connexion renforcée", "needs a strengthened log-in"),
}
"""What goes wrong at the provider's, and what the person then reads, in French and in English."""


@pytest.fixture(scope="module")
def front_door(demonstration: FreshDatabase) -> Iterator[str]:
    """The demonstration, a client of a provider that also has somebody for each fault."""
    known = identities_of(read_cast())
    nadia = next(each for each in known.persons if each.given_names.startswith(NADIA))
    faulty = tuple(replace(nadia, id=fault, given_names=fault) for fault in FAULTS)
    with (
        running_provider(
            Identities(persons=(*known.persons, *faulty), agents=known.agents),
            callbacks=["http://127.0.0.1/connexion/retour/"],
            after_logout=["http://127.0.0.1/connexion/au-revoir/"],
            faults={fault: fault for fault in FAULTS},
        ) as provider,
        browser.running_app(
            demonstration.address,
            {
                "CSPU_TODAY": read_cast().today.isoformat(),
                **as_environment(
                    {
                        "france_connect": provider.france_connect,
                        "pro_connect": provider.pro_connect,
                    }
                ),
            },
        ) as address,
    ):
        yield address


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def pick(page: Page, identity: str) -> None:
    """Choose who one is at the provider's, and come back."""
    page.locator(f"button[name=identity][value={identity}]").click()


def log_in(page: Page, front_door: str, door: str, identity: str) -> None:
    page.goto(f"{front_door}/connexion/")
    press(page, f"Se connecter avec {door}")
    pick(page, identity)


def test_a_person_from_her_log_in_to_her_log_out(
    page: Page, front_door: str, demonstration: FreshDatabase
) -> None:
    world = World(front_door, Crowd(demonstration))
    nadia, adviser, helpers = (
        world.person(NADIA),
        world.adviser(),
        world.adviser("habilitated_helper"),
    )
    [slug] = [each.slug for each in read_cast().personas if each.given_names.startswith(NADIA)]
    page.goto(front_door)
    assert page.url == f"{front_door}/connexion/"
    assert_fit_to_read(page)
    log_in(page, front_door, "FranceConnect", slug)
    expect(page.get_by_role("heading", level=1)).to_contain_text(NADIA)

    # A mandate, to a structure of helpers, then stopped.
    page.goto(f"{front_door}/aide/confier/")
    page.get_by_label("Une structure d’aidants habilités").check()
    page.get_by_label("Quelle structure").select_option(label=helpers.body)
    page.get_by_label("Travail, formation").check()
    press(page, "Confier ce mandat")
    expect(page.get_by_role("status")).to_contain_text("C’est fait")
    press(page, "Arrêter maintenant")
    page.wait_for_url(f"{front_door}/aide/")

    # A consent: it lets the adviser see, until it is stopped.
    page.goto(f"{front_door}/partage/donner/")
    page.get_by_label("Chercher par le nom").fill(adviser.body)
    press(page, "Chercher")
    page.get_by_label(adviser.body).check()
    press(page, "Continuer")
    page.get_by_label("Travail", exact=True).check()
    page.get_by_label("30 jours").check()
    press(page, "Voir avant de donner")
    press(page, "Oui, je donne cet accord")
    expect(page.get_by_role("status")).to_contain_text("C’est fait")
    assert world.looks(adviser, nadia, "work") is None
    page.goto(f"{front_door}/partage/")
    assert "Travail" in card(page, adviser.body)
    page.get_by_role("link", name=f"Arrêter : {adviser.body}").click()
    press(page, "Arrêter maintenant")
    assert world.looks(adviser, nadia, "work") == "no_basis"

    # The journal says who looked, once, and why.
    page.goto(f"{front_door}/journal/")
    expect(page.locator(".line", has_text=adviser.body)).to_have_count(1)
    expect(page.locator(".line", has_text=adviser.body)).to_contain_text("Accord donné le")

    # Her data, and the proof of one right.
    page.goto(f"{front_door}/documents/")
    with page.expect_download() as coming:
        press(page, "Télécharger mes données")
    archive = zipfile.ZipFile(io.BytesIO(content_of(coming.value)))
    assert adviser.body.encode() in archive.read("account.json")
    make_proof(page, front_door)
    page.locator("details.full > summary").click()
    shown = page.locator("textarea").input_value()
    page.goto(f"{front_door}/preuve/#{shown}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette attestation est valable")

    # Out, here and at the provider's: the same page asks to log in again.
    press(page, "Quitter")
    page.wait_for_url(f"{front_door}/connexion/au-revoir/**")
    page.goto(f"{front_door}/journal/")
    assert page.url == f"{front_door}/connexion/"


def test_an_agent_from_his_log_in_to_a_dossier(
    page: Page, chromium: Browser, front_door: str, demonstration: FreshDatabase
) -> None:
    crowd = Crowd(demonstration)
    log_in(page, front_door, "ProConnect", ADVISER)
    page.wait_for_url(f"{front_door}/connexion/code/")
    assert_fit_to_read(page)
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(secret).now())
    press(page, "Continuer")
    page.wait_for_url(f"{front_door}/bureau/")
    page.locator(".roster__one", has_text=NADIA).get_by_role(
        "button", name="Ouvrir le dossier"
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NADIA)
    ((purpose, actor),) = crowd.ask(
        "SELECT purpose, actor_name FROM trust.access WHERE act = 'dossier' AND actor_name LIKE 'Camille%%'"
        " ORDER BY seen_at DESC LIMIT 1"
    )
    assert (purpose, actor) == (GUIDANCE, "Camille Roy")
    press(page, "Quitter")
    # The next time, on another machine: the code alone is asked, the secret is never shown again.
    with another_browser(chromium) as elsewhere:
        log_in(elsewhere, front_door, "ProConnect", ADVISER)
        elsewhere.wait_for_url(f"{front_door}/connexion/code/")
        expect(elsewhere.locator("code.secret")).to_have_count(0)
        elsewhere.goto(f"{front_door}/bureau/")
        assert elsewhere.url == f"{front_door}/connexion/code/"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_log_in_that_goes_wrong_says_so_plainly_and_opens_nothing(
    chromium: Browser, front_door: str, fault: str
) -> None:
    with another_browser(chromium) as page:
        if fault == "level_too_low":
            # Only an act that asks for more than reading does can find the level too low.
            log_in(page, front_door, "FranceConnect", read_cast().personas[0].slug)
            page.goto(f"{front_door}/connexion/renforcer/?next=/documents/")
            press(page, "Confirmer mon identité")
            pick(page, fault)
        else:
            log_in(page, front_door, "FranceConnect", fault)
        french, english = FAULTS[fault]
        said = page.locator("main").inner_text().replace("'", "’")
        assert french in said.partition("Go to my account")[0]
        assert english in said
        assert page.locator("[lang=fr] h1").count() == page.locator("[lang=en] h2").count() == 1
        assert_fit_to_read(page)
        if fault != "level_too_low":
            page.goto(f"{front_door}/journal/")
            assert page.url == f"{front_door}/connexion/"
