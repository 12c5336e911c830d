"""The next step of a refusal for whoever types commands, where its own is for a person before her page."""

from __future__ import annotations

from collections.abc import Mapping

from cspu.kernel.text import Text

NEXT_STEPS: Mapping[str, Text] = {
    "economy.organisation_unknown": Text(
        "Vérifiez le SIRET ; s’il est nouveau ici, donnez son nom avec --name.",
        "Check the SIRET; if it is new here, give its name with --name.",
    ),
    "economy.payee_not_accredited": Text(
        "Qui l’est : cspu economy payees list", "Those who are: cspu economy payees list"
    ),
    "economy.rule_unknown": Text(
        "Vérifiez le code et le jour : les textes de la loi les donnent.",
        "Check the code and the day: the texts of the law give them.",
    ),
    "economy.debt_unknown": Text(
        "Celles qui attendent une réponse : cspu debt contested",
        "Those that wait for an answer: cspu debt contested",
    ),
    "economy.hold_unknown": Text(
        "Vérifiez la référence et le SIRET : la personne a la référence sur son reçu.",
        "Check the reference and the SIRET: the person has the reference on her receipt.",
    ),
    "economy.hold_ended": Text(
        "Il n’y a plus rien à répondre.", "There is nothing left to answer."
    ),
    "economy.balance_too_small": Text(
        "Ce qui reste dans les pots : cspu gift pools",
        "What is left in the pools: cspu gift pools",
    ),
}
