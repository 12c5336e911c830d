"""The receipt of an act: what was done, by which rule, what it held and for whom, every amount it moved."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID, uuid4

from pypdf import PdfReader

from cspu.economy import conversions, gifts, uses
from cspu.kernel.ids import PersonId
from cspu.records.receipt import write_receipt
from tests.economy.neighbours import employee, employer
from tests.economy.purse import TODAY, Purse, form
from tests.economy.spending import School, school

__all__ = ["school"]


def read(person: PersonId, act: UUID) -> str:
    """The words of a receipt, plainly spaced."""
    file = BytesIO()
    assert write_receipt(file, person, act, on=TODAY, lang="fr")
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
