"""The receipt of an act: what was done, by which rule, and every amount it moved."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

from pypdf import PdfReader

from cspu.economy import conversions
from cspu.records.receipt import write_receipt
from tests.economy.purse import TODAY, Purse, form


def test_a_receipt_says_what_moved(purse: Purse) -> None:
    person, file = purse.person(), BytesIO()
    purse.give(person, "c2p", 30, unit="c2p_point")
    with purse.acting(person):
        quote = conversions.quote(form(), "c2p_to_training", 8, on=TODAY)
        assert not write_receipt(file, person, quote, on=TODAY, lang="fr")
        conversions.convert(quote)
        assert write_receipt(file, person, quote, on=TODAY, lang="fr")
        assert not write_receipt(BytesIO(), person, uuid4(), on=TODAY, lang="fr")
    text = (
        "".join(page.extract_text() for page in PdfReader(file).pages)
        .replace("\u202f", " ")
        .replace("\xa0", " ")
    )
    for words in ("Conversion", "R4163-11", "+4 000", "-8", str(quote), "par vous-même"):
        assert words in text.replace("\u2212", "-"), words
