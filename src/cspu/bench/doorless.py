"""The product without its door, for `cspu bench door` alone: what the door is measured against.

The same pages from the same code, on the owner's connection, which row-level security does not bind. The
cookie is believed to be the person's id: no session is looked up, no basis checked, no line written;
the door is a plain transaction. Nothing of the product imports this; it answers on a bench's own
scratch database only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

from cspu.bench.counting import application
from cspu.kernel.ids import PersonId
from cspu.people.identities import Sex
from cspu.people.queries import Identity
from cspu.trust import sessions
from cspu.trust.door import Asking, Sight
from cspu.trust.sessions import Actor
from cspu.web import context, session

__all__ = ["application"]

_OF = "SELECT birth_name, usual_name, given_names, sex, birth_date FROM people.identity_of(%s)"
_whose: ContextVar[PersonId] = ContextVar("_whose")


@contextmanager
def _plain_transaction(_token: str, asking: Asking) -> Iterator[Sight]:
    _whose.set(asking.person_id)
    with transaction.atomic():
        yield Sight(asking.person_id, 0, "bench")


def _believed(token: str) -> Actor:
    return Actor(
        kind="person",
        actor_id=UUID(token),
        name="",
        role="person",
        organisation_id=None,
        organisation="",
        provider="bench",
        second_factor=False,
        needs_second_factor=False,
        strong=False,
    )


def _identity() -> Identity | None:
    person = _whose.get(None)
    if person is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OF, [person])
        birth_name, usual_name, given_names, sex, birth_date = cursor.fetchone()
    return Identity(birth_name, usual_name, given_names, Sex(sex), birth_date)


for module, name, doorless in (
    (session, "opened", _plain_transaction),
    (sessions, "who", _believed),
    (context, "identity_in_sight", _identity),
):
    vars(module)[name] = doorless
