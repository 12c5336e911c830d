"""Put conditions into words: what the law asks for, read from the tree and the labels."""

from __future__ import annotations

from collections.abc import Mapping

from cspu.kernel.text import Text
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
_AND = Text(fr=" et ", en=" and ")
_OR = Text(fr=" ; ou ", en="; or ")
_EITHER = Text(fr=", ou ", en=", or ")
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
            low = figure(trace, part, node.low, node.value)
            high = figure(trace, part, node.high, node.value)
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
    """`au moins 16 ans`, `avant le 1er juillet 1956`."""
    templates = _DATES if subject.type.kind is Kind.DATE else _NUMBERS
    template, value = templates[operator], figure(trace, part, other, subject)
    return both_ways(lambda lang: template.in_(lang).format(value.in_(lang)))


def figure(trace: Trace, part: str, node: Node, like: Node) -> Text:
    """The value of a figure; a bare number takes the unit of what it is compared with."""
    if isinstance(node, Literal):
        return trace.written_as(node, like)
    return trace.written(part, node)


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
