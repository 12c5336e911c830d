"""Writing to `people`: matching declared identities to persons, recognising provisional ones.

# Note [one NIR, one person, whoever comes first]
Two imports may meet the same unknown NIR at the same moment. Both draw a person id and offer it
to the blind index, whose key is the arbiter: the second waits for the first to commit, finds the
place taken, and reads whose it is. Only the winner creates a person, so no orphan is left behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction

from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.errors import AlreadyMerged
from cspu.people.identities import DeclaredIdentity, PersonNumber
from cspu.people.keys import installed_keyring
from cspu.people.matching import Found, look_up, offer

_CREATE_PERSONS = """
    INSERT INTO people.person (person_id, provisional, created_at)
    SELECT person_id, provisional, %s FROM unnest(%s::uuid[], %s::boolean[])
        AS created (person_id, provisional)
"""

_CREATE_IDENTITIES = """
    INSERT INTO people.identity
        (person_id, birth_name, usual_name, given_names, sex, birth_date, birth_place,
         birth_department, birth_country, nir_encrypted, key_version, recorded_at)
    SELECT told.*, %s
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[],
                %s::text[], %s::text[], %s::text[], %s::bytea[], %s::integer[]) AS told
"""


def match_or_create(
    identities: Sequence[DeclaredIdentity], *, recorded_at: datetime, keyring: Keyring | None = None
) -> list[PersonId]:
    """The person each identity designates, in the order given; unknown ones are created.

    Runs in the caller's transaction or in its own, with a fixed number of statements whatever the
    length (a thousand at a time is a good size). A number met for the first time creates a person,
    provisional when the number is only an employer's. A known person keeps the identity first
    recorded. Raises InvalidIdentity, before anything is written, for the first unsound number.
    """
    ring = keyring or installed_keyring()
    numbers = [identity.number for identity in identities]
    declared: dict[PersonNumber, DeclaredIdentity] = {}
    for number, identity in zip(numbers, identities, strict=True):
        declared.setdefault(number, identity)
    with transaction.atomic():
        found = look_up(list(declared), ring)
        missing = [number for number in declared if number not in found]
        if missing:
            drawn = {number: PersonId(uuid4()) for number in missing}
            won = offer(drawn, ring)
            _create({drawn[number]: declared[number] for number in won}, ring, recorded_at)
            found |= {number: Found(drawn[number], drawn[number]) for number in won}
            found |= look_up([number for number in missing if number not in won], ring)
    return [found[number].person_id for number in numbers]


def _create(
    persons: Mapping[PersonId, DeclaredIdentity], ring: Keyring, recorded_at: datetime
) -> None:
    if not persons:
        return
    numbers = [identity.number for identity in persons.values()]
    nirs = [number.text if number.purpose == "nir" else None for number in numbers]
    told = list(persons.values())
    with connection.cursor() as cursor:
        cursor.execute(_CREATE_PERSONS, [recorded_at, list(persons), [nir is None for nir in nirs]])
        cursor.execute(
            _CREATE_IDENTITIES,
            [
                recorded_at,
                list(persons),
                [each.birth_name for each in told],
                [each.usual_name for each in told],
                [each.given_names for each in told],
                [each.sex.value for each in told],
                [each.birth_date for each in told],
                [each.birth_place for each in told],
                [each.birth_department for each in told],
                [each.birth_country for each in told],
                [
                    ring.current.seal(nir, person_id=person_id) if nir else None
                    for nir, person_id in zip(nirs, persons, strict=True)
                ],
                [ring.current.version if nir else None for nir in nirs],
            ],
        )


@dataclass(frozen=True, slots=True)
class Recognition:
    """What became of a provisional person whose NIR is now known.

    `kept` carries the facts from now on. When it is another person than `provisional`, the facts
    have to follow (`employers.merging`). `is_news` is False when this was known already.
    """

    provisional: PersonId
    kept: PersonId
    is_news: bool

    @property
    def moves_facts(self) -> bool:
        """Whether the facts were recorded for somebody else than the person kept."""
        return self.provisional != self.kept


def merge_provisional(
    identity: DeclaredIdentity,
    *,
    ntt: str,
    siren: str,
    source: str,
    reason: str,
    recorded_at: datetime,
    keyring: Keyring | None = None,
) -> Recognition | None:
    """Say that the person an employer knew as `ntt` is the one with that identity's NIR.

    Nobody had this NIR: the provisional person receives it and stays herself. Somebody had: the
    provisional person is merged into that one, and her number leads there from now on. Either way
    one line of audit is written. None when the number was never declared. Saying it twice changes
    nothing; saying otherwise raises AlreadyMerged.
    """
    ring = keyring or installed_keyring()
    temporary = PersonNumber.of_ntt(ntt, siren)
    with transaction.atomic():
        known = look_up([temporary], ring).get(temporary)
        if known is None:
            return None
        provisional, merged_into = _lock(known.first_id)
        if not provisional or merged_into is not None:
            return _same_as_before(known.first_id, merged_into, identity.number, ring)
        recognition = _recognise(known.first_id, identity, ring)
        _log(recognition, source, reason, recorded_at)
        return recognition


def _lock(person_id: PersonId) -> tuple[bool, PersonId | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provisional, merged_into FROM people.person WHERE person_id = %s FOR UPDATE",
            [person_id],
        )
        row: tuple[bool, PersonId | None] = cursor.fetchone()
    return row


def _same_as_before(
    person_id: PersonId, merged_into: PersonId | None, nir: PersonNumber, ring: Keyring
) -> Recognition:
    kept = merged_into or person_id
    holder = look_up([nir], ring).get(nir)
    if holder is None or holder.person_id != kept:
        raise AlreadyMerged
    return Recognition(person_id, kept, is_news=False)


def _recognise(person_id: PersonId, identity: DeclaredIdentity, ring: Keyring) -> Recognition:
    nir = identity.number
    # Looked up first: under a rotation the number may still be indexed by the former key.
    if nir not in look_up([nir], ring) and offer({nir: person_id}, ring):
        sealed = ring.current.seal(nir.text, person_id=person_id)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people.person SET provisional = false WHERE person_id = %s", [person_id]
            )
            cursor.execute(
                """UPDATE people.identity SET birth_name = %s, given_names = %s, birth_date = %s,
                       nir_encrypted = %s, key_version = %s
                   WHERE person_id = %s""",
                [identity.birth_name, identity.given_names, identity.birth_date,
                 sealed, ring.current.version, person_id],
            )  # fmt: skip
        return Recognition(person_id, person_id, is_news=True)
    kept = look_up([nir], ring)[nir].person_id
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people.person SET merged_into = %s WHERE person_id = %s", [kept, person_id]
        )
    return Recognition(person_id, kept, is_news=True)


def _log(recognition: Recognition, source: str, reason: str, recorded_at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people.merge_log (person_id, kept_id, source, reason, recorded_at)
               VALUES (%s, %s, %s, %s, %s)""",
            [recognition.provisional, recognition.kept, source, reason, recorded_at],
        )
