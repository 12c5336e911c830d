"""Keys: read, named, published, replaced."""

from __future__ import annotations

import json

import pytest
from jwcrypto.jwk import JWK

from cspu.trust.proofs import (
    Verified,
    issuer_metadata,
    jwks,
    new_signing_key,
    present,
    read_jwks,
    read_keys,
    read_public_key,
    read_signing_key,
    trusted,
    verify,
)
from cspu.trust.proofs.errors import KeyUnreadable
from tests.trust.proofs.sealing import ISSUER, KEY, NOW, sealed


def test_a_key_is_the_same_in_jwk_and_in_pem() -> None:
    pem = KEY.jwk.export_to_pem(private_key=True, password=None)
    assert read_signing_key(pem).kid == read_signing_key(KEY.secret()).kid == KEY.kid
    assert read_public_key(KEY.jwk.export_to_pem()).kid == KEY.kid


def test_only_public_parts_are_published() -> None:
    for document in (jwks(trusted(KEY)), issuer_metadata(ISSUER, trusted(KEY))):
        written = json.dumps(document)
        assert json.loads(KEY.secret())["d"] not in written
        assert '"d"' not in written
        assert read_jwks(written.encode()).keys() == {KEY.kid}


def test_a_key_has_the_name_of_what_it_is_whatever_a_file_says() -> None:
    forger = new_signing_key()
    document = {"keys": [forger.public.published() | {"kid": KEY.kid}]}
    assert set(read_jwks(json.dumps(document).encode())) == {forger.kid}


def test_keys_of_other_kinds_are_passed_over() -> None:
    others = [
        json.loads(JWK.generate(kty="EC", crv="P-384").export_public()),
        json.loads(JWK.generate(kty="oct", size=256).export()),
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        "key",
        None,
    ]
    document = {"keys": [*others, KEY.public.published()]}
    assert set(read_jwks(json.dumps(document).encode())) == {KEY.kid}
    with pytest.raises(KeyUnreadable):
        read_jwks(json.dumps({"keys": others}).encode())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"keys": 3}',
        b'{"jwks": []}',
        b"[" * 5000,
        b" " * 70_000,
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ],
)
def test_what_is_no_key_is_refused(raw: bytes) -> None:
    for read in (read_jwks, read_signing_key, read_public_key):
        with pytest.raises(KeyUnreadable):
            read(raw)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(KeyUnreadable):
        read_signing_key(KEY.jwk.export_public().encode())


def test_after_a_rotation_the_new_key_signs_and_the_former_checks() -> None:
    before = present(sealed(), ["open"])
    new = new_signing_key()
    signing, checking = read_keys(new.secret(), [KEY.secret()])
    assert signing.kid == new.kid
    after = present(sealed(key=signing), ["open"])
    for text in (before, after):
        assert isinstance(verify(text, keys=checking, status=None, now=NOW), Verified)


def test_keys_print_nothing_of_themselves() -> None:
    assert json.loads(KEY.secret())["d"] not in f"{KEY!r}{KEY.public!r}"
