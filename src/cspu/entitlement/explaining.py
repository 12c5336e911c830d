"""Why this amount: from the steps the database computed to sentences, trees, facts and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cspu.entitlement import wording
from cspu.entitlement.evidence import assertions_of, read_over
from cspu.entitlement.in_force import LawInForce
from cspu.entitlement.pages import Condition, Explanation, FactUsed, MissingFact, TraceNode
from cspu.entitlement.reading import Asserted, Judgement, Silence, Telling
from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.answers import Answer
from cspu.kernel.dates import format_day
from cspu.kernel.facts import Fact
from cspu.kernel.gradual import Gradual
from cspu.kernel.ids import OrganisationId
from cspu.kernel.periods import Period, month_of
from cspu.kernel.text import Lang, Text
from cspu.law.conditions import lacking, missing, unmet
from cspu.law.expressions.nodes import Kind, Node
from cspu.law.formatting import format_period, format_value
from cspu.law.model import Per, Reference
from cspu.law.right_form import OUR_ASSUMPTION
from cspu.law.telling import TreeNode, sentence, unfold
from cspu.law.tracing import Trace
from cspu.lifecourse.vocabulary import LifeVocabulary

_Telling = tuple[str, OrganisationId, date]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Everything needed to explain one person's periods in one language."""

    law: LawInForce
    lang: Lang
    silences: Sequence[Silence]
    assertions: Sequence[Asserted] = field(default=())
    _traces: dict[_Telling, Trace] = field(default_factory=dict, init=False)

    def trace(self, telling: Telling) -> Trace:
        """The trace of one period, its values typed again after their passage through JSON; made once."""
        named = (telling.right_id, telling.organisation_id, telling.period_start)
        if named not in self._traces:
            self._traces[named] = self._trace(telling)
        return self._traces[named]

    def _trace(self, telling: Telling) -> Trace:
        compiled = self.law.rights[telling.right_id]
        index = next(
            i
            for i, trees in enumerate(compiled.versions)
            if trees.version.in_force == telling.version
        )
        plan, trees = compiled.plans[index], compiled.versions[index]
        values = {
            step: _typed(value, plan.kinds.get(step)) for step, value in telling.steps.items()
        }
        return Trace(
            trees,
            plan,
            values,
            pack=self.law.pack,
            vocabulary=self.law.life.facts,
            period=Period(telling.period_start, telling.period_end),
        )

    def conditions(self, telling: Telling) -> Sequence[Condition]:
        """What would open the right: the conditions not met, or not known to be; written when read."""
        return Gradual(
            Condition(each.text.in_(self.lang), each.status) for each in unmet(self.trace(telling))
        )

    def missing(self, telling: Telling, *, on: date) -> tuple[MissingFact, ...]:
        """What the period waits for: months over and not declared, and facts nobody supplied.

        A period that runs is not over: that its facts are still to come is not a gap.
        """
        undeclared = tuple(self._undeclared(telling))
        if telling.period_end >= on:
            return undeclared
        trace = self.trace(telling)
        waited = [*lacking(trace)]
        amount = trace.trees.amount
        if trace.value("when", trace.trees.when) is True and amount is not None:
            waited += missing(trace, "amount", amount) if _is_unknown(trace, amount) else ()
        unknown = {
            each.name: MissingFact(each.label.in_(self.lang), (), each.supplied_by.in_(self.lang))
            for each in waited
        }
        return (*undeclared, *unknown.values())

    def drawn(self, telling: Telling) -> bool | None:
        """Whether she already draws the right; None where nobody said, or the law does not ask."""
        trace = self.trace(telling)
        node = trace.trees.drawn
        value = None if node is None else trace.value("drawn", node)
        return value if isinstance(value, bool) else None

    def _undeclared(self, telling: Telling) -> Iterable[MissingFact]:
        right = self.law.rights[telling.right_id].right
        if not any(self.law.life.statuses[status].declared_monthly for status in right.during):
            return
        months: dict[str, list[date]] = {}
        for silence in self.silences:
            same_employer = (
                right.per is Per.PERSON or silence.organisation_id == telling.organisation_id
            )
            if same_employer and telling.period_start <= silence.month <= telling.period_end:
                months.setdefault(silence.organisation, []).append(silence.month)
        for organisation, silent in months.items():
            employer = organisation or wording.EMPLOYER.in_(self.lang)
            supplier = wording.EMPLOYER_DECLARES.in_(self.lang).format(employer=employer)
            yield MissingFact(
                wording.UNDECLARED.in_(self.lang).format(employer=employer),
                tuple(silent),
                supplier[:1].upper() + supplier[1:],
            )

    def explanation(
        self, telling: Telling, judgement: Judgement, *, on: date, organisation: str
    ) -> Explanation:
        """One period explained."""
        trace = self.trace(telling)
        compiled = self.law.rights[telling.right_id]
        version = trace.trees.version
        reference = version.references[0]
        answer = Answer.of(judgement.entitled)
        status = not compiled.right.gives.has_amount
        known = judgement.entitled is not None and (
            judgement.entitled is False or judgement.amount is not None or status
        )
        return Explanation(
            period_start=telling.period_start,
            period_end=telling.period_end,
            organisation=organisation,
            answer=answer if known else Answer.UNKNOWN,
            amount=self._given(judgement) if known and judgement.entitled else None,
            sentence=self._sentence(trace, judgement, known=known, over=telling.period_end < on),
            article=reference.article,
            article_url=reference.url,
            in_force=version.in_force,
            funder=self.funder(judgement.counterparty, organisation),
            over=judgement.due_on <= on,
            posted=judgement.due_on <= on and compiled.right.is_posted,
            tree=self._trees(trace, judgement),
            facts=self._facts(telling, compiled.versions[0].facts | trace.trees.facts),
            missing=self.missing(telling, on=on),
            conditions=self.conditions(telling),
        )

    def _given(self, judgement: Judgement) -> Amount | None:
        """What the period gives, the cap applied; a status gives no amount."""
        if not self.law.rights[judgement.right_id].right.gives.has_amount:
            return None
        return Amount(self.law.unit_of(judgement.right_id), judgement.award)

    def funder(self, counterparty: str | None, organisation: str) -> str:
        """Who pays, by name; nobody for a status."""
        if counterparty is None:
            return ""
        return self.law.payer_of(counterparty, organisation, self.lang)

    def _sentence(self, trace: Trace, judgement: Judgement, *, known: bool, over: bool) -> str:
        if not known:
            return wording.not_known_for(trace.period, self.lang)
        if judgement.entitled and not trace.trees.right.gives.has_amount:
            return sentence(trace, None).in_(self.lang)
        if not judgement.entitled and not trace.trees.right.gives.has_amount:
            return wording.not_open_for(trace.period, self.lang)
        if not judgement.entitled or not judgement.amount:
            return wording.nothing_for(trace.period, self.lang, over=over)
        unit = self.law.unit_of(judgement.right_id)
        given = Amount(unit, judgement.amount)
        said = sentence(trace, Text(format_amount(given, "fr"), format_amount(given, "en"))).in_(
            self.lang
        )
        return (
            said
            if judgement.award == judgement.amount
            else wording.capped(said, Amount(unit, judgement.award), self.lang)
        )

    def _trees(self, trace: Trace, judgement: Judgement) -> tuple[TraceNode, ...]:
        parts = ["when"]
        parts += [
            name
            for name in ("amount", "cap", "protected")
            if judgement.entitled and getattr(trace.trees, name) is not None
        ]
        shown: set[TreeNode] = set()
        return tuple(_node(unfold(trace, part), self.lang, shown, _PARTS[part]) for part in parts)

    def _facts(self, telling: Telling, names: Iterable[str]) -> tuple[FactUsed, ...]:
        used: list[FactUsed] = []
        for name in sorted(names):
            fact = self.law.life.facts[name]
            used.extend(self._fact_used(fact, telling))
        return tuple(used)

    def _fact_used(self, fact: Fact, telling: Telling) -> Iterable[FactUsed]:
        wanted = assertions_of(fact)
        period = Period(telling.period_start, telling.period_end)
        days = read_over(fact, period, self.assertions)
        by_source: dict[tuple[str, str, str], list[Asserted]] = {}
        for each in self.assertions:
            during = (each.from_day or date.min) <= days.end and (
                each.to_day or date.max
            ) >= days.start
            if (each.kind, each.name) in wanted and during:
                by_source.setdefault((each.name, each.organisation, each.source), []).append(each)
        for (_, organisation, source), rows in by_source.items():
            yield FactUsed(
                label=_label_of(self.law.life, rows[0]).in_(self.lang) or fact.label.in_(self.lang),
                value=self._asserted_value(rows),
                source=source,
                recorded_at=max(row.recorded_at for row in rows),
                detail=organisation,
            )

    def _asserted_value(self, rows: Sequence[Asserted]) -> str:
        """The total of measures with their months, the days of spells, the value of an attribute."""
        life, first, last = self.law.life, rows[0], rows[-1]
        if first.kind == "measure":
            measure = life.measures[first.name]
            total = sum((Decimal(row.value) for row in rows), Decimal(0))
            span = Period(first.from_day or date.min, month_of(last.to_day or date.max).end)
            written = format_value(total, self.law.pack.unit_of(measure.unit), self.lang)
            return f"{written} ({format_period(span, self.lang)})"
        if first.kind == "event":
            return ", ".join(format_day(row.from_day or date.min, self.lang) for row in rows)
        if first.kind == "spell":
            return " ; ".join(wording.span(row.from_day, row.to_day, self.lang) for row in rows)
        attribute = life.attributes.get(first.name)
        return wording.attribute_value(
            last.value,
            attribute.type if attribute else None,
            attribute.values if attribute else {},
            self.law.pack.unit_of(life.unit_of(first.name)),
            self.lang,
        )


_PARTS = {
    "when": Text("Les conditions", "The conditions"),
    "amount": Text("Le montant", "The amount"),
    "cap": Text("Le plafond", "The cap"),
    "protected": Text("La part protégée", "The protected share"),
}


_ABOVE = Text("détail plus haut", "detailed above")


def _node(tree: TreeNode, lang: Lang, shown: set[TreeNode], title: Text | None = None) -> TraceNode:
    """A step and what it is made of; made of the same as a step `shown` already, it refers to that one."""
    above = bool(tree.children) and tree in shown
    shown.add(tree)
    references = [_cited(tree.reference, lang)] if tree.reference else []
    references += [_ABOVE.in_(lang)] if above else []
    label, value, formula = tree.label.in_(lang), tree.value.in_(lang), tree.formula.in_(lang)
    if title is not None:
        label = f"{title.in_(lang)} : {label}" if lang == "fr" else f"{title.in_(lang)}: {label}"
    return TraceNode(
        label=label,
        value=f"{formula} = {value}"
        if formula and value and formula != value
        else value or formula,
        reference=", ".join(references),
        children=() if above else tuple(_node(child, lang, shown) for child in tree.children),
        known=bool(value) or bool(tree.children),
    )


def _cited(reference: Reference, lang: Lang) -> str:
    """An article as it is cited; that a figure is ours, in her language."""
    return OUR_ASSUMPTION.in_(lang) if reference.article == OUR_ASSUMPTION.fr else reference.article


def _is_unknown(trace: Trace, node: Node) -> bool:
    """Whether the database could not compute a part (a ratio is never asked for)."""
    return trace.plan.step_of("amount", node) is not None and trace.value("amount", node) is None


def _typed(value: Any, kind: Kind | None) -> Any:  # noqa: ANN401  whatever JSON holds
    if value is not None and kind is Kind.DATE:
        return date.fromisoformat(value)
    return value


def _label_of(life: LifeVocabulary, asserted: Asserted) -> Text:
    words: Mapping[str, Any] = {
        "measure": life.measures,
        "spell": life.statuses,
        "attribute": life.attributes,
        "event": life.events,
    }[asserted.kind]
    return words[asserted.name].label if asserted.name in words else Text("", "")
