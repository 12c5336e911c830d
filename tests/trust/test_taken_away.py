"""Everything she takes away: her choices, her journal, in every form, and a line for each read."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import jsonschema
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cspu.trust.door import Asking, opened
from tests.conftest import FreshDatabase
from tests.trust.town import (
    Town,
    lines,
)


def test_a_document_taken_away_leaves_a_line_for_each_of_its_reads(
    town: Town, as_web: FreshDatabase
) -> None:
    life = town.lives[0]
    for name, act in (("export", "export"), ("statement", "statement")):
        before = lines(town)
        form = {"from": "2025-01-01", "to": "2025-12-31"}
        answer = life.browser.post(reverse(name), form)
        assert answer.status_code == 200, answer.content
        assert len(b"".join(answer)) > 500
        left = lines(town) - before
        assert set(left) == {(life.person, life.person, act, "read", "own_account", ("*",))}
        assert left.total() > 1


CHOICES = {
    "consents": "consent",
    "mandates": "mandate",
    "questions": "request",
    "files": "file",
    "papers": "document",
    "corrections": "correction_move",
    "complaints": "grievance",
    "proofs": "proof",
}
"""Sections of an export, and the table each is the whole of."""


def taken(client: Client) -> ZipFile:
    answer = client.post(reverse("export"))
    assert answer.status_code == 200
    return ZipFile(BytesIO(b"".join(answer)))


def test_what_she_takes_away_holds_her_choices_and_her_journal_in_every_form(
    town: Town, as_web: FreshDatabase
) -> None:
    life, other = town.lives
    inquiry = town.crowd.agent("child_protection_service", name="Mme Secret")
    town.crowd.file(life.person, inquiry, "inquiry")
    with opened(
        town.crowd.session("agent", inquiry),
        Asking(life.person, "dossier", purpose="child_protection_inquiry", scopes=["family"]),
    ):
        pass
    before = lines(town)
    archive = taken(life.browser)
    account = json.loads(archive.read("account.json"))
    jsonschema.Draft202012Validator(json.loads(archive.read("schema.json"))).validate(account)
    for section, table in CHOICES.items():
        hidden = " AND relation <> 'inquiry'" if table == "file" else ""
        ((held,),) = town.crowd.ask(
            f"SELECT count(*) FROM trust.{table} WHERE person_id = %s{hidden}", life.person
        )
        told = list(
            csv.DictReader(StringIO(archive.read(f"csv/{section}.csv").decode("utf-8-sig")))
        )
        assert len(account[section]) == len(told) == held > 0, section
    # The journal: all that was there before, then the lines that this very export left.
    ranks = [line["rank"] for line in account["journal"]]
    assert ranks == list(range(1, len(ranks) + 1))
    assert len(ranks) >= sum(count for line, count in before.items() if line[0] == life.person)
    masked = [line for line in account["journal"] if line["masked_until"]]
    assert [(line["actor_name"], line["purpose"], line["hash"]) for line in masked] == [
        ("", "", None)
    ]
    said = "".join(
        each.extract_text() for each in PdfReader(BytesIO(archive.read("mon-compte.pdf"))).pages
    )
    for words in (
        "Qui vous voit, qui vous aide",
        "Maison career_adviser",
        "Helper",
        "Qui a regardé",
    ):
        assert words in said, words
    prov = json.loads(archive.read("provenance.json"))
    assert f"cspu:consent/{life.ids['consent']}" in prov["entity"]
    accesses = [name for name in prov["activity"] if name.startswith("cspu:access/")]
    assert len(accesses) == len(ranks)
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("Mme Secret", "child_protection", str(other.person), str(other.ids["consent"])):
        assert secret.encode() not in whole, secret
