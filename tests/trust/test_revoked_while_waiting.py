"""She takes back what she gave while somebody is at her door: who comes first, who waits, what is refused.

Nothing here sleeps: who has to wait is seen to wait in the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from cspu.trust.verification import discrepancies
from tests.trust.crowd import Crowd

_OPEN = "SELECT refusal, rank FROM trust.open(%s, (%s, %s, %s, %s, 'test', FALSE)::trust.asking)"


def act(web: psycopg.Connection, token: str, person: UUID) -> Any:
    """She opens her own account, to act; the refusal and the line."""
    return web.execute(_OPEN, [token, person, "act", ["*"], "own_account"]).fetchone()


def look(web: psycopg.Connection, token: str, person: UUID, purpose: str) -> Any:
    """Somebody opens what she let him see: her work."""
    return web.execute(_OPEN, [token, person, "read", ["work"], purpose]).fetchone()


def spells(web: psycopg.Connection) -> int:
    """How many periods of work that connection sees now."""
    row = web.execute("SELECT count(*) FROM lifecourse.spell").fetchone()
    assert row
    return int(row[0])


@contextmanager
def seen_to_wait(
    crowd: Crowd, held_up_by: psycopg.Connection, work: Callable[[psycopg.Connection], Any]
) -> Iterator[Future[Any]]:
    """Work under way on a connection of its own, seen to wait for what the other has not committed."""
    with (
        crowd.database.connect("web", autocommit=True) as second,
        crowd.database.connect(autocommit=True) as watcher,
        ThreadPoolExecutor(1) as pool,
    ):
        under_way = pool.submit(work, second)
        waiting = "SELECT %s = ANY (pg_blocking_pids(%s))"
        values = [held_up_by.info.backend_pid, second.info.backend_pid]
        while not under_way.done():
            if watcher.execute(waiting, values).fetchone() == (True,):
                break
        assert not under_way.done(), under_way.exception() or under_way.result()
        yield under_way


class Given:
    """What she gave to whom, and how she takes it back."""

    def __init__(self, crowd: Crowd, kind: str) -> None:
        self.alice = crowd.person()
        self.herself = crowd.session("person", self.alice)
        if kind == "consent":
            agent, self.purpose = crowd.agent("career_adviser"), "career_guidance"
            given = crowd.consent(self.alice, agent, self.purpose, "work")
            self.holder = crowd.session("agent", agent)
        else:
            relative, self.purpose = crowd.person(name="FILLE"), "mandate"
            given = crowd.mandate(self.alice, relative, "person", "work_training")
            self.holder = crowd.session("person", relative, strong=True)
        self.ending = (f"SELECT trust.end_{kind}(%s)", [given])

    def look(self, web: psycopg.Connection) -> Any:
        """The holder opens."""
        return look(web, self.holder, self.alice, self.purpose)

    def take_back(self, web: psycopg.Connection) -> Any:
        """On her own page, in one transaction of the caller's; null: done."""
        assert act(web, self.herself, self.alice)[0] is None
        return web.execute(self.ending[0].encode(), self.ending[1]).fetchone()


@pytest.fixture(params=["consent", "mandate"])
def given(request: pytest.FixtureRequest, crowd: Crowd) -> Given:
    return Given(crowd, request.param)


def test_she_follows_the_sight_that_is_open_and_nothing_opens_after_her(
    crowd: Crowd, given: Given
) -> None:
    def take_back(web: psycopg.Connection) -> Any:
        with web.transaction():
            return given.take_back(web)

    with crowd.database.connect("web") as web:
        assert given.look(web)[0] is None
        with seen_to_wait(crowd, web, take_back) as taking_back:
            assert spells(web)
            web.commit()
            assert taking_back.result() == (None,)
        assert given.look(web) == ("no_basis", None)
    assert [line[0] for line in crowd.lines(given.alice)] == ["read", "act"]


def test_an_opening_that_waited_for_her_is_refused(crowd: Crowd, given: Given) -> None:
    """What it had read before it waited is over: the basis is looked for again."""

    def late(web: psycopg.Connection) -> Any:
        with web.transaction():
            return given.look(web), spells(web)

    with crowd.database.connect("web") as web:
        assert given.take_back(web) == (None,)
        with seen_to_wait(crowd, web, late) as looking:
            web.commit()
            assert looking.result() == (("no_basis", None), 0)
    assert [line[0] for line in crowd.lines(given.alice)] == ["act"]
    with crowd.connected() as owner:
        assert list(discrepancies(owner)) == []


def test_an_opening_that_waited_for_nothing_goes_on(crowd: Crowd, given: Given) -> None:
    """The control: she gave up, and what she had given still holds."""
    with crowd.database.connect("web") as web:
        assert given.take_back(web) == (None,)
        with seen_to_wait(crowd, web, given.look) as looking:
            web.rollback()
            assert looking.result() == (None, 1)


def test_who_has_no_basis_holds_up_nobody(crowd: Crowd) -> None:
    """A refused opening keeps nothing of hers, whoever leaves it open."""
    alice = crowd.person()
    herself = crowd.session("person", alice)
    stranger = crowd.session("agent", crowd.agent("career_adviser"))
    with (
        crowd.database.connect("web") as web,
        crowd.database.connect("web", autocommit=True) as hers,
    ):
        assert look(web, stranger, alice, "career_guidance") == ("no_basis", None)
        hers.execute("SET lock_timeout = '2s'")
        assert act(hers, herself, alice) == (None, 1)


def test_without_lock_or_key_the_chain_breaks_and_the_proof_says_so(crowd: Crowd) -> None:
    """The control of both: nothing stops a second line in the same place, and it is named."""
    alice = crowd.person()
    token = crowd.session("person", alice)
    with crowd.database.connect("web") as web:
        act(web, token, alice)
        web.commit()
        with crowd.connected() as owner:
            owner.execute("ALTER TABLE trust.access DROP CONSTRAINT access_pkey")
            _let_go_of_the_end(owner)
        act(web, token, alice)
        with seen_to_wait(crowd, web, lambda second: act(second, token, alice)) as second:
            web.commit()
            assert second.result() == (None, 2)
    with crowd.connected() as owner:
        assert {each.code for each in discrepancies(owner)} & {
            "line_altered",
            "line_missing_before",
        }


def _let_go_of_the_end(owner: psycopg.Connection) -> None:
    ((source,),) = owner.execute(
        "SELECT pg_get_functiondef('trust.hold_journal'::regproc)"
    ).fetchall()
    # An insertion that meets a row being changed waits for that change, too.
    inserting = "INSERT INTO trust.access_head VALUES (person, 0, uuid_send(person)) ON CONFLICT DO NOTHING;"
    for part in (inserting, " FOR UPDATE"):
        assert source.count(part) == 1
        source = source.replace(part, "")
    owner.execute(source.encode())
