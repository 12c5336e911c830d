"""Typing rules: what each operation accepts, and how many digits its result may need.

Magnitudes are tracked exactly (as integers), so the compiler can promise that no value, even an
intermediate one, exceeds 38 digits on either engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from cspu.kernel.text import Text
from cspu.law.expressions.nodes import MAX_BOUND, Kind, ValueType

NUMBER_WORDS = {
    Kind.BOOLEAN: Text(fr="vrai ou faux", en="true or false"),
    Kind.NUMBER: Text(fr="un nombre", en="a number"),
    Kind.DATE: Text(fr="une date", en="a date"),
    Kind.TEXT: Text(fr="un texte", en="a text"),
    Kind.RATIO: Text(fr="une division non arrondie", en="a division not rounded"),
}
MAX_DECIMALS = 10
MAX_LITERAL_DIGITS = 30


class Mistyped(Exception):
    """An operation that these types do not allow; `message` says what it accepts."""

    def __init__(self, code: str, message: Text) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def arithmetic(operator: str, left: ValueType, right: ValueType) -> ValueType:
    """The type of `left operator right`."""
    if operator in "+-":
        _all_numbers(operator, (left, right))
        scale, bounds = aligned((left, right))
        return _number(scale, sum(bounds))
    _all_factors(operator, (left, right))
    return _product(left, right) if operator == "*" else _quotient(left, right)


def _product(left: ValueType, right: ValueType) -> ValueType:
    return _fitting(
        ValueType(
            Kind.RATIO if Kind.RATIO in (left.kind, right.kind) else Kind.NUMBER,
            left.scale + right.scale,
            left.bound * right.bound,
            left.denominator_scale + right.denominator_scale,
            left.denominator_bound * right.denominator_bound,
        )
    )


def _quotient(left: ValueType, right: ValueType) -> ValueType:
    if right.kind is Kind.RATIO:
        raise Mistyped("divide_by_ratio", _DIVIDE_BY_RATIO)
    return _fitting(
        ValueType(
            Kind.RATIO,
            left.scale,
            left.bound,
            left.denominator_scale + right.scale,
            left.denominator_bound * right.bound,
        )
    )


def negation(operand: ValueType) -> ValueType:
    """The type of `-operand`."""
    _all_numbers("-", (operand,))
    return operand


def rounding(function: str, operand: ValueType, decimals: int) -> ValueType:
    """The type of `function(operand, decimals)`, checking every intermediate value."""
    if operand.kind not in (Kind.NUMBER, Kind.RATIO):
        raise Mistyped("type", _accepts(function, Text(fr="un nombre", en="a number"), operand))
    if decimals > MAX_DECIMALS:
        raise Mistyped("decimals", _DECIMALS)
    numerator, denominator = rounding_factors(operand, decimals)
    top, bottom = operand.bound * numerator, operand.denominator_bound * denominator
    widest = 2 * top + 2 * bottom if function == "round_half_up" else top + 1
    if max(widest, 2 * bottom) > MAX_BOUND:
        raise Mistyped("too_many_digits", _TOO_MANY_DIGITS)
    return _number(decimals, top + 1)


def rounding_factors(operand: ValueType, decimals: int) -> tuple[int, int]:
    """Powers of ten that turn scaled numerator and denominator into a quotient of 10^-decimals."""
    shift = operand.denominator_scale + decimals - operand.scale
    return (10**shift, 1) if shift >= 0 else (1, 10**-shift)


def comparison(operator: str, operands: Sequence[ValueType]) -> None:
    """Refuse what cannot be compared with that operator."""
    kinds = {operand.kind for operand in operands}
    if Kind.RATIO in kinds:
        raise Mistyped("unrounded", UNROUNDED)
    if len(kinds) > 1:
        raise Mistyped("type", _different(operands))
    kind = operands[0].kind
    if operator not in ("=", "<>", "IN") and kind in (Kind.BOOLEAN, Kind.TEXT):
        raise Mistyped("type", _no_order(operator, kind))
    if kind is Kind.NUMBER:
        aligned(operands)


def common(operands: Sequence[ValueType]) -> ValueType:
    """The one type that holds every one of these values (branches of a CASE, `least`…)."""
    kinds = {operand.kind for operand in operands}
    if Kind.RATIO in kinds:
        raise Mistyped("unrounded", UNROUNDED)
    if len(kinds) > 1:
        raise Mistyped("type", _different(operands))
    if operands[0].kind is not Kind.NUMBER:
        return operands[0]
    scale, bounds = aligned(operands)
    return _number(scale, max(bounds))


def condition(word: str, operand: ValueType) -> None:
    """Refuse what is not true, false or unknown."""
    if operand.kind is not Kind.BOOLEAN:
        raise Mistyped("type", _accepts(word, NUMBER_WORDS[Kind.BOOLEAN], operand))


def aligned(operands: Sequence[ValueType]) -> tuple[int, list[int]]:
    """The common scale of several numbers, and their bounds at that scale."""
    scale = max(operand.scale for operand in operands)
    bounds = [operand.bound * 10 ** (scale - operand.scale) for operand in operands]
    if max(bounds) > MAX_BOUND:
        raise Mistyped("too_many_digits", _TOO_MANY_DIGITS)
    return scale, bounds


def _number(scale: int, bound: int) -> ValueType:
    return _fitting(ValueType(Kind.NUMBER, scale, bound))


def _fitting(value: ValueType) -> ValueType:
    if max(value.bound, value.denominator_bound) > MAX_BOUND:
        raise Mistyped("too_many_digits", _TOO_MANY_DIGITS)
    if max(value.scale, value.denominator_scale) > MAX_DECIMALS * 2:
        raise Mistyped("too_many_digits", _TOO_MANY_DIGITS)
    return value


def _all_numbers(operator: str, operands: Sequence[ValueType]) -> None:
    for operand in operands:
        if operand.kind is Kind.RATIO:
            raise Mistyped("unrounded", UNROUNDED)
        if operand.kind is not Kind.NUMBER:
            raise Mistyped("type", _accepts(operator, NUMBER_WORDS[Kind.NUMBER], operand))


def _all_factors(operator: str, operands: Sequence[ValueType]) -> None:
    for operand in operands:
        if operand.kind not in (Kind.NUMBER, Kind.RATIO):
            raise Mistyped("type", _accepts(operator, NUMBER_WORDS[Kind.NUMBER], operand))


def _accepts(word: str, wanted: Text, found: ValueType) -> Text:
    got = NUMBER_WORDS[found.kind]
    return Text(
        fr=f"{word} attend {wanted.fr}, pas {got.fr}.",
        en=f"{word} takes {wanted.en}, not {got.en}.",
    )


def _different(operands: Sequence[ValueType]) -> Text:
    kinds = list(dict.fromkeys(operand.kind for operand in operands))
    return Text(
        fr="Toutes les valeurs doivent être de même nature ; ici : "
        + ", ".join(NUMBER_WORDS[kind].fr for kind in kinds)
        + ".",
        en="All values must be of one type; here: "
        + ", ".join(NUMBER_WORDS[kind].en for kind in kinds)
        + ".",
    )


def _no_order(operator: str, kind: Kind) -> Text:
    word = NUMBER_WORDS[kind]
    return Text(
        fr=f"{operator} n’ordonne que des nombres ou des dates, pas {word.fr} ; "
        "permis ici : = et <>.",
        en=f"{operator} orders numbers or dates only, not {word.en}; allowed here: = and <>.",
    )


UNROUNDED = Text(
    fr="Une division doit être arrondie avant tout autre usage que * ou / : "
    "round_up(x, n), round_down(x, n) ou round_half_up(x, n).",
    en="A division must be rounded before any use other than * or /: "
    "round_up(x, n), round_down(x, n) or round_half_up(x, n).",
)
_DIVIDE_BY_RATIO = Text(
    fr="On ne divise pas par une division : multipliez par l’inverse, ou arrondissez d’abord.",
    en="Do not divide by a division: multiply by its inverse, or round it first.",
)
_DECIMALS = Text(
    fr=f"Le nombre de décimales d’un arrondi est un entier écrit, de 0 à {MAX_DECIMALS}.",
    en=f"The number of decimals of a rounding is a written integer from 0 to {MAX_DECIMALS}.",
)
_TOO_MANY_DIGITS = Text(
    fr="Ce calcul pourrait dépasser 38 chiffres : arrondissez plus tôt, ou réduisez les chiffres "
    "déclarés des faits.",
    en="This computation could exceed 38 digits: round earlier, or declare facts with fewer "
    "digits.",
)
DECIMALS = _DECIMALS
