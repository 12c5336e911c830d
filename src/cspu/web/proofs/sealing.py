"""The keys of this server, and the addresses under which its proofs can be checked."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cspu.trust.proofs import (
    Refusal,
    SigningKey,
    StatusList,
    TrustedKeys,
    issue_status_list,
    load_frame,
    read_keys,
    read_status_list,
)
from cspu.trust.proving import withdrawn_places


@cache
def keys() -> tuple[SigningKey, TrustedKeys]:
    """What this server seals with, and what it still believes."""
    return read_keys(settings.CSPU_PROOF_KEY, settings.CSPU_PROOF_KEYS_PREVIOUS)


def issuer_of(request: HttpRequest) -> str:
    """Who issues: the address of this site."""
    return request.build_absolute_uri("/").rstrip("/")


def address_of_list(request: HttpRequest, list_id: int) -> str:
    """Where anybody reads which proofs were withdrawn."""
    return request.build_absolute_uri(reverse("proof_withdrawals", args=[list_id]))


def signed_list(request: HttpRequest, list_id: int, *, now: datetime) -> str:
    """The list of withdrawn proofs as it stands."""
    signing, _ = keys()
    return issue_status_list(
        withdrawn_places(list_id),
        uri=address_of_list(request, list_id),
        frame=load_frame(),
        key=signing,
        now=now,
    )


def our_list(request: HttpRequest, uri: str, *, now: datetime) -> StatusList | None:
    """Our own list, where that is the one a proof names; None for any other address."""
    _, trusted = keys()
    list_id = uri.rstrip("/").rpartition("/")[2]
    if not list_id.isdecimal() or uri != address_of_list(request, int(list_id)):
        return None
    found = read_status_list(signed_list(request, int(list_id), now=now), keys=trusted, now=now)
    return None if isinstance(found, Refusal) else found
