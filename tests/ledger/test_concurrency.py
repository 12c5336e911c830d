"""Many writers at once on few accounts: nothing lost, nothing twice; and the race, unprotected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest

from cspu.kernel.ids import PersonId
from cspu.ledger.errors import AccountBusy, FloorBroken, KeyReused, domain_error
from cspu.ledger.operations import Proposal
from cspu.ledger.verification import verify
from tests.conftest import FreshDatabase
from tests.ledger.book import AWARD, declare_units, new_person, out, post_as_is

WRITERS = 6
POSTINGS = 40


@dataclass
class Tally:
    """What one writer did."""

    moved: Counter[PersonId]
    posted: int = 0
    collided: int = 0
    refused: int = 0


@pytest.fixture
def ledger(fresh_database: FreshDatabase) -> FreshDatabase:
    """A ledger that commits."""
    with fresh_database.connect(autocommit=True) as connection:
        declare_units(connection)
    return fresh_database


def _write(ledger: FreshDatabase, people: list[PersonId], seed: int, start: Barrier) -> Tally:
    """Post at random, again under the same key after a collision: the caller's part."""
    random = Random(seed)  # noqa: S311  a seed, so that a failure can be had again
    tally = Tally(Counter())
    with ledger.connect("batch", autocommit=True) as connection:
        start.wait()
        for number in range(POSTINGS):
            person = random.choice(people)
            amount = random.choice([1, 10, 100, -30])
            proposal = replace(AWARD, person_id=person, amount=amount, kind="correction")
            while True:
                try:
                    post_as_is(connection, f"{seed} {number}", proposal)
                except psycopg.Error as error:
                    refused = domain_error(error)
                    if isinstance(refused, AccountBusy):
                        tally.collided += 1
                        continue
                    if not isinstance(refused, FloorBroken):
                        raise
                    tally.refused += 1
                else:
                    tally.moved[person] += amount
                    tally.posted += 1
                break
    return tally


def test_writers_at_once_lose_nothing(ledger: FreshDatabase) -> None:
    people = [new_person() for _ in range(3)]
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        tallies = list(pool.map(lambda seed: _write(ledger, people, seed, start), range(WRITERS)))
    moved: Counter[PersonId] = Counter()
    for tally in tallies:
        moved.update(tally.moved)
    posted = sum(tally.posted for tally in tallies)
    assert posted + sum(tally.refused for tally in tallies) == WRITERS * POSTINGS
    with ledger.connect(autocommit=True) as connection:
        held: dict[PersonId, int] = dict(
            connection.execute("SELECT person_id, credits - debits FROM ledger.account").fetchall()
        )
        assert held == dict(moved)
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM ledger.transfer), (SELECT count(*) FROM ledger.batch),"
            " (SELECT sum(debits - credits) FROM ledger.slot)"
        ).fetchone()
        assert counts == (posted, posted, sum(moved.values()))
        assert list(verify(connection)) == []


@contextmanager
def _posting_waits(
    ledger: FreshDatabase, first: psycopg.Connection, key: str, *movements: Proposal
) -> Iterator[Future[int]]:
    """Another posting under way, seen to wait for what `first` has not committed."""
    with (
        ledger.connect("batch", autocommit=True) as second,
        ledger.connect(autocommit=True) as watcher,
        ThreadPoolExecutor(1) as pool,
    ):
        under_way = pool.submit(post_as_is, second, key, *movements)
        waiting = "SELECT %s = ANY (pg_blocking_pids(%s))"
        values = [first.info.backend_pid, second.info.backend_pid]
        while not under_way.done():
            seen = watcher.execute(waiting, values).fetchone()
            if seen == (True,):
                break
        assert not under_way.done(), under_way.exception()
        yield under_way


@contextmanager
def _second_writer_waits(
    ledger: FreshDatabase, first: psycopg.Connection, key: str, amount: int, person: PersonId
) -> Iterator[Future[int]]:
    """The same for one movement of somebody."""
    movement = replace(AWARD, person_id=person, amount=amount)
    with _posting_waits(ledger, first, key, movement) as under_way:
        yield under_way


@pytest.fixture
def anna(ledger: FreshDatabase) -> PersonId:
    """Someone with one movement of 100."""
    person = new_person()
    with ledger.connect("batch", autocommit=True) as connection:
        post_as_is(connection, "opening", replace(AWARD, person_id=person, amount=100))
    return person


def _is_told_so_and_may_try_again(
    ledger: FreshDatabase, error: BaseException | None, person: PersonId
) -> None:
    assert isinstance(error, psycopg.errors.UniqueViolation)
    assert isinstance(domain_error(error), AccountBusy)
    with ledger.connect("batch", autocommit=True) as connection:
        assert post_as_is(connection, "second", replace(AWARD, person_id=person, amount=1)) == 1
        assert list(verify(connection)) == []


@pytest.mark.parametrize("before", [[10], [10, 20]], ids=["one", "several"])
def test_who_comes_second_with_one_movement_posts_it_after(
    ledger: FreshDatabase, anna: PersonId, before: list[int]
) -> None:
    """Whether the first is one or a batch: both take the account before they write under its ranks."""
    with ledger.connect("batch") as first:
        post_as_is(
            first, "first", *[replace(AWARD, person_id=anna, amount=each) for each in before]
        )
        with _second_writer_waits(ledger, first, "second", 1, anna) as second:
            first.commit()
            assert second.result() == 1
    with ledger.connect("batch", autocommit=True) as connection:
        ranks = connection.execute("SELECT array_agg(amount ORDER BY rank) FROM ledger.transfer")
        assert ranks.fetchone() == ([100, *before, 1],)
        assert list(verify(connection)) == []


def test_who_comes_second_with_several_is_told_so_and_posts_nothing(
    ledger: FreshDatabase, anna: PersonId
) -> None:
    with ledger.connect("batch") as first:
        post_as_is(first, "first", replace(AWARD, person_id=anna, amount=10))
        with _posting_waits(
            ledger, first, "second", *[replace(AWARD, person_id=anna)] * 2
        ) as second:
            first.commit()
            error = second.exception()
    _is_told_so_and_may_try_again(ledger, error, anna)


def test_who_comes_second_to_a_funder_first_drawn_on_is_told_so(ledger: FreshDatabase) -> None:
    """A funder's totals lie by the first figures of a person's id."""
    one = new_person()
    other = PersonId(UUID(one.hex[:2] + uuid4().hex[2:]))
    with ledger.connect("batch") as first:
        post_as_is(first, "first", replace(AWARD, person_id=one))
        with _second_writer_waits(ledger, first, "second", 1, other) as second:
            first.commit()
            error = second.exception()
    _is_told_so_and_may_try_again(ledger, error, other)


def test_a_writer_who_gives_up_leaves_the_way_free(ledger: FreshDatabase, anna: PersonId) -> None:
    with ledger.connect("batch") as first:
        post_as_is(first, "first", replace(AWARD, person_id=anna, amount=10))
        with _second_writer_waits(ledger, first, "second", 1, anna) as second:
            first.rollback()
            assert second.result() == 1


def test_the_same_key_twice_at_once_posts_once(ledger: FreshDatabase, anna: PersonId) -> None:
    with ledger.connect("batch") as first:
        post_as_is(first, "key", replace(AWARD, person_id=anna, amount=10))
        with _second_writer_waits(ledger, first, "key", 10, anna) as second:
            first.commit()
            assert second.result() == 0


def test_the_same_key_at_once_for_someone_else_is_refused(
    ledger: FreshDatabase, anna: PersonId
) -> None:
    with ledger.connect("batch") as first:
        post_as_is(first, "key", replace(AWARD, person_id=anna, amount=10))
        with _second_writer_waits(ledger, first, "key", 10, new_person()) as second:
            first.commit()
            error = second.exception()
    assert isinstance(error, psycopg.Error)
    assert isinstance(domain_error(error), KeyReused)


READ_THEN_WRITE = """
CREATE OR REPLACE FUNCTION ledger.add_totals(transfers ledger.transfer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    had ledger.account := (SELECT a FROM ledger.account AS a WHERE person_id = transfers[1].person_id);
    added bigint := transfers[1].amount;
BEGIN
    UPDATE ledger.account SET credits = had.credits + added, length = had.length + 1
    WHERE person_id = had.person_id;
    UPDATE ledger.slot SET debits = debits + added;
END $$
"""


def _read_then_write(owner: psycopg.Connection) -> None:
    """Totals from what was read before, in both ways a posting is written: of one, and of several."""
    source = owner.execute(
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'write_one'"
    ).fetchone()
    assert source is not None
    careless = source[0]
    for total in ("credits", "length"):
        assert f"held.{total} + " in careless
        read = f"(SELECT {total} FROM ledger.account WHERE account_id = moved.account_id)"
        careless = careless.replace(f"held.{total} + ", f"{read} + ")
    owner.execute(careless.encode())
    owner.execute(READ_THEN_WRITE)


@pytest.mark.parametrize("movements", [1, 2], ids=["one", "several"])
def test_without_its_key_and_atomic_totals_the_ledger_loses_money_and_says_so(
    ledger: FreshDatabase, anna: PersonId, movements: int
) -> None:
    """The control: the same two writers, with the protection taken away."""
    with ledger.connect(autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger.transfer DROP CONSTRAINT transfer_pkey")
        _read_then_write(owner)
    with ledger.connect("batch") as first:
        post_as_is(first, "first", *[replace(AWARD, person_id=anna, amount=10)] * movements)
        with _second_writer_waits(ledger, first, "second", 1, anna) as second:
            first.commit()
            assert second.result() == 1
    with ledger.connect(autocommit=True) as connection:
        lost = connection.execute("SELECT credits FROM ledger.account").fetchone()
        assert lost == (101,)
        codes = {each.code.partition(":")[0] for each in verify(connection)}
    assert codes >= {"transfer_missing_before", "account_totals_differ", "unit_not_zero_sum"}


@pytest.mark.parametrize("count", [10, 150])  # planned as a few, and as many
def test_a_batch_takes_accounts_in_the_order_of_their_key(
    ledger: FreshDatabase, count: int
) -> None:
    """Else two that cross could each wait for the other. They lie in the opposite order on the disk."""
    people = sorted(new_person() for _ in range(count))
    movements = [replace(AWARD, person_id=person) for person in people]
    with ledger.connect("batch", autocommit=True) as connection:
        for movement in reversed(movements):
            post_as_is(connection, f"opening {movement.person_id}", movement)
    middle = people[count // 2]
    free = "SELECT person_id FROM ledger.account ORDER BY person_id FOR UPDATE SKIP LOCKED"
    writing = (
        "SELECT count(*) FROM pg_locks WHERE relation = 'ledger.transfer'::regclass"
        " AND mode = 'RowExclusiveLock'"
    )
    with ledger.connect() as first:
        first.execute("SELECT FROM ledger.account WHERE person_id = %s FOR UPDATE", [middle])
        with _posting_waits(ledger, first, "crossing", *movements) as under_way:
            with ledger.connect() as watcher:
                left = [person for (person,) in watcher.execute(free).fetchall()]
                written = watcher.execute(writing).fetchone()
            first.rollback()
            assert under_way.result() == count
    assert left == people[count // 2 + 1 :]
    # Nor is anything written under a rank before the accounts are taken.
    assert written == (0,)


def test_a_movement_out_waits_for_the_floor(ledger: FreshDatabase, anna: PersonId) -> None:
    """Two withdrawals that each fit alone: the second sees what the first left."""
    with ledger.connect("batch") as first:
        taken = out(80, proposal=replace(AWARD, person_id=anna))
        post_as_is(first, "first", taken)
        with _second_writer_waits(ledger, first, "second", -80, anna) as second:
            first.commit()
            error = second.exception()
    assert isinstance(error, psycopg.errors.CheckViolation)
    assert isinstance(domain_error(error), FloorBroken)
