"""The archive holds everything, once in each form, and all forms agree."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from hashlib import sha256
from zipfile import BadZipFile, ZipFile

import jsonschema
import psycopg
import pytest
from django.db import connection, transaction

from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.wording import KINDS
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.people.errors import UnknownPerson
from cspu.records.archive import write_archive
from cspu.records.gathering import sections
from cspu.records.pdf.figures import column
from cspu.trust.door import Asking
from cspu.trust.door import opened as opened_door
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, balances
from tests.people.conftest import as_role
from tests.records.conftest import archive_of, opened, signed_sum
from tests.trust.crowd import Crowd

COUNTED = {
    "spells": "lifecourse.spell",
    "measures": "lifecourse.measure",
    "attributes": "lifecourse.attribute",
    "events": "lifecourse.event",
    "accounts": "ledger.account",
    "movements": "ledger.transfer",
    "settlement": "entitlement.settled",
}


def ledger(person: PersonId) -> list[tuple[str, str, int]]:
    """(hash, right, signed amount) of every transfer, read without the code under test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(hash, 'hex'), right_id,"
            " CASE account_id WHEN credit_account_id THEN amount ELSE -amount END"
            " FROM ledger.transfer WHERE person_id = %s",
            [person],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_json_keeps_to_its_schema(anais: PersonId, lang: Lang) -> None:
    archive = opened(archive_of(anais, lang=lang))
    schema = json.loads(archive.files["schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    account = archive.account
    validator.validate(account)
    assert set(account) == set(schema["properties"])
    account["movements"][0]["amount"] = 500.0
    account["rights"][0]["score"] = 3
    del account["identity"]["birth_name"]
    assert len(list(validator.iter_errors(account))) == 3
    undescribed = [
        name for name, each in schema["properties"].items() if " | " not in each["description"]
    ]
    assert undescribed == []


def test_tables_count_what_the_database_holds(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    account = archive.account
    for name, table in COUNTED.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [anais])
            [held] = cursor.fetchone() or [None]
        assert held == len(archive.table(name)) == len(account[name]), name
    assert len(account["spells"]) > 0
    assert any(each["recorded_to"] for each in account["measures"]), "nothing withdrawn is there"
    for section in sections(anais, on=FINAL, lang="fr"):
        rows = account[section.name]
        assert len(archive.table(section.name)) == (1 if section.single else len(rows))
    [workshop] = [each for each in account["organisations"] if each["siret"] == "00000101600013"]
    assert workshop["name"] == "L’Œuvre à cœur ouvert"


def test_every_movement_is_in_every_form_and_the_sums_agree(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    account = archive.account
    held = ledger(anais)
    hashes = Counter(each[0] for each in held)
    assert len(held) > 100
    assert {each["kind"] for each in account["movements"]} == {"award", "correction"}
    assert Counter(each["hash"] for each in account["movements"]) == hashes
    assert Counter(each["hash"] for each in archive.table("movements")) == hashes
    entities = json.loads(archive.files["provenance.json"])["entity"].values()
    assert Counter(each["cspu:hash"] for each in entities if "cspu:hash" in each) == hashes

    units, totals = law_in_force().pack.units, balances(anais)
    printed = "\n".join(archive.statements())
    figures: Counter[str] = Counter()
    for right_id, total in totals.items():
        rows = [each for each in account["movements"] if each["right_id"] == right_id]
        unit = units[rows[0]["unit"]]
        amount = Decimal(total).scaleb(-unit.scale)
        assert sum(Decimal(each["amount"]) for each in rows) == amount
        table = [each for each in archive.table("movements") if each["right_id"] == right_id]
        assert sum(Decimal(each["amount"]) for each in table) == amount
        [balance] = [each["balance"] for each in account["rights"] if each["right_id"] == right_id]
        assert Decimal(balance) == amount
        figures.update(column(Decimal(each["amount"]), unit, "fr", signed=True) for each in rows)
    due = Counter("/".join(reversed(each["due_on"].split("-"))) for each in account["movements"])
    assert Counter(re.findall(r"^(\d\d/\d\d/\d{4})", printed, re.MULTILINE)) == due
    for figure, times in figures.items():
        assert printed.count(figure.replace("\u202f", "\xa0")) >= times, figure
    cpf = Decimal(totals["cpf"]).scaleb(-2)
    assert signed_sum(printed, "Compte personnel de formation", "Total entré") == cpf


def test_the_manifest_proves_every_file(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    listed = json.loads(archive.files["manifest.json"])["files"]
    assert {each["name"] for each in listed} == set(archive.files) - {"manifest.json"}
    for each in listed:
        content = archive.files[each["name"]]
        assert (len(content), sha256(content).hexdigest()) == (each["bytes"], each["sha256"])


def test_the_same_account_on_the_same_day_gives_the_same_bytes(anais: PersonId) -> None:
    assert archive_of(anais) == archive_of(anais)


def test_a_request_may_read_all_of_it(anais: PersonId, house: FreshDatabase) -> None:
    """Each page through the door, as on her screen; the journal comes last, so its lines are the same."""
    token = Crowd(house).session("person", anais)

    def door(section: str) -> AbstractContextManager[object]:
        return opened_door(token, Asking(anais, section))

    file = io.BytesIO()
    with as_role(house, "web"):
        with pytest.raises(UnknownPerson):
            archive_of(anais)
        write_archive(file, anais, on=FINAL, lang="fr", door=door)
    assert file.getvalue() == archive_of(anais)


def test_nothing_is_read_outside_the_door_and_each_page_passes_it(anais: PersonId) -> None:
    law_in_force()
    passed: list[str] = []
    outside: list[str] = []

    @contextmanager
    def door(section: str) -> Iterator[None]:
        passed.append(section)
        with transaction.atomic():
            yield

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if not connection.in_atomic_block and "law.edition" not in sql:  # that is nobody's
            outside.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        write_archive(io.BytesIO(), anais, on=FINAL, lang="fr", door=door)
    assert outside == []
    names = [section.name for section in sections(anais, on=FINAL, lang="fr")]
    assert list(dict.fromkeys(passed)) == names
    assert passed.count("explanations") == len(law_in_force().rights)


def test_every_kind_of_movement_has_its_words(pg: psycopg.Connection) -> None:
    (definition,) = pg.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'transfer_kind_known'"
    ).fetchone() or ("",)
    assert set(re.findall(r"'(\w+)'", definition)) == set(KINDS)


class Revoked(Exception):
    """Consent was withdrawn."""


@pytest.mark.parametrize(
    ("refused", "times"),
    [
        pytest.param("movements", 0, id="between two sections"),
        pytest.param("explanations", 2, id="within one"),
    ],
)
def test_what_is_revoked_meanwhile_stops_the_export_and_leaves_no_archive(
    anais: PersonId, refused: str, times: int
) -> None:
    passed: list[str] = []

    @contextmanager
    def door(section: str) -> Iterator[None]:
        if section == refused and passed.count(section) == times:
            raise Revoked
        passed.append(section)
        yield

    file = io.BytesIO()
    with pytest.raises(Revoked):
        write_archive(file, anais, on=FINAL, lang="fr", door=door)
    assert passed.count(refused) == times
    assert "movements" not in passed
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(file.getvalue()))
