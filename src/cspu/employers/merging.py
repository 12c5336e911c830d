"""When a NIR arrives for somebody an employer only had a number for, her facts follow her."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cspu.lifecourse.moving import move_facts
from cspu.people.crypto import Keyring
from cspu.people.identities import DeclaredIdentity
from cspu.people.operations import Recognition, merge_provisional


@transaction.atomic
def merge_facts(
    identity: DeclaredIdentity,
    *,
    ntt: str,
    siren: str,
    source: str,
    reason: str,
    recorded_at: datetime,
    keyring: Keyring | None = None,
) -> Recognition | None:
    """Recognise the provisional person `ntt` of `siren` by her NIR, and move what is known of her.

    Owns its transaction: the audit line, the merge and the facts go together or not at all. None
    when the number was never declared; safe to repeat. Raises AlreadyMerged, InvalidIdentity.
    """
    recognition = merge_provisional(
        identity,
        ntt=ntt,
        siren=siren,
        source=source,
        reason=reason,
        recorded_at=recorded_at,
        keyring=keyring,
    )
    if recognition is not None and recognition.moves_facts:
        move_facts(recognition.provisional, recognition.kept, recorded_at=recorded_at)
    return recognition
