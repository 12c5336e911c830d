"""A batch of settlements goes on where it can, and says it is on disk before it ends, however it ends."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from cspu.entitlement.operations import Settled, settle_all
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, birth, newcomer, posted, tell, work

# The first to write there is told of a deadlock, as the loser of one is; a sequence forgets no try.
_LOSES_ONCE = """
    CREATE SEQUENCE public.tries;
    CREATE FUNCTION public.lose_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        IF nextval('public.tries') = 1 THEN
            RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER lose_once AFTER INSERT ON entitlement.settled
        FOR EACH STATEMENT EXECUTE FUNCTION public.lose_once();
"""


def test_whoever_loses_a_deadlock_is_settled_at_the_second_reading(house: FreshDatabase) -> None:
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    tell(person, work(2024, "151.67"))
    with house.connect("owner") as owner:
        owner.execute(_LOSES_ONCE)
    settled = settle_all(lambda: house.connect("batch"), as_of=FINAL, connections=1)
    assert settled == Settled(1, len(posted(person)))
    assert posted(person)


def test_what_was_settled_is_on_disk_even_when_a_worker_cannot_connect(
    house: FreshDatabase,
) -> None:
    """The connections are: the horizon's, the worker's, and the one that waits for the disk."""
    made: list[str] = []

    def connect() -> psycopg.Connection:
        made.append("connection")
        if len(made) == 2:
            raise psycopg.OperationalError
        return house.connect("batch")

    with pytest.raises(psycopg.OperationalError):
        settle_all(connect, as_of=FINAL, connections=1)
    assert len(made) == 3
