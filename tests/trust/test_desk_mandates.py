"""Mandates taken at a counter or on paper, with their proof."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.errors import InvalidIdentity
from cspu.trust.desk import (
    OfflineMandate,
    record_mandate,
    ways_to_see,
)
from cspu.trust.door import Asking, opened
from cspu.trust.papers import Paper, read_paper
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd
from tests.trust.desk import BORN, NIR, PDF, RING, code_of


def numbered(crowd: Crowd, ring: Keyring = RING, *, previous: bool = False) -> PersonId:
    """Somebody known by her number."""
    person = crowd.person()
    key = ring.previous if previous and ring.previous else ring.current
    columns = [
        name
        for (name,) in crowd.ask(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'people'"
            " AND table_name = 'nir_index' ORDER BY ordinal_position"
        )
    ]
    values: dict[str, object] = {
        "blind_index": key.blind(NIR, "nir"),
        "person_id": person,
        "key_version": key.version,
    }
    names = [name for name in columns if name in values]
    crowd.ask(
        f"INSERT INTO people.nir_index ({', '.join(names)})"
        f" VALUES ({', '.join(['%s'] * len(names))}) RETURNING 1",
        *(values[name] for name in names),
    )
    return person


def offline(**more: Any) -> OfflineMandate:
    values = {
        "mandate_id": uuid4(),
        "nir": NIR,
        "birth_date": BORN,
        "themes": ["work_training"],
        "days": 30,
        "channel": "counter",
        "document_id": uuid4(),
        "paper": read_paper(PDF),
    }
    return OfflineMandate(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("previous", [False, True])
def test_a_mandate_at_the_counter_keeps_its_proof_and_opens_at_once(
    crowd: Crowd, as_web: FreshDatabase, *, previous: bool
) -> None:
    alice = numbered(crowd, previous=previous)
    helper = crowd.agent("habilitated_helper", name="Noé Petit")
    token, given = crowd.session("agent", helper, strong=True), offline()
    record_mandate(token, given, keyring=RING, act="mandate_record")
    record_mandate(token, given, keyring=RING, act="mandate_record")
    assert crowd.ask("SELECT channel, proof_id, given_by FROM trust.mandate") == [
        ("counter", given.document_id, f"agent:{helper}")
    ]
    assert crowd.ask("SELECT media_type, content FROM trust.document") == [("application/pdf", PDF)]
    assert crowd.lines(alice)[0] == (
        *("mandate", ["engagement", "identity", "training", "work"], "mandate"),
        *("mandate_record", "counter", "Noé Petit"),
    )
    (way,) = ways_to_see(token, alice)
    with opened(
        token, Asking(alice, "act_for", purpose=way.purpose, scopes=way.scopes, verb="act")
    ):
        pass


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"birth_date": date(1985, 5, 5)}, "person_unknown"),
        ({"nir": "2850575990002"}, "person_unknown"),
        ({"themes": []}, "theme_unknown"),
        ({"themes": ["everything"]}, "theme_unknown"),
        ({"days": 0}, "term_too_long"),
        ({"days": 367}, "term_too_long"),
        ({"paper": None}, "document_missing"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(
    crowd: Crowd, as_web: FreshDatabase, changed: dict[str, Any], expected: str
) -> None:
    alice, helper = numbered(crowd), crowd.agent("habilitated_helper")
    token = crowd.session("agent", helper, strong=True)
    with pytest.raises(CspuError) as refused:
        record_mandate(token, offline(**changed), keyring=RING, act="m")
    assert code_of(refused) == expected
    assert crowd.ask("SELECT 1 FROM trust.mandate") == crowd.lines(alice) == []


def test_only_a_helper_who_showed_her_second_factor_records_mandates(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, helper = numbered(crowd), crowd.agent("habilitated_helper")
    for token, expected in (
        (crowd.session("agent", crowd.agent("career_adviser")), "session_over"),
        (crowd.session("person", alice), "session_over"),
        (crowd.session("agent", helper, second_factor=False), "second_factor_missing"),
        (crowd.session("agent", helper), "stronger_login_needed"),
    ):
        with pytest.raises(CspuError) as refused:
            record_mandate(token, offline(), keyring=RING, act="m")
        assert code_of(refused) == expected


def test_an_impossible_number_is_refused_without_being_repeated(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    token = crowd.session("agent", crowd.agent("habilitated_helper"), strong=True)
    with pytest.raises(InvalidIdentity) as refused:
        record_mandate(token, offline(nir="1234"), keyring=RING, act="m")
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0 picture", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n picture", "image/png"),
    ],
)
def test_a_paper_is_told_by_what_it_holds(content: bytes, expected: str) -> None:
    assert read_paper(content) == Paper(expected, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "document_kind"),
        (b"<svg onload=alert(1)>", "document_kind"),
        (b"MZ a program called mandate.pdf", "document_kind"),
        (PDF + b"0" * 5 * 1024 * 1024, "document_too_large"),
    ],
)
def test_anything_else_is_no_paper(content: bytes, expected: str) -> None:
    with pytest.raises(CspuError) as refused:
        read_paper(content)
    assert code_of(refused) == expected
