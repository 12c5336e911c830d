"""Who sees her data, in a real browser: given, asked, refused, stopped, helped, read and reported."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.reading import assert_fit_to_read
from tests.e2e.sharing_world import (
    GUIDANCE,
    HELPER,
    NADIA,
    World,
    another_browser,
    card,
    make_code,
    world,
)

pytestmark = pytest.mark.browser

__all__ = ["world"]


def shown(page: Page) -> list[str]:
    return page.locator("main .shown li").all_inner_texts()


def test_she_gives_a_consent_sees_it_before_and_after_and_stops_it(
    page: Page, world: World
) -> None:
    adviser, nadia = world.adviser(), world.person(NADIA)
    world.log_in(page, NADIA)
    page.goto(f"{world.site}/partage/")
    page.get_by_role("link", name="Donner un accord").click()
    page.get_by_label("Chercher par le nom").fill(adviser.body)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_label(adviser.body).check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Voir avant de donner").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Travail", exact=True).check()
    page.get_by_label("Formation", exact=True).check()
    page.get_by_label("30 jours").check()
    page.get_by_role("button", name="Voir avant de donner").click()
    before = shown(page)
    assert len(before) == 2
    assert "Emploi salarié" in before[0]
    assert world.looks(adviser, nadia, "work") == "no_basis"
    page.get_by_role("button", name="Oui, je donne cet accord").click()
    expect(page.get_by_role("status")).to_contain_text("C’est fait")
    assert shown(page) == before
    assert world.looks(adviser, nadia, "work") is None
    assert world.looks(adviser, nadia, "work", "resources") == "no_basis"
    page.goto(f"{world.site}/partage/")
    assert "Travail" in card(page, adviser.body)
    page.get_by_role("link", name=f"Arrêter : {adviser.body}").click()
    page.get_by_role("button", name="Arrêter maintenant").click()
    assert world.looks(adviser, nadia, "work") == "no_basis"
    expect(page.locator(".choice", has_text=adviser.body)).to_have_count(0)


def test_a_question_is_refused_without_consequence_or_accepted_for_less(
    page: Page, world: World
) -> None:
    refused, accepted = world.adviser(), world.adviser()
    nadia = world.person(NADIA)
    world.log_in(page, NADIA)
    for adviser in (refused, accepted):
        world.ask(adviser, make_code(page, world.site), "work", "training")
    page.goto(f"{world.site}/partage/")
    page.get_by_role("link", name=f"Lire et répondre : {refused.body}").click()
    expect(page.locator("blockquote")).to_contain_text("Pour préparer notre rendez-vous")
    expect(page.locator("main")).to_contain_text("Refuser n’a aucune conséquence")
    assert len(shown(page)) == 2
    page.get_by_role("button", name="Non, je refuse").click()
    page.wait_for_url(f"{world.site}/partage/")
    assert refused.body not in page.locator("main").inner_text()
    assert world.looks(refused, nadia, "work") == "no_basis"
    page.get_by_role("link", name=f"Lire et répondre : {accepted.body}").click()
    page.get_by_label("un jour").check()
    page.get_by_role("button", name="Oui, j’accepte").click()
    expect(page.get_by_role("status")).to_contain_text("C’est fait")
    assert world.looks(accepted, nadia, "work", "training") is None
    ((days,),) = world.crowd.ask(
        "SELECT extract(day FROM valid_until - given_at)::integer FROM trust.consent"
        " WHERE organisation_id = %s",
        world.crowd.organisation_of(accepted.agent_id),
    )
    assert days == 1


def test_a_relative_helps_under_a_mandate_until_it_is_stopped(
    page: Page, chromium: Browser, world: World
) -> None:
    with another_browser(chromium) as phone:
        world.log_in(phone, HELPER, strong=True)
        code = make_code(phone, world.site)
        world.log_in(page, NADIA)
        page.goto(f"{world.site}/aide/confier/")
        page.get_by_label("Son code").fill(code.lower())
        page.get_by_label("Travail, formation").check()
        page.get_by_label("Un mois").check()
        page.get_by_role("button", name="Confier ce mandat").click()
        expect(page.get_by_role("status")).to_contain_text("C’est fait")
        mandate = page.url
        phone.goto(f"{world.site}/aide/")
        phone.get_by_role("button", name="Agir pour cette personne").click()
        expect(phone.locator(".acting")).to_contain_text(NADIA)
        shown_to_her = phone.locator("main").inner_text()
        assert "Emploi salarié" in shown_to_her
        assert "Salaire brut" not in shown_to_her
        assert "Ressources" in phone.locator(".dossier-rest").inner_text()
        assert_fit_to_read(phone)
        # Her own pages are not open to a helper: they would judge rights on a part.
        for own in ("/", "/parcours/", "/aide/confier/"):
            phone.goto(world.site + own)
            assert phone.url == f"{world.site}/aide/dossier/"
        phone.goto(f"{world.site}/journal/?tous=1")
        expect(phone.locator(".acting")).to_contain_text(NADIA)
        expect(phone.locator(".line").first).to_contain_text(HELPER)
        assert "Vous\n" not in phone.locator(".lines").inner_text()
        page.goto(mandate)
        page.get_by_role("button", name="Arrêter maintenant").click()
        page.wait_for_url(f"{world.site}/aide/")
        answer = phone.request.get(f"{world.site}/aide/dossier/")
        assert answer.status == 409
        assert "trust.no_basis" in answer.text()
        assert "Emploi salarié" not in answer.text()
        phone.goto(f"{world.site}/")
        expect(phone.locator(".acting")).to_have_count(0)
        expect(phone.get_by_role("heading", level=1)).to_contain_text(HELPER)
    page.goto(f"{world.site}/journal/")
    first = page.locator(".line").first
    expect(first).to_contain_text(HELPER)
    expect(first).to_contain_text("Mandat donné le")


def test_a_relative_confirms_who_she_is_before_seeing_another(page: Page, world: World) -> None:
    nadia, helper = world.person(NADIA), world.person(HELPER)
    mandate = world.crowd.mandate(nadia, helper, "person", "papers")
    world.log_in(page, HELPER)
    page.goto(f"{world.site}/aide/")
    page.get_by_role("button", name="Agir pour cette personne").first.click()
    assert page.url == f"{world.site}/connexion/renforcer/?next=%2Faide%2Fdossier%2F"
    expect(page.locator(".acting")).to_contain_text("quelqu’un d’autre")
    page.get_by_role("button", name="Revenir à mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HELPER)
    world.crowd.ask(
        "UPDATE trust.mandate SET ended_at = now(), ended_by = 'test' WHERE mandate_id = %s RETURNING 1",
        mandate,
    )


def test_the_proof_of_a_mandate_on_paper_can_be_looked_at(page: Page, world: World) -> None:
    nadia, helper = world.person(NADIA), world.adviser("habilitated_helper")
    document = uuid4()
    world.crowd.ask(
        "INSERT INTO trust.document VALUES (%s, %s, 'application/pdf', sha256('%%PDF'), '%%PDF',"
        " now(), 'agent:x') RETURNING 1",
        nadia,
        document,
    )
    world.crowd.ask(
        "INSERT INTO trust.mandate VALUES (%s, gen_random_uuid(), 'organisation', %s, %s, '{papers}', now(),"
        " now() + interval '1 day', 'paper', %s, 'agent:' || %s) RETURNING 1",
        nadia,
        world.crowd.organisation_of(helper.agent_id),
        helper.body,
        document,
        helper.agent_id,
    )
    world.log_in(page, NADIA)
    page.goto(f"{world.site}/aide/")
    mine = page.locator(".choice", has_text=helper.body)
    expect(mine).to_contain_text("sur papier signé")
    expect(mine).to_contain_text("Camille Roy")
    href = mine.get_by_role("link", name="Regarder le mandat signé").get_attribute("href")
    answer = page.request.get(f"{world.site}{href}")
    assert (answer.status, answer.body()) == (200, b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    world.log_in(page, HELPER)
    assert page.request.get(f"{world.site}{href}").status == 404


def test_a_line_of_the_journal_is_read_and_reported(page: Page, world: World) -> None:
    adviser, nadia = world.adviser(), world.person(NADIA)
    world.crowd.consent(nadia, adviser.agent_id, GUIDANCE, "work")
    assert world.looks(adviser, nadia, "work") is None
    world.log_in(page, NADIA)
    page.goto(f"{world.site}/journal/")
    line = page.locator(".line", has_text=adviser.body)
    for words in ("Camille Roy", "Référent de parcours", "Travail", "Accord donné le"):
        expect(line).to_contain_text(words)
    expect(line).to_contain_text("construire avec vous votre parcours")
    line.get_by_role("link", name="Ce n’est pas normal").click()
    assert_fit_to_read(page)
    words = f"Je ne connais pas {adviser.body}."
    page.get_by_label("Qu’est-ce qui ne va pas ?").fill(words)
    page.get_by_role("button", name="Envoyer au délégué").click()
    case = page.locator("#signalements + ul li", has_text=words)
    expect(case).to_contain_text("Reçu.")
    expect(case).to_contain_text("depuis le")
    page.get_by_label("Mes propres visites aussi").check()
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator(".line--mine").first).to_contain_text("C’est votre compte.")
    page.goto(f"{world.site}/journal/?du=2001-01-01&au=2001-01-02")
    expect(page.locator("main")).to_contain_text("Aucune ligne pour ces dates.")


def test_older_lines_are_reached_page_by_page(page: Page, world: World) -> None:
    adviser, nadia = world.adviser(), world.person(NADIA)
    world.crowd.consent(nadia, adviser.agent_id, GUIDANCE, "work")
    for _ in range(51):
        assert world.looks(adviser, nadia, "work") is None
    world.log_in(page, NADIA)
    page.goto(f"{world.site}/journal/")
    expect(page.locator(".line")).to_have_count(50)
    page.get_by_role("link", name="Voir les lignes plus anciennes").click()
    expect(page.locator(".line").first).to_contain_text(adviser.body)


def test_a_program_reads_the_journal_by_the_same_door(page: Page, world: World) -> None:
    adviser, nadia = world.adviser(), world.person(NADIA)
    world.crowd.consent(nadia, adviser.agent_id, GUIDANCE, "work")
    assert world.looks(adviser, nadia, "work") is None
    api = f"{world.site}/api/journal/v1"
    assert page.request.get(f"{api}/heartbeat").json()["status"] == "up"
    nobody = page.request.get(f"{api}/usages")
    assert (nobody.status, nobody.json()["error"]["code"]) == (401, "trust.session_over")
    world.log_in(page, NADIA)
    found = page.request.get(f"{api}/usages?from=2001-01-01T00:00:00Z").json()
    usage = found["usages"][0]
    assert usage["by"]["organisation"] == adviser.body
    assert usage["by"]["role"]["code"] == "career_adviser"
    assert (usage["scopes"], usage["purpose"]["code"]) == (["work"], GUIDANCE)
    assert usage["masked"] is None
    assert page.request.get(f"{api}/usages?to=2001-01-01T00:00:00Z").json()["usages"] == []
    after = page.request.get(f"{api}/usages?offset=1").json()["usages"]
    assert after[:1] == found["usages"][1:2]
    period = page.request.get(f"{api}/period").json()
    assert period["from"] <= usage["at"] <= period["to"]
    for query in ("from=hier", "to=2026-01-01", "offset=-1", "offset=99999999"):
        answer = page.request.get(f"{api}/usages?{query}")
        assert (answer.status, answer.json()["error"]["code"]) == (
            400,
            "journal.query_unreadable",
        )
