"""The list of withdrawn proofs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspu.kernel.errors import CspuError
from cspu.trust.proofs import (
    Refusal,
    StatusList,
    StatusReference,
    draw_index,
    new_signing_key,
    read_status_list,
)
from tests.trust.proofs.sealing import FRAME, KEY, KEYS, LIST, NOW, list_text, parts, status_list

PLACES = st.integers(0, FRAME.list_size - 1)


@settings(max_examples=30)
@given(st.sets(PLACES, max_size=30), st.sets(PLACES, max_size=30))
def test_a_list_knows_what_was_put_in_it(withdrawn: set[int], others: set[int]) -> None:
    found = status_list(*withdrawn)
    for index in withdrawn | others:
        at = StatusReference(LIST, index)
        assert found.withdrawn(at, now=NOW) is (index in withdrawn)


def test_places_are_written_as_the_standard_says() -> None:
    """Its first example: bits from the least significant on, here 0xB9 0xA3."""
    withdrawn = (0, 3, 4, 5, 7, 8, 9, 13, 15)
    assert status_list(*withdrawn).bits[:2] == b"\xb9\xa3"


def test_it_is_a_signed_document_of_its_own_type() -> None:
    header, payload = parts(list_text(5))
    assert header == {"alg": "ES256", "typ": "statuslist+jwt", "kid": KEY.kid}
    assert payload["sub"] == LIST
    assert payload["status_list"]["bits"] == 1
    assert payload["exp"] - payload["iat"] == 24 * 3600
    assert payload["ttl"] == 15 * 60


def test_it_ages_then_says_nothing() -> None:
    found = status_list(5)
    at = StatusReference(LIST, 5)
    assert found.refresh_after == NOW + timedelta(minutes=15)
    assert found.withdrawn(at, now=found.good_until - timedelta(seconds=1)) is True
    assert found.withdrawn(at, now=found.good_until) is None


def test_a_list_of_the_future_the_past_or_another_hand_is_refused() -> None:
    early, late = NOW - timedelta(hours=1), NOW + timedelta(hours=24)
    assert read_status_list(list_text(), keys=KEYS, now=early) is Refusal.NOT_YET_VALID
    assert read_status_list(list_text(), keys=KEYS, now=late) is Refusal.EXPIRED
    stranger = list_text(key=new_signing_key())
    assert read_status_list(stranger, keys=KEYS, now=NOW) is Refusal.UNKNOWN_KEY


def test_a_place_outside_of_the_list_is_not_written() -> None:
    with pytest.raises(IndexError):
        list_text(FRAME.list_size)
    with pytest.raises(IndexError):
        list_text(-1)


def test_a_full_list_says_so() -> None:
    with pytest.raises(CspuError) as full:
        draw_index(range(64), size=64)
    assert full.value.code == "proofs.status_list_full"


def test_a_drawn_place_is_free() -> None:
    taken = set(range(0, 1000, 2))
    for _ in range(200):
        assert draw_index(taken, size=1000) not in taken


def test_its_size_tells_only_how_many() -> None:
    assert isinstance(status_list(), StatusList)
    assert len(list_text()) < 600
    assert len(list_text(*range(0, 131072, 26))) < 64 * 1024
