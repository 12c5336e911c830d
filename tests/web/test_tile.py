"""A right in full: the balance, why, and every movement."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from cspu.entitlement.pages import Explanation, FactUsed
from cspu.web.account.reasons import reasons_of
from tests.web import examples
from tests.web.conftest import FakeDomain
from tests.web.reading import text_of


def tile_text(client: Client, right: str, query: str = "") -> str:
    return text_of(client.get(f"/droits/{right}/{query}").content.decode())


def test_the_reason_is_a_sentence_then_the_article_and_its_date(nadia: Client) -> None:
    page = tile_text(nadia, "cpf")
    order = [
        "Pourquoi ce montant ?",
        "Vous avez travaillé toute l'année 2025",
        "Code du travail, article L6323-11",
        "version en vigueur depuis le 1er\u00a0janvier\u00a02019",
        "France compétences",
        "Déclaration de votre employeur (DSN)",
        "Voir le calcul complet",
        "Plafond restant",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_another_period_can_be_explained(nadia: Client) -> None:
    page = tile_text(nadia, "cpf", "?periode=2023-12-31")
    assert "toute l'année 2023" in page
    assert "toute l'année 2025" not in page


def test_what_is_not_known_of_a_period_is_said(nadia: Client) -> None:
    page = tile_text(nadia, "cpf", "?periode=2026-12-31")
    assert "prévu, pas encore inscrit" in page
    assert "Heures travaillées (janvier à mars\u00a02026)" in page
    assert "votre employeur, SARL Les Glycines" in page


def test_every_movement_leads_to_its_reason(nadia: Client) -> None:
    page = nadia.get("/droits/cpf/").content.decode()
    for year in (2023, 2024, 2025):
        assert f'href="?periode={year}-12-31#pourquoi"' in page


def test_a_movement_that_an_act_made_leads_to_its_receipt(
    nadia: Client, domain: FakeDomain
) -> None:
    act = UUID(int=7)
    made = replace(examples.TILE_PAGES["cpf"].movements[0], kind="conversion", act=act)
    domain.pages["cpf"] = replace(examples.TILE_PAGES["cpf"], movements=(made,))
    assert f'href="/utiliser/recus/{act}/"' in nadia.get("/droits/cpf/").content.decode()


def test_movements_of_years_are_folded_and_none_is_lost(nadia: Client, domain: FakeDomain) -> None:
    years = range(2000, 2020)
    many = tuple(examples.movement(year, examples.euros(1), examples.euros(1)) for year in years)
    domain.pages["cpf"] = replace(examples.TILE_PAGES["cpf"], movements=many)
    page = nadia.get("/droits/cpf/").content.decode()
    assert "Mouvements plus anciens\u00a0: 8" in page
    assert page.count('class="at-reason"') == len(years)


def test_the_protected_share_is_shown_and_explained(nadia: Client) -> None:
    page = tile_text(nadia, "c2p")
    assert "Part protégée : 12\u00a0points." in page
    assert "personne ne peut la reprendre" in page


def test_each_employer_has_its_line(nadia: Client) -> None:
    page = tile_text(nadia, "paid_leave")
    assert "SARL Les Glycines 10\u00a0jours" in page
    assert "Association Mains tendues 2,5\u00a0jours" in page


def test_a_movement_out_has_its_sign(nadia: Client) -> None:
    assert "\u22120,5\u00a0jour" in tile_text(nadia, "paid_leave")


@pytest.mark.parametrize("right", sorted(examples.TILE_PAGES))
def test_every_state_of_a_right_has_a_page(nadia: Client, right: str) -> None:
    assert examples.TILE_PAGES[right].tile.label in tile_text(nadia, right)


def test_an_unknown_right_is_a_page_not_found(nadia: Client) -> None:
    answer = nadia.get("/droits/nothing/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in text_of(answer.content.decode())


def reasons(*explanations: Explanation, asked: str = "") -> list[tuple[str, bool]]:
    return [(one.key, one.chosen) for one in reasons_of(explanations, asked=asked).choices]


def test_the_latest_period_entered_opens_first() -> None:
    coming = examples.explanation(2026, posted=False)
    assert reasons(examples.explanation(2024), coming, examples.explanation(2025)) == [
        ("2026-12-31", False),
        ("2025-12-31", True),
        ("2024-12-31", False),
    ]


def test_with_nothing_entered_the_latest_period_opens() -> None:
    assert reasons(examples.explanation(2026, posted=False)) == [("2026-12-31", True)]


def test_two_employers_have_two_addresses_that_name_neither() -> None:
    page = examples.LEAVE_PAGE
    view = reasons_of(page.explanations, asked="2026-12-31.2")
    assert [one.key for one in view.choices] == ["2026-12-31", "2026-12-31.2"]
    assert view.shown is not None
    assert view.shown.organisation == "Association Mains tendues"


def test_a_movement_finds_the_explanation_of_who_paid_it() -> None:
    page = examples.LEAVE_PAGE
    view = reasons_of(page.explanations, asked="")
    for rank, explanation in enumerate(page.explanations, start=1):
        paid = replace(
            page.movements[0],
            period_start=explanation.period_start,
            period_end=explanation.period_end,
            counterparty=explanation.organisation,
        )
        assert view.key_of(paid) == ("2026-12-31" if rank == 1 else f"2026-12-31.{rank}")
    assert view.key_of(page.movements[0]) == ""


@pytest.mark.parametrize("asked", ["", "2019-12-31", "x", "<script>"])
def test_a_strange_address_opens_the_usual_period(nadia: Client, asked: str) -> None:
    answer = nadia.get("/droits/cpf/", {"periode": asked})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace("<script src=", "")


def test_a_year_of_declarations_is_folded(nadia: Client, domain: FakeDomain) -> None:
    facts = tuple(
        FactUsed("Heures travaillées", f"{month} heures", f"DSN {month}", None, "SARL Les Glycines")
        for month in range(1, 13)
    )
    told = replace(examples.explanation(2025), facts=facts)
    domain.pages["cpf"] = replace(examples.CPF_PAGE, explanations=(told,))
    page = tile_text(nadia, "cpf")
    assert "Heures travaillées déclarations : 12 · SARL Les Glycines" in page
    assert "12 heures" in page


def test_a_payment_says_how_to_ask_what_it_obliges_to_and_has_no_movements(nadia: Client) -> None:
    page = tile_text(nadia, "child_benefit")
    order = [
        "141,99 € par mois",
        "Pour octobre 2026, dernière période que nous pouvons juger.",
        "Comment le demander",
        "Vous semblez y avoir droit",
        "Demandez-les à votre CAF.",
        "Pourquoi ce montant ?",
        "Dire tout changement de situation. art. R514-1",
        "Ce que nous avons supposé, faute de loi",
        "Un montant de démonstration.",
    ]
    plain = page.replace("\u00a0", " ")
    places = [plain.index(words) for words in order]
    assert places == sorted(places)
    assert "Mouvements" not in page
    assert "inscrit" not in page


def test_a_right_that_is_no_law_says_so_in_full(nadia: Client, domain: FakeDomain) -> None:
    page = domain.pages["child_benefit"]
    marked = replace(page.tile, mark="Droit imaginé pour 2030.")
    domain.pages["child_benefit"] = replace(page, tile=marked)
    assert "Pas une loi en vigueur Droit imaginé pour 2030." in tile_text(nadia, "child_benefit")
