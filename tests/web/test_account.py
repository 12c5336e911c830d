"""The account page: what is new, what is missing, and a card for every state of a right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from cspu.economy.gifts import Call
from cspu.entitlement.pages import HowToAsk, MissingFact, Tile
from cspu.kernel.amounts import Amount
from cspu.kernel.answers import Answer
from cspu.web.account.tiles import State, overview, tile_view
from tests.web import examples
from tests.web.conftest import FakeDomain
from tests.web.reading import text_of


def account_text(client: Client) -> str:
    return text_of(client.get("/").content.decode())


def test_the_persons_difference_is_settled_before_she_reads(
    nadia: Client, domain: FakeDomain
) -> None:
    nadia.get("/")
    assert domain.calls == [
        f"settle {examples.PERSON} 2026-11-23",
        f"catch up {examples.PERSON} 2026-11-23",
        f"account {examples.PERSON} 2026-11-23 fr",
    ]


def test_a_held_right_says_amount_meaning_news_and_what_comes_next(nadia: Client) -> None:
    card = examples.CPF
    page = account_text(nadia)
    assert card.meaning in page
    assert "Nouveau +500\u00a0€, 2025" in page
    assert "À venir au moins 500\u00a0€ le 1er\u00a0janvier\u00a02027." in page


def test_the_page_opens_on_what_is_new_then_on_what_is_missing(nadia: Client) -> None:
    page = account_text(nadia)
    order = ["Nouveau pour vous", "Ce qui nous manque", "Droits en dotation", "Droits accumulés"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_a_closed_right_says_what_would_open_it(nadia: Client) -> None:
    page = account_text(nadia)
    assert "Pas ouvert aujourd’hui" in page
    for condition in examples.CEC.conditions:
        assert condition.sentence in page


def test_an_unknown_right_says_who_can_supply_what_is_missing(nadia: Client) -> None:
    page = account_text(nadia)
    assert "On ne sait pas encore" in page
    assert "Il manque : Lien avec la personne aidée." in page
    assert "vous-même, ou votre référent de parcours" in page


def test_a_fact_that_many_rights_wait_for_names_a_few_and_who_can_give_it(
    nadia: Client, domain: FakeDomain
) -> None:
    waiting = [
        replace(examples.C2P, right_id=f"wait{n}", label=f"Droit {n}", news=()) for n in range(5)
    ]
    with_tiles(domain, *waiting)
    page = account_text(nadia)
    gap = page[page.index("Ce qui nous manque") : page.index("Droits garantis")]
    assert "Qui peut la donner : votre employeur, SARL Les Glycines." in gap
    assert "Pour Droit 0, Droit 1, Droit 2, et d’autres droits : 2" in gap


def test_an_incomplete_amount_is_shown_as_a_minimum(nadia: Client) -> None:
    assert "au moins 12 points" in account_text(nadia)


def test_a_family_without_rights_says_nothing(nadia: Client) -> None:
    assert "Droits en dotation" in account_text(nadia)
    assert "Droits garantis" not in account_text(nadia)


def test_the_page_first_says_what_she_has_and_what_comes_next(nadia: Client) -> None:
    page = account_text(nadia)
    brief = page[page.index("Ce que vous avez") : page.index("Nouveau pour vous")]
    assert "Compte formation 1\u202f500\u00a0€" in brief
    assert "Compte de prévention au moins 12\u00a0points" in brief
    assert "À venir Congés payés : 2,5\u00a0jours le 1er\u00a0décembre\u00a02026." in brief
    assert "Nouveautés : 1" in brief
    assert "Informations qui manquent : 2" in brief


def test_what_she_has_says_neither_nothing_nor_what_she_does_not_draw(
    nadia: Client, domain: FakeDomain
) -> None:
    nothing = replace(examples.LEAVE, balance=examples.days(0), upcoming=None)
    with_tiles(domain, nothing, examples.CHILD_BENEFIT)
    assert "Ce que vous avez" not in account_text(nadia)


def test_what_may_wait_is_folded_where_there_is_something_to_read_first(
    nadia: Client, domain: FakeDomain
) -> None:
    with_tiles(domain, examples.CEC, examples.CPF, examples.UNKNOWN_TILE)
    page = account_text(nadia)
    assert "Pas ouverts pour vous aujourd’hui : 1" in page
    assert "Il manque une information pour répondre : 1" in page
    with_tiles(domain, examples.CEC, examples.UNKNOWN_TILE)
    assert "Pas ouverts pour vous" not in account_text(nadia)


def test_whose_employer_stopped_gifts_reads_it_first(
    nadia: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = examples.TODAY
    one = Call(
        UUID(int=3),
        "given_days",
        datetime(2026, 1, 2, tzinfo=UTC),
        day,
        "Atelier",
        day,
        pool_waits=False,
    )
    for waits, said in (
        (True, "Il en reste aussi dans le pot commun"),
        (False, "pot commun est vide"),
    ):
        there = [replace(one, pool_waits=waits), replace(one, stopped_on=None)]
        monkeypatch.setattr(
            "cspu.web.account.views.gifts.calls", lambda *_, found=there, **__: found
        )
        page = text_of(nadia.get("/").content.decode())
        assert page.count("Atelier n’accepte plus de nouveaux dons de jours") == 1
        assert said in page


def test_what_lowers_a_balance_unseen_is_said_beside_the_number(
    nadia: Client, domain: FakeDomain
) -> None:
    unseen = "Nous ne savons pas combien vous en avez pris."
    with_tiles(domain, replace(examples.LEAVE, unseen=unseen))
    page = account_text(nadia)
    assert f"Congés payés {unseen} 12,5\u00a0jours" in page
    assert f"12,5 jours {unseen}" in page


def with_tiles(domain: FakeDomain, *tiles: Tile) -> None:
    """The account shows these tiles in its first family."""
    family = replace(domain.account.families[0], tiles=tiles)
    domain.account = replace(domain.account, families=(family,))


def test_what_she_seems_entitled_to_and_does_not_draw_comes_first(
    nadia: Client, domain: FakeDomain
) -> None:
    with_tiles(domain, examples.CHILD_BENEFIT, examples.HEALTH_COVER, examples.RSA)
    page = account_text(nadia)
    block = page[page.index("Vous semblez avoir droit à…") : page.index("Nouveau pour vous")]
    assert "Allocations familiales : 141,99\u00a0€ par mois" in block
    assert "Demandez-les à votre CAF. Faire la demande" in block
    assert "Santé" not in block
    assert "Revenu de solidarité" not in block


def test_what_depends_on_means_that_nobody_reckoned_is_to_ask_for_too(
    nadia: Client, domain: FakeDomain
) -> None:
    """Minimum income, activity bonus, housing benefit: unknown is no reason not to ask."""
    ask = HowToAsk("Demandez-le sur caf.fr.", "https://www.caf.fr")
    with_tiles(
        domain, examples.CPF, examples.HEALTH_COVER, replace(examples.RSA, perhaps=True, ask=ask)
    )
    page = account_text(nadia)
    block = page[page.index("Vous avez peut-être droit à…") : page.index("Nouveau pour vous")]
    assert "Revenu de solidarité Demandez-le sur caf.fr. Faire la demande" in block
    assert "un refus ne coûte rien" in block
    assert "Droits possibles : 1" in page
    assert "Santé" not in block


def test_what_is_not_kept_says_yes_no_or_unknown(nadia: Client, domain: FakeDomain) -> None:
    with_tiles(domain, examples.HEALTH_COVER, examples.RSA)
    page = account_text(nadia)
    assert "Oui, vous y avez droit" in page
    assert "On ne sait pas encore. OpenFisca-France n’est pas branché." in page
    assert "Vous semblez" not in page


def test_a_proposal_says_that_it_is_not_law(nadia: Client, domain: FakeDomain) -> None:
    with_tiles(domain, replace(examples.HEALTH_COVER, mark="Droit imaginé pour 2030."))
    assert "Droit imaginé pour 2030." in account_text(nadia)


def test_many_rights_not_open_are_folded_and_none_is_lost(
    nadia: Client, domain: FakeDomain
) -> None:
    shut = [replace(examples.CEC, right_id=f"cec{n}", label=f"Fermé {n}") for n in range(3)]
    with_tiles(domain, *shut, examples.HEALTH_COVER)
    page = account_text(nadia)
    assert "Pas ouverts pour vous aujourd’hui : 3" in page
    assert all(one.label in page for one in shut)


def test_an_account_she_fills_herself_says_what_is_on_it_or_that_nothing_is(
    nadia: Client, domain: FakeDomain
) -> None:
    filled = replace(examples.CPF, gives="account", answer=Answer.UNKNOWN, news=(), upcoming=None)
    view = tile_view(filled)
    assert (view.state, view.at_least) == (State.HELD, False)
    with_tiles(domain, replace(filled, answer=Answer.YES, balance=examples.euros(0)))
    page = account_text(nadia)
    assert "Ouvert, rien dessus pour l’instant" in page
    assert "Pas ouvert aujourd’hui" not in page
    assert "Oui, vous y avez droit" not in page


def test_no_personal_identifier_reaches_the_page(nadia: Client) -> None:
    for path in ("/", "/droits/cpf/", "/parcours/"):
        assert str(examples.PERSON) not in nadia.get(path).content.decode()


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("minor", [None, 0, 1250])
@pytest.mark.parametrize("missing", [(), (examples.HOURS_MISSING,)])
def test_missing_is_never_zero_and_silence_is_never_no(
    answer: Answer, minor: int | None, missing: tuple[MissingFact, ...]
) -> None:
    balance = None if minor is None else Amount(examples.EURO, minor)
    tile: Tile = replace(examples.CPF, answer=answer, balance=balance, missing=missing)
    view = tile_view(tile)
    incomplete = bool(missing) or answer is Answer.UNKNOWN
    if view.figure is not None:
        assert balance is not None
        assert view.at_least is incomplete
    if view.state is State.CLOSED:
        assert answer is not Answer.UNKNOWN
        assert not (balance is None and missing)
    if minor:
        assert view.state is State.HELD


def test_news_come_latest_first_and_are_few() -> None:
    movements = tuple(
        examples.movement(year, examples.euros(1), examples.euros(1)) for year in range(2015, 2023)
    )
    family = examples.ACCOUNT.families[1]
    page = replace(
        examples.ACCOUNT,
        families=(replace(family, tiles=(replace(examples.CPF, news=movements),)),),
    )
    view = overview(page)
    assert [one.movement.period_start.year for one in view.news] == [2022, 2021, 2020, 2019]
    assert view.more_news == 4


def test_what_is_held_comes_before_what_is_not(nadia: Client, domain: FakeDomain) -> None:
    family = replace(examples.ACCOUNT.families[1], tiles=(examples.CEC, examples.CPF))
    ended = replace(examples.DRIVING, balance=examples.euros(0), ended="La loi ne le donne plus.")
    other = replace(examples.ACCOUNT.families[2], tiles=(ended, examples.UNKNOWN_TILE))
    domain.account = replace(examples.ACCOUNT, families=(family, other))
    page = account_text(nadia)
    cards = page[page.index("Droits en dotation") :]
    tiles = (examples.CPF, examples.CEC, examples.UNKNOWN_TILE, examples.DRIVING)
    places = [cards.index(tile.label) for tile in tiles]
    assert places == sorted(places)


def test_a_repealed_right_is_not_said_to_open_some_day() -> None:
    ended = replace(examples.DRIVING, ended="La loi ne le donne plus depuis le 21 février 2026.")
    assert tile_view(replace(ended, balance=examples.euros(0))).state is State.ENDED
    assert tile_view(ended).state is State.HELD


def test_two_news_alike_are_told_apart_by_who_paid() -> None:
    move = examples.LEAVE_PAGE.movements[0]
    twice = (move, replace(move, counterparty="Association Mains tendues"))
    family = replace(
        examples.ACCOUNT.families[3], tiles=(replace(examples.LEAVE, news=twice), examples.CPF)
    )
    view = overview(replace(examples.ACCOUNT, families=(family,)))
    assert {(one.tile.right_id, one.who) for one in view.news} == {
        ("paid_leave", "SARL Les Glycines"),
        ("paid_leave", "Association Mains tendues"),
        ("cpf", ""),
    }
