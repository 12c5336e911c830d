"""What would change the answer: the nearest facts with which `when` is true, from its own tree.

Note [where an answer turns]. With all other facts held, `when` can only turn where two values that
the text compares cross. Between two such places nothing changes, so they are all that is tried: each
is found by halving, to the smallest step of the fact, the inner comparisons of a CASE first, since
what depends on them may jump there. What is found is then judged by the whole of `when`, on the day
that it would be for: nothing is proposed that does not open the right.

Note [each unmet condition]. `when` is a chain of conditions. As long as one of them does not hold,
one of its own facts has to change: so the search follows the first that does not hold, and finds
every smallest set of facts without trying every set. It goes on only from values that turn one of the
comparisons of the text, and gives up after so many looks: no page waits for an answer that is far away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise

from cspu.kernel.facts import Fact, FactType, Vocabulary
from cspu.kernel.periods import Period, PeriodKind
from cspu.law.domains import Domain, domain_of, reached
from cspu.law.expressions.nodes import (
    Among,
    Between,
    Compare,
    Defined,
    Extremum,
    Kind,
    Literal,
    Logic,
    Name,
    Node,
    Origin,
)
from cspu.law.expressions.python import Function, Known, compile_python, exact
from cspu.law.trees import VersionTrees

Facts = Mapping[str, Known | None]
Rules = Callable[[date], "Rule | None"]

MOST_FACTS = 4
MOST_CHANGES = 3
MOST_LOOKS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One fact that changes. `before` is None when it was not known.

    `others` are further values that would do; `more`, `less`: so would the next above, or below;
    `waits`: only time makes it so.
    """

    fact: Fact
    before: Known | None
    after: Known
    others: tuple[Known, ...] = ()
    more: bool = False
    less: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that together open the right; `since`: the day until which one has to wait, if known."""

    steps: tuple[Step, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """Two values that the text compares."""

    names: frozenset[str]
    left: Function
    right: Function

    def sign(self, values: Facts) -> int | None:
        """Which of the two is larger: -1, 0 or 1; None when one is unknown."""
        left, right = self.left(values), self.right(values)
        if left is None or right is None:
            return None
        if isinstance(left, str):
            return int(left != right)
        return int(left > right) - int(left < right)


@dataclass(frozen=True, slots=True)
class Rule:
    """The `when` of one version with the figures of one day, ready to be tried on facts."""

    when: Function
    conditions: tuple[tuple[tuple[str, ...], Function], ...]
    atoms: tuple[Function, ...]
    switches: tuple[Switch, ...]
    figures: Facts
    written: Mapping[str, tuple[Known, ...]]

    def holds(self, facts: Facts) -> bool | None:
        """What `when` says; None: unknown."""
        truth: bool | None = self.when({**self.figures, **facts})
        return truth

    def turned(self, facts: Facts) -> tuple[bool | None, ...]:
        """What each comparison says."""
        values = {**self.figures, **facts}
        return tuple(atom(values) for atom in self.atoms)


def rule_of(trees: VersionTrees, day: date) -> Rule:
    """The rule of a version on a day that it is in force."""
    figures = {name: trees.right.parameters[name].on(day) for name in trees.parameters}
    return Rule(
        when=compile_python(trees.when),
        conditions=tuple((_facts(node), compile_python(node)) for node in _chain(trees.when)),
        atoms=tuple(compile_python(node) for node in _atoms(trees.when)),
        switches=tuple(_switches(trees.when)),
        figures={
            name: None if figure is None or figure.value is None else exact(figure.value)
            for name, figure in figures.items()
        },
        written=_texts(trees.when),
    )


def nearest_changes(
    rules: Rules,
    facts: Facts,
    vocabulary: Vocabulary,
    period: Period,
    *,
    kind: PeriodKind,
    born: date | None = None,
) -> tuple[Change, ...]:
    """The fewest changes that open the right; none when it is open, or when nothing can.

    `rules` gives the rule of a day (None: no law then); waiting is judged by the law of the day
    waited for, as it is known now. All other facts are taken to stay as they are.
    """
    now = rules(period.end)
    if now is None or now.holds(facts) is True:
        return ()
    search = _Search(rules, vocabulary, period, kind, born)
    for size in range(1, MOST_FACTS + 1):
        found: dict[frozenset[str], Change] = {}
        for change in search.changes(_Place(now, facts), size):
            found.setdefault(frozenset(step.fact.name for step in change.steps), change)
        if found:
            return tuple(found.values())[:MOST_CHANGES]
    return ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the search stands: facts as changed so far, and the rule of the day waited for."""

    rule: Rule
    facts: Facts
    steps: tuple[Step, ...] = ()
    since: date | None = None


@dataclass(slots=True)
class _Search:
    rules: Rules
    vocabulary: Vocabulary
    period: Period
    kind: PeriodKind
    born: date | None
    looks: int = MOST_LOOKS

    def changes(self, place: _Place, left: int) -> Iterator[Change]:
        """Every way to open the right by so many further facts."""
        values = {**place.rule.figures, **place.facts}
        done = {step.fact.name for step in place.steps}
        unmet = (names for names, holds in place.rule.conditions if holds(values) is not True)
        for name in next(unmet, ()):
            fact = self.vocabulary[name]
            domain = domain_of(fact, place.facts[name], self.period)
            if name in done or domain is None or self.looks == 0:
                continue
            self.looks -= 1
            for following in self._following(place, fact, domain):
                if following.rule.holds(following.facts) is True:
                    yield Change(tuple(self._widened(following)), following.since)
                    break
                if left > 1:
                    yield from self.changes(following, left - 1)

    def _following(self, place: _Place, fact: Fact, domain: Domain) -> Iterator[_Place]:
        """The places one change away, nearest first, one for each set of comparisons that it turns."""
        before = place.facts[fact.name]
        seen = set() if before is None else {place.rule.turned(place.facts)}
        for after in _worth_trying(place.rule, place.facts, fact, domain):
            rule, day = self._judged_by(place.rule, before, after, domain)
            facts = {**place.facts, fact.name: after}
            turned = rule.turned(facts) if rule else ()
            if rule is None or turned in seen:
                continue
            seen.add(turned)
            step = Step(fact, before, after, waits=domain.waits)
            since = max((each for each in (place.since, day) if each), default=None)
            yield _Place(rule, facts, (*place.steps, step), since)

    def _judged_by(
        self, rule: Rule, before: Known | None, after: Known, domain: Domain
    ) -> tuple[Rule | None, date | None]:
        """The rule that will hold when an age is reached, and that day; for other facts, today's."""
        if not domain.waits:
            return rule, None
        age, wanted = int(str(before)), int(str(after))
        waited = reached(age, wanted, self.period, self.kind, self.born)
        return self.rules(waited.period_end), waited.exactly

    def _widened(self, place: _Place) -> Iterator[Step]:
        """The steps of a change found, each with what else would do in its place."""
        for step in place.steps:
            domain = domain_of(step.fact, step.before, self.period)

            def opens(value: Known, name: str = step.fact.name) -> bool:
                return place.rule.holds({**place.facts, name: value}) is True

            if domain is None or not domain.ordered:
                others = (each for each in _choices(place.rule, step.fact) if each != step.after)
                yield replace(step, others=tuple(filter(opens, others)))
                continue
            here = domain.place(step.after)
            more = here < domain.last and opens(domain.value(here + 1))
            less = here > domain.first and opens(domain.value(here - 1))
            yield replace(step, more=more, less=less)


def _worth_trying(rule: Rule, facts: Facts, fact: Fact, domain: Domain) -> Iterator[Known]:
    """See Note [where an answer turns]."""
    if not domain.ordered:
        yield from (value for value in _choices(rule, fact) if value != facts[fact.name])
        return
    here = facts[fact.name]
    start = domain.first if here is None else domain.place(here)
    places = _turns(rule, facts, fact.name, domain, start)
    if here is not None:
        places.discard(start)
    for place in sorted(places, key=lambda place: (abs(place - start), place)):
        yield domain.value(place)


def _choices(rule: Rule, fact: Fact) -> Sequence[Known]:
    if fact.type is FactType.BOOLEAN:
        return (True, False)
    return tuple(fact.values) or rule.written.get(fact.name, ())


def _turns(rule: Rule, facts: Facts, name: str, domain: Domain, start: int) -> set[int]:
    """The places on both sides of every crossing, with the ends and where one stands."""
    places = {domain.first, start, domain.last}
    for switch in rule.switches:
        if name not in switch.names:
            continue
        values = {**rule.figures, **facts}

        def sign(
            place: int, switch: Switch = switch, values: dict[str, Known | None] = values
        ) -> int | None:
            values[name] = domain.value(place)
            return switch.sign(values)

        for low, high in pairwise(sorted(places)):
            places |= _crossings(sign, low, high)
    return {place for place in places if domain.first <= place <= domain.last}


def _crossings(sign: Callable[[int], int | None], low: int, high: int) -> set[int]:
    """Where a sign changes between two places: the last place before, and the first after."""
    found: set[int] = set()
    begun, ended = sign(low), sign(high)
    while begun != ended:
        before, after = low, high
        while after - before > 1:
            middle = (before + after) // 2
            if sign(middle) == begun:
                before = middle
            else:
                after = middle
        found |= {before, after}
        low, begun = after, sign(after)
    return found


def _chain(node: Node) -> Iterator[Node]:
    """The conditions that all have to hold."""
    if isinstance(node, Defined):
        yield from _chain(node.body)
    elif isinstance(node, Logic) and node.operator == "AND":
        for operand in node.operands:
            yield from _chain(operand)
    else:
        yield node


def _atoms(node: Node) -> Iterator[Node]:
    """The comparisons and yes-or-no facts that conditions are made of."""
    if isinstance(node, (Compare, Between, Among)) or (
        isinstance(node, Name) and node.type.kind is Kind.BOOLEAN
    ):
        yield node
    for child in node.children:
        yield from _atoms(child)


def _facts(node: Node) -> tuple[str, ...]:
    names = [
        part.name for part in node.walk() if isinstance(part, Name) and part.origin is Origin.FACT
    ]
    return tuple(dict.fromkeys(names))


def _switches(node: Node) -> Iterator[Switch]:
    """Every pair of values compared, inner ones first."""
    for child in node.children:
        yield from _switches(child)
    for left, right in _compared(node):
        if left.type.kind in (Kind.NUMBER, Kind.DATE):
            names = frozenset((*_facts(left), *_facts(right)))
            yield Switch(names, compile_python(left), compile_python(right))


def _compared(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case Compare():
            yield node.left, node.right
        case Between():
            yield node.value, node.low
            yield node.value, node.high
        case Among():
            yield from ((node.value, choice) for choice in node.choices)
        case Extremum():
            yield from combinations(node.operands, 2)


def _texts(node: Node) -> Mapping[str, tuple[Known, ...]]:
    """The texts that each fact is compared with."""
    found: dict[str, dict[Known, None]] = {}
    for part in node.walk():
        for left, right in _compared(part):
            for named, other in ((left, right), (right, left)):
                if isinstance(named, Name) and isinstance(other, Literal):
                    found.setdefault(named.name, {})[exact(other.value)] = None
    return {name: tuple(values) for name, values in found.items()}
