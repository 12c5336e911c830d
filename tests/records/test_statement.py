"""The statement: what was there, what moved, what is there; anybody can add it up."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from cspu.entitlement.queries import UnknownRight
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.ledger.queries import balances
from cspu.records import statement
from cspu.records.errors import StatementMisdated, StatementTooLong
from cspu.records.statement import write_statement
from tests.entitlement.lives import FINAL
from tests.records.conftest import Someone, archive_of, opened, signed_sum, text_of

CPF = {"fr": "Compte personnel de formation", "en": "Personal training account"}


def statement_of(
    person: PersonId,
    start: date = date(2023, 1, 1),
    end: date = FINAL,
    *,
    right_id: str | None = None,
    lang: Lang = "fr",
) -> bytes:
    file = io.BytesIO()
    write_statement(file, person, right_id=right_id, start=start, end=end, on=FINAL, lang=lang)
    return file.getvalue()


def cpf_on(person: PersonId, day: date) -> Decimal:
    held = [each for each in balances(person, on=day, known_at=None) if each.right_id == "cpf"]
    return sum((Decimal(each.balance).scaleb(-2) for each in held), Decimal(0))


def test_opening_plus_movements_is_closing(anais: PersonId) -> None:
    text = text_of(statement_of(anais, date(2022, 6, 1), date(2024, 6, 1), right_id="cpf"))
    opening, closing = cpf_on(anais, date(2022, 5, 31)), cpf_on(anais, date(2024, 6, 1))
    moved = signed_sum(text, CPF["fr"], "Total entré")
    assert moved != 0
    assert opening + moved == closing
    for figure in (opening, closing):
        written = f"{figure.normalize():,f}" if figure % 1 == 0 else f"{figure:,.2f}"
        assert written.replace(",", "\xa0").replace(".", ",") + "\xa0€" in text
    assert "Solde au début" in text
    assert "Anaïs, Zoë LE CŒUR" in text
    assert "Congés payés" not in text


def test_a_period_without_movement_says_so(anais: PersonId) -> None:
    text = text_of(statement_of(anais, date(2023, 6, 2), date(2023, 6, 3), right_id="cpf"))
    assert "Aucun mouvement dans cette période" in text
    assert text.count("Solde") >= 3


def test_an_account_without_movement_has_a_statement(someone: Someone) -> None:
    assert "Aucun mouvement." in text_of(statement_of(someone()))


def test_english_has_its_words(anais: PersonId) -> None:
    text = text_of(statement_of(anais, lang="en"))
    assert "Account statement" in text
    assert CPF["en"] in text
    assert "Solde" not in text


def test_what_cannot_be_written_is_refused_in_plain_words(
    anais: PersonId, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StatementMisdated):
        statement_of(anais, date(2025, 1, 1), date(2024, 1, 1))
    with pytest.raises(UnknownRight):
        statement_of(anais, right_id="unicorn")
    monkeypatch.setattr(statement, "MOST", 10)
    with pytest.raises(StatementTooLong) as refused:
        statement_of(anais, date(2019, 1, 1))
    assert "période plus courte" in refused.value.sentence("fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_documents_say_their_language_their_title_and_their_structure(
    anais: PersonId, lang: Lang
) -> None:
    archive = opened(archive_of(anais, lang=lang))
    papers = [content for name, content in archive.files.items() if name.endswith(".pdf")]
    assert len(papers) == 2
    for paper in papers:
        reader = PdfReader(io.BytesIO(paper))
        root: Any = reader.root_object
        assert root["/Lang"] == {"fr": "fr-FR", "en": "en-GB"}[lang]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert root["/MarkInfo"]["/Marked"]
        assert reader.metadata
        assert reader.metadata.title
        blocks = root["/StructTreeRoot"]["/K"][0]["/K"]
        kinds = [str(each.get_object()["/S"]) for each in blocks]
        assert kinds[0] == "/H1"
        assert {"/H1", "/H2", "/P"} <= set(kinds)
        for number, page in enumerate(reader.pages, 1):
            link = "sur" if lang == "fr" else "of"
            assert f"page {number} {link} {len(reader.pages)}" in page.extract_text()
            assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_french_letters_are_printed(anais: PersonId) -> None:
    text = opened(archive_of(anais)).text("mon-compte.pdf")
    for letter in ("œ", "Œ", "’", "€", "À", "é", "ë"):
        assert letter in text, letter
    assert "?" not in text.replace("fausse\xa0?", "").replace("fausse ?", "")
