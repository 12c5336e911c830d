"""What an agent and a person do together, each in a browser: asking, answering, mandates, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from cspu.demo.personas import read_cast
from cspu.people.nir import nir_with_key
from tests.e2e.conftest import LogIn
from tests.e2e.reading import PHONE, assert_fit_to_read

pytestmark = pytest.mark.browser

SCHOOL, SCHOOL_AGENT = "Centre de formation des Deux Rives", "maxime-formation"
GUIDANCE, HELPER_AGENT = "Emploi et parcours Lyon", "dominique-aidant"
PNG = b"\x89PNG\r\n\x1a\n" + b"a signed page, photographed"


@contextmanager
def another_browser(chromium: Browser) -> Iterator[Page]:
    """Somebody else's, on a phone too."""
    context = chromium.new_context(
        viewport={"width": PHONE, "height": 800}, reduced_motion="reduce"
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def refused(page: Page, address: str) -> bool:
    """Whether a page says that there is no reason to see, and shows no heading of a dossier."""
    page.goto(address)
    return (
        page.get_by_text("Aucun accord ni aucune règle en vigueur").count() == 1
        and page.get_by_text("Pourquoi cette page vous est ouverte").count() == 0
    )


def test_asked_agreed_read_stopped_refused(
    page: Page, chromium: Browser, site: str, log_in: LogIn, log_in_agent: LogIn
) -> None:
    log_in(page, "Nadia")
    with another_browser(chromium) as desk:
        log_in_agent(desk, SCHOOL_AGENT)
        desk.goto(f"{site}/bureau/")
        expect(desk.get_by_text("Personne pour le moment")).to_be_visible()

        page.goto(f"{site}/partage/code/")
        press(page, "Faire un code")
        code = page.locator("[data-code]").inner_text()

        desk.goto(f"{site}/bureau/demandes/nouvelle/")
        desk.get_by_label("Code lu par la personne").fill(code)
        desk.get_by_role("checkbox", name="Formation").check()
        desk.get_by_label("Votre message").fill("Pour préparer votre inscription.")
        press(desk, "Envoyer la question")
        expect(desk.get_by_text("En attente de sa réponse")).to_be_visible()

        page.goto(f"{site}/partage/")
        follow(page, f"Lire et répondre : {SCHOOL}")
        expect(page.get_by_text("Pour préparer votre inscription.")).to_be_visible()
        press(page, "Oui, j’accepte")
        expect(page.get_by_role("heading", level=1)).to_contain_text(SCHOOL)

        desk.goto(f"{site}/bureau/")
        expect(desk.locator(".roster__one")).to_have_count(1)
        expect(desk.get_by_role("heading", name="Nom non communiqué")).to_be_visible()
        assert "BELLAMINE" not in desk.content()
        press(desk, "Ouvrir le dossier")
        expect(desk.get_by_role("heading", name="Formation", exact=True)).to_be_visible()
        assert "Crèche" not in desk.content()
        assert_fit_to_read(desk)
        desk.goto(f"{site}/bureau/demandes/")
        expect(desk.get_by_text("La personne a répondu")).to_be_visible()

        page.goto(f"{site}/partage/")
        follow(page, f"Arrêter : {SCHOOL}")
        press(page, "Arrêter maintenant")
        assert refused(desk, f"{site}/bureau/dossier/")
        assert_fit_to_read(desk)

    page.goto(f"{site}/journal/")
    expect(page.get_by_text("Maxime Faure").first).to_be_visible()


def test_a_mandate_at_the_counter_then_acts_within_it(
    page: Page, chromium: Browser, site: str, log_in: LogIn, log_in_agent: LogIn
) -> None:
    [enzo] = [each for each in read_cast().personas if each.slug == "enzo"]
    with another_browser(chromium) as desk:
        log_in_agent(desk, HELPER_AGENT)
        desk.goto(f"{site}/bureau/mandats/")
        desk.get_by_label("Numéro de sécurité sociale").fill(nir_with_key(enzo.nir))
        desk.get_by_label("Date de naissance").fill(enzo.birth_date.isoformat())
        desk.get_by_role("checkbox", name="Travail, formation").check()
        desk.get_by_label("Le mandat signé").set_input_files(
            files=FilePayload(name="mandat.png", mimeType="image/png", buffer=PNG)
        )
        press(desk, "Enregistrer le mandat")
        expect(desk.get_by_text("Le mandat est enregistré")).to_be_visible()
        assert enzo.nir not in desk.content()

        desk.goto(f"{site}/bureau/")
        press(desk, "Ouvrir le dossier")
        expect(desk.get_by_role("heading", level=1)).to_contain_text("Enzo")
        press(desk, "Agir pour cette personne")
        expect(desk.get_by_text("Vous agissez pour")).to_be_visible()
        assert_fit_to_read(desk)

        desk.goto(f"{site}/partage/donner/")
        desk.get_by_role("radio", name=GUIDANCE).check()
        press(desk, "Continuer")
        desk.get_by_role("checkbox", name="Formation").check()
        press(desk, "Voir avant de donner")
        press(desk, "Oui, je donne cet accord")
        expect(desk.get_by_text("donné pour vous par")).to_be_visible()

        log_in(page, "Enzo")
        page.goto(f"{site}/journal/")
        expect(page.get_by_text("Dominique Petit").first).to_be_visible()
        page.goto(f"{site}/partage/")
        expect(page.get_by_text("donné pour vous par Dominique Petit")).to_be_visible()
        page.goto(f"{site}/aide/")
        follow(page, "Voir ou arrêter")
        press(page, "Arrêter maintenant")

        desk.goto(f"{site}/partage/")
        expect(desk.get_by_text("Aucun accord ni aucune règle en vigueur")).to_be_visible()
        desk.goto(f"{site}/bureau/")
        expect(desk.locator(".roster__one")).to_have_count(0)


def test_a_mistake_is_answered_by_whoever_declared_it(
    page: Page, chromium: Browser, site: str, log_in: LogIn, log_in_agent: LogIn
) -> None:
    log_in(page, "Nadia")
    page.goto(f"{site}/parcours/")
    row = page.get_by_role("row").filter(has_text="Crèche Les Petits Pas").first
    row.get_by_role("link", name="Signaler une erreur").click()
    assert_fit_to_read(page)
    page.get_by_label("Qu’est-ce qui est faux").fill("J’ai commencé en août.")
    press(page, "Envoyer ma demande")
    expect(page.get_by_text("À l’organisme de répondre")).to_be_visible()
    assert_fit_to_read(page)
    with another_browser(chromium) as desk:
        log_in_agent(desk, "sacha-creche")
        desk.goto(f"{site}/bureau/corrections/")
        follow(desk, "Lire et répondre")
        expect(desk.get_by_text("J’ai commencé en août.")).to_be_visible()
        assert_fit_to_read(desk)
        desk.get_by_role("radio", name="C’est exact").check()
        desk.get_by_label("En quelques mots").fill("Le contrat commence le 1er septembre.")
        press(desk, "Répondre")
        expect(desk.get_by_text("Terminé")).to_be_visible()
    page.reload()
    expect(page.get_by_text("L’organisme maintient")).to_be_visible()
    expect(page.get_by_text("Sacha Lemoine")).to_be_visible()


def test_a_line_that_is_not_right_is_answered_by_the_officer(
    page: Page, chromium: Browser, site: str, log_in: LogIn, log_in_agent: LogIn
) -> None:
    with another_browser(chromium) as fund:
        log_in_agent(fund, "alix-caisse")
        fund.goto(f"{site}/bureau/")
        expect(fund.get_by_text("Par la loi, sans accord").first).to_be_visible()
    log_in(page, "Monique")
    page.goto(f"{site}/journal/")
    line = page.get_by_role("listitem").filter(has_text="Alix Garnier").first
    line.get_by_role("link", name="Ce n’est pas normal").click()
    page.get_by_label("Qu’est-ce qui ne va pas").fill("Je ne connais pas cette caisse.")
    press(page, "Envoyer au délégué")
    with another_browser(chromium) as desk:
        log_in_agent(desk, "noor-protection")
        desk.goto(f"{site}/bureau/reclamations/")
        assert "Monique" not in desk.content()
        # Other stories may have left complaints in the same demonstration.
        waiting = desk.get_by_role("link", name="Lire et répondre").all()
        for address in [str(link.get_attribute("href")) for link in waiting]:
            desk.goto(f"{site}{address}")
            if desk.get_by_text("Je ne connais pas cette caisse.").count():
                break
        expect(desk.get_by_text("Je ne connais pas cette caisse.")).to_be_visible()
        expect(desk.get_by_text("Alix Garnier")).to_be_visible()
        assert_fit_to_read(desk)
        desk.get_by_role("radio", name="L’accès était justifié").check()
        desk.get_by_label("En quelques mots").fill("Cette caisse verse votre pension.")
        press(desk, "Répondre")
    page.goto(f"{site}/journal/")
    expect(page.get_by_text("cet accès était justifié")).to_be_visible()
    expect(page.get_by_text("Noor Haddad").first).to_be_visible()
