"""Check every text before it may be applied: each finding says the line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cspu.kernel.amounts import Unit
from cspu.kernel.facts import FactType, Vocabulary
from cspu.kernel.text import LANGUAGES, Text
from cspu.kernel.yaml_source import Finding, Item, known_values
from cspu.law.dimensions import mismatches, unit_of
from cspu.law.expressions.nodes import Kind, Node
from cspu.law.model import (
    EMPLOYER,
    Bounds,
    Expression,
    Gives,
    LawPack,
    Limit,
    Parameter,
    Per,
    Right,
    RightVersion,
)
from cspu.law.regions import REGION
from cspu.law.trees import NAME_TAKEN, RESERVED_WORDS, VersionTrees, placeholders, read_version

MAX_AMOUNT_DIGITS = 18
NUMBERS = (FactType.INTEGER, FactType.DECIMAL)
RHYTHMS = ("year", "quarter", "month")

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_pack(
    pack: LawPack, vocabulary: Vocabulary, *, statuses: Collection[str]
) -> list[Finding]:
    """Everything wrong in the texts: an empty list means that they may be applied.

    `statuses` are the statuses that `during` may name.
    """
    findings = list(pack.findings)
    for right in pack:
        findings += check_right(right, pack, vocabulary, statuses=statuses)
    known = vocabulary[REGION].values if REGION in vocabulary else {}
    findings += [
        region.item.finding("region", region.code, known_values(known))
        for region in pack.regions
        if region.code not in known
    ]
    return findings


def check_right(
    right: Right, pack: LawPack, vocabulary: Vocabulary, *, statuses: Collection[str]
) -> list[Finding]:
    """Everything wrong in one text that could be read."""
    check = _Check(right, pack, vocabulary)
    findings = [
        *check.frame(statuses),
        *(finding for part in right.parameters.values() for finding in check.parameter(part)),
        *check.dates(),
        *check.monotone(),
        *(finding for version in right.versions for finding in check.version(version)),
    ]
    if not findings:
        findings += check.unused()
    return findings


@dataclass(frozen=True, slots=True)
class _Check:
    right: Right
    pack: LawPack
    vocabulary: Vocabulary

    def frame(self, statuses: Collection[str]) -> Iterator[Finding]:
        """The right itself: its unit, its statuses, the sentence that says what it is worth."""
        right, item = self.right, self.right.item
        if right.unit not in self.pack.units and right.gives is not Gives.STATUS:
            yield _at(item, "unit").finding("unit", right.unit, known_values(self.pack.units))
        for status in right.during:
            if status not in statuses:
                yield _at(item, "during").finding("status", status, known_values(statuses))
        yield from self._meaning()
        if not right.versions:
            yield _at(item, "versions").finding("no_version", right.id, _NO_VERSION)

    def _meaning(self) -> Iterator[Finding]:
        """What a balance means says how much; a status has no amount to say."""
        right = self.right
        said = "meaning" in (right.item.mapping or {})
        expected = {"amount"} if right.gives is not Gives.STATUS else set()
        for lang in LANGUAGES:
            if said and placeholders(right.meaning.in_(lang)) != expected:
                message = _MEANING if expected else _NO_AMOUNT
                yield _at(right.item, "meaning").finding("placeholder", lang, message)

    def parameter(self, parameter: Parameter) -> Iterator[Finding]:
        """A figure of the law: its name, its unit, one type for all its values."""
        name, item = parameter.name, parameter.item
        if not _NAME.fullmatch(name):
            yield item.finding("name", name, _BAD_NAME)
        if name in self.vocabulary or name in RESERVED_WORDS:
            yield item.finding("name_taken", name, NAME_TAKEN)
        yield from self._unit(parameter.unit, _at(item, "unit"))
        kinds = {type(value.value) for value in parameter.values if value.value is not None}
        if len(kinds) > 1:
            yield item.finding("types", name, _ONE_TYPE)
        days = [value.start for value in parameter.values]
        if len(set(days)) != len(days):
            yield item.finding("dates", name, _SAME_DAY)
        if parameter.regional is not None:
            yield from self._bounds(parameter, parameter.regional)

    def _bounds(self, parameter: Parameter, bounds: Bounds) -> Iterator[Finding]:
        """A figure left to the regions is a number, and the nation's own is one they might choose."""
        for value in parameter.values:
            own = value.value
            if own is not None and not (isinstance(own, Decimal) and own in bounds):
                yield bounds.item.finding("bounds", f"{parameter.name}: {own}", _OWN_BOUNDS)

    def monotone(self) -> Iterator[Finding]:
        """What is said to rise or fall with a fact: a number of the vocabulary, said once."""
        numbers = {name for name, fact in self.vocabulary.items() if fact.type in NUMBERS}
        said = (*self.right.rises_with, *self.right.falls_with)
        item = _at(self.right.item, "monotone")
        for name in said:
            if name not in numbers:
                yield item.finding("monotone", name, known_values(sorted(numbers)))
        if len(set(said)) < len(said) or (said and not self.right.gives.has_amount):
            yield item.finding("monotone", ", ".join(said), _MONOTONE)

    def dates(self) -> Iterator[Finding]:
        """Versions follow one another with neither gap nor overlap."""
        for version in self.right.versions:
            if version.until is not None and version.until < version.in_force:
                yield _at(version.item, "until").finding("dates", str(version.until), _BACKWARDS)
        for version, following in zip(self.right.versions, self.right.versions[1:], strict=False):
            start, expected = following.in_force, _day_after(version.until)
            where = _at(following.item, "in_force")
            if expected is None or start < expected:
                yield where.finding("overlap", str(start), _OVERLAP)
            elif start > expected:
                yield where.finding("gap", f"{expected} – {start}", _GAP)

    def version(self, version: RightVersion) -> Iterator[Finding]:
        """One version: who pays, which articles, and expressions that mean something."""
        item = version.item
        if not version.references:
            yield item.finding("no_reference", str(version.in_force), _NO_ARTICLE)
        yield from self._funder(version)
        for definition in version.definitions:
            yield from self._unit(definition.unit, definition.expression.item)
        yield from self._sentences(version)
        read: list[Finding] = []
        trees = read_version(self.right, version, self.vocabulary, read)
        yield from read
        sheltered = self.pack.pack_of(self.right).sheltered
        if self.right.is_posted and self.right.segment in sheltered and not version.protected:
            yield item.finding("unprotected", self.right.segment, _UNPROTECTED)
        if trees is not None:
            yield from self._types(trees)
            yield from self._values(trees)

    def unused(self) -> Iterator[Finding]:
        """Figures that no version uses: a name misspelt somewhere, or a line to remove."""
        used: set[str] = set()
        for version in self.right.versions:
            trees = read_version(self.right, version, self.vocabulary, [])
            used |= trees.parameters if trees else set()
        for name, parameter in self.right.parameters.items():
            if name not in used:
                yield parameter.item.finding("unused", name, _UNUSED)

    def _unit(self, code: str, item: Item) -> Iterator[Finding]:
        base, slash, divisor = code.partition("/")
        known = base in self.pack.units
        if not known or (slash and divisor not in (*RHYTHMS, *self.pack.units)):
            yield item.finding("unit", code, known_values(self.pack.units))

    def _funder(self, version: RightVersion) -> Iterator[Finding]:
        funder, where = version.funder, _at(version.item, "funder")
        if not self.right.gives.has_amount:
            return
        if funder == EMPLOYER:
            if self.right.per is not Per.EMPLOYER:
                yield where.finding("funder", funder, _EMPLOYER)
        elif funder not in self.pack.funders:
            allowed = [*self.pack.funders, EMPLOYER]
            yield where.finding("funder", funder, known_values(allowed))

    def _sentences(self, version: RightVersion) -> Iterator[Finding]:
        status = not self.right.gives.has_amount
        needed, message = ({"law"}, _STATUS) if status else ({"amount", "law"}, _SENTENCE)
        for index, sentence in enumerate(version.sentences):
            for lang in LANGUAGES:
                found = placeholders(sentence.text.in_(lang)) & {"amount", "law"}
                for name in sorted(found ^ needed):
                    yield sentence.item.finding("placeholder", f"{{{name}}}", message)
            last = index == len(version.sentences) - 1
            if (sentence.when is None) != last:
                yield sentence.item.finding("sentence_order", str(index + 1), _LAST_SENTENCE)

    def _types(self, trees: VersionTrees) -> Iterator[Finding]:
        version, unit = trees.version, self.pack.units.get(self.right.unit)
        yield from self._condition(trees.when, version.when)
        for sentence, node in zip(version.sentences, trees.sentences, strict=True):
            if node is not None and sentence.when is not None:
                yield from self._condition(node, sentence.when)
        amounts: list[tuple[Node | None, Expression | None]] = [(trees.amount, version.amount)]
        amounts += [(trees.cap, _amount(version.cap))]
        amounts += [(trees.protected, _amount(version.protected))]
        for node, expression in amounts:
            if node is not None and expression is not None and unit is not None:
                yield from self._amount(node, expression, unit)
        for definition in version.definitions:
            node = trees.definitions[definition.name]
            yield from self._mixed(node, definition.expression)

    def _condition(self, node: Node, expression: Expression) -> Iterator[Finding]:
        if node.type.kind is not Kind.BOOLEAN:
            yield expression.item.finding("type", expression.text, _BOOLEAN)
        yield from self._mixed(node, expression)

    def _amount(self, node: Node, expression: Expression, unit: Unit) -> Iterator[Finding]:
        item, text = expression.item, expression.text
        kind = node.type
        if kind.kind is not Kind.NUMBER:
            yield item.finding("type", text, _NUMBER)
            return
        if kind.scale > unit.scale:
            yield item.finding("scale", text, _too_precise(kind.scale, unit))
        elif len(str(kind.bound * 10 ** (unit.scale - kind.scale))) > MAX_AMOUNT_DIGITS:
            yield item.finding("digits", text, _TOO_LARGE)
        found = unit_of(node, self._unit_of_name)
        if found is not None and found != unit.code:
            yield item.finding("unit", text, _wrong_unit(found, unit.code))
        yield from self._mixed(node, expression)

    def _mixed(self, node: Node, expression: Expression) -> Iterator[Finding]:
        for refusal in mismatches(node, self._unit_of_name):
            offending = expression.text[refusal.span.start : refusal.span.end]
            yield expression.item.finding(
                refusal.code, offending, refusal.message, at=refusal.span.start
            )

    def _unit_of_name(self, name: str) -> str:
        if name in self.vocabulary:
            return self.vocabulary[name].unit
        if name in self.right.parameters:
            return self.right.parameters[name].unit
        return next(
            definition.unit
            for version in self.right.versions
            for definition in version.definitions
            if definition.name == name
        )

    def _values(self, trees: VersionTrees) -> Iterator[Finding]:
        """Every figure a version uses has a value on each day of that version."""
        first, last = trees.version.in_force, trees.version.until or date.max
        for name in sorted(trees.parameters):
            parameter = self.right.parameters[name]
            opening = parameter.on(first)
            if opening is None or opening.value is None:
                yield parameter.item.finding("no_value", name, _no_value(first))
                continue
            for value in parameter.values:
                if value.value is None and first <= value.start <= last:
                    yield parameter.item.finding("no_value", name, _no_value(value.start))


def _at(item: Item, key: str) -> Item:
    return (item.mapping or {}).get(key, item)


def _amount(limit: Limit | None) -> Expression | None:
    return limit.amount if limit else None


def _day_after(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)


def _no_value(day: date) -> Text:
    return Text(
        fr=f"Ce paramètre n’a pas de valeur le {day}, où une version s’en sert.",
        en=f"This parameter has no value on {day}, when a version uses it.",
    )


def _too_precise(scale: int, unit: Unit) -> Text:
    return Text(
        fr=f"Ce montant a {scale} décimales, l’unité {unit.code} en a {unit.scale} : arrondissez "
        f"avec round_up, round_down ou round_half_up(x, {unit.scale}).",
        en=f"This amount has {scale} decimals, the unit {unit.code} has {unit.scale}: round it "
        f"with round_up, round_down or round_half_up(x, {unit.scale}).",
    )


def _wrong_unit(found: str, wanted: str) -> Text:
    return Text(
        fr=f"Ce montant est en {found} ; le droit est en {wanted}.",
        en=f"This amount is in {found}; the right is in {wanted}.",
    )


_MEANING = Text(
    fr="`meaning` contient {amount} et aucun autre nom entre accolades.",
    en="`meaning` contains {amount} and no other name in braces.",
)
_NO_AMOUNT = Text(
    fr="Un statut n’a pas de montant : `meaning` ne contient aucun nom entre accolades.",
    en="A status has no amount: `meaning` contains no name in braces.",
)
_OWN_BOUNDS = Text(
    fr="La valeur nationale est un nombre, entre ce que les régions peuvent fixer au moins et au plus.",
    en="The national value is a number, between the least and the most that regions may set.",
)
_MONOTONE = Text(
    fr="`monotone` nomme chaque fait une fois, et seulement pour un droit qui a un montant.",
    en="`monotone` names each fact once, and only for a right that has an amount.",
)
_NO_VERSION = Text(fr="Un droit a au moins une version.", en="A right has at least one version.")
_BAD_NAME = Text(
    fr="Un nom s’écrit en minuscules sans accent : lettres, chiffres, _.",
    en="Names are lower case, unaccented: letters, digits, _.",
)
_ONE_TYPE = Text(
    fr="Toutes les valeurs d’un paramètre sont de même nature.",
    en="All values of a parameter are of one type.",
)
_SAME_DAY = Text(fr="Deux valeurs commencent le même jour.", en="Two values start on the same day.")
_BACKWARDS = Text(
    fr="Une version finit après avoir commencé.", en="A version ends after it starts."
)
_OVERLAP = Text(
    fr="Cette version commence avant la fin de la précédente ; écrivez-les de la plus ancienne à "
    "la plus récente.",
    en="This version starts before the previous one ends; write them from oldest to latest.",
)
_GAP = Text(
    fr="Aucune version ne vaut entre ces jours ; prolongez la précédente, ou écrivez une version "
    'avec when: "FALSE".',
    en="No version holds between these days; extend the previous one, or write a version with "
    'when: "FALSE".',
)
_UNPROTECTED = Text(
    fr="Ce dossier de textes protège les soldes de cette partie du compte : écrivez `protected`.",
    en="This folder of texts shelters the balances of this part of the account: write `protected`.",
)
_NO_ARTICLE = Text(
    fr="Chaque version cite au moins un article (references).",
    en="Each version cites at least one article (references).",
)
_UNUSED = Text(
    fr="Aucune version ne se sert de ce paramètre ; retirez-le, ou corrigez le nom.",
    en="No version uses this parameter; remove it, or correct the name.",
)
_EMPLOYER = Text(
    fr="L’employeur ne finance qu’un droit tenu par employeur (`per: employer`).",
    en="The employer funds only a right kept per employer (`per: employer`).",
)
_SENTENCE = Text(
    fr="Une phrase dit toujours le montant {amount} et l’article {law}.",
    en="A sentence always says the amount {amount} and the article {law}.",
)
_STATUS = Text(
    fr="Un statut n’a pas de montant : sa phrase dit l’article {law}, jamais {amount}.",
    en="A status has no amount: its sentence says the article {law}, never {amount}.",
)
_LAST_SENTENCE = Text(
    fr="Chaque phrase a une condition `when`, sauf la dernière, qui vaut dans les autres cas.",
    en="Each sentence has a `when` condition, except the last, which holds in every other case.",
)
_BOOLEAN = Text(
    fr="Une condition est vraie, fausse ou inconnue ; celle-ci donne autre chose.",
    en="A condition is true, false or unknown; this one gives something else.",
)
_NUMBER = Text(
    fr="Un montant est un nombre ; une division doit être arrondie.",
    en="An amount is a number; a division must be rounded.",
)
_TOO_LARGE = Text(
    fr=f"Ce montant pourrait dépasser {MAX_AMOUNT_DIGITS} chiffres : bornez-le avec least.",
    en=f"This amount could exceed {MAX_AMOUNT_DIGITS} digits: bound it with least.",
)
