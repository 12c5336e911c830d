"""Each amount can be followed back to the documents it comes from."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict

from prov.model import ProvDerivation, ProvDocument, ProvEntity, ProvRecord

from cspu.kernel.ids import PersonId
from tests.records.conftest import archive_of, opened


def derivations(document: ProvDocument) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record in document.get_records(ProvDerivation):
        (_, made), (_, used), *_ = record.formal_attributes
        found[str(made)].add(str(used))
    return found


def said(record: ProvRecord, name: str) -> str:
    values = [str(value) for key, value in record.attributes if str(key) == f"cspu:{name}"]
    return values[0] if values else ""


def test_every_amount_derives_from_a_source(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    document = ProvDocument.deserialize(
        io.StringIO(archive.files["provenance.json"].decode()), format="json"
    )
    assert isinstance(document, ProvDocument)
    came_from = derivations(document)
    entities = {str(each.identifier): each for each in document.get_records(ProvEntity)}
    movements = [name for name in entities if name.startswith("cspu:movement/")]
    assert len(movements) == len(archive.account["movements"]) > 100
    for movement in movements:
        facts = came_from[movement]
        assert facts, movement
        sources = set().union(*(came_from[fact] for fact in facts))
        assert sources, movement
        assert facts | sources <= set(entities), "derives from what is not told"
    corrections = [
        each["id"] for each in archive.account["movements"] if each["kind"] == "correction"
    ]
    facts = set().union(*(came_from[f"cspu:movement/{each}"] for each in corrections))
    assert any(said(entities[fact], "recordedTo") for fact in facts), (
        "what was corrected is not told"
    )


def test_a_movement_kept_with_an_employer_comes_from_that_employer_alone(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    account = archive.account
    facts = {each["id"]: each for name in ("spells", "measures") for each in account[name]}
    document = ProvDocument.deserialize(
        io.StringIO(archive.files["provenance.json"].decode()), format="json"
    )
    assert isinstance(document, ProvDocument)
    came_from = derivations(document)
    kept = [each for each in account["movements"] if each["right_id"] == "paid_leave"]
    assert len({each["organisation_id"] for each in kept}) == 2
    for each in kept:
        used = {
            fact.removeprefix("cspu:fact/") for fact in came_from[f"cspu:movement/{each['id']}"]
        }
        assert {facts[fact]["organisation_id"] for fact in used} == {each["organisation_id"]}


def test_both_renderings_tell_the_same(anais: PersonId) -> None:
    archive = opened(archive_of(anais))
    provn = archive.files["provenance.provn"].decode()
    assert provn.startswith("document\n")
    assert provn.endswith("endDocument\n")
    told: dict[str, int] = {}
    for kind in re.findall(r"^  (\w+)\(", provn, re.MULTILINE):
        told[kind] = told.get(kind, 0) + 1
    whole = json.loads(archive.files["provenance.json"])
    del whole["prefix"]
    assert told == {kind: len(records) for kind, records in whole.items()}
    assert told["wasDerivedFrom"] > told["entity"]
