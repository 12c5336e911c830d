"""What the door and the choices refuse, and what to do then.

CspuError
├── DoorClosed: no sight of that person's data for this asking
│   └── LoginNeeded: it opens after a step of log-in
│       ├── SessionOver: nobody is logged in any more
│       ├── SecondFactorMissing: the role asks for a code that was not shown yet
│       └── StrongerLoginNeeded: an act that moves value, or bears on others, asks for more
└── ChoiceRefused: a consent, mandate or question that cannot be
"""

from __future__ import annotations

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class DoorClosed(CspuError):
    """The door stayed shut: none of the data was read, nothing was journalled."""


class LoginNeeded(DoorClosed):
    """A step of log-in comes first: a screen leads there, and does not show the refusal."""


class SessionOver(LoginNeeded):
    """The log-in is over, or never was."""


class SecondFactorMissing(LoginNeeded):
    """This role sees others' data: it shows a second factor first."""


class StrongerLoginNeeded(LoginNeeded):
    """This act asks for more than reading does: a person's stronger log-in, an agent's new code."""


class ChoiceRefused(CspuError):
    """A choice that cannot be made; nothing was changed."""


# In the order of trust.refusal, which is the order they are checked in.
_CLOSED: dict[str, tuple[type[DoorClosed], Text, Text]] = {
    "session_over": (
        SessionOver,
        Text(fr="Votre connexion est terminée.", en="Your session is over."),
        Text(fr="Connectez-vous pour continuer.", en="Log in to go on."),
    ),
    "purpose_unknown": (
        DoorClosed,
        Text(
            fr="Ce motif n’existe pas, ou n’est pas de ceux de votre rôle.",
            en="This purpose does not exist, or is not one of your role's.",
        ),
        Text(fr="Choisissez un motif de la liste.", en="Choose a purpose from the list."),
    ),
    "second_factor_missing": (
        SecondFactorMissing,
        Text(
            fr="Votre rôle donne à voir les données d’autres personnes : il demande un code.",
            en="Your role shows other people's data: it asks for a code.",
        ),
        Text(
            fr="Donnez le code de votre application d’authentification.",
            en="Give the code of your authenticator app.",
        ),
    ),
    "nothing_asked": (
        DoorClosed,
        Text(
            fr="Aucune information n’est demandée, ou l’une d’elles n’existe pas.",
            en="Nothing is asked for, or something that does not exist.",
        ),
        Text(fr="Choisissez ce que vous voulez voir.", en="Choose what you want to see."),
    ),
    "stronger_login_needed": (
        StrongerLoginNeeded,
        Text(
            fr="Cet acte engage vos droits : il demande une connexion renforcée.",
            en="This act commits your rights: it asks for a stronger log-in.",
        ),
        Text(
            fr="Confirmez votre identité, puis recommencez.",
            en="Confirm who you are, then try again.",
        ),
    ),
    "role_may_not": (
        DoorClosed,
        Text(
            fr="Votre rôle ne donne pas accès à cette information.",
            en="Your role gives no access to this information.",
        ),
        Text(
            fr="La table des accès dit ce que chaque rôle peut voir.",
            en="The table of access says what each role may see.",
        ),
    ),
    "no_basis": (
        DoorClosed,
        Text(
            fr="Aucun accord ni aucune règle en vigueur ne permet de voir ces informations.",
            en="No agreement and no rule in force allows seeing this.",
        ),
        Text(
            fr="Demandez-le à la personne : elle peut accepter ou refuser.",
            en="Ask the person: she may agree or refuse.",
        ),
    ),
}

# In the order of trust.choice_refusal.
_REFUSED: dict[str, tuple[Text, Text]] = {
    "not_in_sight": (
        Text(fr="Ce choix n’est pas à vous.", en="This choice is not yours."),
        Text(
            fr="Revenez à votre compte et recommencez.", en="Go back to your account and try again."
        ),
    ),
    "organisation_unknown": (
        Text(
            fr="Cet organisme n’est pas connu ici, ou ne peut pas recevoir d’accord.",
            en="This body is not known here, or cannot be given consent.",
        ),
        Text(fr="Choisissez-en un dans la liste.", en="Choose one from the list."),
    ),
    "purpose_unknown": (
        Text(fr="Ce motif n’est pas proposé.", en="This purpose is not offered."),
        Text(fr="Choisissez un motif de la liste.", en="Choose a purpose from the list."),
    ),
    "scope_not_yours_to_open": (
        Text(
            fr="Votre mandat ne couvre pas ces informations.",
            en="Your mandate does not cover this information.",
        ),
        Text(
            fr="La personne peut le faire elle-même, ou élargir votre mandat.",
            en="The person can do it herself, or widen your mandate.",
        ),
    ),
    "scope_not_for_them": (
        Text(
            fr="Cet organisme ne peut pas recevoir ces informations, même avec votre accord.",
            en="This body cannot be given this information, even with your consent.",
        ),
        Text(fr="Enlevez-les de la liste.", en="Take them off the list."),
    ),
    "term_too_long": (
        Text(fr="Un accord dure d’un jour à un an.", en="An agreement lasts from a day to a year."),
        Text(fr="Choisissez une durée de la liste.", en="Choose a length from the list."),
    ),
    "theme_unknown": (
        Text(fr="Aucun domaine n’est choisi.", en="No theme is chosen."),
        Text(fr="Choisissez au moins un domaine.", en="Choose at least one theme."),
    ),
    "code_unknown": (
        Text(
            fr="Ce code n’est pas reconnu : il a déjà servi, ou son temps est passé.",
            en="This code is not recognised: it was used already, or its time is over.",
        ),
        Text(fr="Demandez un nouveau code à la personne.", en="Ask the person for a new code."),
    ),
    "person_unknown": (
        Text(
            fr="Aucune personne n’a ce numéro et cette date de naissance.",
            en="Nobody has this number and this birth date.",
        ),
        Text(
            fr="Vérifiez-les sur la carte Vitale et la pièce d’identité.",
            en="Check them on the health card and the identity document.",
        ),
    ),
    "document_missing": (
        Text(
            fr="Un mandat donné hors ligne garde sa preuve.",
            en="A mandate given off line keeps its proof.",
        ),
        Text(
            fr="Joignez la photo ou le PDF du mandat signé (5 Mo au plus).",
            en="Join the picture or PDF of the signed mandate (5 MB at most).",
        ),
    ),
    "words_missing": (
        Text(fr="Rien n’est écrit.", en="Nothing is written."),
        Text(fr="Dites en quelques mots ce qu’il en est.", en="Say in a few words how it is."),
    ),
    "not_a_person": (
        Text(
            fr="Cette connexion est celle d’un agent, pas d’une personne.",
            en="This log-in is an agent's, not a person's.",
        ),
        Text(
            fr="Utilisez : cspu trust agents register --doubt",
            en="Use: cspu trust agents register --doubt",
        ),
    ),
    "already_linked": (
        Text(
            fr="Cette personne a déjà une autre connexion chez ce fournisseur.",
            en="This person already has another log-in at that provider.",
        ),
        Text(fr="Vérifiez qui est qui, ou refusez.", en="Check who is who, or refuse."),
    ),
    "too_many_today": (
        Text(
            fr="Vous avez arrêté les codes de trop de collègues en 24 heures.",
            en="You ended the codes of too many colleagues within 24 hours.",
        ),
        Text(
            fr="Un autre collègue peut le faire, ou vous-même dans 24 heures.",
            en="Another colleague can do it, or you in 24 hours.",
        ),
    ),
    "another_must": (
        Text(
            fr="Vous avez arrêté ces codes : un autre collègue doit permettre d’en apprendre.",
            en="You ended these codes: another colleague must allow new ones.",
        ),
        Text(
            fr="Demandez-le à quelqu’un d’autre de votre organisme.",
            en="Ask somebody else of your body.",
        ),
    ),
    "already_ended": (
        Text(
            fr="C’est déjà terminé, ou cela n’existe pas.",
            en="It is already over, or does not exist.",
        ),
        Text(fr="Rechargez la page pour voir où vous en êtes.", en="Reload the page to see."),
    ),
    "line_unknown": (
        Text(
            fr="Cette ligne n’est pas dans votre journal.", en="This line is not in your journal."
        ),
        Text(fr="Revenez au journal et choisissez-en une.", en="Go back to it and choose one."),
    ),
    "words_too_long": (
        Text(
            fr="Il faut quelques mots, et 2 000 caractères au plus.",
            en="A few words are needed, and 2,000 characters at most.",
        ),
        Text(fr="Écrivez ce qui ne va pas, en bref.", en="Write what is wrong, in short."),
    ),
}


def door_closed(code: str) -> DoorClosed:
    """The error for a value of trust.refusal."""
    error, message, step = _CLOSED[code]
    return error(f"trust.{code}", message, step)


def choice_refused(code: str) -> CspuError:
    """The error for a value of trust.choice_refusal, or of trust.refusal where the door said it."""
    if code not in _REFUSED:
        return door_closed(code)
    message, step = _REFUSED[code]
    return ChoiceRefused(f"trust.{code}", message, step)
