"""The expressions of one version, read against a vocabulary: what every engine compiles from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cspu.kernel.errors import CspuError
from cspu.kernel.facts import FactType, Vocabulary
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, known_values
from cspu.law.expressions import (
    Node,
    Origin,
    Scope,
    Symbol,
    compile_postgres_minor,
    fact_symbol,
    parse,
)
from cspu.law.expressions.compiling import Columns, is_heavy, step_column
from cspu.law.expressions.duckdb import compile_duckdb, compile_duckdb_minor
from cspu.law.expressions.nodes import Name
from cspu.law.expressions.postgres import compile_postgres
from cspu.law.model import Definition, Expression, Right, RightVersion

RESERVED_WORDS = frozenset({"amount", "law", "period"})
"""What every sentence may show besides names: the amount, the article, the period."""


class LawRefused(CspuError):
    """A text cannot be applied; `findings` says where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(
            "law.refused",
            Text(
                fr=f"{first.file}, ligne {first.line} : « {first.offending} ». {first.message.fr}",
                en=f"{first.file}, line {first.line}: “{first.offending}”. {first.message.en}",
            ),
            Text(fr="Lancez `cspu law check`.", en="Run `cspu law check`."),
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class VersionTrees:
    """The typed trees of one version of one right.

    `sentences` pairs with `RightVersion.sentences` (None: no condition); `words` are the names
    that the sentences show, each as a tree; `drawn` is the fact that she already draws it.
    """

    right: Right
    version: RightVersion
    when: Node
    amount: Node | None
    cap: Node | None
    protected: Node | None
    definitions: Mapping[str, Node]
    sentences: tuple[Node | None, ...]
    words: Mapping[str, Node]
    drawn: Node | None

    @property
    def facts(self) -> frozenset[str]:
        """The facts that any part of the version speaks of."""
        return self._names(Origin.FACT)

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that any part of the version speaks of."""
        return self._names(Origin.PARAMETER)

    def parts(self) -> Iterator[tuple[str, Node]]:
        """Every tree with the name of its part: when, amount, cap, protected, drawn, sentence0."""
        yield "when", self.when
        for part in ("amount", "cap", "protected", "drawn"):
            node = getattr(self, part)
            if node is not None:
                yield part, node
        for index, node in enumerate(self.sentences):
            if node is not None:
                yield f"sentence{index}", node
        for name, node in self.definitions.items():
            yield f"define_{name}", node
        for name, node in self.words.items():
            yield f"word_{name}", node

    @property
    def steps(self) -> Mapping[str, Node]:
        """The definitions to compute beforehand, in order. See Note [steps] in compiling.py."""
        return {name: body for name, body in self.definitions.items() if is_heavy(body)}

    def _names(self, origin: Origin) -> frozenset[str]:
        nodes = (node for _, tree in self.parts() for node in tree.written())
        return frozenset(
            node.name for node in nodes if isinstance(node, Name) and node.origin is origin
        )


@dataclass(frozen=True, slots=True)
class VersionSql:
    """The SQL of one version. Amounts are integers of the unit's smallest part; None: there is none."""

    when: str
    amount: str | None
    cap: str | None
    protected: str | None


def version_trees(right: Right, version: RightVersion, vocabulary: Vocabulary) -> VersionTrees:
    """Read one version; LawRefused lists every refusal of its expressions."""
    findings: list[Finding] = []
    trees = read_version(right, version, vocabulary, findings)
    if trees is None:
        raise LawRefused(findings)
    return trees


def read_version(
    right: Right, version: RightVersion, vocabulary: Vocabulary, findings: list[Finding]
) -> VersionTrees | None:
    """Read one version, adding every refusal to `findings`; None if there was any."""
    before = len(findings)
    scope = dict(right_scope(right, vocabulary))
    definitions = _definitions(version.definitions, scope, findings)
    when = _read(version.when, scope, findings)
    amount = _read(version.amount, scope, findings)
    cap = _read(version.cap.amount if version.cap else None, scope, findings)
    protected = _read(version.protected.amount if version.protected else None, scope, findings)
    sentences = tuple(_read(sentence.when, scope, findings) for sentence in version.sentences)
    words = _words(version, scope, findings)
    drawn = _drawn(right, vocabulary, findings)
    if len(findings) > before or when is None:
        return None
    return VersionTrees(
        right, version, when, amount, cap, protected, definitions, sentences, words, drawn
    )


def _drawn(right: Right, vocabulary: Vocabulary, findings: list[Finding]) -> Node | None:
    if not right.drawn:
        return None
    fact = vocabulary.get(right.drawn)
    if fact is not None and fact.type is FactType.BOOLEAN:
        return parse(right.drawn, {right.drawn: fact_symbol(fact)}).node
    place = (right.item.mapping or {}).get("drawn", right.item)
    booleans = [name for name, each in vocabulary.items() if each.type is FactType.BOOLEAN]
    findings.append(place.finding("drawn", right.drawn, known_values(booleans)))
    return None


def right_scope(right: Right, vocabulary: Vocabulary) -> Scope:
    """The names a right may speak of: the vocabulary and its own parameters."""
    facts = {name: fact_symbol(fact) for name, fact in vocabulary.items()}
    parameters = {
        name: Symbol(name, Origin.PARAMETER, parameter.type)
        for name, parameter in right.parameters.items()
    }
    return {**facts, **parameters}


def postgres_version(trees: VersionTrees, unit_scale: int, columns: Columns) -> VersionSql:
    """PostgreSQL: `when` boolean, the others bigint in the unit's smallest part."""
    return VersionSql(
        compile_postgres(trees.when, columns),
        *(
            None if node is None else compile_postgres_minor(node, unit_scale, columns)
            for node in (trees.amount, trees.cap, trees.protected)
        ),
    )


def duckdb_version(trees: VersionTrees, unit_scale: int, columns: Columns) -> VersionSql:
    """DuckDB: the same, BIGINT."""
    return VersionSql(
        compile_duckdb(trees.when, columns),
        *(
            None if node is None else compile_duckdb_minor(node, unit_scale, columns)
            for node in (trees.amount, trees.cap, trees.protected)
        ),
    )


def with_steps(trees: VersionTrees, source: str, compiler: Callable[[Node, Columns], str]) -> str:
    """A source `… AS x` of the version's names, with its steps as further columns.

    OFFSET 0 keeps a planner from merging the levels, which would repeat every step where it is used.
    """
    for name, body in trees.steps.items():
        step = f"{compiler(body, str)} AS {step_column(name)}"
        source = f"(SELECT x.*, {step} FROM {source} OFFSET 0) AS x"  # noqa: S608 - all compiled here
    return source


def _definitions(
    written: tuple[Definition, ...], scope: dict[str, Symbol], findings: list[Finding]
) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for definition in written:
        node = _read(definition.expression, scope, findings)
        if definition.name in scope or definition.name in RESERVED_WORDS:
            item = definition.expression.item
            findings.append(item.finding("name_taken", definition.name, NAME_TAKEN))
        elif node is not None:
            found[definition.name] = node
            scope[definition.name] = Symbol(
                definition.name, Origin.DEFINITION, node.type, body=node, step=is_heavy(node)
            )
    return found


def _words(version: RightVersion, scope: Scope, findings: list[Finding]) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for sentence in version.sentences:
        names = placeholders(sentence.text.fr) | placeholders(sentence.text.en)
        for name in sorted(names - RESERVED_WORDS):
            node = parse(name, scope).node if name in scope else None
            if node is None:
                allowed = ", ".join(f"{{{word}}}" for word in sorted({*scope, *RESERVED_WORDS}))
                message = Text(fr=f"Permis : {allowed}.", en=f"Allowed: {allowed}.")
                findings.append(sentence.item.finding("placeholder", f"{{{name}}}", message))
            else:
                found[name] = node
    return found


def placeholders(text: str) -> set[str]:
    """The names between braces in a template."""
    return set(re.findall(r"\{([^{}]*)\}", text))


def _read(expression: Expression | None, scope: Scope, findings: list[Finding]) -> Node | None:
    if expression is None:
        return None
    reading = parse(expression.text, scope)
    findings.extend(
        expression.item.finding(
            refusal.code, refusal.offending, refusal.message, at=refusal.span.start
        )
        for refusal in reading.refusals
    )
    return reading.node


NAME_TAKEN = Text(
    fr="Ce nom est déjà celui d’un fait, d’un paramètre ou d’une autre définition.",
    en="This name already belongs to a fact, a parameter or another definition.",
)
