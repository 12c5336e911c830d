"""The database functions that judge and tell by the rights in force, as SQL text.

Note [functions of an edition]. What an enactment makes is what it grants: each function of its own by
name, never every function of the schema, which holds some that no role may run. What the editions
before had made and this one does not, a right gone or a group fewer, is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cspu.entitlement.compiling import CompiledRight
from cspu.entitlement.derivations import among, quoted
from cspu.entitlement.reviewing import Review

_JUDGED = """right_id text, unit text, person_id uuid, organisation_id uuid, period_start date,
period_end date, due_on date, version date, counter_id uuid, counterparty text, entitled boolean,
amount bigint, award bigint, protected bigint"""
_NOTHING = (
    f"SELECT {', '.join(f'NULL::{column.split()[1]}' for column in _JUDGED.split(','))} WHERE FALSE"
)


MADE_BEFORE = """SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.pronamespace = 'entitlement'::regnamespace AND p.proname ~ '^(judge|tell|review)_'"""
"""The generated functions that a database holds, by signature."""


def signatures_of(rights: Sequence[CompiledRight], reviews: Sequence[Review]) -> Iterator[str]:
    """Every function that `functions_of` makes, as PostgreSQL writes it."""
    for compiled in rights:
        yield f"entitlement.judge_{compiled.right.id}(uuid[],date,date)"
        yield f"entitlement.tell_{compiled.right.id}(uuid[],date,date,date)"
    for index in range(len(reviews)):
        yield f"entitlement.review_{index}(uuid[],date,date,date)"
    yield "entitlement.judge(uuid[],date,date)"
    yield "entitlement.judge_shown(uuid[],date,date)"
    yield "entitlement.review(uuid[],date,date,date)"


def functions_of(rights: Sequence[CompiledRight], reviews: Sequence[Review]) -> Iterator[str]:
    """Every statement to run, in order: two functions a right, those that unite them, the reviews."""
    for compiled in rights:
        name = compiled.right.id
        yield _function(f"judge_{name}(uuid[], date, date)", "judgement", 10_000, compiled.judge)
        yield _function(f"tell_{name}(uuid[], date, date, date)", "telling", 10, compiled.tell)
    yield _judge_all("judge", [each for each in rights if each.right.is_posted])
    yield _judge_all("judge_shown", [each for each in rights if not each.right.is_posted])
    for index, review in enumerate(reviews):
        yield _reviewing(f"review_{index}", review)
    yield _review_all(len(reviews))


def _function(signature: str, row: str, rows: int, select: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION entitlement.{signature}\n"
        f"RETURNS SETOF entitlement.{row} LANGUAGE plpgsql STABLE ROWS {rows} AS $law$\n"
        f"BEGIN RETURN QUERY\n{select};\nEND $law$"
    )


def _judge_all(name: str, rights: Sequence[CompiledRight]) -> str:
    """In SQL, so that it is inlined: the planner sees the rights' functions themselves."""
    branches = "\nUNION ALL ".join(
        f"SELECT '{each.right.id}'::text, nullif('{each.right.unit}', ''), word.*\n"
        f"FROM entitlement.judge_{each.right.id}($1, $2, $3) AS word"
        for each in rights
    )
    return (
        f"CREATE OR REPLACE FUNCTION entitlement.{name}(persons uuid[], as_of date, over_by date)\n"
        f"RETURNS TABLE ({_JUDGED}) LANGUAGE sql STABLE ROWS 10000 AS $law$\n{branches or _NOTHING}\n$law$"
    )


def _reviewing(name: str, review: Review) -> str:
    """One group of rights. Whoever was never in their situations costs no plan."""
    unless = (
        "IF NOT EXISTS (SELECT FROM lifecourse.spell AS s\n"
        f"WHERE {among('s')} AND s.status IN ({quoted(*review.during)})) THEN RETURN; END IF;\n"
        if review.during
        else ""
    )
    return (
        f"CREATE OR REPLACE FUNCTION entitlement.{name}(uuid[], date, date, date)\n"
        "RETURNS SETOF entitlement.review LANGUAGE plpgsql STABLE ROWS 10000 AS $law$\n"
        f"BEGIN {unless}RETURN QUERY\n{review.select};\nEND $law$"
    )


def _review_all(count: int) -> str:
    branches = "\nUNION ALL ".join(
        f"SELECT * FROM entitlement.review_{index}($1, $2, $3, $4)" for index in range(count)
    )
    return (
        "CREATE OR REPLACE FUNCTION entitlement.review(\n"
        "persons uuid[], as_of date, over_by date, shown_since date)\n"
        "RETURNS SETOF entitlement.review LANGUAGE sql STABLE ROWS 10000 AS $law$\n"
        f"{branches or 'SELECT NULL::entitlement.review WHERE FALSE'}\n$law$"
    )
