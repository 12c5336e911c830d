"""What is given without being kept: shown with its reasons, never posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from cspu.entitlement import reading
from cspu.entitlement.enactment import enact
from cspu.entitlement.in_force import installed_law
from cspu.entitlement.operations import settle_person
from cspu.entitlement.pages import Tile, TilePage
from cspu.entitlement.queries import account_page, tile_page
from cspu.kernel.answers import Answer
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import month_of
from cspu.law import load_pack
from cspu.lifecourse.facts import Attribute, FactSet
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.conftest import FreshDatabase
from tests.entitlement.lives import (
    FINAL,
    SOMEONE,
    Statement,
    birth,
    moment,
    newcomer,
    posted,
    tell,
    work,
)
from tests.law.forms import BRITTANY, COMPUTED_ELSEWHERE, PAYMENT, STATUS, texts

FEBRUARY = month_of(date(2026, 2, 1))
BORN_1990, BORN_2012 = birth(date(1990, 5, 17)), birth(date(2012, 5, 17))


@pytest.fixture
def law(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Our texts and four more are those installed, and in force."""
    still_set = BRITTANY.replace("value: null", "value: 120")
    folder = texts(
        tmp_path,
        rent_help=PAYMENT,
        library_card=STATUS,
        computed_help=COMPUTED_ELSEWHERE,
        **{"regions/53": still_set},
    )
    monkeypatch.setattr("cspu.law.loading.TEXTS", folder)
    installed_law.cache_clear()
    enact(load_pack(), load_vocabulary(), enacted_at=moment(0))
    yield
    installed_law.cache_clear()


def said(attribute: str, value: str) -> Statement:
    """She says something of herself."""
    return Statement(
        attribute, FactSet(attributes=[Attribute(SOMEONE, attribute, value, date(2020, 1, 1))])
    )


def living(*statements: Statement) -> PersonId:
    """Somebody of whom this is known, settled."""
    person = newcomer()
    for statement in statements:
        tell(person, statement)
    settle_person(person, as_of=FINAL)
    return person


def tile(person: PersonId, right_id: str, *, on: date = FINAL) -> Tile:
    """The right as her page shows it."""
    page = account_page(person, on=on, lang="fr")
    return next(
        each for family in page.families for each in family.tiles if each.right_id == right_id
    )


def full(person: PersonId, right_id: str) -> TilePage:
    """The right's own page."""
    return tile_page(person, right_id, on=FINAL, lang="fr")


def test_a_payment_says_how_much_each_period_and_is_never_posted(law: None) -> None:
    person = living(BORN_1990, said("region", "75"))
    shown = tile(person, "rent_help")
    assert (shown.answer, shown.gives, shown.judged) == (Answer.YES, "payment", FEBRUARY)
    assert shown.payment is not None
    assert (shown.payment.amount.minor, shown.payment.rhythm) == (10_000, "month")
    assert shown.balance is None
    assert shown.ask is not None
    assert shown.ask.sentence == "Écrivez à la caisse."
    assert {each.right_id for each in posted(person)} & {"rent_help", "library_card"} == set()
    page = full(person, "rent_help")
    assert [duty.reference for duty in page.duties] == ["Règlement, art. 3"]
    assert page.assumptions == ("Un exemple.", "Base : Arrondi, pour l’exemple.")
    newest = page.explanations[1]
    assert newest.sentence.startswith("Vous recevez 100")
    assert (newest.over, newest.posted) == (True, False)
    assert newest.tree


def test_who_does_not_draw_it_is_told_first_and_who_does_is_not(law: None) -> None:
    silent, drawing, refusing = (
        living(BORN_1990, said("region", "75"), *more)
        for more in (
            [],
            [said("preparing_driving_licence", "true")],
            [said("preparing_driving_licence", "false")],
        )
    )
    undrawn = [tile(each, "rent_help").undrawn for each in (silent, drawing, refusing)]
    assert undrawn == [True, False, True]
    for last in (FINAL, date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 30)):
        assert not tile(drawing, "rent_help", on=last).undrawn, f"drawn on {last} too"
    assert not tile(living(BORN_2012, said("region", "75")), "rent_help").undrawn


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)])
def test_who_draws_it_is_not_told_on_the_last_day_of_a_month_either(law: None, day: date) -> None:
    """A month before 31 March is 28 February: that February is over must not make it forgotten."""
    person = living(BORN_1990, said("region", "75"), said("preparing_driving_licence", "true"))
    page = account_page(person, on=day, lang="fr")
    [shown] = [
        each for family in page.families for each in family.tiles if each.right_id == "rent_help"
    ]
    assert (shown.answer, shown.undrawn) == (Answer.YES, False)


def test_the_region_of_residence_chooses_the_figure(law: None) -> None:
    payment = tile(living(BORN_1990, said("region", "53")), "rent_help").payment
    assert payment is not None
    assert payment.amount.minor == 12_000
    nowhere = tile(living(BORN_1990), "rent_help")
    assert (nowhere.answer, nowhere.payment) == (Answer.UNKNOWN, None)
    assert [each.label for each in nowhere.missing] == ["Votre région"]
    assert not nowhere.undrawn


def test_a_status_says_yes_no_or_unknown_with_its_reason(law: None) -> None:
    adult, child, unborn = living(BORN_1990), living(BORN_2012), living(said("region", "53"))
    answers = [tile(each, "library_card").answer for each in (adult, child, unborn)]
    assert answers == [Answer.YES, Answer.NO, Answer.UNKNOWN]
    assert full(adult, "library_card").explanations[1].sentence.startswith("À 35")
    assert "16" in tile(child, "library_card").conditions[0].sentence
    assert "conditions" in full(child, "library_card").explanations[1].sentence
    assert [each.label for each in tile(unborn, "library_card").missing] == ["Votre âge"]
    assert full(adult, "library_card").explanations[1].amount is None


def test_what_another_engine_computes_is_unknown_and_says_why(law: None) -> None:
    adult, child = (tile(living(each), "computed_help") for each in (BORN_1990, BORN_2012))
    assert (adult.answer, child.answer) == (Answer.UNKNOWN, Answer.NO)
    assert "OpenFisca-France" in adult.not_computed
    assert not child.not_computed
    assert not adult.undrawn
    assert (adult.perhaps, child.perhaps) == (True, False)
    assert adult.ask is not None


def test_only_recent_periods_are_judged(law: None) -> None:
    judged = [
        each.period_start
        for each in reading.judgements(living(BORN_1990), on=FINAL)
        if each.right_id == "library_card"
    ]
    assert (min(judged), max(judged)) == (date(2025, 2, 1), date(2026, 3, 1))


def test_a_situation_that_is_over_gives_nothing_any_more(law: None) -> None:
    """In March the answer is about January and February, on the page of all rights and on its own."""
    january, december = (
        living(BORN_1990, work(2025, None, start=date(2015, 1, 1), end=last))
        for last in (date(2026, 1, 9), date(2025, 12, 31))
    )
    for person, answer in ((january, Answer.UNKNOWN), (december, Answer.NO)):
        shown, alone = tile(person, "career_interview"), full(person, "career_interview").tile
        assert (shown.answer, alone.answer) == (answer, answer)
    assert "emploi" in shown.conditions[0].sentence


def test_what_regions_set_is_kept_as_enacted(law: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pack, region, text FROM law.region_text")
        [(pack, region, text)] = cursor.fetchall()
    assert (pack, region) == ("fr", "53")
    assert "value: 120" in text


def test_a_sentence_about_an_amount_is_not_said_without_one(law: None) -> None:
    """Rest days may be given to her: as long as none was, nothing says how many she has."""
    tile = tile_page(living(BORN_1990), "given_days", on=FINAL, lang="fr").tile
    assert (tile.balance, tile.meaning) == (None, "")
    assert tile.summary
