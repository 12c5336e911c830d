"""Two instances and the way between them, for the tests of federation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection as django_connection
from joserfc.jwk import ECKey, KeySetSerialization

from cspu.config.environment import DatabaseRole
from cspu.economy import gifts
from cspu.economy.federation import books
from cspu.economy.federation.messages import Identity, MessageRefused
from cspu.economy.federation.transport import Unreachable
from cspu.economy.federation.worker import decide_received, receive, send_due, statement
from cspu.kernel.ids import PersonId
from tests.economy.neighbours import helped
from tests.economy.purse import TODAY, Purse, form
from tests.people.conftest import as_role

LATER = datetime.now(UTC) + timedelta(days=3)
"""After every undo window."""


class Killed(BaseException):
    """The process is gone at this point."""


@dataclass(slots=True)
class Instance:
    """One installation: its database, its name and key, somebody who earned care and her mother's code."""

    purse: Purse
    identity: Identity

    @contextmanager
    def standing(self, role: DatabaseRole = "batch") -> Iterator[None]:
        """Django's connection is this instance's, in that role."""
        django_connection.close()
        with as_role(self.purse.database, role):
            yield

    def knows(
        self, other: Instance, *, most: int = 10_00, keys: KeySetSerialization | None = None
    ) -> None:
        with self.standing():
            books.add_partner(
                other.identity.name,
                label=other.identity.name,
                url=other.identity.name,
                keys=keys or other.identity.public,
                most_sent=most,
                most_received=most,
            )

    def carer(self, hours: int) -> PersonId:
        person = self.purse.person()
        with self.standing("web"):
            helped(self.purse, person, self.purse.person(), hours, care=True)
        return person

    def relative(self) -> tuple[PersonId, str]:
        person = self.purse.person()
        with self.standing("web"), self.purse.acting(person):
            return person, gifts.open_kin_call(form(), on=TODAY, days=30)

    def send(self, person: PersonId, amount: int, code: str, *, to: Instance) -> UUID:
        with self.standing("web"), self.purse.acting(person):
            return books.send_hours(form(), amount, partner=to.identity.name, code=code, on=TODAY)

    def work(self, wire: Wire) -> None:
        """One round of the command: decide what came in, send what is due."""
        with self.standing():
            decide_received(self.identity, on=TODAY, at=LATER)
        with self.standing():
            send_due(self.identity, wire, at=wire.now)

    def totals(self) -> tuple[int, int]:
        """All hours of all persons, and what of it is held."""
        ((balance, held),) = self.purse.ask(
            "SELECT coalesce(sum(credits - debits), 0)::bigint, coalesce(sum(held), 0)::bigint"
            " FROM ledger.account WHERE right_id = 'help_hours'"
        )
        return balance, held

    def states(self) -> list[str]:
        with self.standing():
            return [
                line.state for name in books.partners() for line in books.book_with(name.partner)
            ]

    def recorded(self) -> set[str]:
        return {
            reason for (reason,) in self.purse.ask("SELECT reason FROM economy.message_refused")
        }


@dataclass(slots=True)
class Wire:
    """The way between instances: carries messages faithfully, unless `fate` says otherwise."""

    instances: dict[str, Instance] = field(default_factory=dict)
    fate: Callable[[str], list[str]] = lambda body: [body]
    now: datetime = LATER
    seen: list[tuple[str, str]] = field(default_factory=list)

    def deliver(self, url: str, body: str) -> None:
        self.seen.append((url, body))
        arriving = self.fate(body)
        sender = dict(django_connection.settings_dict)
        for each in arriving:
            self.arrive(url, each)
        django_connection.close()
        django_connection.settings_dict.update(sender)
        if not arriving:
            raise Unreachable

    def arrive(self, url: str, body: str) -> None:
        receiver = self.instances[url]
        with receiver.standing("web"):
            try:
                receive(receiver.identity, body)
            except MessageRefused:
                return

    def ask(self, url: str, body: str) -> str:
        answering = self.instances[url]
        sender = dict(django_connection.settings_dict)
        try:
            with answering.standing("web"):
                return statement(answering.identity, body)
        finally:
            django_connection.close()
            django_connection.settings_dict.update(sender)


def instance(name: str, purse: Purse) -> Instance:
    return Instance(purse, Identity(name, ECKey.generate_key("P-256")))
