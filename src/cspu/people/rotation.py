"""Changing the identity key: everything sealed under the former key is sealed again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction

from cspu.people.crypto import IdentityKey, Keyring
from cspu.people.identities import PersonNumber

_BATCH = 1_000

_STALE_NIRS = """
    SELECT person_id, nir_encrypted, key_version FROM people.identity
    WHERE key_version <> %s ORDER BY person_id LIMIT %s
"""
_STALE_NTTS = """
    SELECT blind_index, person_id, ntt_encrypted, key_version FROM people.ntt_index
    WHERE key_version <> %s ORDER BY blind_index LIMIT %s
"""


def rotate_keys(keyring: Keyring, *, progress: Callable[[int], None] = lambda _: None) -> int:
    """Seal again, under the key in use, whatever another key of the ring had sealed.

    Batches of a thousand, each its own transaction: it may be stopped and started again, and the
    readers, which look under both keys, see every person all along. Returns how many numbers
    were sealed again. Raises WrongKey when a value was sealed under a key that is not in the ring.
    """
    total = 0
    for rotate_batch in (_rotate_nirs, _rotate_ntts):
        while done := rotate_batch(keyring):
            total += done
            progress(total)
    return total


@transaction.atomic
def _rotate_nirs(ring: Keyring) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STALE_NIRS, [ring.current.version, _BATCH])
        stale: list[tuple[UUID, bytes, int]] = cursor.fetchall()
        opened = [
            (person, _nir(ring.key(version), sealed, person), version)
            for person, sealed, version in stale
        ]
        cursor.execute(
            """UPDATE people.identity AS i SET nir_encrypted = fresh.sealed, key_version = %s
               FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (person_id, sealed)
               WHERE i.person_id = fresh.person_id""",
            [
                ring.current.version,
                [person for person, _, _ in opened],
                [ring.current.seal(nir.text, person_id=person) for person, nir, _ in opened],
            ],
        )
        cursor.execute(
            """INSERT INTO people.nir_index (blind_index, person_id, key_version)
               SELECT blind_index, person_id, %s FROM unnest(%s::bytea[], %s::uuid[])
                   AS fresh (blind_index, person_id)
               ON CONFLICT (blind_index) DO NOTHING""",
            [
                ring.current.version,
                [nir.blind(ring.current) for _, nir, _ in opened],
                [person for person, _, _ in opened],
            ],
        )
        cursor.execute(
            "DELETE FROM people.nir_index WHERE blind_index = ANY(%s::bytea[])",
            [[nir.blind(ring.key(version)) for _, nir, version in opened]],
        )
    return len(stale)


def _nir(key: IdentityKey, sealed: bytes, person_id: UUID) -> PersonNumber:
    return PersonNumber("nir", key.unseal(bytes(sealed), person_id=person_id))


@transaction.atomic
def _rotate_ntts(ring: Keyring) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STALE_NTTS, [ring.current.version, _BATCH])
        stale: list[tuple[bytes, UUID, bytes, int]] = cursor.fetchall()
        opened = [
            (person, PersonNumber("ntt", ring.key(version).unseal(bytes(sealed), person_id=person)))
            for _, person, sealed, version in stale
        ]
        cursor.execute(
            """INSERT INTO people.ntt_index (blind_index, person_id, key_version, ntt_encrypted)
               SELECT blind_index, person_id, %s, sealed
               FROM unnest(%s::bytea[], %s::uuid[], %s::bytea[])
                   AS fresh (blind_index, person_id, sealed)
               ON CONFLICT (blind_index) DO NOTHING""",
            [
                ring.current.version,
                [ntt.blind(ring.current) for _, ntt in opened],
                [person for person, _ in opened],
                [ring.current.seal(ntt.text, person_id=person) for person, ntt in opened],
            ],
        )
        cursor.execute(
            "DELETE FROM people.ntt_index WHERE blind_index = ANY(%s::bytea[])",
            [[blind for blind, _, _, _ in stale]],
        )
    return len(stale)
