from __future__ import annotations

import pytest
from django.db import connection as django_connection

from cspu.people import operations, queries, rotation
from cspu.people.crypto import IdentityKey, Keyring
from cspu.people.errors import WrongKey
from cspu.people.operations import match_or_create, merge_provisional
from cspu.people.rotation import rotate_keys
from tests.conftest import FreshDatabase
from tests.people.conftest import RECORDED_AT, SIREN, Declare, nir_of

OLD, NEW = IdentityKey(b"1" * 32), IdentityKey(b"2" * 32)


def test_after_a_rotation_the_new_key_alone_finds_everybody(
    as_batch: FreshDatabase, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_BATCH", 2)
    everybody = [declare(nir=nir_of(rank)) for rank in range(1, 6)]
    everybody.append(declare(ntt="2000123455A1", siren=SIREN))
    before = match_or_create(everybody, recorded_at=RECORDED_AT, keyring=Keyring(OLD))

    # While it is under way, both keys together find everybody, whoever was done already.
    both = Keyring(NEW, OLD)
    assert match_or_create(everybody, recorded_at=RECORDED_AT, keyring=both) == before
    seen: list[int] = []
    assert rotate_keys(both, progress=seen.append) == 6
    assert seen == [2, 4, 5, 6]
    assert match_or_create(everybody, recorded_at=RECORDED_AT, keyring=both) == before

    assert match_or_create(everybody, recorded_at=RECORDED_AT, keyring=Keyring(NEW)) == before
    assert queries.find_by_nir(nir_of(1), keyring=Keyring(OLD)) is None
    assert rotate_keys(both) == 0


def test_under_a_rotation_a_merge_finds_who_had_the_nir(
    as_batch: FreshDatabase, declare: Declare
) -> None:
    known, _ = match_or_create(
        [declare(nir=nir_of(1)), declare(ntt="2000123455A1", siren=SIREN)],
        recorded_at=RECORDED_AT,
        keyring=Keyring(OLD),
    )
    recognition = merge_provisional(
        declare(nir=nir_of(1)),
        ntt="2000123455A1",
        siren=SIREN,
        source="DSN",
        reason="bloc 31",
        recorded_at=RECORDED_AT,
        keyring=Keyring(NEW, OLD),
    )
    assert recognition is not None
    assert recognition.kept == known


def test_a_rotation_without_the_former_key_stops_before_changing_anything(
    as_batch: FreshDatabase, declare: Declare
) -> None:
    match_or_create([declare(nir=nir_of(1))], recorded_at=RECORDED_AT, keyring=Keyring(OLD))
    with pytest.raises(WrongKey):
        rotate_keys(Keyring(NEW))
    assert queries.find_by_nir(nir_of(1), keyring=Keyring(OLD)) is not None


def test_a_value_carries_the_version_of_its_key(as_batch: FreshDatabase, declare: Declare) -> None:
    operations.match_or_create(
        [declare(nir=nir_of(1))], recorded_at=RECORDED_AT, keyring=Keyring(OLD)
    )
    rotate_keys(Keyring(NEW, OLD))
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT key_version FROM people.identity UNION SELECT key_version FROM people.nir_index"
        )
        assert cursor.fetchall() == [(NEW.version,)]
