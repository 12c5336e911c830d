"""What a forger or a joker hands over: a clear refusal, in little time and memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tracemalloc
import zlib
from time import process_time
from typing import Any

import pytest

from cspu.trust.proofs import Refusal, Verified, new_signing_key, present, read_shown, verify
from cspu.trust.proofs import read_status_list as read_list
from cspu.trust.proofs.issuing import PROOF_TYPE
from cspu.trust.proofs.statuses import STATUS_TYPE
from tests.trust.proofs.sealing import (
    KEY,
    KEYS,
    LIST,
    NOW,
    b64,
    list_text,
    parts,
    resigned,
    sealed,
    signed,
    unb64,
)

HEADER = {"typ": PROOF_TYPE, "kid": KEY.kid}


def verdict(text: str) -> Verified | Refusal:
    return verify(text, keys=KEYS, status=None, now=NOW)


def unsigned(header: dict[str, Any], signature: bytes = bytes(64)) -> str:
    _, payload, _ = sealed().jwt.split(".")
    return f"{b64(json.dumps(header).encode())}.{payload}.{b64(signature)}~"


def test_no_algorithm_is_no_signature() -> None:
    assert verdict(unsigned(HEADER | {"alg": "none"})) is Refusal.BAD_SIGNATURE
    assert verdict(unsigned(HEADER | {"alg": "none"}, b"")) is Refusal.UNREADABLE


@pytest.mark.parametrize("secret", ["pem", "jwk"])
def test_the_public_key_is_no_shared_secret(secret: str) -> None:
    public = KEY.jwk.export_to_pem() if secret == "pem" else KEY.jwk.export_public().encode()
    header = b64(json.dumps(HEADER | {"alg": "HS256"}).encode())
    head = f"{header}.{sealed().jwt.split('.')[1]}"
    mac = hmac.digest(public, head.encode(), hashlib.sha256)
    assert verdict(f"{head}.{b64(mac)}~") is Refusal.UNREADABLE
    assert verdict(f"{head}.{b64(mac * 2)}~") is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize(
    "alg", ["HS512", "ES384", "RS256", "EdDSA", "es256", "", None, 1, ["ES256"]]
)
def test_only_one_algorithm_is_known(alg: object) -> None:
    assert verdict(unsigned(HEADER | {"alg": alg})) is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize("kid", ["", "../../key", None, 7, {"a": 1}, ["x"]])
def test_only_keys_known_by_name_are_looked_up(kid: object) -> None:
    assert verdict(unsigned({"typ": PROOF_TYPE, "kid": kid, "alg": "ES256"})) is Refusal.UNKNOWN_KEY


def test_a_key_brought_along_is_not_used() -> None:
    forger = new_signing_key()
    _, payload = parts(sealed().jwt)
    for more in ({"jwk": forger.public.published()}, {"jku": "https://evil.example"}):
        assert verdict(signed(HEADER | more, payload, forger) + "~") is Refusal.BAD_SIGNATURE
    own = {"typ": PROOF_TYPE, "kid": forger.kid}
    assert verdict(signed(own, payload, forger) + "~") is Refusal.UNKNOWN_KEY


def test_a_demand_in_the_header_is_not_passed_over() -> None:
    _, payload = parts(sealed().jwt)
    text = unsigned(HEADER | {"alg": "ES256", "crit": ["b64"], "b64": False})
    assert verdict(text) is Refusal.BAD_SIGNATURE
    assert verdict(signed(HEADER | {"cty": "x"}, payload) + "~") is Refusal.BAD_SIGNATURE


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"[" * 3000, id="open brackets"),
        pytest.param(b"[" * 2000 + b"]" * 2000, id="deep list"),
        pytest.param(b'{"a":' * 900 + b"1" + b"}" * 900, id="deep object"),
        pytest.param(b'{"vct":"a","vct":"b"}', id="doubled key"),
        pytest.param(b'{"exp": 1e999}', id="huge float"),
        pytest.param(b'{"exp": NaN}', id="not a number"),
        pytest.param(b'{"exp": ' + b"9" * 5000 + b"}", id="huge integer"),
        pytest.param(b'{"vct": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"vct": "\\ud800"}', id="half a character"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_odd_json_is_unreadable_even_truly_signed(payload: bytes) -> None:
    assert verdict(signed(HEADER, payload) + "~") is Refusal.UNREADABLE
    disclosed = f"{sealed().jwt}~{b64(payload)}~"
    assert verdict(disclosed) is Refusal.UNREADABLE


@pytest.mark.parametrize(
    "disclosure",
    ['["salt", 1]', '["s", "_sd", []]', '["s", "iss", "x"]', "{}", '["s", "open", true, 1]', '"s"'],
)
def test_odd_disclosures_are_refused(disclosure: str) -> None:
    text = f"{sealed().jwt}~{b64(disclosure.encode())}~"
    assert verdict(text) in (Refusal.UNREADABLE, Refusal.DISCLOSURE_MISMATCH)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": None},
        {"exp": 10**18},
        {"iat": -(10**18)},
        {"iat": None},
        {"status": None},
        {"status": {"status_list": {"idx": -1, "uri": LIST}}},
        {"status": {"status_list": {"idx": True, "uri": LIST}}},
        {"right": {"id": "cpf"}},
        {"right": "cpf"},
        {"starting_date": "12/01/2027"},
        {"starting_date": None},
        {"document_number": 3},
        {"issuing_authority": []},
        {"authentic_source": {"id": 1, "name": "x"}},
    ],
    ids=str,
)
def test_a_signed_payload_of_another_form_is_not_our_kind(changes: dict[str, Any]) -> None:
    assert verdict(resigned(sealed(), **changes) + "~") is Refusal.WRONG_TYPE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("open", 1),
        ("open", "true"),
        ("balance_at_least", "500"),
        ("balance_at_least", {"value": "NaN", "unit": "EUR", "fr": "x", "en": "x"}),
        ("open_since_at_least", "yesterday"),
        ("holder", {"birth_name": "x"}),
    ],
)
def test_a_signed_value_of_another_form_is_not_our_kind(name: str, value: object) -> None:
    disclosure = b64(json.dumps(["salt", name, value]).encode())
    digest = b64(hashlib.sha256(disclosure.encode()).digest())
    assert verdict(f"{resigned(sealed(), _sd=[digest])}~{disclosure}~") is Refusal.WRONG_TYPE


def test_a_digest_listed_twice_or_another_hash_is_refused() -> None:
    proof = sealed()
    digests = parts(proof.jwt)[1]["_sd"]
    shown = proof.disclosures["open"]
    twice = f"{resigned(proof, _sd=digests * 2)}~{shown}~"
    assert verdict(twice) is Refusal.DISCLOSURE_MISMATCH
    assert verdict(f"{resigned(proof, _sd_alg='md5')}~{shown}~") is Refusal.DISCLOSURE_MISMATCH


def bounded(text: str) -> Verified | Refusal:
    """The verdict, within 4 MB and a second of work (it takes some milliseconds)."""
    tracemalloc.start()
    started = process_time()
    try:
        found = verdict(read_shown(text))
        assert process_time() - started < 1
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A" * 3_000_000, id="long"),
        pytest.param("~" * 8000, id="many parts"),
        pytest.param("." * 8000 + "~", id="many dots"),
        pytest.param("#" * 1_000_000, id="many fragments"),
        pytest.param(
            base64.b32encode(bytes(64) + zlib.compress(bytes(5_000_000), 9)).decode().rstrip("="),
            id="bomb in a code",
        ),
    ],
)
def test_size_costs_its_sender_more_than_us(text: str) -> None:
    assert bounded(text) is Refusal.UNREADABLE


def test_too_many_disclosures_are_unreadable() -> None:
    proof = sealed()
    assert verdict(present(proof, ["open"]) + "WyIiXQ~" * 20) is Refusal.UNREADABLE


def a_list(body: object, **changes: Any) -> str:
    _, payload = parts(list_text())
    header = {"typ": STATUS_TYPE, "kid": KEY.kid}
    return signed(header, payload | {"status_list": body} | changes)


def test_a_list_that_unfolds_without_end_is_refused_early() -> None:
    bomb = b64(zlib.compress(bytes(100_000_000), 9))
    text = a_list({"bits": 1, "lst": bomb})
    tracemalloc.start()
    try:
        assert read_list(text, keys=KEYS, now=NOW) is Refusal.UNREADABLE
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [
        {"bits": 1, "lst": ""},
        {"bits": 1, "lst": b64(b"not deflated")},
        {"bits": 1, "lst": b64(zlib.compress(bytes(100))[:-2])},
        {"bits": 1, "lst": b64(zlib.compress(bytes(100)) + b"more")},
        {"bits": 2, "lst": b64(zlib.compress(bytes(100)))},
        {"bits": 1},
        [],
    ],
    ids=str,
)
def test_a_list_of_another_form_is_unreadable(body: object) -> None:
    assert read_list(a_list(body), keys=KEYS, now=NOW) is Refusal.UNREADABLE


def test_a_proof_is_no_list() -> None:
    assert read_list(sealed().jwt, keys=KEYS, now=NOW) is Refusal.WRONG_TYPE


def test_a_signature_has_one_spelling() -> None:
    """64 bytes leave four bits of the last sign unused: 15 other signs would mean the same."""
    head, _, signature = sealed().jwt.rpartition(".")
    same = [
        f"{head}.{signature[:-1]}{sign}~"
        for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if unb64(signature[:-1] + sign) == unb64(signature) and sign != signature[-1]
    ]
    assert len(same) == 15
    assert {verdict(text) for text in same} == {Refusal.UNREADABLE}
