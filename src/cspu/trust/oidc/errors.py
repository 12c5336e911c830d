"""What a log-in refuses, in the order it is checked.

CspuError
└── LoginRefused: `refusal` is one of the list below, `claims` the names of what was missing
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class Refusal(StrEnum):
    """Why a log-in stops; the value ends the error's code. The first that applies is the one told."""

    # Before anything leaves this server
    NO_ATTEMPT = "no_attempt"
    STATE_MISMATCH = "state_mismatch"
    ATTEMPT_EXPIRED = "attempt_expired"
    ANSWER_FROM_ELSEWHERE = "answer_from_elsewhere"
    CANCELLED = "cancelled"
    PROVIDER_REFUSED = "provider_refused"
    # Talking to the provider
    PROVIDER_UNREACHABLE = "provider_unreachable"
    PROVIDER_UNFIT = "provider_unfit"
    CLIENT_REFUSED = "client_refused"
    CODE_REFUSED = "code_refused"
    # The identity token
    UNREADABLE = "unreadable"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    EXPIRED = "expired"
    EARLY = "early"
    WRONG_NONCE = "wrong_nonce"
    LEVEL_TOO_LOW = "level_too_low"  # sooner, when the provider says so itself
    UNSOUND = "unsound"
    # The identity itself
    USERINFO_REFUSED = "userinfo_refused"
    USERINFO_MISMATCH = "userinfo_mismatch"
    CLAIMS_INCOMPLETE = "claims_incomplete"
    NO_ORGANISATION = "no_organisation"


_AGAIN = Text(
    fr="Recommencez la connexion depuis cette page. Rien n'a été ouvert ni changé.",
    en="Start the log-in again from this page. Nothing was opened or changed.",
)
_LATER = Text(
    fr="Attendez quelques minutes, puis recommencez. Si cela dure, prévenez-nous.",
    en="Wait a few minutes, then start again. If it lasts, tell us.",
)
_TELL_US = Text(
    fr="Par prudence, la connexion est arrêtée. Recommencez ; si cela revient, prévenez-nous en "
    "donnant le code affiché.",
    en="To be safe, the log-in was stopped. Start again; if it happens again, tell us the code shown.",
)
_OUR_SETTINGS = Text(
    fr="Ce n'est pas de votre fait. Prévenez-nous en donnant le code affiché.",
    en="This is not your doing. Tell us, giving the code shown.",
)
_NOT_SURE = Text(
    fr="La réponse du service de connexion n'a pas pu être vérifiée.",
    en="The answer of the log-in service could not be verified.",
)

_WORDS: Mapping[Refusal, tuple[Text, Text]] = {
    Refusal.NO_ATTEMPT: (
        Text(
            fr="Aucune connexion n'est en cours dans ce navigateur.",
            en="No log-in is under way in this browser.",
        ),
        Text(
            fr="Recommencez depuis cette page, en acceptant les cookies de ce site.",
            en="Start again from this page, and allow the cookies of this site.",
        ),
    ),
    Refusal.STATE_MISMATCH: (
        Text(
            fr="Cette réponse ne correspond pas à la connexion commencée ici.",
            en="This answer does not belong to the log-in started here.",
        ),
        Text(
            fr="Fermez les autres fenêtres de connexion, puis recommencez depuis cette page.",
            en="Close the other log-in windows, then start again from this page.",
        ),
    ),
    Refusal.ATTEMPT_EXPIRED: (
        Text(
            fr="La connexion est restée ouverte trop longtemps.",
            en="The log-in stayed open too long.",
        ),
        _AGAIN,
    ),
    Refusal.ANSWER_FROM_ELSEWHERE: (
        Text(
            fr="La réponse vient d'un autre service de connexion que celui choisi.",
            en="The answer comes from another log-in service than the one chosen.",
        ),
        _TELL_US,
    ),
    Refusal.CANCELLED: (
        Text(fr="Vous avez quitté la connexion.", en="You left the log-in."),
        Text(
            fr="Rien n'a été transmis. Vous pouvez recommencer, ou choisir une autre façon d'entrer.",
            en="Nothing was passed on. You may start again, or choose another way in.",
        ),
    ),
    Refusal.LEVEL_TOO_LOW: (
        Text(
            fr="Cet acte demande une connexion renforcée, et la vôtre ne l'est pas.",
            en="This act needs a strengthened log-in, and yours is not.",
        ),
        Text(
            fr="Recommencez en choisissant une identité renforcée, ou demandez l'aide d'un guichet.",
            en="Start again with a strengthened identity, or ask a counter for help.",
        ),
    ),
    Refusal.PROVIDER_REFUSED: (
        Text(
            fr="Le service de connexion a refusé la demande.",
            en="The log-in service refused the request.",
        ),
        _AGAIN,
    ),
    Refusal.PROVIDER_UNREACHABLE: (
        Text(fr="Le service de connexion ne répond pas.", en="The log-in service does not answer."),
        _LATER,
    ),
    Refusal.PROVIDER_UNFIT: (
        Text(
            fr="Le service de connexion répond autrement qu'il ne le devrait.",
            en="The log-in service does not answer as it should.",
        ),
        _LATER,
    ),
    Refusal.CLIENT_REFUSED: (
        Text(
            fr="Le service de connexion n'a pas reconnu ce site.",
            en="The log-in service did not recognise this site.",
        ),
        _OUR_SETTINGS,
    ),
    Refusal.CODE_REFUSED: (
        Text(
            fr="La réponse du service de connexion a déjà servi ou n'est plus valable.",
            en="The answer of the log-in service was already used or is no longer valid.",
        ),
        _AGAIN,
    ),
    Refusal.UNREADABLE: (_NOT_SURE, _TELL_US),
    Refusal.UNKNOWN_KEY: (
        Text(
            fr="La réponse est signée d'une clé que le service de connexion ne publie pas.",
            en="The answer is signed with a key the log-in service does not publish.",
        ),
        _TELL_US,
    ),
    Refusal.BAD_SIGNATURE: (
        Text(
            fr="La signature de la réponse est fausse.", en="The signature of the answer is wrong."
        ),
        _TELL_US,
    ),
    Refusal.WRONG_ISSUER: (
        Text(
            fr="La réponse est signée au nom d'un autre service de connexion.",
            en="The answer is signed in the name of another log-in service.",
        ),
        _TELL_US,
    ),
    Refusal.WRONG_AUDIENCE: (
        Text(
            fr="La réponse était destinée à un autre site.",
            en="The answer was meant for another site.",
        ),
        _TELL_US,
    ),
    Refusal.EXPIRED: (
        Text(
            fr="La réponse du service de connexion est arrivée trop tard.",
            en="The answer of the log-in service came too late.",
        ),
        _AGAIN,
    ),
    Refusal.EARLY: (
        Text(
            fr="La réponse du service de connexion porte une date à venir, ou d'avant votre demande.",
            en="The answer of the log-in service is dated in the future, or before your request.",
        ),
        _OUR_SETTINGS,
    ),
    Refusal.WRONG_NONCE: (
        Text(
            fr="La réponse ne répond pas à la demande faite ici.",
            en="The answer does not answer the request made here.",
        ),
        _TELL_US,
    ),
    Refusal.UNSOUND: (_NOT_SURE, _TELL_US),
    Refusal.USERINFO_REFUSED: (
        Text(
            fr="L'identité transmise n'a pas pu être vérifiée.",
            en="The identity passed on could not be verified.",
        ),
        _TELL_US,
    ),
    Refusal.USERINFO_MISMATCH: (
        Text(
            fr="L'identité transmise n'est pas celle de la personne qui s'est connectée.",
            en="The identity passed on is not that of the person who logged in.",
        ),
        _TELL_US,
    ),
    Refusal.CLAIMS_INCOMPLETE: (
        Text(
            fr="L'identité transmise est incomplète ou mal formée.",
            en="The identity passed on is incomplete or malformed.",
        ),
        Text(
            fr="Essayez une autre identité de connexion, ou passez par un guichet : on vous y "
            "ouvrira votre compte.",
            en="Try another log-in identity, or go to a counter: your account will be opened there.",
        ),
    ),
    Refusal.NO_ORGANISATION: (
        Text(
            fr="Le service de connexion ne dit pas pour quelle structure vous travaillez.",
            en="The log-in service does not say which organisation you work for.",
        ),
        Text(
            fr="Demandez à votre structure de renseigner son SIRET dans votre compte professionnel.",
            en="Ask your organisation to fill in its SIRET in your professional account.",
        ),
    ),
}


class LoginRefused(CspuError):
    """A log-in stopped here. Says which rule, and which claims by their name, never their value."""

    def __init__(self, refusal: Refusal, *, claims: tuple[str, ...] = ()) -> None:
        super().__init__(f"login.{refusal.value}", *_WORDS[refusal])
        self.refusal = refusal
        self.claims = claims
