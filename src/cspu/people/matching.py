"""The blind indexes: from a person's number to the person, without the number being stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.identities import PersonNumber

# Two fixed tables, so that the SQL text is never built from a value.
_LOOK_UP_NIR = """
    SELECT blind_index, person_id, person_id
    FROM people.nir_index WHERE blind_index = ANY(%s::bytea[])
"""
_LOOK_UP_NTT = """
    SELECT i.blind_index, i.person_id, COALESCE(p.merged_into, i.person_id)
    FROM people.ntt_index AS i JOIN people.person AS p USING (person_id)
    WHERE i.blind_index = ANY(%s::bytea[])
"""
# In key order, so that two batches offering the same numbers wait for each other one way only.
_OFFER_NIR = """
    INSERT INTO people.nir_index (blind_index, person_id, key_version)
    SELECT blind_index, person_id, %s
    FROM unnest(%s::bytea[], %s::uuid[]) AS offered (blind_index, person_id)
    ORDER BY blind_index
    ON CONFLICT (blind_index) DO NOTHING
    RETURNING blind_index
"""
_OFFER_NTT = """
    INSERT INTO people.ntt_index (blind_index, person_id, key_version, ntt_encrypted)
    SELECT blind_index, person_id, %s, ntt_encrypted
    FROM unnest(%s::bytea[], %s::uuid[], %s::bytea[])
        AS offered (blind_index, person_id, ntt_encrypted)
    ORDER BY blind_index
    ON CONFLICT (blind_index) DO NOTHING
    RETURNING blind_index
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Who a number was first given to, and who she is now (they differ after a merge)."""

    first_id: PersonId
    person_id: PersonId


def look_up(numbers: Sequence[PersonNumber], ring: Keyring) -> dict[PersonNumber, Found]:
    """The persons those numbers designate, under any key of the ring; unknown ones are absent."""
    found: dict[PersonNumber, Found] = {}
    for purpose, statement in (("nir", _LOOK_UP_NIR), ("ntt", _LOOK_UP_NTT)):
        blinds = {
            number.blind(key): number
            for number in numbers
            if number.purpose == purpose
            for key in ring.keys
        }
        if not blinds:
            continue
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(blinds)])
            for blind, first_id, person_id in cursor.fetchall():
                found[blinds[bytes(blind)]] = Found(PersonId(first_id), PersonId(person_id))
    return found


def offer(drawn: Mapping[PersonNumber, PersonId], ring: Keyring) -> set[PersonNumber]:
    """Claim each number for the person drawn for it; returns those that were still free."""
    key = ring.current
    won: set[PersonNumber] = set()
    for purpose, statement in (("nir", _OFFER_NIR), ("ntt", _OFFER_NTT)):
        claims = {number.blind(key): number for number in drawn if number.purpose == purpose}
        if not claims:
            continue
        persons = [drawn[number] for number in claims.values()]
        values: list[Any] = [key.version, list(claims), persons]
        if purpose == "ntt":
            values.append(
                [
                    key.seal(number.text, person_id=person)
                    for number, person in zip(claims.values(), persons, strict=True)
                ]
            )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            won |= {claims[bytes(blind)] for (blind,) in cursor.fetchall()}
    return won
