"""Identifiers. Persons have random ids; bulk rows have ids computed from what they are."""

from __future__ import annotations

from collections.abc import Iterator
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


def person_ranges(count: int) -> Iterator[tuple[UUID, UUID]]:
    """All possible ids in so many ranges, first and last of each: for work on everybody, by parts."""
    last_id = 2**128 - 1
    for step in range(count):
        yield (
            UUID(int=last_id * step // count),
            UUID(int=last_id * (step + 1) // count - (step + 1 < count)),
        )
