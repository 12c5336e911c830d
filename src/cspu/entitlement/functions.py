"""The database functions that judge and tell by the rights in force, as SQL text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cspu.entitlement.compiling import CompiledRight

_JUDGED = """right_id text, unit text, person_id uuid, organisation_id uuid, period_start date,
period_end date, due_on date, version date, counter_id uuid, counterparty text, entitled boolean,
amount bigint, award bigint, protected bigint"""
_NOTHING = (
    f"SELECT {', '.join(f'NULL::{column.split()[1]}' for column in _JUDGED.split(','))} WHERE FALSE"
)


def functions_of(rights: Sequence[CompiledRight]) -> Iterator[str]:
    """Every statement to run, in order: two functions a right, then those that unite them."""
    for compiled in rights:
        name = compiled.right.id
        yield _function(f"judge_{name}(uuid[], date, date)", "judgement", 10_000, compiled.judge)
        yield _function(f"tell_{name}(uuid[], date, date, date)", "telling", 10, compiled.tell)
    yield _judge_all("judge", [each for each in rights if each.right.is_posted])
    yield _judge_all("judge_shown", [each for each in rights if not each.right.is_posted])
    yield _tell_all(rights)


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


def _tell_all(rights: Sequence[CompiledRight]) -> str:
    """For each right, the last period that is over and the one that runs."""
    branches = "\nUNION ALL ".join(
        f"SELECT '{each.right.id}'::text, told\n"
        f"FROM entitlement.tell_{each.right.id}($1, $2, 'infinity',\n"
        f"($2 - interval '{each.right.period.months} months')::date) AS told"
        for each in rights
    )
    return (
        "CREATE OR REPLACE FUNCTION entitlement.tell(persons uuid[], as_of date)\n"
        "RETURNS TABLE (right_id text, told entitlement.telling)\n"
        f"LANGUAGE sql STABLE ROWS 10 AS $law$\n{branches}\n$law$"
    )
