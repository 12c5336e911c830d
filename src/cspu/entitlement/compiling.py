"""From a text of law to the PostgreSQL that judges persons by it: one SELECT a right.

Note [segments]. Versions and parameters change on dates; between two such dates nothing changes.
Each stretch is one row of literals, and a period takes the row in force on its last day.

Note [base]. The rows judged: one per person and period (and employer) that the right is about.
A right that says `during` is judged only in periods that touch such a spell. `$1` is the persons,
`$2` the last day looked at, `$3` the day by which a period must be over (infinity: the running
period too, for the page). What the ledger keeps is judged since the law exists; a payment or a
status, for thirteen months: it is shown, never posted.

Note [judged once]. `known` and `judged` end in OFFSET 0, which keeps the planner from merging
them: merged, the law's expressions would be evaluated once for each place that mentions them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from graphlib import TopologicalSorter

from cspu.entitlement.derivations import (
    COURSE,
    NOBODY,
    Derivations,
    among,
    derive,
    listed,
    quoted,
)
from cspu.entitlement.limits import UNLIMITED, filled, owed_rows
from cspu.kernel.ids import computed_id
from cspu.kernel.periods import PeriodKind
from cspu.law.expressions import compile_postgres
from cspu.law.expressions.compiling import Columns, step_column
from cspu.law.expressions.nodes import Defined, Kind, Node, ValueType
from cspu.law.model import EMPLOYER, Parameter, Per, Right, Value
from cspu.law.tracing import TracePlan, trace_plan
from cspu.law.trees import VersionSql, VersionTrees, postgres_version, version_trees
from cspu.lifecourse.vocabulary import LifeVocabulary

EVER = "'-infinity'::date"
MONTHS_SHOWN = 13
RECENTLY = f"($2 - interval '{MONTHS_SHOWN} months')::date"
_FOREVER = date(9999, 12, 31)
_MOST_ARGUMENTS = 48
_SQL_TYPES = {Kind.NUMBER: "numeric", Kind.BOOLEAN: "boolean", Kind.DATE: "date", Kind.TEXT: "text"}


@dataclass(frozen=True, slots=True)
class CompiledRight:
    """One right, ready for PostgreSQL.

    `judge` gives every period's judgement, in the columns of the SQL type entitlement.judgement.
    `tell` gives, for the periods that end after `$4`, every intermediate value of the computation
    (the steps of `plans`, one plan a version) as one JSON object a row. `sql` is each version's.
    """

    right: Right
    versions: Sequence[VersionTrees]
    plans: Sequence[TracePlan]
    sql: Sequence[VersionSql]
    judge: str
    tell: str


def column_of(right: Right, name: str) -> str:
    """The SQL of a fact or a parameter: a figure that never changed is written out."""
    parameter = right.parameters.get(name)
    if parameter is None:
        return f"f_{name}"
    if _never_changed(right, parameter):
        return literal(parameter.values[0].value, parameter.type)
    return f"p_{name}"


def _never_changed(right: Right, parameter: Parameter) -> bool:
    first = min(version.in_force for version in right.versions)
    return len(parameter.values) == 1 and parameter.values[0].start <= first


def compile_right(right: Right, scale: int, life: LifeVocabulary) -> CompiledRight:
    """Compile every version of a right, its amounts in so many decimals.

    LawRefused if an expression cannot be read.
    """
    versions = [version_trees(right, version, life.facts) for version in right.versions]
    facts = sorted({name for trees in versions for name in trees.facts})
    derivations = derive(
        (life.facts[name] for name in facts),
        step=step_of(right),
        per_employer=right.per is Per.EMPLOYER,
    )

    ruling = ruling_of(right, versions)

    def columns(name: str) -> str:
        return column_of(right, name)

    read = derivations.read if right.during else {**derivations.read, "course": COURSE}

    def known(since: str) -> str:
        first = {"period": ruling_periods(right, versions, since), **read}
        tables = {
            "spells": SPELLS,
            "base": _base(right, derivations, ruling),
            **derivations.tables,
            **dict(with_steps(versions, columns, _known(derivations, ruling))),
        }
        return ",\n".join(
            [
                *(f"{name} AS MATERIALIZED (\n{body})" for name, body in first.items()),
                *(f"{name} AS (\n{body})" for name, body in tables.items()),
            ]
        )

    since = EVER if right.is_posted else RECENTLY
    compiled = [postgres_version(trees, scale, columns) for trees in versions]
    plans = [trace_plan(trees, columns) for trees in versions]
    return CompiledRight(
        right,
        versions,
        plans,
        compiled,
        judge=f"WITH {known(since)},\n{judgements(right, versions, compiled)}",
        tell=f"WITH {known('$4')}\n{_tellings(versions, plans)}",
    )


def step_of(right: Right) -> str:
    """The step of date_trunc for the right's rhythm."""
    return right.period.value if right.period in (PeriodKind.YEAR, PeriodKind.QUARTER) else "month"


SPELLS = f"""SELECT DISTINCT ON (person_id, spell_id) person_id, organisation_id, status, valid,
lower(valid) AS since, coalesce(upper(valid), 'infinity') AS until
FROM lifecourse.spell AS s
WHERE {among("s")}
ORDER BY person_id, spell_id, asserted_for DESC, (status = 'cancelled') DESC, valid DESC, status,
organisation_id"""

# As dates, not as ranges: it is asked of every spell and every year.
OVERLAPPING = "s.since <= p.period_end AND s.until > p.period_start"


def _used(right: Right, versions: Sequence[VersionTrees]) -> Sequence[str]:
    """The parameters spoken of that changed at least once."""
    spoken = sorted({name for trees in versions for name in trees.parameters})
    return [name for name in spoken if not _never_changed(right, right.parameters[name])]


def ruling_of(right: Right, versions: Sequence[VersionTrees]) -> list[str]:
    """The columns of a period that rule it: its days, its version, the figures that ever changed."""
    figures = (f"p_{name}" for name in _used(right, versions))
    return ["period_end", "due_on", "version", *figures]


def period_bounds(right: Right, first: date, since: str) -> str:
    """The first and last days (`day`, `last_day`) of every period to judge, from a first day on."""
    months = right.period.months
    over = f"least($2, ($3 - interval '{months} months')::date)"
    return (
        "generate_series(\n"
        f"date_trunc('{step_of(right)}', greatest(DATE '{first}', {since})::timestamp),\n"
        f"{over}::timestamp, interval '{months} months') AS step\n"
        "CROSS JOIN LATERAL (SELECT step::date AS day,\n"
        f"(step + interval '{months} months' - interval '1 day')::date AS last_day) AS bounds\n"
    )


def ruling_periods(right: Right, versions: Sequence[VersionTrees], since: str) -> str:
    """The periods to judge, each with the version and the parameters in force on its last day."""
    used = _used(right, versions)
    first = min(version.in_force for version in right.versions)
    header = ", ".join(f"p_{name}" for name in used)
    return (
        "SELECT day AS period_start, last_day AS period_end, daterange(day, last_day, '[]') AS span,\n"
        "(last_day + 1 + due_after * interval '1 month')::date AS due_on, segment.*\n"
        f"FROM {period_bounds(right, first, since)}"
        f"JOIN (\n{_segments(right, used)}) AS segment (version, valid_from, valid_upto, due_after"
        f"{', ' + header if header else ''})\n"
        "ON last_day BETWEEN valid_from AND valid_upto"
    )


def _base(right: Right, derivations: Derivations, ruling: Sequence[str]) -> str:
    """Persons and periods, with what rules the period and what their spells say of it.

    A period has one value of each, so any will do: joined again after the grouping, the periods would
    cost the order of the persons, and so a sort before every window.
    """
    rules = ", ".join(f"any_value(p.{column}) AS {column}" for column in ruling)
    organisation = "s.organisation_id" if right.per is Per.EMPLOYER else NOBODY
    lived = ",\n" + listed(derivations.lived) if derivations.lived else ""
    if right.during:
        person, source = "s.person_id", f"spells AS s {_touched(right)}"
        condition = f"HAVING bool_or(s.status IN ({quoted(*right.during)}))"
    else:
        person, condition = "c.person_id", ""
        source = (
            "course AS c CROSS JOIN period AS p\n"
            f"LEFT JOIN spells AS s ON s.person_id = c.person_id AND {OVERLAPPING}"
        )
    return (
        f"SELECT {person}, {organisation} AS organisation_id, p.period_start,\n{rules}{lived}\n"
        f"FROM {source}\nGROUP BY 1, 2, 3 {condition}"
    )


def _touched(right: Right) -> str:
    """The periods that a spell touches: few years are compared, many months are enumerated."""
    if right.period.months > 1:
        return f"JOIN period AS p ON {OVERLAPPING}"
    return (
        "CROSS JOIN LATERAL generate_series(\n"
        "date_trunc('month', greatest(lower(s.valid), (SELECT min(period_start) FROM period))::timestamp),\n"
        "least(upper(s.valid) - 1, (SELECT max(period_start) FROM period))::timestamp, interval '1 month'\n"
        ") AS step JOIN period AS p ON p.period_start = step::date"
    )


def _known(derivations: Derivations, ruling: Sequence[str]) -> str:
    columns = listed(derivations.columns)
    joins = "\n".join(derivations.joins)
    rules = ", ".join(f"b.{column}" for column in ruling)
    return (
        f"SELECT b.person_id, b.organisation_id, b.period_start, {rules}{',' if columns else ''}\n{columns}\n"
        f"FROM base AS b\n{joins} OFFSET 0"
    )


def with_steps(
    versions: Sequence[VersionTrees], columns: Columns, stated: str
) -> Iterator[tuple[str, str]]:
    """`known`, with the steps of the definitions added one after the other.

    See Note [steps] in the compiler of expressions. A step comes after those it uses in any version;
    a version that has no such step holds nothing in its column.
    """
    uses: TopologicalSorter[str] = TopologicalSorter()
    for trees in versions:
        for name, body in trees.steps.items():
            uses.add(name, *_steps_within(body))
    names = [*uses.static_order()]
    layers = [*(f"known_{index}" for index in range(len(names))), "known"]
    yield layers[0], stated
    for before, name, layer in zip(layers, names, layers[1:], strict=False):
        parts = [
            compile_postgres(trees.steps[name], columns) if name in trees.steps else "NULL"
            for trees in versions
        ]
        step = f"{by_version(versions, parts)} AS {step_column(name)}"
        yield layer, f"SELECT k.*, {step} FROM {before} AS k OFFSET 0"


def _steps_within(body: Node) -> Iterator[str]:
    """The steps that a definition uses, itself or through others; in order, for a stable text."""
    return (node.name for node in body.walk() if isinstance(node, Defined) and node.step)


def _segments(right: Right, used: Sequence[str]) -> str:
    rows = [
        ", ".join(
            [
                f"DATE '{version.in_force}'",
                f"DATE '{start}'",
                f"DATE '{end}'",
                str(version.due_after_months),
                *(_parameter_literal(right.parameters[name], start) for name in used),
            ]
        )
        for start, end in _stretches(right, used)
        if (version := right.version_on(start))
    ]
    return "SELECT " + "\nUNION ALL SELECT ".join(rows)


def _stretches(right: Right, parameters: Sequence[str]) -> Iterator[tuple[date, date]]:
    starts = {version.in_force for version in right.versions}
    starts |= {version.until + timedelta(days=1) for version in right.versions if version.until}
    starts |= {value.start for name in parameters for value in right.parameters[name].values}
    ordered = sorted(
        start for start in starts if start >= min(version.in_force for version in right.versions)
    )
    for start, following in zip(ordered, [*ordered[1:], None], strict=True):
        yield start, following - timedelta(days=1) if following else _FOREVER


def _parameter_literal(parameter: Parameter, day: date) -> str:
    value = parameter.on(day)
    return literal(value.value if value else None, parameter.type)


def literal(value: Value | None, kind: ValueType) -> str:
    """A typed SQL literal."""
    sql_type = _SQL_TYPES[kind.kind]
    if value is None:
        return f"NULL::{sql_type}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"({value:f})::numeric"
    return f"{quoted(str(value))}::{sql_type}"


def judgements(
    right: Right, versions: Sequence[VersionTrees], compiled: Sequence[VersionSql], told: str = ""
) -> str:
    """From `known` to the law's word on each row; `told`: one more column, named steps."""

    def chosen(parts: Sequence[str]) -> str:
        return by_version(versions, parts)

    def limits(name: str, none: str) -> str:
        return chosen(
            [
                _limit(trees, getattr(sql, name), name, none)
                for trees, sql in zip(versions, compiled, strict=True)
            ]
        )

    counters = [_counter(right, trees.version.funder) for trees in versions]
    return f"""judged AS (
SELECT person_id, organisation_id, period_start, period_end, due_on, version,
{chosen([counter for counter, _ in counters])} AS counter_id,
{chosen([name for _, name in counters])} AS counterparty,
{chosen([sql.when for sql in compiled])} AS entitled,
{chosen([sql.amount or "NULL::bigint" for sql in compiled])} AS amount,
{limits("cap", UNLIMITED)}::bigint AS upto,
{limits("protected", "0")}::bigint AS protected_upto{f", {told} AS steps" if told else ""}
FROM known OFFSET 0), {owed_rows(right)},
{filled(right, "cap", "owed", "upto", "award")},
{filled(right, "protected", "award", "protected_upto", "protected")}
SELECT person_id, organisation_id, period_start, period_end, due_on, version,
counter_id, counterparty, entitled, amount, award, protected{", steps" if told else ""}
FROM with_protected"""


def _tellings(versions: Sequence[VersionTrees], plans: Sequence[TracePlan]) -> str:
    values = by_version(versions, [as_json(plan) for plan in plans])
    return (
        "SELECT person_id, organisation_id, period_start, period_end, due_on, version,\n"
        f"{values} AS steps\nFROM known"
    )


def as_json(plan: TracePlan) -> str:
    """One object of all steps; several calls, since a function takes a hundred arguments at most."""
    pairs = [f"'{step.id}', {step.sql}" for step in plan.steps]
    chunks = [
        pairs[start : start + _MOST_ARGUMENTS] for start in range(0, len(pairs), _MOST_ARGUMENTS)
    ]
    return " || ".join(f"jsonb_build_object({', '.join(chunk)})" for chunk in chunks)


def by_version(versions: Sequence[VersionTrees], parts: Sequence[str]) -> str:
    """The part of the version that rules the row."""
    if len(parts) == 1:
        return parts[0]
    branches = " ".join(
        f"WHEN DATE '{trees.version.in_force}' THEN {part}"
        for trees, part in zip(versions, parts, strict=True)
    )
    return f"CASE version {branches} END"


def _limit(trees: VersionTrees, sql: str | None, name: str, none: str) -> str:
    limit = getattr(trees.version, name)
    if limit is None:
        return none
    return UNLIMITED if sql is None else sql


def _counter(right: Right, funder: str) -> tuple[str, str]:
    if not right.gives.has_amount:
        return "NULL::uuid", "NULL::text"
    if funder == EMPLOYER:
        counter = f"md5('employer|' || organisation_id::text || '|{right.unit}')::uuid"
        return counter, "'employer:' || organisation_id::text"
    return f"'{computed_id('funder', funder, right.unit)}'::uuid", quoted(f"funder:{funder}")
