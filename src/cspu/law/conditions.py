"""What would open a right: the conditions that are not met, or not known, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cspu.kernel.answers import Answer
from cspu.kernel.text import Text
from cspu.law.expressions.nodes import (
    Among,
    Between,
    Compare,
    Defined,
    Logic,
    Name,
    Node,
    Not,
)
from cspu.law.tracing import Trace, both_ways
from cspu.law.wording import asked, facts_of, name_of, subject_first, wanted


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, and who can supply it."""

    name: str
    label: Text
    supplied_by: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition that keeps a right from being open: NO or UNKNOWN, never YES."""

    text: Text
    status: Answer
    missing: tuple[Missing, ...]


def unmet(trace: Trace) -> Iterator[Condition]:
    """The conditions of `when` that are false or unknown, in the order of the text."""
    for part, node in _conjuncts(trace, "when", trace.trees.when):
        truth = trace.value(part, node)
        if truth is True:
            continue
        status = Answer.NO if truth is False else Answer.UNKNOWN
        waits = tuple(missing(trace, part, node)) if status is Answer.UNKNOWN else ()
        yield Condition(_sentence(trace, part, node), status, waits)


def lacking(trace: Trace) -> Iterator[Missing]:
    """The unknown facts that the unknown conditions of `when` wait for: `unmet` without its sentences."""
    for part, node in _conjuncts(trace, "when", trace.trees.when):
        if trace.value(part, node) is None:
            yield from missing(trace, part, node)


def missing(trace: Trace, part: str, node: Node) -> Iterator[Missing]:
    """The unknown facts that a node depends on, each once."""
    seen: set[str] = set()
    for place, name in facts_of(trace, part, node):
        if name.name not in seen and trace.value(place, name) is None:
            seen.add(name.name)
            fact = trace.fact(name.name)
            yield Missing(fact.name, fact.label, fact.supplied_by)


def _conjuncts(trace: Trace, part: str, node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Logic) and node.operator == "AND":
        for operand in node.operands:
            yield from _conjuncts(trace, part, operand)
    elif isinstance(node, Defined):
        yield from _conjuncts(trace, *trace.body(node))
    else:
        yield part, node


def _sentence(trace: Trace, part: str, node: Node) -> Text:
    match node:
        case Compare():
            return _needs(trace, part, node, subject_first(node)[0])
        case Between() | Among():
            return _needs(trace, part, node, node.value)
        case Not() if isinstance(node.operand, Name):
            label, value = trace.label(node.operand), trace.written(part, node.operand)
            return Text(
                fr=f"{label.fr} : {value.fr}. Il faut que ce ne soit pas le cas.",
                en=f"{label.en}: {value.en}. This must not be the case.",
            )
        case Name():
            label, value = trace.label(node), trace.written(part, node)
            return Text(
                fr=f"{label.fr} : {value.fr}. Cette condition doit être remplie.",
                en=f"{label.en}: {value.en}. This condition must be met.",
            )
        case Logic():
            ask, known = wanted(trace, part, node), _on_record(trace, part, node)
            return Text(
                fr=f"Il faut au moins une de ces conditions : {ask.fr}. Nous savons : {known.fr}.",
                en=f"At least one of these must hold: {ask.en}. We know: {known.en}.",
            )
        case _:
            ask = wanted(trace, part, node)
            return Text(fr=f"Il faut : {ask.fr}.", en=f"Needed: {ask.en}.")


def _on_record(trace: Trace, part: str, node: Node) -> Text:
    """The facts that a condition looks at, with their values."""
    shown = {
        name.name: (trace.label(name), trace.written(place, name))
        for place, name in facts_of(trace, part, node)
    }
    return Text(
        fr=" ; ".join(f"{label.fr} : {value.fr}" for label, value in shown.values()),
        en="; ".join(f"{label.en}: {value.en}" for label, value in shown.values()),
    )


def _needs(trace: Trace, part: str, node: Node, subject: Node) -> Text:
    label, value = name_of(trace, part, subject), trace.written(part, subject)
    ask = asked(trace, part, node)
    return both_ways(
        lambda lang: (
            f"{label.fr} : {value.fr}. Il faut {ask.fr}."
            if lang == "fr"
            else f"{label.en}: {value.en}. It takes {ask.en}."
        )
    )
