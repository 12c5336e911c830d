"""Tell a result: one plain sentence first, the whole computation as a tree on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cspu.kernel.text import Lang, Text
from cspu.law.expressions.nodes import (
    Arithmetic,
    Case,
    Defined,
    Extremum,
    Kind,
    Literal,
    Logic,
    Name,
    Node,
    Origin,
    Round,
)
from cspu.law.formatting import format_period
from cspu.law.model import Reference
from cspu.law.tracing import Trace, both_ways
from cspu.law.wording import wanted


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One line of the computation, with the lines it comes from.

    `kind`: fact, parameter, quantity, literal, condition, case, or the operation's name.
    `formula` shows the operation on its values; `reference` and `since` are those of a figure.
    """

    kind: str
    label: Text
    value: Text
    formula: Text
    children: tuple[TreeNode, ...] = ()
    reference: Reference | None = None
    since: date | None = None
    supplied_by: Text | None = None


_NOTHING = Text("", "")
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_OPERATIONS = {
    "+": Text(fr="Somme", en="Sum"),
    "-": Text(fr="Différence", en="Difference"),
    "*": Text(fr="Produit", en="Product"),
    "/": Text(fr="Division", en="Division"),
    "least": Text(fr="Le plus petit", en="The smallest"),
    "greatest": Text(fr="Le plus grand", en="The largest"),
}
_ROUNDINGS = {
    "round_up": Text(fr="Arrondi au-dessus", en="Rounded up"),
    "round_down": Text(fr="Arrondi au-dessous", en="Rounded down"),
    "round_half_up": Text(fr="Arrondi au plus proche", en="Rounded to the nearest"),
}
_OTHERWISE = Text(fr="Dans les autres cas", en="In every other case")
_UNDECIDED = Text(fr="Condition inconnue", en="Unknown condition")


def sentence(trace: Trace, amount: Text | None) -> Text:
    """The plain sentence of a result, `amount` being what is given, as people write it.

    None for a status, which has no amount.
    """
    template = _template(trace)
    law, names = trace.law(), trace.trees.words
    words = {name: trace.written(f"word_{name}", node) for name, node in names.items()}

    def write(lang: Lang) -> str:
        fillings = {name: word.in_(lang) for name, word in words.items()}
        fillings["law"] = law.in_(lang)
        if amount is not None:
            fillings["amount"] = amount.in_(lang)
        return template.in_(lang).format(**fillings, period=format_period(trace.period, lang))

    return both_ways(write)


def unfold(trace: Trace, part: str = "amount") -> TreeNode:
    """The whole computation of a part: when, amount, cap or protected."""
    node = {
        "when": trace.trees.when,
        "amount": trace.trees.amount,
        "cap": trace.trees.cap,
        "protected": trace.trees.protected,
    }[part]
    if node is None:
        raise KeyError(f"this version has no {part}")
    return _line(trace, part, node)


def _template(trace: Trace) -> Text:
    trees = trace.trees
    for index, (told, node) in enumerate(
        zip(trees.version.sentences, trees.sentences, strict=True)
    ):
        truth = True if node is None else trace.value(f"sentence{index}", node)
        if truth is not False:
            return told.text if truth else _plain(trace)
    return _plain(trace)


def _plain(trace: Trace) -> Text:
    return _OPEN if not trace.trees.right.gives.has_amount else _PLAIN


def _line(trace: Trace, part: str, node: Node) -> TreeNode:  # noqa: PLR0911 - one per node
    match node:
        case Name():
            return _name(trace, part, node)
        case Defined():
            body = _line(trace, *trace.body(node))
            formula, children = body.formula, body.children
            if not children:
                formula, children = body.label, (body,)
            return TreeNode(
                "quantity", trace.label(node), trace.written(part, node), formula, children
            )
        case Literal():
            value = trace.written(part, node)
            return TreeNode("literal", value, value, _NOTHING)
        case Case():
            return _case(trace, part, node)
        case Round():
            label = _ROUNDINGS[node.function]
            inner = _line(trace, part, node.operand)
            children = inner.children if node.operand.type.kind is Kind.RATIO else (inner,)
            value = trace.written(part, node)
            return TreeNode(node.function, label, value, _formula(trace, part, node), children)
        case Arithmetic() | Extremum():
            operator = node.operator if isinstance(node, Arithmetic) else node.function
            operands = [term for term in _operands(node) if not isinstance(term, Literal)]
            children = tuple(_line(trace, part, operand) for operand in operands)
            value = _NOTHING if node.type.kind is Kind.RATIO else trace.written(part, node)
            formula = _formula(trace, part, node)
            return TreeNode(operator, _OPERATIONS[operator], value, formula, children)
        case _:
            return _condition(trace, part, node)


def _name(trace: Trace, part: str, node: Name) -> TreeNode:
    label, value = trace.label(node), trace.written(part, node)
    if node.origin is Origin.FACT:
        supplier = trace.fact(node.name).supplied_by
        return TreeNode("fact", label, value, _NOTHING, supplied_by=supplier)
    figure = trace.figure(node.name)
    reference, since = (figure.reference, figure.start) if figure else (None, None)
    return TreeNode("parameter", label, value, _NOTHING, (), reference, since)


def _condition(trace: Trace, part: str, node: Node) -> TreeNode:
    kept = node.children if isinstance(node, Logic) else _told(node)
    children = tuple(_line(trace, part, child) for child in kept)
    label = _capital(wanted(trace, part, node))
    return TreeNode("condition", label, trace.written(part, node), _NOTHING, children)


def _told(node: Node) -> tuple[Node, ...]:
    return tuple(child for child in node.children if not isinstance(child, Literal))


def _case(trace: Trace, part: str, node: Case) -> TreeNode:
    """The branch that decided, with the conditions that led to it."""
    tested: list[TreeNode] = []
    for branch in node.branches:
        truth = trace.value(part, branch.condition)
        tested.append(_line(trace, part, branch.condition))
        if truth is not False:
            chosen = branch.value if truth else None
            label = _capital(wanted(trace, part, branch.condition)) if truth else _UNDECIDED
            break
    else:
        chosen, label = node.otherwise, _OTHERWISE
    shown = chosen is not None and not isinstance(chosen, Literal)
    children = (*tested, _line(trace, part, chosen)) if chosen and shown else tuple(tested)
    return TreeNode("case", label, trace.written(part, node), _NOTHING, children)


def _operands(node: Arithmetic | Extremum) -> list[Node]:
    """The operands of a chain of one operator, written a + b + c."""
    if isinstance(node, Extremum):
        return list(node.operands)
    left = node.left
    same = isinstance(left, Arithmetic) and left.operator == node.operator
    alike = node.operator in "+-*" and same
    ratio = node.type.kind is Kind.RATIO and isinstance(left, Arithmetic) and left.operator in "*/"
    if isinstance(left, Arithmetic) and (alike or ratio):
        return [*_operands(left), node.right]
    return [left, node.right]


def _formula(trace: Trace, part: str, node: Node) -> Text:
    """The operation on its values: `500 € × 600 heures ÷ 1 607 heures`."""
    match node:
        case Round():
            return _terms(trace, part, node.operand)
        case Extremum():
            values = [_terms(trace, part, operand) for operand in node.operands]
            return both_ways(lambda lang: " ; ".join(value.in_(lang) for value in values))
        case _:
            return _terms(trace, part, node)


def _terms(trace: Trace, part: str, node: Node) -> Text:
    match node:
        case Arithmetic():
            left = _wrapped(_terms(trace, part, node.left), node.left, node)
            right = _wrapped(_terms(trace, part, node.right), node.right, node)
            sign = _SIGNS[node.operator]
            return Text(fr=f"{left.fr}{sign}{right.fr}", en=f"{left.en}{sign}{right.en}")
        case _:
            return trace.written(part, node)


def _wrapped(text: Text, inner: Node, outer: Arithmetic) -> Text:
    loose = isinstance(inner, Arithmetic) and inner.operator in "+-"
    if loose and (outer.operator in "*/" or (outer.operator == "-" and inner is outer.right)):
        return Text(fr=f"({text.fr})", en=f"({text.en})")
    return text


def _capital(text: Text) -> Text:
    return Text(fr=text.fr[:1].upper() + text.fr[1:], en=text.en[:1].upper() + text.en[1:])


_OPEN = Text(
    fr="Pour {period}, vous y avez droit ({law}).",
    en="For {period}, you are entitled to it ({law}).",
)
_PLAIN = Text(
    fr="Pour {period}, vous recevez {amount} ({law}).",
    en="For {period}, you receive {amount} ({law}).",
)
