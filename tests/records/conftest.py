"""A person whose life is known, settled by the law, and her archive as she opens it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.people.identities import DeclaredIdentity, Sex
from cspu.people.operations import match_or_create
from cspu.people.organisations import DeclaredOrganisation, register_organisations
from cspu.records.archive import write_archive
from tests.conftest import FreshDatabase
from tests.entitlement.conftest import house
from tests.entitlement.lives import ACME, FINAL, birth, civic_service, tell, volunteering, work

__all__ = ["house"]

WORKSHOP = DeclaredOrganisation(siret="00000101600013", name="L’Œuvre à cœur ouvert")


@dataclass(frozen=True)
class Opened:
    """An archive, unpacked."""

    files: dict[str, bytes]

    @property
    def account(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.files["account.json"])
        return loaded

    def table(self, name: str) -> list[dict[str, str]]:
        text = self.files[f"csv/{name}.csv"].decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def text(self, name: str) -> str:
        """All that a PDF says."""
        return text_of(self.files[name])

    def statements(self) -> list[str]:
        return [self.text(name) for name in self.files if re.match(r"releve|statement", name)]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def opened(content: bytes) -> Opened:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return Opened({name: archive.read(name) for name in archive.namelist()})


def archive_of(person: PersonId, *, lang: Lang = "fr", on: date = FINAL) -> bytes:
    file = io.BytesIO()
    write_archive(file, person, on=on, lang=lang)
    return file.getvalue()


Someone = Callable[..., PersonId]


@pytest.fixture
def someone(house: FreshDatabase) -> Someone:
    """Somebody with a name and nothing else."""

    def make(**names: str) -> PersonId:
        given = {"birth_name": "LE CŒUR", "given_names": "Anaïs, Zoë", **names}
        identity = DeclaredIdentity(
            **given, sex=Sex.FEMALE, birth_date=date(1990, 3, 14), nir="2900399990001"
        )
        return match_or_create([identity], recorded_at=datetime(2024, 1, 1, tzinfo=UTC))[0]

    return make


@pytest.fixture
def anais(someone: Someone) -> PersonId:
    """Two employers, noise and nights, engagements, and a year declared again otherwise."""
    register_organisations([WORKSHOP], recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    person = someone()
    tell(person, birth(date(1990, 3, 14)))
    for year in range(2019, 2026):
        exposures = ["exposure_noise", "exposure_night_work"]
        tell(person, work(year, "151.67", exposures=exposures))
        tell(person, work(year, "40", organisation=WORKSHOP.organisation_id))
    tell(person, volunteering(2023, "260"))
    tell(person, civic_service(date(2018, 9, 1), date(2019, 6, 30)))
    settle_person(person, as_of=FINAL)
    tell(person, work(2022, "20", organisation=ACME))
    tell(person, work(2022, None, organisation=WORKSHOP.organisation_id))
    settle_person(person, as_of=FINAL)
    return person


def signed_sum(text: str, start: str, end: str) -> Decimal:
    """What anybody adds up by hand: the signed euros printed between two titles."""
    part = text.split(start, 1)[1].split(end, 1)[0]
    found = re.findall(r"([+−])([\d\xa0]+(?:,\d\d)?)\xa0€", part)
    return sum(
        (
            Decimal(f"{'-' if sign == '−' else ''}{figure.replace(chr(160), '').replace(',', '.')}")
            for sign, figure in found
        ),
        Decimal(0),
    )
