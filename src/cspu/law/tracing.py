"""Trace a result: one SELECT gives every intermediate value, computed by the database itself.

Nothing is computed a second time here: `trace_plan` compiles each part of the law to a column,
and `Trace` puts words on the row that comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from cspu.kernel.amounts import Unit
from cspu.kernel.dates import format_day
from cspu.kernel.facts import Fact, Vocabulary
from cspu.kernel.periods import Period
from cspu.kernel.text import Lang, Text
from cspu.law.dimensions import unit_of
from cspu.law.expressions.compiling import Columns
from cspu.law.expressions.nodes import Defined, Kind, Literal, Name, Node, Origin, Span
from cspu.law.expressions.postgres import compile_postgres
from cspu.law.formatting import both, format_value
from cspu.law.model import Definition, LawPack, ParameterValue, Standing
from cspu.law.trees import VersionTrees


@dataclass(frozen=True, slots=True)
class Step:
    """One column of the trace: `id` is a safe SQL alias."""

    id: str
    sql: str


_Place = tuple[str, type[Node], Span]
"""Where a node stands: its part of the law, its sort, its characters. No two nodes share one, and it is far
quicker to look up than a whole tree, which a page of all rights does by the thousand."""


@dataclass(frozen=True, slots=True)
class TracePlan:
    """The columns that explain one version, and where each node finds its value.

    `kinds`: what sort of value each column holds.
    """

    steps: tuple[Step, ...]
    ids: Mapping[tuple[str, Node], str]
    kinds: Mapping[str, Kind]
    _places: Mapping[_Place, str]

    @property
    def select_list(self) -> str:
        """`expression AS id, …`, ready to follow SELECT."""
        return ", ".join(f"{step.sql} AS {step.id}" for step in self.steps)

    def step_of(self, part: str, node: Node) -> str | None:
        """The column that holds a node's value; None for a ratio, or a value that the text itself gives."""
        return self._places.get((part, type(node), node.span))

    def only(self, kept: Collection[str]) -> TracePlan:
        """The same plan, of these columns alone."""
        return replace(self, steps=tuple(step for step in self.steps if step.id in kept))


def trace_plan(trees: VersionTrees, columns: Columns) -> TracePlan:
    """Every part of a version as PostgreSQL columns. Identical parts share one column."""
    by_sql: dict[str, str] = {}
    ids: dict[tuple[str, Node], str] = {}
    places: dict[_Place, str] = {}
    for part, tree in trees.parts():
        for node in _traced(tree):
            sql = compile_postgres(node, columns)
            step = ids[part, node] = by_sql.setdefault(sql, f"step_{len(by_sql)}")
            if places.setdefault((part, type(node), node.span), step) != step:
                raise AssertionError(f"two nodes of {part} in one place: {node.span}")
    steps = tuple(Step(identifier, sql) for sql, identifier in by_sql.items())
    kinds = {step: node.type.kind for (_, node), step in ids.items()}
    return TracePlan(steps, ids, kinds, places)


def _traced(node: Node) -> Iterator[Node]:
    if node.type.kind is not Kind.RATIO and not isinstance(node, Literal):
        yield node
    if not isinstance(node, Defined):
        for child in node.children:
            yield from _traced(child)


class Trace:
    """The values of one computation, with the words to tell them.

    `values` is the row of the plan's SELECT, by column alias; `day` the day whose figures were
    used (the last day of the period).
    """

    def __init__(
        self,
        trees: VersionTrees,
        plan: TracePlan,
        values: Mapping[str, object],
        *,
        pack: LawPack,
        vocabulary: Vocabulary,
        period: Period,
    ) -> None:
        self.trees = trees
        self.plan = plan
        self.values = values
        self.pack = pack
        self.vocabulary = vocabulary
        self.period = period
        self.definitions: Mapping[str, Definition] = {
            definition.name: definition for definition in trees.version.definitions
        }

    def value(self, part: str, node: Node) -> object:
        """What the database computed for a node; None when unknown (or for a ratio)."""
        if isinstance(node, Literal):
            return node.value
        identifier = self.plan.step_of(part, node)
        return None if identifier is None else self.values[identifier]

    def written(self, part: str, node: Node) -> Text:
        """The value of a node as people write it."""
        value, unit, names = self.value(part, node), self.unit(node), self._names(node)
        return both_ways(lambda lang: format_value(value, unit, lang, names))

    def written_as(self, value: object, like: Node) -> Text:
        """A figure, in the unit of a node, such as the one that it is compared with."""
        unit, names = self.unit(like), self._names(like)
        return both_ways(lambda lang: format_value(value, unit, lang, names))

    def label(self, node: Name | Defined) -> Text:
        """What a name is called."""
        if isinstance(node, Defined):
            return self.definitions[node.name].label
        if node.origin is Origin.FACT:
            return self.vocabulary[node.name].label
        return self.trees.right.parameters[node.name].label

    def fact(self, name: str) -> Fact:
        """The fact of that name."""
        return self.vocabulary[name]

    def figure(self, name: str) -> ParameterValue | None:
        """The value of a parameter in force at the end of the period, with its article."""
        return self.trees.right.parameters[name].on(self.period.end)

    def law(self) -> Text:
        """The article that rules the period and since when: `…, en vigueur depuis le …`.

        What is only proposed is in force nowhere, and says so.
        """
        article = self.trees.version.references[0].article
        start = self.trees.version.in_force
        pack = self.pack.packs.get(self.trees.right.pack)
        proposed = pack is not None and pack.standing is Standing.PROPOSAL
        since = (
            Text("proposition, montrée ici depuis le", "a proposal, shown here since")
            if proposed
            else Text("en vigueur depuis le", "in force since")
        )
        return both_ways(lambda lang: f"{article}, {since.in_(lang)} {format_day(start, lang)}")

    def body(self, node: Defined) -> tuple[str, Node]:
        """The part and tree that hold a definition's own computation."""
        return f"define_{node.name}", node.body

    def _unit_name(self, name: str) -> str:
        if name in self.definitions:
            return self.definitions[name].unit
        if name in self.vocabulary:
            return self.vocabulary[name].unit
        return self.trees.right.parameters[name].unit

    def unit(self, node: Node) -> Unit | None:
        """The unit of a node's value; None where it has none, or one that no text names."""
        if isinstance(node, (Name, Defined)):
            return self.pack.unit_of(self._unit_name(node.name))
        code = unit_of(node, self._unit_name)
        return self.pack.units.get(code) if code else None

    def _names(self, node: Node) -> Mapping[str, Text] | None:
        if isinstance(node, Name) and node.origin is Origin.FACT:
            return self.vocabulary[node.name].values
        return None


def both_ways(write: Callable[[Lang], str]) -> Text:
    """A text from one way of writing it."""
    return both({"fr": write("fr"), "en": write("en")})
