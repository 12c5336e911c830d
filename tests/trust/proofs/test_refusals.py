"""Each reason why a proof is not accepted, and their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cspu.trust.proofs import Refusal, Verified, new_signing_key, present, trusted, verify
from tests.trust.proofs.sealing import (
    KEY,
    KEYS,
    NOW,
    list_text,
    parts,
    resigned,
    sealed,
    signed,
    status_list,
)


def verdict(text: str, now: datetime = NOW, **other: Any) -> Verified | Refusal:
    return verify(text, **{"keys": KEYS, "status": status_list(), "now": now, **other})


def test_each_refusal_speaks_both_languages_and_says_what_to_do() -> None:
    assert len({each.code for each in Refusal}) == len(Refusal) == 9
    for refusal in Refusal:
        assert refusal.code.startswith("proofs.")
        for lang in ("fr", "en"):
            assert refusal.message.in_(lang).endswith(".")
            assert refusal.next_step.in_(lang).endswith(".")


@pytest.mark.parametrize("text", ["", "~", "..~", "bonjour", "é~", "a.b.c", "a.b.c~", "~~~~"])
def test_what_is_no_proof_is_unreadable(text: str) -> None:
    assert verdict(text) is Refusal.UNREADABLE


def test_half_a_proof_is_unreadable() -> None:
    text = present(sealed(), ["open"])
    assert verdict(text[: len(text) // 4]) is Refusal.UNREADABLE
    assert verdict(text[:-1]) is Refusal.UNREADABLE


def test_another_kind_of_document_is_refused_as_such() -> None:
    assert verdict(list_text() + "~") is Refusal.WRONG_TYPE
    header, payload = parts(sealed().jwt)
    assert verdict(signed(header | {"typ": "JWT"}, payload) + "~") is Refusal.WRONG_TYPE
    assert verdict(resigned(sealed(), vct="urn:eudi:ehic:1") + "~") is Refusal.WRONG_TYPE


def test_a_key_we_do_not_know_is_said_to_be_unknown() -> None:
    text = present(sealed(key=new_signing_key()), ["open"])
    assert verdict(text) is Refusal.UNKNOWN_KEY


def test_a_signature_by_another_key_under_our_name_is_wrong() -> None:
    header, payload = parts(sealed().jwt)
    assert verdict(signed(header, payload, new_signing_key()) + "~") is Refusal.BAD_SIGNATURE


def test_before_its_hour_a_proof_is_not_valid_yet() -> None:
    text = present(sealed(), ["open"])
    start = NOW.replace(minute=0)
    assert verdict(text, start - timedelta(minutes=3)) is Refusal.NOT_YET_VALID
    assert isinstance(verdict(text, start - timedelta(minutes=2)), Verified)


def test_a_proof_ends_at_its_end() -> None:
    proof = sealed()
    text = present(proof, ["open"])
    last = proof.expires_at - timedelta(seconds=1)
    assert isinstance(verdict(text, last, status=status_list(now=last)), Verified)
    assert verdict(text, proof.expires_at) is Refusal.EXPIRED


def test_a_withdrawn_proof_is_refused_and_its_neighbours_are_not() -> None:
    withdrawn = status_list(104233)
    assert verdict(present(sealed(), ["open"]), status=withdrawn) is Refusal.REVOKED
    for index in (104232, 104234, 0, 131071):
        found = verdict(present(sealed(index=index), ["open"]), status=withdrawn)
        assert isinstance(found, Verified)
        assert found.certain


@pytest.mark.parametrize(
    ("index", "status"),
    [
        pytest.param(5, status_list(5, uri="https://other.example/1"), id="another list"),
        pytest.param(5, status_list(5, now=NOW - timedelta(hours=24)), id="too old a list"),
        pytest.param(131072, status_list(5), id="a place beyond its end"),
    ],
)
def test_a_list_that_cannot_say_leaves_a_warning(index: int, status: Any) -> None:
    found = verdict(present(sealed(index=index), ["open"]), status=status)
    assert isinstance(found, Verified)
    assert found.warning is Refusal.STATUS_UNKNOWN


def test_what_was_not_signed_is_not_shown() -> None:
    one, other = sealed(), sealed()
    foreign = present(one, ["open"]) + other.disclosures["holder"] + "~"
    assert verdict(foreign) is Refusal.DISCLOSURE_MISMATCH
    twice = present(one, ["open"]) + one.disclosures["open"] + "~"
    assert verdict(twice) is Refusal.DISCLOSURE_MISMATCH


def test_several_faults_always_give_the_same_answer() -> None:
    """The order of the checks: kind, key, signature, disclosures, time, status."""
    late = NOW + timedelta(days=8)
    mine, stranger = sealed(), sealed(key=new_signing_key())
    foreign = present(mine, []) + stranger.disclosures["open"] + "~"
    assert verdict(foreign, late) is Refusal.DISCLOSURE_MISMATCH
    assert verdict(present(stranger, ["open"]), late) is Refusal.UNKNOWN_KEY
    both = status_list(104233, now=late)
    assert verdict(present(mine, ["open"]), late, status=both) is Refusal.EXPIRED


def test_former_keys_still_check_and_forgotten_ones_do_not() -> None:
    former, text = KEY, present(sealed(), ["open"])
    current = new_signing_key()
    assert isinstance(verdict(text, keys=trusted(current, former.public)), Verified)
    assert verdict(text, keys=trusted(current)) is Refusal.UNKNOWN_KEY
