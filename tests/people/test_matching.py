"""One number, one person: in a batch, over time, and when two imports come at once."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from django.db import connection as django_connection
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from cspu.kernel.ids import PersonId
from cspu.people import queries
from cspu.people.errors import AlreadyMerged, InvalidIdentity, UnknownPerson
from cspu.people.identities import DeclaredIdentity
from cspu.people.nir import nir_with_key
from cspu.people.operations import Recognition, match_or_create, merge_provisional
from tests.conftest import FreshDatabase
from tests.people.conftest import RECORDED_AT, SIREN, Declare, nir_of


def match(*identities: DeclaredIdentity) -> list[PersonId]:
    return match_or_create(identities, recorded_at=RECORDED_AT)


def recognise(identity: DeclaredIdentity, ntt: str = "2000123455A1") -> Recognition | None:
    return merge_provisional(
        identity, ntt=ntt, siren=SIREN, source="DSN", reason="bloc 31", recorded_at=RECORDED_AT
    )


def rows(table: str) -> int:
    with django_connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM people.{table}")
        (number,) = cursor.fetchone()
    return int(number)


@pytest.mark.django_db
def test_the_same_nir_is_the_same_person_with_or_without_key(declare: Declare) -> None:
    first, second, other = match(
        declare(nir=nir_of(1)), declare(nir=nir_with_key(nir_of(1))), declare(nir=nir_of(2))
    )
    assert first == second != other
    assert match(declare(nir=nir_of(2), birth_name="AUTRE")) == [other]
    assert queries.find_by_nir(nir_of(1)) == first
    assert queries.find_by_nir(nir_of(3)) is None
    assert rows("person") == rows("identity") == rows("nir_index") == 2


@pytest.mark.django_db
def test_a_thousand_identities_take_a_handful_of_statements(declare: Declare) -> None:
    batch = [declare(nir=nir_of(rank)) for rank in range(1, 991)]
    batch += [declare(ntt=f"2{SIREN}{rank}", siren=SIREN) for rank in range(10)]
    with CaptureQueriesContext(django_connection) as captured:
        created = match(*batch)
    assert len(set(created)) == 1000
    assert len(captured) <= 8
    with CaptureQueriesContext(django_connection) as captured:
        assert match(*batch) == created
    assert len(captured) <= 4


@pytest.mark.django_db
def test_an_unsound_number_stops_the_whole_batch(declare: Declare) -> None:
    with pytest.raises(InvalidIdentity):
        match(declare(nir=nir_of(1)), declare(nir="123"))
    with pytest.raises(InvalidIdentity, match="no_number"):
        match(declare())
    assert rows("person") == 0


@pytest.mark.django_db
def test_an_employers_number_makes_a_provisional_person_of_that_employer(declare: Declare) -> None:
    here, again, elsewhere = match(
        declare(ntt="2000123455A1", siren=SIREN),
        declare(ntt="2000123455a1 ", siren=SIREN),
        declare(ntt="2000123455A1", siren="000999998"),
    )
    assert here == again != elsewhere
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(provisional) FROM people.person")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_a_provisional_person_receives_a_nir_nobody_had(declare: Declare) -> None:
    [provisional] = match(declare(ntt="2000123455A1", siren=SIREN))
    recognition = recognise(declare(nir=nir_of(1), birth_name="DURAND"))
    assert recognition is not None
    assert not recognition.moves_facts
    assert recognise(declare(nir=nir_of(1))) == replace(recognition, is_news=False)
    assert match(declare(nir=nir_of(1)), declare(ntt="2000123455A1", siren=SIREN)) == [
        provisional,
        provisional,
    ]
    assert queries.display_name(provisional) == "Alice DURAND"
    assert rows("merge_log") == 1


@pytest.mark.django_db
def test_a_provisional_person_is_merged_into_the_one_who_had_the_nir(declare: Declare) -> None:
    [provisional, known] = match(declare(ntt="2000123455A1", siren=SIREN), declare(nir=nir_of(1)))
    recognition = recognise(declare(nir=nir_of(1)))
    assert recognition is not None
    assert (recognition.provisional, recognition.kept) == (provisional, known)
    assert recognition.moves_facts
    assert recognition.is_news
    # Her former number leads to the person kept: an old file read again speaks of her.
    assert match(declare(ntt="2000123455A1", siren=SIREN)) == [known]


@pytest.mark.django_db
def test_saying_a_merge_twice_changes_nothing_and_saying_otherwise_is_refused(
    declare: Declare,
) -> None:
    match(declare(ntt="2000123455A1", siren=SIREN), declare(nir=nir_of(1)), declare(nir=nir_of(2)))
    recognise(declare(nir=nir_of(1)))
    again = recognise(declare(nir=nir_of(1)))
    assert again is not None
    assert not again.is_news
    assert rows("merge_log") == 1
    with pytest.raises(AlreadyMerged):
        recognise(declare(nir=nir_of(2)))


@pytest.mark.django_db
def test_a_number_never_declared_has_nobody_to_merge(declare: Declare) -> None:
    assert recognise(declare(nir=nir_of(1)), ntt="2000123455ZZ") is None
    assert rows("person") == 0


@pytest.mark.django_db
def test_nobody_is_named_for_an_unknown_person() -> None:
    with pytest.raises(UnknownPerson):
        queries.display_name(PersonId(uuid4()))


def test_two_imports_that_meet_the_same_nir_at_once_make_one_person(
    as_batch: FreshDatabase, declare: Declare
) -> None:
    """The second waits for the first to commit, then reads whose number it is."""

    def second_import() -> list[PersonId]:
        try:
            return match(declare(nir=nir_of(2)), declare(nir=nir_of(1)))
        finally:
            django_connection.close()

    with as_batch.connect("owner", autocommit=True) as watcher, ThreadPoolExecutor() as pool:
        with transaction.atomic():
            first = match(declare(nir=nir_of(1)), declare(nir=nir_of(3)))
            other = pool.submit(second_import)
            wait_until_it_is_blocked(other, watcher)
        assert other.result()[1] == first[0]
    assert rows("person") == rows("identity") == rows("nir_index") == 3


def test_the_place_left_by_an_import_that_failed_is_free(
    as_batch: FreshDatabase, declare: Declare
) -> None:
    def second_import() -> list[PersonId]:
        try:
            return match(declare(nir=nir_of(1)))
        finally:
            django_connection.close()

    with as_batch.connect("owner", autocommit=True) as watcher, ThreadPoolExecutor() as pool:
        with transaction.atomic():
            lost = match(declare(nir=nir_of(1)))
            other = pool.submit(second_import)
            wait_until_it_is_blocked(other, watcher)
            transaction.set_rollback(True)
        assert other.result() != lost
    assert rows("person") == 1


def wait_until_it_is_blocked(other: Future[list[PersonId]], watcher: psycopg.Connection) -> None:
    """Return once the other import waits for a transaction of ours; fail if it never did."""
    while not other.done():
        row = watcher.execute(
            "SELECT count(*) FROM pg_stat_activity AS a"
            " WHERE a.datname = current_database() AND cardinality(pg_blocking_pids(a.pid)) > 0"
        ).fetchone()
        if row is not None and row[0]:
            return
    pytest.fail("the second import did not wait for the first")
