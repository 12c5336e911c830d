"""What a person decides about her data: consents, codes, answers, mandates.

Transaction: each operation joins the caller's, inside a sight opened with verb `act`
(`cspu.trust.door.opened`); none commits. Idempotency: the id of what is made is computed from the
form's own token and all it says, so that the same form sent twice makes one thing, and sent with
other words does not pass for done. Refusals: trust.choice_refusal,
raised as ChoiceRefused (`errors.choice_refused`) before anything is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from cspu.kernel.ids import OrganisationId, computed_id
from cspu.trust.errors import choice_refused

CODE_MINUTES = 60
CODE_LENGTH = 8
_LETTERS = "2346789ACDEFGHJKMNPQRTVWXY"
"""No 0 nor O, no 1 nor I nor L, no 5 nor S, no B, U, Z: a code is read out, and written by hand."""


def give_consent(
    form: UUID,
    organisation_id: OrganisationId,
    *,
    purpose: str,
    scopes: Sequence[str],
    days: int,
) -> UUID:
    """Let a body see some scopes, for a purpose and a term; gives the consent's id.

    Transaction: the caller's. Idempotency: by `form`. Refusals: not_in_sight,
    organisation_unknown, purpose_unknown, scope_not_yours_to_open (a helper), scope_not_for_them,
    term_too_long.
    """
    consent = computed_id("consent", form, organisation_id, purpose, *scopes, days)
    _decide(
        "SELECT trust.give_consent(%s, %s, %s, %s, %s)",
        consent,
        organisation_id,
        purpose,
        list(scopes),
        days,
    )
    return consent


def end_consent(consent_id: UUID) -> None:
    """End a consent: the body's next request is refused.

    Transaction: the caller's. Idempotency: ended once, then already_ended. Refusals: not_in_sight,
    already_ended.
    """
    _decide("SELECT trust.end_consent(%s)", consent_id)


def make_code(form: UUID, *, minutes: int = CODE_MINUTES) -> str:
    """A code to read out, good once and for some minutes; whoever has it may ask her something.

    Transaction: the caller's. Idempotency: by `form`, which alone gives the code; the database
    keeps its hash. Refusals: not_in_sight, term_too_long, code_unknown (that form's code was used).
    """
    code = code_of(form)
    _decide("SELECT trust.make_code(%s, %s)", code, minutes)
    return code


def plain_code(written: str) -> str:
    """A code as people write it (`abcd-efgh`, spaces), as it was made."""
    return "".join(letter for letter in written.upper() if letter.isalnum())


def answer_request(request_id: UUID, *, granted: bool, days: int) -> None:
    """Say yes, for so many days at most, or no, without consequence, to a body's question.

    Transaction: the caller's. Idempotency: answered once, then already_ended; a yes gives one
    consent. Refusals: not_in_sight, already_ended, and those of `give_consent` for a yes.
    """
    _decide("SELECT trust.answer_request(%s, %s, %s)", request_id, granted, days)


def give_mandate(
    form: UUID,
    *,
    themes: Sequence[str],
    days: int,
    helper_code: str = "",
    organisation_id: OrganisationId | None = None,
) -> UUID:
    """Let a relative (by a code of hers) or a habilitated structure act; gives the mandate's id.

    Transaction: the caller's. Idempotency: by `form`; the relative's code is used once. Refusals:
    not_in_sight (a helper hands out no mandate), organisation_unknown, term_too_long,
    theme_unknown, code_unknown.
    """
    mandate = computed_id("mandate", form, organisation_id, plain_code(helper_code), *themes, days)
    _decide(
        "SELECT trust.give_mandate(%s, %s, %s, %s, %s)",
        mandate,
        plain_code(helper_code),
        organisation_id,
        list(themes),
        days,
    )
    return mandate


def end_mandate(mandate_id: UUID) -> None:
    """End a mandate: the helper's next request is refused.

    Transaction: the caller's. Idempotency: ended once, then already_ended. Refusals: not_in_sight,
    already_ended.
    """
    _decide("SELECT trust.end_mandate(%s)", mandate_id)


def raise_grievance(form: UUID, line: int, words: str) -> UUID:
    """Say that a line of the journal is not right: a case for the data-protection officer.

    Transaction: the caller's. Idempotency: by `form`. Refusals: not_in_sight, line_unknown,
    words_too_long.
    """
    grievance = computed_id("grievance", form, line, words)
    _decide(
        "SELECT trust.raise_grievance(%s, %s, %s)", grievance, line, words.replace("\r\n", "\n")
    )
    return grievance


def _decide(statement: str, *values: Any) -> None:  # noqa: ANN401  a function's own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (refusal,) = cursor.fetchone()
    if refusal is not None:
        raise choice_refused(refusal)


def code_of(form: UUID) -> str:
    """Eight letters out of a random form token: 26^8 codes, none told by another."""
    number = int.from_bytes(sha256(b"code|" + form.bytes).digest())
    letters = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)
