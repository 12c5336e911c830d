"""The names an expression may speak of, with their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cspu.kernel.facts import Fact, FactType
from cspu.law.expressions.nodes import BOOLEAN, DATE, TEXT, Node, Origin, ValueType


@dataclass(frozen=True, slots=True)
class Symbol:
    """One known name. `values` lists the texts it may take (empty: any); `body` its definition.

    `step`: see Defined.
    """

    name: str
    origin: Origin
    type: ValueType
    values: frozenset[str] = frozenset()
    body: Node | None = None
    step: bool = False


Scope = Mapping[str, Symbol]


def fact_symbol(fact: Fact) -> Symbol:
    """The symbol of a fact of the vocabulary."""
    return Symbol(fact.name, Origin.FACT, fact_type(fact), frozenset(fact.values))


def fact_type(fact: Fact) -> ValueType:
    """The type of a fact's column in the language of the law."""
    simple = {FactType.BOOLEAN: BOOLEAN, FactType.DATE: DATE, FactType.TEXT: TEXT}
    if fact.type in simple:
        return simple[fact.type]
    scale = fact.scale if fact.type is FactType.DECIMAL else 0
    return ValueType.number(fact.digits, scale)
