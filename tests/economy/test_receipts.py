"""The receipt of an act: what was done, by which rule, what it held and for whom, every amount it moved."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID, uuid4

from pypdf import PdfReader

from cspu.economy import conversions, gifts, top_ups, uses
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.records.receipt import write_receipt
from tests.economy.neighbours import employee, employer, helped
from tests.economy.purse import TODAY, Purse, form
from tests.economy.spending import School, Spending, school
from tests.people.conftest import as_role

__all__ = ["school"]


def read(person: PersonId, act: UUID, lang: Lang = "fr") -> str:
    """The words of a receipt, plainly spaced."""
    file = BytesIO()
    assert write_receipt(file, person, act, on=TODAY, lang=lang)
    text = " ".join(page.extract_text() for page in PdfReader(file).pages)
    return " ".join(text.replace("\u2212", "-").split())


def test_a_receipt_says_what_moved(purse: Purse) -> None:
    person = purse.person()
    purse.give(person, "c2p", 30, unit="c2p_point")
    with purse.acting(person):
        quote = conversions.quote(form(), "c2p_to_training", 8, on=TODAY)
        assert not write_receipt(BytesIO(), person, quote, on=TODAY, lang="fr")
        conversions.convert(quote)
        said = read(person, quote)
        assert not write_receipt(BytesIO(), person, uuid4(), on=TODAY, lang="fr")
    for words in ("Conversion", "R4163-11", "+4 000", "-8", str(quote), "par vous-même"):
        assert words in said, words
    assert "Réservé" not in said


def test_a_receipt_says_what_is_held_for_whom_and_that_it_was_undone(purse: Purse) -> None:
    firm = employer(purse)
    donor = employee(purse, firm)
    with purse.acting(donor):
        gift = gifts.give_days(form(), 2_00, employer=firm, code="", on=TODAY)
        said = read(donor, gift)
        for words in (
            "2 jours ouvrables",
            "Congés payés",
            "le pot commun",
            "Rien n’a encore bougé",
        ):
            assert words in said, words
        gifts.take_back(gift, on=TODAY)
        said = read(donor, gift)
    assert "Annulé : rien n’a bougé" in said
    assert "attend" not in said


def test_a_receipt_says_who_was_paid_and_what_came_back(purse: Purse, school: School) -> None:
    person = purse.person()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        use = uses.use(form(), "training_course", school.payee, 100_00, added=0, on=TODAY)
    school.answers(purse, 60_00)
    with purse.acting(person):
        said = read(person, use)
    for words in ("Réservé : 100 €", "École des métiers", "revenu : 40 €", "-60"):
        assert words in said, words


def test_a_receipt_says_whose_it_is_and_by_which_rule(purse: Purse) -> None:
    person = purse.person()
    purse.ask(
        "INSERT INTO people.identity (person_id, birth_name, usual_name, given_names, sex, birth_date)"
        " VALUES (%s, 'Kerbrat', 'de la Rochefoucauld-Montbel', 'Marie-Antoinette', 'F', '1985-05-04')"
        " RETURNING 1",
        person,
    )
    purse.give(person, "c2p", 30, unit="c2p_point")
    with purse.acting(person):
        quote = conversions.quote(form(), "c2p_to_training", 8, on=TODAY)
        conversions.convert(quote)
        said = read(person, quote)
    for words in (
        "Titulaire du compte : Marie-Antoinette de la Rochefoucauld-Montbel (Kerbrat)",
        "Des points de prévention en formation",
        "Établi le 24 novembre 2026",
    ):
        assert words in said, words


def test_what_a_funder_adds_or_takes_back_is_said_to_be_its_own(purse: Purse) -> None:
    person = purse.person()
    spending = Spending(purse, person)
    with as_role(purse.database, "batch"):
        top_ups.give(person, "mutual_training", "2026", by="test", on=TODAY)
    spending.pour("cpf", 50_00, earmark="", expires=TODAY)
    with purse.acting(person):
        uses.catch_up(person, on=TODAY)
    made = dict(purse.ask("SELECT kind, act_id FROM economy.act WHERE person_id = %s", person))
    with purse.acting(person):
        added, back = (read(person, made[kind]) for kind in ("top_up", "return"))
    assert "Ajouté le 24 novembre 2026 par : Les mutuelles" in added
    assert "À utiliser avant le" in added
    assert "Retourné à : L’État" in back
    assert "sans que personne n’agisse" in back
    for said in (added, back):
        assert "vous-même" not in said
        assert "Texte : —" not in said


def test_who_is_helped_reads_that_the_other_confirmed(purse: Purse) -> None:
    carer, elder = purse.person(), purse.person()
    helped(purse, carer, elder, 3_00)
    ((exchange,),) = purse.ask(
        "SELECT act_id FROM economy.act WHERE person_id = %s AND kind = 'help'", carer
    )
    with purse.acting(carer):
        assert "confirmé par l’autre personne" in read(carer, exchange)
    with purse.acting(elder):
        assert "par vous-même" in read(elder, exchange)
        assert "Chosen by this project" in read(elder, exchange, "en")
