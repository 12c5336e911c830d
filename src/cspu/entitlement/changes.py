"""What would change the law's word on the latest period of a right, from the steps of its computation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from cspu.entitlement.compiling import CompiledRight
from cspu.entitlement.explaining import Explainer
from cspu.entitlement.reading import Asserted, Telling
from cspu.law.changing import Facts, Rule, nearest_changes, rule_of
from cspu.law.expressions.nodes import Name, Origin
from cspu.law.expressions.python import Known, exact
from cspu.law.proposing import proposal
from cspu.law.tracing import Trace


def changes(
    compiled: CompiledRight, told: Sequence[Telling], explainer: Explainer
) -> tuple[str, ...]:
    """The nearest changes that would open the right in the latest period told, in plain words.

    With several employers, those of the first employer with whom anything would.
    """
    latest = max((each.period_end for each in told), default=None)
    tried = (
        tuple(_changes(compiled, telling, explainer))
        for telling in told
        if telling.period_end == latest
    )
    return next(filter(None, tried), ())


def _changes(compiled: CompiledRight, telling: Telling, explainer: Explainer) -> Iterator[str]:
    law, trace = explainer.law, explainer.trace(telling)
    versions = {trees.version.in_force: trees for trees in compiled.versions}

    # Looked at on the same few days again and again, and each time compiled.
    @cache
    def rules(day: date) -> Rule | None:
        version = compiled.right.version_on(day)
        return None if version is None else rule_of(versions[version.in_force], day)

    # What another version asks besides is not known here: whoever waits for it is told nothing.
    unknown = {name: None for trees in compiled.versions for name in trees.facts}
    found = nearest_changes(
        rules,
        {**unknown, **_facts(trace)},
        law.life.facts,
        trace.period,
        kind=compiled.right.period,
        born=_born(explainer.assertions),
    )
    for change in found:
        yield proposal(change, law.pack).in_(explainer.lang)


def _facts(trace: Trace) -> Facts:
    """The facts of the computation, as the database read them."""
    known: dict[str, Known | None] = {}
    for (_, node), step in trace.plan.ids.items():
        if isinstance(node, Name) and node.origin is Origin.FACT:
            value = trace.values[step]
            if isinstance(value, (Decimal, bool, str, date)):
                known[node.name] = exact(value)
            else:
                known[node.name] = None
    return known


def _born(assertions: Sequence[Asserted]) -> date | None:
    said = [
        each.value for each in assertions if (each.kind, each.name) == ("attribute", "birth_date")
    ]
    return date.fromisoformat(said[-1]) if said else None
