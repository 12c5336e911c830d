"""What persons hold: credited by plain postings of the owner's, looked at by plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from cspu.economy.errors import ActRefused
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.ledger.operations import Proposal
from cspu.ledger.verification import verify
from cspu.people.organisations import organisation_id
from cspu.trust.door import Asking, Sight, opened
from cspu.trust.logins import new_token
from tests.conftest import FreshDatabase
from tests.ledger.book import post_as_is

RECORDED = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
"""The first day on which somebody may act, in these tests."""
TODAY = date(2026, 11, 24)
"""The day acts are for: never later than the day the tests run."""

_BORN = """
INSERT INTO people.person (person_id, provisional) VALUES (%(person)s, FALSE);
INSERT INTO lifecourse.course VALUES (%(person)s, %(born)s, 1);
INSERT INTO lifecourse.attribute
    (person_id, attribute, valid, origin_id, value, asserted_for, source_id, recorded_from)
VALUES (%(person)s, 'birth_date', '[1900-01-01,)', kernel.computed_id('o'), %(born)s, '2025-12-01',
    kernel.computed_id('s'), now())
"""


@dataclass(slots=True)
class Purse:
    """Persons and what they hold, in one test's database."""

    database: FreshDatabase
    _owner: psycopg.Connection | None = None

    def close(self) -> None:
        """Leave the database to be dropped."""
        if self._owner is not None:
            self._owner.close()

    def person(self, *, born: date = date(1985, 5, 4)) -> PersonId:
        """Somebody of whom nothing is known but the birth date."""
        person = PersonId(uuid4())
        with self.connected() as owner:
            for statement in _BORN.split(";\n"):
                owner.execute(statement.encode(), {"person": person, "born": str(born)})
        return person

    def give(
        self,
        person: PersonId,
        right_id: str,
        amount: int,
        *,
        unit: str = "EUR",
        protected: int = 0,
        held_with: OrganisationId = NO_ORGANISATION,
    ) -> None:
        """Credit an account, as settlement would; amounts in smallest units."""
        with self.connected() as owner:
            post_as_is(
                owner,
                str(uuid4()),
                Proposal(
                    person_id=person,
                    right_id=right_id,
                    unit=unit,
                    organisation_id=held_with,
                    counter_id=computed_id("funder", "test", unit),
                    counterparty="funder:test",
                    amount=amount,
                    protected=protected,
                    kind="award",
                    reason="due",
                    version=date(2019, 1, 1),
                    period_start=date(2025, 1, 1),
                    period_end=date(2025, 12, 31),
                    due_on=date(2026, 1, 1),
                ),
            )

    def know(self, person: PersonId, attribute: str, value: str) -> None:
        """A characteristic of hers, for good."""
        self.ask(
            "INSERT INTO lifecourse.attribute (person_id, attribute, valid, origin_id, value,"
            " asserted_for, source_id, recorded_from) VALUES (%s, %s, '[2000-01-01,)',"
            " kernel.computed_id('o'), %s, '2025-12-01', kernel.computed_id('s'), now()) RETURNING 1",
            person,
            attribute,
            value,
        )

    @contextmanager
    def acting(self, person: PersonId) -> Iterator[Sight]:
        """She is logged in, strongly, and about to act."""
        token = self.logged_in(person)
        asking = Asking(person, "test", verb="act", strong=True)
        with opened(token, asking) as sight:
            yield sight

    def logged_in(self, person: PersonId) -> str:
        """The token of a strong session of hers."""
        token = new_token()
        self.ask("SELECT trust.begin_session(%s, 'person', %s, 'test', TRUE)", token, person)
        return token

    def organisation(self, siret: str, name: str) -> OrganisationId:
        """A body that is known here."""
        known = organisation_id(siret)
        with self.connected() as owner:
            owner.execute(
                "INSERT INTO people.organisation"
                " (organisation_id, siret, name, ape, idcc, region, recorded_at)"
                " VALUES (%s, %s, %s, '', '', '', now())",
                (known, siret, name),
            )
        return known

    def age(self, by: timedelta) -> None:
        """Time passes: whatever was promised or done is that much older."""
        with self.connected() as owner:
            for table in ("ledger.hold", "economy.act"):
                owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            owner.execute(
                "UPDATE ledger.hold SET opened_at = opened_at - %(by)s, settles_at = settles_at - %(by)s,"
                " expires_at = expires_at - %(by)s",
                {"by": by},
            )
            owner.execute(
                "UPDATE economy.act SET made_at = made_at - %(by)s, said = said || jsonb_build_object("
                "'undo_until', (said ->> 'undo_until')::timestamptz - %(by)s) WHERE kind = 'use'",
                {"by": by},
            )
            for table in ("ledger.hold", "economy.act"):
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())

    def held(self, person: PersonId, right_id: str) -> tuple[int, int, int]:
        """What she holds of a right, over all its accounts: balance, protected, held."""
        ((balance, protected, held),) = self.ask(
            "SELECT coalesce(sum(credits - debits), 0)::bigint, coalesce(sum(protected), 0)::bigint,"
            " coalesce(sum(held), 0)::bigint FROM ledger.account"
            " WHERE person_id = %s AND right_id = %s",
            person,
            right_id,
        )
        return balance, protected, held

    def is_sound(self) -> None:
        """The whole ledger re-proves itself."""
        with self.database.connect(autocommit=True) as owner:
            assert list(verify(owner)) == []

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """A statement of the owner's, in a transaction of its own; on one connection, kept for it."""
        if self._owner is None:
            self._owner = self.database.connect(autocommit=True)
        return self._owner.execute(statement.encode(), values).fetchall()

    def connected(self) -> psycopg.Connection:
        """A new connection of the owner's; a `with` block commits and closes it."""
        return self.database.connect()


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done within is refused for that reason, and no other."""
    with pytest.raises(ActRefused) as caught:
        yield
    assert caught.value.code == f"economy.{code}"


def form() -> UUID:
    """The token of a form nobody sent yet."""
    return uuid4()
