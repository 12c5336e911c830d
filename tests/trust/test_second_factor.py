"""Codes of RFC 6238, used once; the secret sealed for its owner."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest

from cspu.people.crypto import Keyring
from cspu.people.errors import WrongKey
from cspu.trust.second_factor import (
    new_secret,
    open_secret,
    provisioning_uri,
    seal_secret,
    verify,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
AT = datetime.fromtimestamp(1111111111, tz=UTC)
STEP = 1111111111 // 30
CODE = "050471"


# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert verify(RFC_SECRET, code, at=at, last_step=None) == seconds // 30
    other = f"{(int(code) + 1) % 10**6:06d}"
    assert verify(RFC_SECRET, other, at=at, last_step=None) is None


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_be_one_step_apart(steps: int, *, taken: bool) -> None:
    at = AT + timedelta(seconds=30 * steps)
    assert (verify(RFC_SECRET, CODE, at=at, last_step=None) == STEP) is taken


def test_a_code_serves_once_and_so_do_the_earlier_ones() -> None:
    assert verify(RFC_SECRET, CODE, at=AT, last_step=STEP - 1) == STEP
    assert verify(RFC_SECRET, CODE, at=AT, last_step=STEP) is None
    assert verify(RFC_SECRET, CODE, at=AT, last_step=STEP + 1) is None


@pytest.mark.parametrize("typed", ["050 471", " 050471 ", "0504 71"])
def test_a_code_may_be_typed_with_spaces(typed: str) -> None:
    assert verify(RFC_SECRET, typed, at=AT, last_step=None) == STEP


@pytest.mark.parametrize("typed", ["", "50471", "0050471", "05047x", "٠٥٠٤٧١", "０５０４７１"])
def test_what_is_not_six_digits_is_refused(typed: str) -> None:
    assert verify(RFC_SECRET, typed, at=AT, last_step=None) is None


def test_a_fresh_secret_has_160_bits_and_an_address_for_an_application() -> None:
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert new_secret() != secret
    address = urlsplit(provisioning_uri(secret, account="Paul REY", issuer="CSPU"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/CSPU:Paul REY"
    assert parse_qs(address.query)["secret"] == [secret]


def test_a_sealed_secret_opens_for_its_owner_under_its_key_alone() -> None:
    ring, owner, secret = Keyring.of(b"1" * 32), uuid4(), new_secret()
    version, sealed = seal_secret(ring, secret, owner=owner)
    assert secret.encode() not in sealed
    assert open_secret(ring, version, sealed, owner=owner) == secret
    assert open_secret(Keyring.of(b"2" * 32, b"1" * 32), version, sealed, owner=owner) == secret
    with pytest.raises(WrongKey):
        open_secret(ring, version, sealed, owner=uuid4())
    with pytest.raises(WrongKey):
        open_secret(Keyring.of(b"2" * 32), version, sealed, owner=owner)
    with pytest.raises(WrongKey):
        ring.current.unseal(sealed, person_id=owner)
