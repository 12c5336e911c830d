from __future__ import annotations

from uuid import uuid4

import pytest

from cspu.people.crypto import IdentityKey, Keyring
from cspu.people.errors import WrongKey
from cspu.people.identities import PersonNumber

ONE = IdentityKey(b"1" * 32)
OTHER = IdentityKey(b"2" * 32)
NIR = "2850575990001"


def test_what_is_sealed_opens_for_the_same_person_only() -> None:
    person = uuid4()
    sealed = ONE.seal(NIR, person_id=person)
    assert ONE.unseal(sealed, person_id=person) == NIR
    assert NIR.encode() not in sealed
    with pytest.raises(WrongKey):
        ONE.unseal(sealed, person_id=uuid4())
    with pytest.raises(WrongKey):
        OTHER.unseal(sealed, person_id=person)


def test_one_changed_bit_is_noticed() -> None:
    person = uuid4()
    sealed = bytearray(ONE.seal(NIR, person_id=person))
    sealed[20] ^= 1
    with pytest.raises(WrongKey):
        ONE.unseal(bytes(sealed), person_id=person)


def test_sealing_twice_gives_two_different_values() -> None:
    person = uuid4()
    assert ONE.seal(NIR, person_id=person) != ONE.seal(NIR, person_id=person)


def test_a_blind_index_depends_on_text_purpose_and_key() -> None:
    blind = ONE.blind(NIR, "nir")
    assert blind == IdentityKey(b"1" * 32).blind(NIR, "nir")
    assert (
        len({blind, ONE.blind(NIR, "ntt"), ONE.blind(NIR + "1", "nir"), OTHER.blind(NIR, "nir")})
        == 4
    )


def test_an_ntt_is_blinded_within_its_employer() -> None:
    first, second = (
        PersonNumber.of_ntt("1000123455ABC", "000123455"),
        PersonNumber.of_ntt("1000123455ABC", "000999998"),
    )
    assert first.blind(ONE) != second.blind(ONE)


def test_neither_keys_nor_numbers_are_printed() -> None:
    assert "111" not in repr(ONE)
    assert NIR not in repr(PersonNumber("nir", NIR))


def test_a_keyring_finds_keys_by_version() -> None:
    ring = Keyring(OTHER, ONE)
    assert ring.key(ONE.version) is ONE
    assert ring.keys == (OTHER, ONE)
    with pytest.raises(WrongKey):
        Keyring(ONE).key(OTHER.version)


def test_a_rotation_needs_two_different_keys() -> None:
    with pytest.raises(ValueError, match="differ"):
        Keyring(ONE, IdentityKey(b"1" * 32))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        IdentityKey(b"short")
