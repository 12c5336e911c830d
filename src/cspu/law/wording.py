"""Put conditions into words: what the law asks for, read from the tree and the labels.

Note [a bound in whole cents]. A bound reckoned to more decimals than money has is said in whole cents, on
the side that stays true: of what is itself in whole cents, `less than €1,144.2145` is `at most €1,144.21`.
Where what is compared has such decimals too, both are said as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from cspu.kernel.text import Lang, Text
from cspu.law.expressions.nodes import (
    Among,
    Between,
    Compare,
    Defined,
    Kind,
    Literal,
    Logic,
    Name,
    Node,
    Not,
    Origin,
)
from cspu.law.tracing import Trace, both_ways

FLIPPED: Mapping[str, str] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NUMBERS: Mapping[str, Text] = {
    ">=": Text(fr="au moins {}", en="at least {}"),
    ">": Text(fr="plus de {}", en="more than {}"),
    "<=": Text(fr="au plus {}", en="at most {}"),
    "<": Text(fr="moins de {}", en="less than {}"),
    "=": Text(fr="{}", en="{}"),
    "<>": Text(fr="autre chose que {}", en="anything but {}"),
}
_DATES: Mapping[str, Text] = {
    ">=": Text(fr="à partir du {}", en="on or after {}"),
    ">": Text(fr="après le {}", en="after {}"),
    "<=": Text(fr="jusqu’au {}", en="on or before {}"),
    "<": Text(fr="avant le {}", en="before {}"),
    "=": Text(fr="le {}", en="{}"),
    "<>": Text(fr="autre que le {}", en="other than {}"),
}
_UNKNOWN_NUMBERS: Mapping[str, Text] = {
    ">=": Text(fr="atteindre une limite", en="reaching a limit"),
    ">": Text(fr="dépasser une limite", en="going over a limit"),
    "<=": Text(fr="ne pas dépasser une limite", en="not going over a limit"),
    "<": Text(fr="rester sous une limite", en="staying below a limit"),
    "=": Text(fr="être égal à une valeur", en="being equal to a value"),
    "<>": Text(fr="être autre chose qu’une valeur", en="being anything but a value"),
}
_UNKNOWN_DATES: Mapping[str, Text] = {
    ">=": Text(fr="ne pas être avant une date", en="not being before a date"),
    ">": Text(fr="être après une date", en="being after a date"),
    "<=": Text(fr="ne pas être après une date", en="not being after a date"),
    "<": Text(fr="être avant une date", en="being before a date"),
    "=": Text(fr="être à une date", en="being on a date"),
    "<>": Text(fr="ne pas être à une date", en="not being on a date"),
}
_SOME = Text(fr="une valeur", en="a value")
_UNKNOWN = Text(fr="{what} encore inconnue", en="{what} not known yet")
_WAITS = Text(fr=" (il manque : {facts})", en=" (missing: {facts})")
_IN_CENTS: Mapping[str, tuple[str, str]] = {
    ">": (">=", ROUND_CEILING),
    ">=": (">=", ROUND_CEILING),
    "<": ("<=", ROUND_FLOOR),
    "<=": ("<=", ROUND_FLOOR),
}
"""The side on which a bound stays true once it is in whole cents, and which way it is rounded there."""
_AND = Text(fr=" et ", en=" and ")
_OR = Text(fr=" ; ou ", en="; or ")
_EITHER = Text(fr=", ou ", en=", or ")
_LISTED = Text(fr=" ; ", en="; ")
_COLON = Text(fr=" : ", en=": ")


def wanted(trace: Trace, part: str, node: Node) -> Text:
    """What a condition asks for, in a few words: `votre âge : au moins 16 ans`."""
    match node:
        case Logic():
            link = _AND if node.operator == "AND" else _OR
            within = node.operator == "AND"
            parts = [_grouped(trace, part, each, within=within) for each in node.operands]
            return both_ways(lambda lang: link.in_(lang).join(text.in_(lang) for text in parts))
        case Not():
            inner = _grouped(trace, part, node.operand, within=True)
            return Text(fr=f"pas : {inner.fr}", en=f"not: {inner.en}")
        case Compare():
            subject, operator, other = subject_first(node)
            return _labelled(trace, part, subject, bound(trace, part, subject, operator, other))
        case Between() | Among():
            return _labelled(trace, part, node.value, asked(trace, part, node))
        case Name() | Defined():
            return lowered(trace.label(node))
        case _:
            return trace.written(part, node)


def _grouped(trace: Trace, part: str, node: Node, *, within: bool) -> Text:
    """A condition inside another; several of which one is enough hold together in brackets."""
    if not (within and isinstance(node, Logic)):
        return wanted(trace, part, node)
    link = _AND if node.operator == "AND" else _EITHER
    parts = [_grouped(trace, part, each, within=True) for each in node.operands]
    return both_ways(lambda lang: f"({link.in_(lang).join(text.in_(lang) for text in parts)})")


def asked(trace: Trace, part: str, node: Node) -> Text:
    """What the value itself must be: `au moins 16 ans`, `entre 3 et 5`."""
    match node:
        case Compare():
            return bound(trace, part, *subject_first(node))
        case Between():
            low = _bound_of(trace, part, node.value, ">=", node.low)[1]
            high = _bound_of(trace, part, node.value, "<=", node.high)[1]
            return Text(fr=f"entre {low.fr} et {high.fr}", en=f"between {low.en} and {high.en}")
        case Among():
            choices = [figure(trace, part, choice, node.value) for choice in node.choices]
            return Text(
                fr=" ou ".join(choice.fr for choice in choices),
                en=" or ".join(choice.en for choice in choices),
            )
        case _:
            return wanted(trace, part, node)


def bound(trace: Trace, part: str, subject: Node, operator: str, other: Node) -> Text:
    """`au moins 16 ans`, `avant le 1er juillet 1956`; of a bound that is unknown, what it waits for."""
    dated = subject.type.kind is Kind.DATE
    if trace.value(part, other) is None:
        return _unknown(
            trace, part, other, (_UNKNOWN_DATES if dated else _UNKNOWN_NUMBERS)[operator]
        )
    said, value = _bound_of(trace, part, subject, operator, other)
    template = (_DATES if dated else _NUMBERS)[said]
    return both_ways(lambda lang: template.in_(lang).format(value.in_(lang)))


def _bound_of(
    trace: Trace, part: str, subject: Node, operator: str, other: Node
) -> tuple[str, Text]:
    """A bound and the side it is on. See Note [a bound in whole cents]."""
    value, unit = trace.value(part, other), trace.unit(subject) or trace.unit(other)
    if operator in _IN_CENTS and unit and unit.symbol and isinstance(value, Decimal):
        cent = Decimal(1).scaleb(-unit.scale)
        held = trace.value(part, subject)
        if value % cent and (not isinstance(held, Decimal) or not held % cent):
            side, rounding = _IN_CENTS[operator]
            return side, trace.written_as(value.quantize(cent, rounding), subject)
    return operator, figure(trace, part, other, subject)


def figure(trace: Trace, part: str, node: Node, like: Node) -> Text:
    """The value of a figure; a bare number takes the unit of what it is compared with."""
    if isinstance(node, Literal):
        return trace.written_as(node.value, like)
    if trace.value(part, node) is None:
        return _unknown(trace, part, node, _SOME)
    return trace.written(part, node)


def _unknown(trace: Trace, part: str, node: Node, what: Text) -> Text:
    """What is not known yet, and the facts that it waits for."""
    names = {
        name.name: name
        for place, name in facts_of(trace, part, node)
        if trace.value(place, name) is None
    }
    labels = [lowered(trace.label(name)) for name in names.values()]

    def write(lang: Lang) -> str:
        said = _UNKNOWN.in_(lang).format(what=what.in_(lang))
        facts = _LISTED.in_(lang).join(each.in_(lang) for each in labels)
        return said + _WAITS.in_(lang).format(facts=facts) if facts else said

    return both_ways(write)


def facts_of(trace: Trace, part: str, node: Node) -> Iterator[tuple[str, Name]]:
    """The facts that a node is reckoned from, each with the part of the law where it stands."""
    if isinstance(node, Defined):
        yield from facts_of(trace, *trace.body(node))
    elif isinstance(node, Name):
        if node.origin is Origin.FACT:
            yield part, node
    else:
        for child in node.children:
            yield from facts_of(trace, part, child)


def name_of(trace: Trace, part: str, node: Node) -> Text:
    """What a node is called: its label, or its value when it has none."""
    if isinstance(node, (Name, Defined)):
        return trace.label(node)
    return trace.written(part, node)


def subject_first(node: Compare) -> tuple[Node, str, Node]:
    """The comparison turned so that what belongs to the person comes first."""
    if _personal(node.right) and not _personal(node.left):
        return node.right, FLIPPED[node.operator], node.left
    return node.left, node.operator, node.right


def _personal(node: Node) -> bool:
    """Whether a value depends on facts, not on the text alone."""
    return any(isinstance(part, Name) and part.origin is Origin.FACT for part in node.walk())


def _labelled(trace: Trace, part: str, subject: Node, ask: Text) -> Text:
    name = lowered(name_of(trace, part, subject))
    return both_ways(lambda lang: name.in_(lang) + _COLON.in_(lang) + ask.in_(lang))


def lowered(text: Text) -> Text:
    """A label inside a sentence."""
    return Text(fr=_lower_first(text.fr), en=_lower_first(text.en))


def _lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first.isupper() else text[:1].lower() + text[1:]
