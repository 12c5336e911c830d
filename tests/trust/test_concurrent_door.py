"""The door when several come at once: revocation meets an open sight, an export, and many openings."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from cspu.kernel.ids import PersonId
from cspu.records.archive import write_archive
from cspu.trust.door import Asking, opened
from cspu.trust.errors import DoorClosed
from cspu.trust.sessions import end_session
from cspu.trust.verification import discrepancies
from tests.conftest import FreshDatabase
from tests.trust.crowd import SEEN, Crowd

_OPEN = "SELECT refusal FROM trust.open(%s, (%s, 'read', %s, %s, 'test', FALSE)::trust.asking)"
_END = "SET ended_at = now(), ended_by = 'person'"
_END_CONSENT = f"UPDATE trust.consent {_END} WHERE consent_id = %s RETURNING 1"
_END_MANDATE = f"UPDATE trust.mandate {_END} WHERE mandate_id = %s RETURNING 1"
CONNECTIONS, OPENINGS = 8, 50
ON = date(2026, 1, 31)


def open_door(
    web: psycopg.Connection, token: str, person: UUID, scope: str, purpose: str
) -> object:
    row = web.execute(_OPEN, (token, person, [scope], purpose)).fetchone()
    assert row is not None
    return row[0]


def seen(web: psycopg.Connection) -> set[str]:
    return {kind for (kind,) in web.execute(SEEN.encode()).fetchall()}


def test_a_consent_revoked_while_a_sight_is_open_ends_with_that_transaction(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    """What was opened finishes; whoever opens next is refused, in every open session of that body."""
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    consent = crowd.consent(alice, adviser, "career_guidance", "work")
    first, other = crowd.session("agent", adviser), crowd.session("agent", adviser)
    with fresh_database.connect("web") as web, fresh_database.connect("web") as elsewhere:
        assert open_door(web, first, alice, "work", "career_guidance") is None
        before = seen(web)
        assert "status:employment" in before
        # Another connection revokes and commits, and waits for nobody: no sight holds a consent.
        assert crowd.ask(_END_CONSENT, consent) == [(1,)]
        assert seen(web) == before
        assert open_door(elsewhere, other, alice, "work", "career_guidance") == "no_basis"
        assert seen(elsewhere) == set()
        # Not even the transaction that was open may open again.
        assert open_door(web, first, alice, "work", "career_guidance") == "no_basis"
        assert seen(web) == set()
        web.commit()
        assert open_door(web, first, alice, "work", "career_guidance") == "no_basis"
    assert len(crowd.lines(alice)) == 1


def test_a_session_ended_elsewhere_opens_nothing_more(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    alice = crowd.person()
    token = crowd.session("person", alice)
    with fresh_database.connect("web") as web, fresh_database.connect("web") as elsewhere:
        assert open_door(web, token, alice, "*", "own_account") is None
        assert elsewhere.execute("SELECT trust.end_session(%s)", [token]).fetchone() == (True,)
        elsewhere.commit()
        assert seen(web)
        web.commit()
        assert open_door(web, token, alice, "*", "own_account") == "session_over"


@pytest.fixture
def law(crowd: Crowd, in_force: None) -> Crowd:
    """The law in force, so that an account can be exported."""
    return crowd


class Doors:
    """The export's door: opens for each page, and after some pages lets something happen."""

    def __init__(self, token: str, asking: Asking, *, after: int) -> None:
        self.token, self.asking, self.after = token, asking, after
        self.pages: list[str] = []
        self.happens: Callable[[], object] = lambda: None

    @contextmanager
    def __call__(self, section: str) -> Iterator[None]:
        if len(self.pages) == self.after:
            self.happens()
        with opened(self.token, self.asking):
            self.pages.append(section)
            yield


def export(person: PersonId, doors: Doors) -> bytes:
    file = io.BytesIO()
    write_archive(file, person, on=ON, lang="fr", door=doors)
    return file.getvalue()


def test_a_session_ended_between_two_pages_stops_the_export(
    law: Crowd, as_web: FreshDatabase
) -> None:
    alice = law.person()
    token = law.session("person", alice)
    whole = Doors(token, Asking(alice, "export"), after=-1)
    assert export(alice, whole)
    assert len(whole.pages) > 5
    assert len(law.lines(alice)) == len(whole.pages)

    cut = Doors(token, Asking(alice, "export"), after=3)
    cut.happens = lambda: end_session(token)
    stopped_at_the_next_page(alice, cut, "session_over")
    assert len(law.lines(alice)) == len(whole.pages) + 3


def test_a_mandate_ended_between_two_pages_stops_the_helper_s_export(
    law: Crowd, as_web: FreshDatabase
) -> None:
    alice, helper = law.person(), law.agent("habilitated_helper")
    mandate = law.mandate(alice, law.organisation_of(helper), "organisation", "work_training")
    scopes = ("identity", "work", "training", "engagement")
    asking = Asking(alice, "export", purpose="mandate", scopes=scopes)
    cut = Doors(law.session("agent", helper), asking, after=2)
    cut.happens = lambda: law.ask(_END_MANDATE, mandate)
    stopped_at_the_next_page(alice, cut, "no_basis")
    assert len(law.lines(alice)) == 2


def stopped_at_the_next_page(person: PersonId, doors: Doors, code: str) -> None:
    file = io.BytesIO()
    with pytest.raises(DoorClosed) as caught:
        write_archive(file, person, on=ON, lang="fr", door=doors)
    assert caught.value.code == f"trust.{code}"
    assert len(doors.pages) == doors.after
    assert file.getvalue() == b"", "something was written beyond a refused read"


def open_often(database: FreshDatabase, token: str, person: UUID, start: Barrier) -> list[str]:
    """So many openings on a connection of its own; the errors it met."""
    errors = []
    with database.connect("web", autocommit=True) as web:
        start.wait()
        for _ in range(OPENINGS):
            try:
                assert open_door(web, token, person, "*", "own_account") is None
            except psycopg.errors.UniqueViolation as error:
                errors.append(str(error.diag.constraint_name))
    return errors


def all_at_once(crowd: Crowd, person: UUID) -> list[str]:
    start = Barrier(CONNECTIONS)
    tokens = [crowd.session("person", person) for _ in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = pool.map(lambda token: open_often(crowd.database, token, person, start), tokens)
        return [error for errors in done for error in errors]


def test_openings_at_once_leave_a_line_each_in_one_chain(crowd: Crowd) -> None:
    alice = crowd.person()
    assert all_at_once(crowd, alice) == []
    with crowd.connected() as owner:
        ranks = owner.execute("SELECT rank FROM trust.access ORDER BY rank").fetchall()
        assert ranks == [(rank,) for rank in range(1, CONNECTIONS * OPENINGS + 1)]
        assert list(discrepancies(owner)) == []


def test_without_the_lock_of_the_head_they_collide(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    """Control: the same function, its FOR UPDATE gone; two sights that meet at the head.

    No luck in it: each has read the head when the other writes, for a gate between the two steps
    holds the first until the second has read too.
    """
    alice = crowd.person()
    tokens = [crowd.session("person", alice) for _ in range(2)]
    with crowd.connected() as owner, owner.transaction():
        owner.execute(
            _OPEN, (tokens[0], alice, ["*"], "own_account")
        )  # the head exists: what is at stake is its lock
    without_the_lock(crowd)
    with crowd.connected() as gate, ThreadPoolExecutor(2) as pool:
        gate.execute("SELECT pg_advisory_lock(1)")
        both = [pool.submit(open_once, fresh_database, token, alice) for token in tokens]
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while gate.execute(waiting).fetchone() != (2,):
            assert not any(one.done() for one in both), [one.exception() for one in both]
        gate.execute("SELECT pg_advisory_unlock(1)")
        outcomes = sorted(one.result() for one in both)
    assert outcomes == ["", "access_pkey"]


def without_the_lock(crowd: Crowd) -> None:
    """The function as it is, its lock taken out and a gate in its place."""
    with crowd.connected() as owner:
        ((source,),) = owner.execute(
            "SELECT pg_get_functiondef('trust.hold_journal'::regproc)"
        ).fetchall()
        assert source.count(" FOR UPDATE;") == 1
        gate = "; PERFORM pg_advisory_lock_shared(1); PERFORM pg_advisory_unlock_shared(1);"
        owner.execute(source.replace(" FOR UPDATE;", gate).encode())


def open_once(database: FreshDatabase, token: str, person: UUID) -> str:
    """One opening, committed; the key it broke, if any."""
    try:
        with database.connect("web") as web:
            assert open_door(web, token, person, "*", "own_account") is None
    except psycopg.errors.UniqueViolation as error:
        return str(error.diag.constraint_name)
    return ""
