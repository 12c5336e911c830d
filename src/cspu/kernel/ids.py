"""Identifiers. Persons have random ids; bulk rows have ids computed from what they are."""

from __future__ import annotations

from hashlib import md5
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
OrganisationId = NewType("OrganisationId", UUID)

NO_ORGANISATION = OrganisationId(UUID(int=0))
"""The organisation of a fact or account that belongs to none (a nil id keeps keys free of nulls)."""


def computed_id(*parts: object) -> UUID:
    """The id of a thing known by its parts: the same parts give the same id, here and in SQL.

    Twin of the SQL function `kernel.computed_id(text)`. Computed rather than drawn, so that
    the same row posted twice meets its own key, and so that bulk statements run shard by shard.
    """
    text = "|".join(str(part) for part in parts)
    return UUID(md5(text.encode(), usedforsecurity=False).hexdigest())
