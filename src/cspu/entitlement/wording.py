"""The words of the account that are not in a text of law: families, reasons, what comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from cspu.kernel.amounts import Amount, Unit, format_amount
from cspu.kernel.dates import format_day
from cspu.kernel.facts import FactType
from cspu.kernel.periods import Period
from cspu.kernel.text import Lang, Text
from cspu.law.formatting import format_period, format_value
from cspu.law.model import Family

FAMILIES = {
    Family.GUARANTEED: (
        Text("Droits garantis", "Guaranteed rights"),
        Text(
            "Santé, famille, ressources : ce que chacun a, quoi qu’il arrive.",
            "Health, family, income: what everyone has, whatever happens.",
        ),
    ),
    Family.ENDOWMENT: (
        Text("Droits en dotation", "Endowment rights"),
        Text(
            "Ce que la collectivité vous donne pour avancer.",
            "What society gives you to move forward.",
        ),
    ),
    Family.SPECIFIC: (
        Text("Droits spécifiques", "Specific rights"),
        Text(
            "Ce qui tient à votre situation : proche aidé, handicap, enfants.",
            "What comes with your situation: caring, disability, children.",
        ),
    ),
    Family.ACCUMULATED: (
        Text("Droits accumulés", "Accumulated rights"),
        Text(
            "Ce que vous avez gagné par votre travail et vos engagements.",
            "What you earned through work and commitment.",
        ),
    ),
}

REASONS = {
    "due": Text("Droit acquis", "Right earned"),
    "facts_changed": Text(
        "Une information sur votre parcours est arrivée ou a été corrigée",
        "A fact about your life arrived or was corrected",
    ),
    "law_changed": Text("La loi a changé", "The law changed"),
}
ACTS = {
    "conversion": Text("Conversion", "Conversion"),
    "use": Text("Utilisé", "Used"),
    "top_up": Text("Abondement : ajouté à votre droit", "Top-up: added to your right"),
    "return": Text(
        "Abondement non utilisé, rendu au financeur", "Unused top-up, returned to its funder"
    ),
    "advance": Text(
        "Avance du financeur, pour ce qui ne pouvait plus être repris : une dette, expliquée à part",
        "Advance of the funder, for what could no longer be taken back: a debt, explained apart",
    ),
    "recovery": Text("Remboursement d’une dette", "Paying back a debt"),
    "waiver": Text("Dette effacée par l’organisme", "Debt cancelled by the body"),
    "gift": Text("Don", "Gift"),
    "help": Text("Heures d’entraide", "Hours of mutual help"),
}
"""Movements that settlement does not make, by kind."""
_SPENT = "protection_spent"
_COMES_AND_GOES = Text(
    "Écriture de correction, qui s’annule : ce qui est repris était protégé, et déjà utilisé",
    "Entry of a correction, which cancels out: what it takes back was protected, and already used",
)

KINDS = {
    "award": Text("Droit accordé par la loi", "Right given by the law"),
    "correction": Text(
        "Correction, quand un fait ou la loi change", "Correction, when a fact or the law changes"
    ),
    **ACTS,
}
"""Every kind of movement the ledger knows."""

COMPUTED_ELSEWHERE = Text(
    "Ce site ne calcule pas ce montant : ce n’est ni oui, ni non."
    " Le logiciel qui le fait, OpenFisca-France, n’est pas branché ici.",
    "This site does not compute this amount: it is neither yes nor no."
    " The program that does, OpenFisca-France, is not connected here.",
)
LACKING = {
    "birth_date": Text(
        "votre date de naissance (l’état civil)", "your date of birth (the civil register)"
    ),
    "net_social_amount": Text(
        "votre montant net social des trois mois d’avant (votre employeur)",
        "your net social amount of the three months before (your employer)",
    ),
}
"""What an amount computed elsewhere may lack and who has it, beside attributes, which have labels."""
YOU = Text("vous", "you")
"""Who supplies an attribute that no fact of the law reads."""
UNDECLARED = Text("Votre travail du mois chez {employer}", "Your work of the month with {employer}")
EMPLOYER = Text("votre employeur", "your employer")
EMPLOYER_DECLARES = Text(
    "{employer}, par sa déclaration sociale (DSN)",
    "{employer}, through its payroll declaration (DSN)",
)


def computed_by(engine: str, day: date, lang: Lang) -> str:
    """Who computed an amount that is not ours, with which version, and when."""
    said = Text(
        "Montant calculé par {engine} le {day}, à titre d’information : seule la caisse décide.",
        "Amount computed by {engine} on {day}, for information: only the fund decides.",
    )
    return said.in_(lang).format(engine=engine, day=format_day(day, lang))


NOTHING_COMPUTED = Text(
    "Vos ressources sont trop hautes, d’après ce que nous savons de vous. {computed}",
    "Your means are too high, from what we know of you. {computed}",
)
"""Why the answer is no where the law opens a right and its amount, computed elsewhere, is nothing."""


def lacking(names: Sequence[str], lang: Lang) -> str:
    """What an amount computed elsewhere waits for."""
    said = Text(
        "Le montant ne peut pas encore être calculé. Il manque : {names}.",
        "The amount cannot be computed yet. Missing: {names}.",
    )
    return said.in_(lang).format(names=", ".join(names))


def what_of(kind: str, reason: str, lang: Lang) -> str:
    """What kind of movement a transfer is; one that a correction made only to undo it is no top-up."""
    return (_COMES_AND_GOES if reason == _SPENT else KINDS[kind]).in_(lang)


def reason_of(kind: str, reason: str, lang: Lang) -> str:
    """Why a transfer was made, in a few words."""
    if reason == _SPENT:
        return _COMES_AND_GOES.in_(lang)
    if kind in ACTS:
        return ACTS[kind].in_(lang)
    said = REASONS.get(reason, Text(reason, reason)).in_(lang)
    if kind != "correction":
        return said
    return f"Correction : {said}" if lang == "fr" else f"Correction: {said}"


def nothing_for(period: Period, lang: Lang, *, over: bool = True) -> str:
    """The law gives nothing for a period; while it runs, on what is known so far."""
    said = (
        Text(
            "Pour {period}, la loi ne vous donne rien.", "For {period}, the law gives you nothing."
        )
        if over
        else Text(
            "Pour {period}, rien pour l’instant, d’après ce que l’on sait.",
            "For {period}, nothing so far, from what is known.",
        )
    )
    return said.in_(lang).format(period=format_period(period, lang))


def assumed(label: Text, why: str, lang: Lang) -> str:
    """A figure that no law gives, and why it is what it is."""
    colon = " : " if lang == "fr" else ": "
    return f"{label.in_(lang)}{colon}{why}"


def not_open_for(period: Period, lang: Lang) -> str:
    """A status that she does not have in a period."""
    written = format_period(period, lang)
    return (
        f"Pour {written}, les conditions ne sont pas toutes réunies."
        if lang == "fr"
        else f"For {written}, the conditions are not all met."
    )


def not_known_for(period: Period, lang: Lang) -> str:
    """The law's word cannot be known yet."""
    written = format_period(period, lang)
    return (
        f"Pour {written}, on ne peut pas encore répondre : il manque une information."
        if lang == "fr"
        else f"For {written}, there is no answer yet: something is missing."
    )


def capped(sentence: str, award: Amount, lang: Lang) -> str:
    """The sentence of a period in which the cap let less through."""
    written = format_amount(award, lang)
    return (
        f"{sentence} Le plafond étant atteint, {written} ont été inscrits."
        if lang == "fr"
        else f"{sentence} The cap was reached: {written} were entered."
    )


def upcoming_sentence(period: Period, lang: Lang, *, complete: bool) -> str:
    """What an amount to come depends on."""
    written = format_period(period, lang)
    if lang == "fr":
        return (
            f"Pour {written}, d’après ce qui est connu à ce jour."
            if complete
            else f"Pour {written}, le montant dépend de ce qui reste à déclarer."
        )
    return (
        f"For {written}, from what is known today."
        if complete
        else f"For {written}, the amount depends on what is still to be declared."
    )


def only_during(statuses: str, lang: Lang) -> str:
    """The statuses in which a right is open."""
    return (
        f"Ce droit s’ouvre avec : {statuses}."
        if lang == "fr"
        else f"This right opens with: {statuses}."
    )


def ended_on(day: date, lang: Lang) -> str:
    """The first day on which the law gives nothing more."""
    written = format_day(day, lang)
    return (
        f"La loi ne le donne plus depuis le {written}."
        if lang == "fr"
        else f"The law has not given it since {written}."
    )


def span(start: date | None, end: date | None, lang: Lang) -> str:
    """From one day to another, or still running."""
    begun = format_day(start, lang) if start else ""
    if end is None:
        return f"depuis le {begun}" if lang == "fr" else f"since {begun}"
    return (
        f"du {begun} au {format_day(end, lang)}"
        if lang == "fr"
        else f"from {begun} to {format_day(end, lang)}"
    )


_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)


def attribute_value(
    value: str, kind: FactType | None, values: Mapping[str, Text], unit: Unit | None, lang: Lang
) -> str:
    """What an attribute holds, as people write it."""
    if value in values:
        return values[value].in_(lang)
    if kind is FactType.DATE:
        return format_day(date.fromisoformat(value), lang)
    if kind is FactType.BOOLEAN:
        return format_value(value == "true", None, lang)
    if kind in {FactType.INTEGER, FactType.DECIMAL} and _NUMBER.fullmatch(value):
        return format_value(Decimal(value), unit, lang)
    return value
