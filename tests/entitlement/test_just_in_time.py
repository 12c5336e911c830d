"""Whoever opens an account has it settled first, as the web role, which can mint nothing itself."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from cspu.entitlement.enactment import enact
from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, birth, moment, newcomer, posted, tell, work
from tests.trust.crowd import Crowd

SETTLE = "SELECT settled, posted FROM entitlement.settle(ARRAY[%s]::uuid[], %s)"
OPEN = "SELECT trust.open(%s, (%s, 'read', '{*}', 'own_account', 'test', FALSE)::trust.asking)"


def open_her_account(house: FreshDatabase, web: psycopg.Connection, person: PersonId) -> None:
    """As her page does before it settles."""
    web.execute(OPEN, [Crowd(house).session("person", person), person])


def test_a_request_settles_what_the_owner_would(house: FreshDatabase) -> None:
    seen, compared = newcomer(), newcomer()
    for person in (seen, compared):
        tell(person, birth(date(1990, 1, 1)))
        tell(person, work(2024, "151.67"))
    settle_person(compared, as_of=FINAL)
    with house.connect("web") as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(SETTLE, [seen, FINAL])
        web.rollback()
        open_her_account(house, web, seen)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
            web.execute(SETTLE, [compared, FINAL])
        first = web.execute(SETTLE, [seen, FINAL]).fetchone()
        assert first is not None
        assert first[0] == 1
        assert web.execute(SETTLE, [seen, FINAL]).fetchone() == (0, 0)
        web.commit()
    assert posted(seen) == posted(compared)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT entitlement.claim('{}', '2026-01-01')",
        "SELECT entitlement.differences('{}', '2026-01-01')",
        "SELECT entitlement.award('mine', '{}', '2026-01-01')",
        "SELECT entitlement.with_debts('{}', 'mine', '2026-01-01')",
        "SELECT entitlement.debts_paid('{}', '2026-01-01')",
        "SELECT ledger.post('mine', '{}', now())",
        "SELECT ledger.write('mine', '{}', now())",
        "INSERT INTO entitlement.horizon VALUES ('2999-12-31', now())",
        "INSERT INTO entitlement.settled SELECT * FROM entitlement.settled",
        "UPDATE law.edition SET digest = ''",
        "CREATE OR REPLACE FUNCTION entitlement.edition() RETURNS bigint LANGUAGE sql AS 'SELECT 9'",
    ],
)
def test_a_request_mints_nothing_even_after_an_enactment(
    house: FreshDatabase, statement: str
) -> None:
    for role in ("web", "batch"):
        if role == "batch" and ("ledger.post" in statement or "horizon" in statement):
            continue
        with (
            house.connect("web" if role == "web" else "batch") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement.encode())


def test_a_right_that_is_gone_leaves_no_function_behind(house: FreshDatabase) -> None:
    """An edition's functions are its own: those of the one before are dropped with their rights."""
    enact(load_pack().only("cpf"), load_vocabulary(), enacted_at=moment(1))
    with house.connect() as owner:
        left = owner.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'entitlement'::regnamespace"
            " AND proname ~ '^(judge|tell|review)' ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in left] == [
        *("judge", "judge_cpf", "judge_shown", "review", "review_0", "tell_cpf"),
    ]


def test_a_request_cannot_settle_the_future(house: FreshDatabase) -> None:
    """Only up to today, or to the day a named command settled to: no days of leave from 2999."""
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    tell(person, work(2024, "151.67"))
    future = date(2999, 1, 1)
    with house.connect("web") as web:
        open_her_account(house, web, person)
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            web.execute(SETTLE, [person, future])
        web.rollback()
    assert refused.value.diag.constraint_name == "settled_day_is_not_in_the_future"
    assert posted(person) == set()
    with house.connect("batch") as batch:
        batch.execute("INSERT INTO entitlement.horizon VALUES (%s, now())", [future])
    with house.connect("web") as web:
        open_her_account(house, web, person)
        assert web.execute(SETTLE, [person, date(2998, 1, 1)]).fetchone() is not None


def test_functions_of_the_owner_cannot_be_shadowed(house: FreshDatabase) -> None:
    """A command may make temporary tables: none of them is mistaken for ours."""
    person = newcomer()
    tell(person, birth(date(1990, 1, 1)))
    tell(person, work(2024, "151.67"))
    with house.connect("batch") as batch:
        batch.execute("CREATE TEMPORARY TABLE measure AS SELECT * FROM lifecourse.measure")
        batch.execute("SET search_path = pg_temp")
        settled = batch.execute(SETTLE, [person, FINAL]).fetchone()
        batch.commit()
    assert settled is not None
    assert settled[0] == 1
    assert posted(person)
