"""What the ledger refuses, and what to do then.

CspuError
└── PostingRefused
    ├── FloorBroken: the movement would take what is left below the protected share
    ├── CeilingPassed: the account may not hold so much
    ├── KeyReused: the idempotency key was used for another posting
    ├── AccountBusy: someone else wrote the same account at the same moment
    ├── UnfitMovement: the movement itself cannot be (amount, sides, period, unit, account…)
    ├── MixedUnits: the account or the funder's account counts in another unit
    ├── AppendOnly: nothing posted is changed or removed
    └── NotAllowed: this database role may not do that
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import Error as DjangoError

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class PostingRefused(CspuError):
    """The database refused a posting; nothing of it was written."""


class CeilingPassed(PostingRefused):
    """The movement would take the balance above what the account may hold."""


class FloorBroken(PostingRefused):
    """The movement would take the balance below its protected share."""


class KeyReused(PostingRefused):
    """The idempotency key names another posting."""


class AccountBusy(PostingRefused):
    """Another writer reached the account first: the one refusal that trying again can cure."""


class UnfitMovement(PostingRefused):
    """A proposed movement breaks a rule by itself."""


class MixedUnits(PostingRefused):
    """A movement in one unit was proposed for an account in another."""


class AppendOnly(PostingRefused):
    """Someone tried to change or remove what was posted."""


class NotAllowed(PostingRefused):
    """The database role has no right to do this."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    error: type[PostingRefused]
    code: str
    message: Text
    next_step: Text


_MEND = Text(
    fr="Corrigez le mouvement ; rien n’a été écrit.", en="Mend the movement; nothing was written."
)
_CORRECT = Text(fr="Passez une écriture de correction.", en="Post a correction instead.")


def _unfit(code: str, fr: str, en: str) -> _Refusal:
    return _Refusal(UnfitMovement, f"ledger.{code}", Text(fr=fr, en=en), _MEND)


_FLOOR = _Refusal(
    FloorBroken,
    "ledger.floor",
    Text(
        fr="Ce mouvement entamerait la part protégée du compte.",
        en="This movement would break into the protected share of the account.",
    ),
    Text(
        fr="Choisissez un montant qui laisse la part protégée entière.",
        en="Choose an amount that leaves the protected share whole.",
    ),
)
_CEILING = _Refusal(
    CeilingPassed,
    "ledger.ceiling",
    Text(
        fr="Ce compte ne peut pas tenir autant.",
        en="This account may not hold so much.",
    ),
    Text(fr="Choisissez un montant plus petit.", en="Choose a smaller amount."),
)
_KEY = _Refusal(
    KeyReused,
    "ledger.key_reused",
    Text(
        fr="Cette clé a déjà servi pour une autre écriture.",
        en="This key was already used for another posting.",
    ),
    Text(
        fr="Prenez une nouvelle clé, ou reprenez exactement l’écriture d’origine.",
        en="Take a new key, or repeat exactly the first posting.",
    ),
)
_BUSY = _Refusal(
    AccountBusy,
    "ledger.account_busy",
    Text(
        fr="Une autre écriture a touché ce compte au même moment.",
        en="Another posting touched this account at the same moment.",
    ),
    Text(fr="Recommencez avec la même clé.", en="Try again with the same key."),
)
_UNITS = _Refusal(
    MixedUnits,
    "ledger.mixed_units",
    Text(fr="Ce compte se tient dans une autre unité.", en="This account is kept in another unit."),
    _MEND,
)
_REWRITING = _Refusal(
    AppendOnly,
    "ledger.append_only",
    Text(
        fr="Une écriture ne se modifie ni ne s’efface.",
        en="What was posted is neither changed nor erased.",
    ),
    _CORRECT,
)
_PRIVILEGE = _Refusal(
    NotAllowed,
    "ledger.not_allowed",
    Text(
        fr="Ce rôle de la base n’a pas ce droit sur le grand livre.",
        en="This database role has no such right on the ledger.",
    ),
    Text(
        fr="Passez par la commande ou la page prévue pour cet acte.",
        en="Use the command or the page made for this act.",
    ),
)
_AMOUNT = _unfit(
    "amount", "Un mouvement porte un montant positif.", "A movement moves more than nothing."
)
_TOO_LARGE = _unfit(
    "too_large",
    "Ce montant dépasse ce qu’un compte peut tenir.",
    "This amount exceeds what an account can hold.",
)
_INCOMPLETE = _unfit(
    "incomplete", "Il manque une information au mouvement.", "The movement lacks something."
)
_BY_CONSTRAINT = {
    "account_floor_never_breaks": _FLOOR,
    "account_ceiling_never_passed": _CEILING,
    "account_protects_nothing_negative": _unfit(
        "protected_negative",
        "La part protégée ne peut pas devenir négative.",
        "The protected share cannot become negative.",
    ),
    "hold_settles_at_most_what_it_holds": _unfit(
        "hold_too_small",
        "Le règlement dépasse ce qui était réservé.",
        "The settlement exceeds what was held.",
    ),
    "account_overdraws_only_what_protects_nothing": _unfit(
        "overdraft",
        "Un compte qui protège une part ne peut pas descendre sous zéro.",
        "An account that protects a share cannot go below zero.",
    ),
    "hold_pkey": _KEY,
    "batch_key_names_one_posting": _KEY,
    "transfer_pkey": _BUSY,
    "account_pkey": _BUSY,
    "slot_pkey": _BUSY,
    "batch_pkey": _BUSY,
    "transfer_moves_something": _AMOUNT,
    "transfer_protects_a_part": _unfit(
        "protected_part",
        "La part protégée d’un mouvement va de zéro à son montant, dans le même sens.",
        "The protected part of a movement goes from nothing to its amount, in the same direction.",
    ),
    "transfer_has_two_sides": _unfit(
        "one_side",
        "Un mouvement va d’un compte à un autre.",
        "A movement goes from one account to another.",
    ),
    "transfer_kind_known": _unfit(
        "kind", "Ce genre de mouvement n’existe pas.", "There is no such kind of movement."
    ),
    "transfer_words_hold_no_bar": _unfit(
        "bar",
        "Un libellé du mouvement contient le signe « | ».",
        "A word of the movement holds the sign “|”.",
    ),
    "transfer_is_for_a_period": _unfit(
        "period",
        "La période du mouvement finit avant de commencer, ou après son échéance.",
        "The movement’s period ends before it starts, or after it is due.",
    ),
    "proposal_unit_is_known": _unfit(
        "unit", "Cette unité de compte n’existe pas.", "There is no such unit of account."
    ),
    "proposal_account_is_computed": _unfit(
        "account",
        "Ce compte n’est pas celui de cette personne, de ce droit et de cet organisme.",
        "This account is not that of this person, right and organisation.",
    ),
    "proposals_are_sorted_by_person": _unfit(
        "unsorted",
        "Les mouvements d’un lot vont par ordre de personne.",
        "The movements of a batch go in order of person.",
    ),
}
_BY_STATE: dict[str, Callable[[psycopg.Error], _Refusal]] = {
    "23001": lambda _: _REWRITING,
    "42501": lambda _: _PRIVILEGE,
    "22003": lambda _: _TOO_LARGE,
    "23502": lambda error: _UNITS if error.diag.column_name == "unit" else _INCOMPLETE,
    "40P01": lambda _: _BUSY,
    "40001": lambda _: _BUSY,
}


def domain_error(error: psycopg.Error) -> PostingRefused | None:
    """What a refusal of the database means, in plain words; None when it is no refusal of ours."""
    refusal = _BY_CONSTRAINT.get(error.diag.constraint_name or "")
    if refusal is None and (by_state := _BY_STATE.get(error.sqlstate or "")):
        refusal = by_state(error)
    return refusal.error(refusal.code, refusal.message, refusal.next_step) if refusal else None


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what the database refuses within the block, through Django, into a PostingRefused."""
    try:
        yield
    except DjangoError as error:
        refused = (
            domain_error(error.__cause__) if isinstance(error.__cause__, psycopg.Error) else None
        )
        if refused is None:
            raise
        raise refused from error
