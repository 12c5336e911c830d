"""From the text of an expression to its typed tree; every refusal is collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from cspu.kernel.text import Text
from cspu.law.expressions import inference
from cspu.law.expressions.inference import Mistyped
from cspu.law.expressions.nodes import (
    BOOLEAN,
    DATE,
    TEXT,
    Among,
    Arithmetic,
    Between,
    Branch,
    Case,
    Compare,
    Defined,
    Extremum,
    Kind,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Not,
    Refusal,
    Round,
    Span,
    ValueType,
)
from cspu.law.expressions.scope import Scope
from cspu.law.expressions.tokens import ALLOWED, gate

MAX_REPEATS = 6
ROUNDINGS = ("round_up", "round_down", "round_half_up")
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_COMPARISONS = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gave: a tree, or the reasons why not."""

    node: Node | None
    refusals: tuple[Refusal, ...]


def parse(text: str, scope: Scope) -> Reading:
    """Read one expression. `node` is None as soon as anything is refused."""
    refusals = gate(text)
    if refusals:
        return Reading(None, tuple(refusals))
    whole = Span(0, len(text))
    try:
        tree = sqlglot.parse_one(text, read="postgres")
    except ParseError as error:
        return Reading(None, (_syntax(error, text),))
    except RecursionError:
        return Reading(None, (Refusal("too_long", whole, text[:40], ALLOWED),))
    reader = _Reader(text, scope)
    node = reader.read(tree, whole)
    if node is not None:
        reader.check_repeats(node)
    kept = tuple(dict.fromkeys(reader.refusals))
    return Reading(None if kept else node, kept)


def _syntax(error: ParseError, text: str) -> Refusal:
    details = error.errors[0] if error.errors else {}
    offending = str(details.get("highlight") or "")
    start = text.find(offending) if offending else 0
    message = Text(
        fr="La phrase SQL est mal formée à cet endroit. " + ALLOWED.fr,
        en="The SQL phrase is malformed here. " + ALLOWED.en,
    )
    span = Span(max(start, 0), max(start, 0) + max(len(offending), 1))
    return Refusal("syntax", span, offending or text[:40], message)


class _Reader:
    """Walks sqlglot's tree once; a part that is refused gives None and is skipped above."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.refusals: list[Refusal] = []
        self._readers: dict[type[exp.Expr], Callable[..., Node | None]] = {
            exp.Column: self._name,
            exp.Literal: self._literal,
            exp.Boolean: self._truth,
            exp.Cast: self._date,
            exp.Neg: self._negate,
            exp.Not: self._not,
            exp.And: self._logic,
            exp.Or: self._logic,
            exp.Between: self._between,
            exp.In: self._among,
            exp.Case: self._case,
            exp.Least: self._extremum,
            exp.Greatest: self._extremum,
            exp.Anonymous: self._function,
            **dict.fromkeys(_ARITHMETIC, self._arithmetic),
            **dict.fromkeys(_COMPARISONS, self._compare),
        }

    def read(self, tree: exp.Expr, outer: Span) -> Node | None:
        """The typed node of a parsed part, or None when it was refused."""
        while isinstance(tree, exp.Paren):
            tree = tree.this
        span = _span(tree, outer)
        reader = self._readers.get(type(tree))
        if reader is None:
            return self._refuse("not_in_language", span, ALLOWED)
        try:
            return reader(tree, span)
        except Mistyped as mistyped:
            return self._refuse(mistyped.code, span, mistyped.message)

    def check_repeats(self, node: Node) -> None:
        """Bound how deep roundings and extrema nest: each repeats its operand when compiled."""
        if _repeats(node) > MAX_REPEATS:
            self._refuse("too_nested", node.span, _TOO_NESTED)

    def _refuse(self, code: str, span: Span, message: Text) -> Node | None:
        offending = self.text[span.start : span.end]
        if offending.count("(") > offending.count(")"):
            offending = self.text[span.start : self.text.find(")", span.end) + 1] or offending
        self.refusals.append(Refusal(code, span, offending, message))
        return None

    def _all(
        self, trees: Sequence[exp.Expr], outer: Span, *, ratios: bool = False
    ) -> list[Node] | None:
        """Every part, or None when one was refused; a division counts only where it may stand."""
        nodes = [self.read(tree, outer) for tree in trees]
        read = []
        for node in nodes:
            if node is not None and node.type.kind is Kind.RATIO and not ratios:
                self._refuse("unrounded", node.span, inference.UNROUNDED)
            elif node is not None:
                read.append(node)
        return read if len(read) == len(nodes) else None

    def _name(self, tree: exp.Column, span: Span) -> Node | None:
        symbol = self.scope.get(tree.name)
        if symbol is None:
            known = ", ".join(sorted(self.scope))
            return self._refuse("unknown_name", span, _unknown_name(tree.name, known))
        if symbol.body is not None:
            return Defined(span, symbol.type, symbol.name, symbol.body, symbol.step)
        return Name(span, symbol.type, symbol.name, symbol.origin)

    def _literal(self, tree: exp.Literal, span: Span) -> Node | None:
        if tree.is_string:
            return Literal(span, TEXT, tree.this)
        return _number(Decimal(tree.this), span)

    def _truth(self, tree: exp.Boolean, span: Span) -> Node | None:
        return Literal(span, BOOLEAN, bool(tree.this))

    def _date(self, tree: exp.Cast, span: Span) -> Node | None:
        written = tree.this.this if isinstance(tree.this, exp.Literal) else ""
        if not tree.is_type("date"):
            return self._refuse("not_in_language", span, ALLOWED)
        try:
            return Literal(span, DATE, date.fromisoformat(written))
        except ValueError:
            return self._refuse("date_literal", span, _BAD_DATE)

    def _negate(self, tree: exp.Neg, span: Span) -> Node | None:
        operand = self.read(tree.this, span)
        if operand is None:
            return None
        if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return _number(-operand.value, span)
        return Negate(span, inference.negation(operand.type), operand)

    def _not(self, tree: exp.Not, span: Span) -> Node | None:
        operand = self.read(tree.this, span)
        if operand is None:
            return None
        inference.condition("NOT", operand.type)
        return Not(span, BOOLEAN, operand)

    def _arithmetic(self, tree: exp.Binary, span: Span) -> Node | None:
        operator = _ARITHMETIC[type(tree)]
        operands = self._all((tree.this, tree.expression), span, ratios=operator in "*/")
        if operands is None:
            return None
        left, right = operands
        if operator == "/" and isinstance(right, Literal) and right.value == Decimal(0):
            return self._refuse("divide_by_zero", span, _DIVIDE_BY_ZERO)
        kind = inference.arithmetic(operator, left.type, right.type)
        return Arithmetic(span, kind, operator, left, right)

    def _compare(self, tree: exp.Binary, span: Span) -> Node | None:
        if type(tree.this) in _COMPARISONS or type(tree.expression) in _COMPARISONS:
            return self._refuse("chained", span, _CHAINED)
        operands = self._all((tree.this, tree.expression), span)
        if operands is None:
            return None
        operator = _COMPARISONS[type(tree)]
        left, right = operands
        inference.comparison(operator, (left.type, right.type))
        self._check_texts(left, (right,))
        self._check_texts(right, (left,))
        return Compare(span, BOOLEAN, operator, left, right)

    def _logic(self, tree: exp.Connector, span: Span) -> Node | None:
        parts = list(_flatten(tree, type(tree)))
        operands = self._all(parts, span)
        if operands is None:
            return None
        word = "AND" if isinstance(tree, exp.And) else "OR"
        for operand in operands:
            inference.condition(word, operand.type)
        return Logic(span, BOOLEAN, word, tuple(operands))

    def _between(self, tree: exp.Between, span: Span) -> Node | None:
        operands = self._all((tree.this, tree.args["low"], tree.args["high"]), span)
        if operands is None:
            return None
        value, low, high = operands
        inference.comparison("BETWEEN", [operand.type for operand in operands])
        return Between(span, BOOLEAN, value, low, high)

    def _among(self, tree: exp.In, span: Span) -> Node | None:
        operands = self._all((tree.this, *tree.expressions), span)
        if operands is None:
            return None
        value, *choices = operands
        literals = tuple(choice for choice in choices if isinstance(choice, Literal))
        if not literals or len(literals) != len(choices):
            return self._refuse("in_literals", span, _IN_LITERALS)
        inference.comparison("IN", [operand.type for operand in operands])
        self._check_texts(value, literals)
        return Among(span, BOOLEAN, value, literals)

    def _case(self, tree: exp.Case, span: Span) -> Node | None:
        if tree.this is not None:
            return self._refuse("simple_case", span, _SIMPLE_CASE)
        if tree.args.get("default") is None:
            return self._refuse("case_without_else", span, _WITHOUT_ELSE)
        parts = [part for when in tree.args["ifs"] for part in (when.this, when.args["true"])]
        nodes = self._all((*parts, tree.args["default"]), span)
        if nodes is None:
            return None
        *pairs, otherwise = nodes
        branches = tuple(map(Branch, pairs[::2], pairs[1::2]))
        for branch in branches:
            inference.condition("WHEN", branch.condition.type)
        kind = inference.common([*(branch.value.type for branch in branches), otherwise.type])
        return Case(span, kind, branches, otherwise)

    def _extremum(self, tree: exp.Least | exp.Greatest, span: Span) -> Node | None:
        operands = self._all((tree.this, *tree.expressions), span)
        if operands is None:
            return None
        function = "least" if isinstance(tree, exp.Least) else "greatest"
        kind = inference.common([operand.type for operand in operands])
        if len(operands) == 1 or kind.kind not in (Kind.NUMBER, Kind.DATE):
            return self._refuse("extremum", span, _EXTREMUM)
        return Extremum(span, _clamped(kind, function, operands), function, tuple(operands))

    def _function(self, tree: exp.Anonymous, span: Span) -> Node | None:
        function = str(tree.this)
        if function not in ROUNDINGS:
            return self._refuse("unknown_function", span, ALLOWED)
        match tree.expressions:
            case [value, exp.Literal(this=written)] if str(written).isdigit():
                operand, decimals = self.read(value, span), int(written)
            case _:
                return self._refuse("decimals", span, inference.DECIMALS)
        if operand is None:
            return None
        kind = inference.rounding(function, operand.type, decimals)
        return Round(span, kind, function, operand, decimals)

    def _check_texts(self, named: Node, compared: Sequence[Node]) -> None:
        if not isinstance(named, Name):
            return
        values = self.scope[named.name].values
        for other in compared:
            if values and isinstance(other, Literal) and other.value not in values:
                message = _unknown_value(named.name, ", ".join(sorted(values)))
                self._refuse("unknown_value", other.span, message)


def _number(value: Decimal, span: Span) -> Literal:
    exponent = value.as_tuple().exponent
    scale = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    bound = abs(int(value.scaleb(scale)))
    if scale > inference.MAX_DECIMALS or len(str(bound)) > inference.MAX_LITERAL_DIGITS:
        raise Mistyped("number_literal", _BIG_NUMBER)
    return Literal(span, ValueType(Kind.NUMBER, scale, bound), value)


def _flatten(tree: exp.Expr, kind: type[exp.Expr]) -> list[exp.Expr]:
    """The operands of a chain `a AND b AND c`, in order, whatever the parser's nesting."""
    pending, parts = [tree], []
    while pending:
        part = pending.pop()
        if type(part) is kind:
            pending.extend((part.expression, part.this))
        else:
            parts.append(part)
    return parts


def _span(tree: exp.Expr, outer: Span) -> Span:
    marks = [part.meta for part in tree.walk() if "start" in part.meta]
    if not marks:
        return outer
    start = min(mark["start"] for mark in marks)
    return Span(start, max(mark["end"] for mark in marks) + 1)


def _clamped(kind: ValueType, function: str, operands: Sequence[Node]) -> ValueType:
    """The type of an extremum, whose bound is tighter where it holds a value between two others.

    `greatest(least(x, a), b)` is at most a or b, and at least b, however large x may be.
    """
    inner = [part for part in operands if isinstance(part, Extremum) and part.function != function]
    others = [part for part in operands if part not in inner]
    if kind.kind is not Kind.NUMBER or not inner or not others:
        return kind

    def bound(part: Node) -> int:
        return part.type.bound * int(10 ** (kind.scale - part.type.scale))

    held = [min(map(bound, part.operands)) for part in inner]
    return replace(kind, bound=max(*held, *map(bound, others)))


def _repeats(node: Node) -> int:
    if isinstance(node, Defined) and node.step:
        return 0
    below = max((_repeats(child) for child in node.children), default=0)
    return below + isinstance(node, (Round, Extremum))


def _unknown_name(name: str, known: str) -> Text:
    return Text(
        fr=f"« {name} » n’est ni un fait du vocabulaire ni un paramètre du texte. "
        f"Connus : {known}.",
        en=f"“{name}” is neither a fact of the vocabulary nor a parameter of the text. "
        f"Known: {known}.",
    )


def _unknown_value(name: str, values: str) -> Text:
    return Text(
        fr=f"{name} ne prend jamais cette valeur. Valeurs possibles : {values}.",
        en=f"{name} never has this value. Possible values: {values}.",
    )


_BAD_DATE = Text(
    fr="Une date s’écrit DATE 'aaaa-mm-jj' et doit exister.",
    en="Write dates as DATE 'yyyy-mm-dd'; the day must exist.",
)
_CHAINED = Text(
    fr="Deux comparaisons ne s’enchaînent pas : a < b AND b < c, ou (a = b) = c.",
    en="Comparisons cannot be chained: a < b AND b < c, or (a = b) = c.",
)
_DIVIDE_BY_ZERO = Text(fr="Division par zéro.", en="Division by zero.")
_IN_LITERALS = Text(
    fr="IN n’accepte qu’une liste de valeurs écrites : x IN (1, 2) ou x IN ('a', 'b').",
    en="IN takes a list of written values only: x IN (1, 2) or x IN ('a', 'b').",
)
_SIMPLE_CASE = Text(
    fr="Écrivez CASE WHEN condition THEN valeur … ELSE valeur END.",
    en="Write CASE WHEN condition THEN value … ELSE value END.",
)
_WITHOUT_ELSE = Text(
    fr="Un CASE doit dire ce qui vaut dans tous les autres cas : ajoutez ELSE.",
    en="A CASE must say what holds in every other case: add ELSE.",
)
_EXTREMUM = Text(
    fr="least et greatest comparent au moins deux nombres ou deux dates.",
    en="least and greatest compare at least two numbers or two dates.",
)
_TOO_NESTED = Text(
    fr=f"Au plus {MAX_REPEATS} arrondis, least ou greatest l’un dans l’autre.",
    en=f"At most {MAX_REPEATS} roundings, least or greatest inside one another.",
)
_BIG_NUMBER = Text(
    fr=f"Un nombre écrit a au plus {inference.MAX_LITERAL_DIGITS} chiffres, "
    f"dont {inference.MAX_DECIMALS} décimales.",
    en=f"A written number has at most {inference.MAX_LITERAL_DIGITS} digits, "
    f"{inference.MAX_DECIMALS} of them decimals.",
)
