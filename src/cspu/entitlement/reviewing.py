"""All rights of a person in a few statements: rights that are judged alike share their facts.

Note [one review]. Judged one by one, fifty rights read the same spells, measures and attributes fifty
times, and their answers and their reasons once more each. A review groups the rights by what their
rows are (a month or a year, of a person or of a contract, since ever or lately), reads the facts of
a group once, and lets each right choose its periods, version and figures among these rows; answer,
amount and the steps that a page of all rights shows come out together. A right heavy enough to need
steps (Note [steps]) has a group of its own, which a person never in its situation skips: to prepare
such a statement costs as much as to run all the others.

`$1` is the persons, `$2` the last day looked at, `$3` the day by which a period must be over, `$4` the
day since which what is only shown is judged, where it comes every month: a page of all rights speaks of
the last months, an archive of all that are shown. What comes more seldom is judged as far back as shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cspu.entitlement.compiling import (
    EVER,
    OVERLAPPING,
    RECENTLY,
    SPELLS,
    CompiledRight,
    as_json,
    by_version,
    column_of,
    judgements,
    period_bounds,
    ruling_of,
    ruling_periods,
    step_of,
    with_steps,
)
from cspu.entitlement.derivations import COURSE, NOBODY, Derivations, derive, listed, quoted
from cspu.kernel.periods import PeriodKind
from cspu.law.expressions.nodes import Defined, Name, Node, Origin
from cspu.law.model import Per, Right
from cspu.law.tracing import TracePlan
from cspu.law.trees import VersionTrees
from cspu.lifecourse.vocabulary import LifeVocabulary

_Alike = tuple[str, str, bool, bool, str]


@dataclass(frozen=True, slots=True)
class Review:
    """One statement for rights that are judged alike.

    `during`: the statuses without which there is nothing to judge (none: everybody is judged).
    """

    rights: Sequence[str]
    during: Sequence[str]
    select: str


def reviews_of(rights: Sequence[CompiledRight], life: LifeVocabulary) -> list[Review]:
    """The statements that judge and tell all these rights together, in a fixed order."""
    ordered = sorted(rights, key=_alike)
    return [_review([*group], life) for _, group in groupby(ordered, key=_alike)]


def _alike(compiled: CompiledRight) -> _Alike:
    right = compiled.right
    heavy = any(trees.steps for trees in compiled.versions)
    always = right.per is Per.EMPLOYER and not right.during
    alone = right.id if heavy else ""
    return step_of(right), right.per.value, right.is_posted, always, alone


def _review(group: Sequence[CompiledRight], life: LifeVocabulary) -> Review:
    right = group[0].right
    names = sorted({name for each in group for trees in each.versions for name in trees.facts})
    per_employer = right.per is Per.EMPLOYER
    derivations = derive(
        (life.facts[name] for name in names), step=step_of(right), per_employer=per_employer
    )
    held = _held(group)
    since = _since(right)
    first = min(version.in_force for each in group for version in each.right.versions)
    tables = {
        "period": f"SELECT day AS period_start, last_day AS period_end,\n"
        f"daterange(day, last_day, '[]') AS span FROM {period_bounds(right, first, since)}",
        "spells": SPELLS,
        **derivations.read,
        "course": COURSE,
        "base": _base(derivations, held, per_employer=per_employer, always=_always(group)),
        **derivations.tables,
        "facts": _facts(derivations, held),
    }
    written = ",\n".join(f"{_once(name)} (\n{body})" for name, body in tables.items())
    branches = "\nUNION ALL ".join(_branch(each, names, held, since) for each in group)
    every = sorted({status for each in group for status in each.right.during})
    return Review(
        [each.right.id for each in group],
        [] if _always(group) else every,
        f"WITH {written}\n{branches}",
    )


def _since(right: Right) -> str:
    if right.is_posted:
        return EVER
    return "$4" if right.period is PeriodKind.MONTH else RECENTLY


def _always(group: Sequence[CompiledRight]) -> bool:
    return not all(each.right.during for each in group)


def _held(group: Sequence[CompiledRight]) -> Mapping[tuple[str, ...], str]:
    """For each set of statuses that a right wants, the column that says whether one was held."""
    wanted = dict.fromkeys(tuple(each.right.during) for each in group if each.right.during)
    return {statuses: f"held_{index}" for index, statuses in enumerate(wanted)}


def _once(name: str) -> str:
    """Each table is computed once: merged into the joins, one row of facts would compute it anew."""
    return f"{name} AS" if name == "spells" else f"{name} AS MATERIALIZED"


def _base(
    derivations: Derivations,
    held: Mapping[tuple[str, ...], str],
    *,
    per_employer: bool,
    always: bool,
) -> str:
    """Persons and periods (and employers), with what their spells say and which statuses were held."""
    columns = [
        f"bool_or(s.status IN ({quoted(*statuses)})) AS {name}" for statuses, name in held.items()
    ]
    if derivations.lived:
        columns.append(listed(derivations.lived))
    organisation = "s.organisation_id" if per_employer else NOBODY
    kind = "LEFT JOIN" if always else "JOIN"
    return (
        f"SELECT c.person_id, {organisation} AS organisation_id, p.period_start,\n"
        f"{', '.join(['any_value(p.period_end) AS period_end', *columns])}\n"
        "FROM course AS c CROSS JOIN period AS p\n"
        f"{kind} spells AS s ON s.person_id = c.person_id AND {OVERLAPPING}\n"
        "GROUP BY 1, 2, 3"
    )


def _facts(derivations: Derivations, held: Mapping[tuple[str, ...], str]) -> str:
    columns = [f"b.{name}" for name in ("person_id", "organisation_id", "period_start")]
    columns += [f"b.{name}" for name in held.values()]
    if derivations.columns:
        columns.append(listed(derivations.columns))
    joins = "\n".join(derivations.joins)
    return f"SELECT {', '.join(columns)}\nFROM base AS b\n{joins}"


def _branch(
    compiled: CompiledRight, names: Sequence[str], held: Mapping[tuple[str, ...], str], since: str
) -> str:
    """One right's word on the rows of its group."""
    right, versions = compiled.right, compiled.versions
    spoken = sorted({name for trees in versions for name in trees.facts})
    ruling = ", ".join(f"p.{column}" for column in ruling_of(right, versions))
    facts = "".join(f", f.f_{name}" for name in names if name in spoken)
    chosen = f"WHERE f.{held[tuple(right.during)]}" if right.during else ""
    stated = (
        f"SELECT f.person_id, f.organisation_id, f.period_start, {ruling}{facts}\n"
        f"FROM facts AS f JOIN ruled AS p USING (period_start) {chosen} OFFSET 0"
    )

    def columns(name: str) -> str:
        return column_of(right, name)

    layers = {
        "ruled": ruling_periods(right, versions, since),
        **dict(with_steps(versions, columns, stated)),
    }
    known = ",\n".join(
        f"{name} {'AS MATERIALIZED' if name == 'ruled' else 'AS'} (\n{body})"
        for name, body in layers.items()
    )
    told = by_version(
        versions,
        [
            as_json(_on_the_page(trees, plan))
            for trees, plan in zip(versions, compiled.plans, strict=True)
        ],
    )
    recent = f"period_end >= ($2 - interval '{right.period.months} months')::date"
    judged = judgements(right, versions, compiled.sql, f"CASE WHEN {recent} THEN {told} END")
    return f"SELECT '{right.id}'::text, word.* FROM (WITH {known},\n{judged}) AS word"


def _on_the_page(trees: VersionTrees, plan: TracePlan) -> TracePlan:
    """The steps that a page of all rights speaks of: conditions, what is missing, what is drawn."""
    parts = {"when", "drawn", *(f"define_{name}" for name in _defined(trees.when))}
    kept = {
        step
        for (part, node), step in plan.ids.items()
        if part in parts or node is trees.amount or _is_fact(node)
    }
    return plan.only(kept)


def _defined(node: Node) -> Iterator[str]:
    return (part.name for part in node.walk() if isinstance(part, Defined))


def _is_fact(node: Node) -> bool:
    return isinstance(node, Name) and node.origin is Origin.FACT
