"""What the economy refuses, and what to do then: one table, in the order of economy.refusal.

CspuError
├── ActRefused: an act on what is held that cannot be; nothing was written
├── AgreementStands: an employer published something else of the same day at the same moment
└── RulesRefused: the texts of the rules cannot be used
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding


class ActRefused(CspuError):
    """An act that cannot be done; nothing was written."""


class AgreementStands(CspuError):
    """An employer published something else of that day at that moment: it stands, nothing was written."""

    def __init__(self, *, agreed: bool, outside: bool) -> None:
        fr, en = _PUBLISHED[agreed, agreed and outside]
        super().__init__(
            "economy.agreement_stands",
            Text(
                fr=f"Cet employeur a publié autre chose au même moment : {fr}.",
                en=f"This employer published something else at the same moment: {en}.",
            ),
            Text(
                fr="Recommencez : la dernière publication l’emporte.",
                en="Try again: the latest publication prevails.",
            ),
        )


_PUBLISHED = {
    (False, False): ("il refuse les dons de jours", "it refuses gifts of days"),
    (True, False): (
        "il accepte les dons de jours entre ses salariés",
        "it agrees to gifts of days between its own employees",
    ),
    (True, True): (
        "il accepte les dons de jours, avec d’autres employeurs aussi",
        "it agrees to gifts of days, with other employers too",
    ),
}


class RulesRefused(CspuError):
    """The rules of exchange cannot be used; `findings` says where and why, all of it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(
            "economy.rules_refused",
            Text(
                fr=f"{first.file}, ligne {first.line} : « {first.offending} ». {first.message.fr}",
                en=f"{first.file}, line {first.line}: “{first.offending}”. {first.message.en}",
            ),
            Text(fr="Corrigez le texte.", en="Correct the text."),
        )
        self.findings = tuple(findings)


_LIST = Text(fr="Choisissez dans la liste.", en="Choose from the list.")
_AGAIN = Text(fr="Demandez un nouveau devis.", en="Ask for a new quote.")
_LESS = Text(fr="Choisissez un montant plus petit.", en="Choose a smaller amount.")

REFUSALS: Mapping[str, tuple[Text, Text]] = {
    "not_in_sight": (
        Text(fr="Cet acte se fait depuis le compte.", en="This is done from the account."),
        Text(
            fr="Revenez à votre compte et recommencez.", en="Go back to your account and try again."
        ),
    ),
    "not_covered": (
        Text(
            fr="Le mandat ne couvre pas ce droit.",
            en="The mandate does not cover this right.",
        ),
        Text(
            fr="Demandez à la personne de l’étendre.",
            en="Ask the person to extend it.",
        ),
    ),
    "day_to_come": (
        Text(fr="Ce jour n’est pas encore venu.", en="That day has not come yet."),
        Text(fr="Choisissez aujourd’hui.", en="Choose today."),
    ),
    "day_past": (
        Text(fr="Ce jour est passé.", en="That day is over."),
        Text(
            fr="Rechargez la page : c’est la date d’aujourd’hui qui compte.",
            en="Load the page again: today's date is the one that counts.",
        ),
    ),
    "rule_unknown": (
        Text(fr="Aucune règle ne le permet ce jour-là.", en="No rule allows it on that day."),
        _LIST,
    ),
    "quote_unknown": (
        Text(fr="Ce devis n’existe pas.", en="There is no such quote."),
        _AGAIN,
    ),
    "quote_used": (
        Text(fr="Ce devis a déjà été exécuté.", en="This quote was executed already."),
        Text(fr="Vos mouvements le montrent.", en="Your movements show it."),
    ),
    "hold_unknown": (
        Text(fr="Rien de ce nom n’est réservé.", en="Nothing of that name is held."),
        Text(fr="Revenez à la liste.", en="Go back to the list."),
    ),
    "hold_ended": (
        Text(fr="Cette réservation est déjà terminée.", en="This hold has ended already."),
        Text(fr="Vos mouvements disent comment.", en="Your movements say how."),
    ),
    "offer_unknown": (
        Text(fr="Cette annonce n’existe pas.", en="There is no such notice."),
        Text(fr="Revenez à la liste.", en="Go back to the list."),
    ),
    "debt_unknown": (
        Text(fr="Cette dette n’existe pas.", en="There is no such debt."),
        Text(fr="Revenez à votre compte.", en="Go back to your account."),
    ),
    "debt_closed": (
        Text(fr="Plus rien n’est dû.", en="Nothing is owed any more."),
        Text(fr="Il n’y a rien à faire.", en="There is nothing to do."),
    ),
    "debt_contested": (
        Text(
            fr="La récupération est arrêtée : cette dette est contestée.",
            en="Recovery is stopped: this debt is contested.",
        ),
        Text(fr="Attendez la réponse.", en="Wait for the answer."),
    ),
    "partner_unknown": (
        Text(fr="Ce réseau partenaire n’est pas connu.", en="This partner is not known."),
        _LIST,
    ),
    "organisation_unknown": (
        Text(fr="Cet organisme n’est pas connu ici.", en="This body is not known here."),
        _LIST,
    ),
    "not_employed_there": (
        Text(
            fr="Vous ne travaillez pas là ce jour-là : ces jours n’y servent que pendant le contrat.",
            en="You do not work there on that day: such days serve during the contract alone.",
        ),
        Text(
            fr="Contrat fini ? Vos congés restants vous sont dus en argent : demandez-les à l’employeur.",
            en="Contract over? Your remaining leave is owed to you in money: ask the employer for it.",
        ),
    ),
    "payee_not_accredited": (
        Text(
            fr="Cet organisme ne peut pas être payé avec ce droit.",
            en="This body cannot be paid with this right.",
        ),
        Text(
            fr="Choisissez un organisme agréé de la liste.",
            en="Choose an accredited body from the list.",
        ),
    ),
    "person_unknown": (
        Text(
            fr="Ce code ne mène à personne, ou il a déjà servi.",
            en="This code leads to nobody, or was used.",
        ),
        Text(fr="Demandez-en un nouveau.", en="Ask for a new one."),
    ),
    "oneself": (
        Text(fr="On ne peut pas se le faire à soi-même.", en="This cannot be done to oneself."),
        Text(fr="Choisissez quelqu’un d’autre.", en="Choose somebody else."),
    ),
    "need_not_certified": (
        Text(fr="Le besoin n’est pas attesté.", en="The need is not certified."),
        Text(
            fr="Une attestation d’un tiers habilité est nécessaire.",
            en="A certificate from an entitled third party is needed.",
        ),
    ),
    "employer_not_agreed": (
        Text(
            fr="L’employeur n’a pas donné son accord à ces dons de jours, ou l’a retiré.",
            en="The employer has not agreed to such gifts of days, or no longer does.",
        ),
        Text(
            fr="Demandez-le-lui : la loi veut son accord. Les jours déjà donnés ne sont pas perdus.",
            en="Ask for it: the law wants the employer to agree. Days given before are not lost.",
        ),
    ),
    "not_entitled": (
        Text(
            fr="La condition que pose la loi n’est pas remplie.",
            en="The condition set by the law is not met.",
        ),
        Text(
            fr="La page de ce droit dit laquelle, et ce qui changerait la réponse.",
            en="The page of this right says which, and what would change the answer.",
        ),
    ),
    "entitlement_unknown": (
        Text(
            fr="On ne sait pas encore si la condition de la loi est remplie.",
            en="It is not known yet whether the law's condition is met.",
        ),
        Text(
            fr="La page de ce droit dit ce qui manque.",
            en="The page of this right says what is missing.",
        ),
    ),
    "offer_closed": (
        Text(fr="Cette annonce est terminée.", en="This notice is over."),
        Text(fr="Revenez à la liste.", en="Go back to the list."),
    ),
    "not_yours_to_confirm": (
        Text(fr="C’est à l’autre personne de confirmer.", en="The other person confirms this."),
        Text(fr="Attendez sa réponse.", en="Wait for the answer."),
    ),
    "too_late_to_undo": (
        Text(fr="Le délai pour annuler est passé.", en="The time to undo is over."),
        Text(
            fr="Parlez-en à l’organisme qui a reçu.",
            en="Talk to the body that received it.",
        ),
    ),
    "amount_not_positive": (
        Text(fr="Le montant doit dépasser zéro.", en="The amount must be more than zero."),
        Text(fr="Indiquez un montant.", en="Give an amount."),
    ),
    "amount_not_whole": (
        Text(
            fr="Le montant doit être un multiple de ce que la règle prévoit.",
            en="The amount must be a multiple of the rule's step.",
        ),
        Text(fr="Arrondissez au pas indiqué.", en="Round it to the step shown."),
    ),
    "below_minimum": (
        Text(fr="C’est moins que le minimum de la règle.", en="This is below the rule's minimum."),
        Text(fr="Choisissez un montant plus grand.", en="Choose a larger amount."),
    ),
    "above_maximum": (
        Text(
            fr="C’est plus que le maximum de la règle.",
            en="This is above the rule's maximum.",
        ),
        _LESS,
    ),
    "gives_nothing": (
        Text(fr="Arrondi, cela ne donnerait rien.", en="Rounded, this would give nothing."),
        Text(fr="Choisissez un montant plus grand.", en="Choose a larger amount."),
    ),
    "balance_too_small": (
        Text(fr="Il n’y a pas assez sur ce droit.", en="There is not enough in this right."),
        _LESS,
    ),
    "earmarked": (
        Text(
            fr="Il y a assez, mais une partie est réservée à un autre usage.",
            en="There is enough, but a part is marked for another use.",
        ),
        Text(
            fr="Choisissez un montant plus petit, ou cet usage.",
            en="Choose a smaller amount, or that use.",
        ),
    ),
    "protected_share": (
        Text(
            fr="Ce montant entamerait la part protégée.",
            en="This amount would break into the protected share.",
        ),
        Text(
            fr="Choisissez un montant qui la laisse entière.",
            en="Choose an amount that leaves it whole.",
        ),
    ),
    "quote_over": (
        Text(
            fr="Ce devis n’est plus valable : le temps est passé ou le compte a bougé.",
            en="This quote is no longer valid: its time is over or the account has moved.",
        ),
        _AGAIN,
    ),
    "above_limit": (
        Text(fr="Ce montant dépasse la limite permise.", en="This amount exceeds the limit."),
        _LESS,
    ),
    "undo_window_open": (
        Text(
            fr="La personne peut encore annuler : rien ne se règle avant.",
            en="The person may still undo it: nothing is settled before.",
        ),
        Text(
            fr="Attendez la fin du délai, ou renoncez à la somme.",
            en="Wait for the end of that time, or let the amount go.",
        ),
    ),
    "words_missing": (
        Text(fr="Il manque une explication.", en="Words are missing."),
        Text(fr="Dites-le en quelques mots.", en="Say it in a few words."),
    ),
    "account_busy": (
        Text(
            fr="Ce compte vient de bouger au même moment.",
            en="This account moved at this very moment.",
        ),
        Text(fr="Recommencez.", en="Try again."),
    ),
}


def act_refused(code: str) -> ActRefused:
    """The error of a refusal of `economy.refusal`."""
    message, next_step = REFUSALS[code]
    return ActRefused(f"economy.{code}", message, next_step)
