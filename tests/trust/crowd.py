"""Who stands before the door: made by plain SQL, as the owner, on a connection of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.trust.logins import new_token
from tests.conftest import FreshDatabase

_FACTS = Path(__file__).with_name("crowd.sql").read_text("utf-8")
_PERSON = """
INSERT INTO people.person (person_id, provisional) VALUES (%(person)s, FALSE);
INSERT INTO people.identity (person_id, birth_name, given_names, sex, birth_date)
VALUES (%(person)s, %(name)s, 'Alice', 'F', '1985-05-04')
"""

# Where each kind of row lies: what a sight shows is counted there.
SEEN = """
SELECT 'status:' || status FROM lifecourse.spell
UNION SELECT 'measure:' || measure FROM lifecourse.measure
UNION SELECT 'attribute:' || attribute FROM lifecourse.attribute
UNION SELECT 'event:' || kind FROM lifecourse.event
UNION SELECT 'right:' || right_id FROM ledger.account
UNION SELECT 'identity' FROM trust.identity_in_sight()
"""


@dataclass(slots=True)
class Crowd:
    """Persons, agents and their reasons, in one test's database."""

    database: FreshDatabase
    employer: OrganisationId = field(default_factory=lambda: OrganisationId(uuid4()))

    def person(self, *, name: str = "MARCHAND") -> PersonId:
        """Somebody of whom every kind of fact is known, from two employers."""
        person = PersonId(uuid4())
        with self.connected() as owner:
            kinds: dict[str, list[str]] = {}
            for (kind,) in owner.execute("SELECT kind FROM trust.kind").fetchall():
                table, _, word = kind.partition(":")
                kinds.setdefault(table, []).append(word)
            values = {
                "person": person,
                "name": name,
                "nobody": NO_ORGANISATION,
                "organisations": [NO_ORGANISATION, self.employer],
                "statuses": kinds["status"],
                "measures": kinds["measure"],
                "attributes": kinds["attribute"],
                "events": kinds["event"],
                "rights": kinds["right"],
            }
            self._run(owner, _PERSON + ";\n" + _FACTS, values)
        return person

    def agent(
        self, role: str, *, name: str = "Camille Roy", region: str = "", siret: str = ""
    ) -> UUID:
        """An agent of a body of her own, in that role."""
        agent = uuid4()
        number = siret or f"{agent.int % 10**14:014d}"
        organisation = computed_id("organisation", number)
        with self.connected() as owner:
            owner.execute(
                "INSERT INTO people.organisation (organisation_id, siret, name, region)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [organisation, number, f"Maison {role}", region],
            )
            owner.execute(
                "INSERT INTO trust.agent VALUES (%s, %s, %s, %s, TRUE, now())",
                [agent, organisation, role, name],
            )
        return agent

    def organisation_of(self, agent: UUID) -> OrganisationId:
        """Where that agent works."""
        ((organisation,),) = self.ask(
            "SELECT organisation_id FROM trust.agent WHERE agent_id = %s", agent
        )
        return OrganisationId(organisation)

    def session(
        self, kind: str, actor: UUID, *, strong: bool = False, second_factor: bool = True
    ) -> str:
        """The token of an open session, second factor shown where it is an agent's."""
        token = new_token()
        self.ask("SELECT trust.begin_session(%s, %s, %s, 'test', %s)", token, kind, actor, strong)
        if kind == "agent" and second_factor:
            renewed = new_token()
            self.ask("SELECT trust.strengthen_session(%s, %s, FALSE, TRUE)", token, renewed)
            return renewed
        return token

    def consent(
        self, person: UUID, agent: UUID, purpose: str, *scopes: str, days: int = 30
    ) -> UUID:
        """She lets the agent's body see these scopes."""
        consent = uuid4()
        self.ask(
            "INSERT INTO trust.consent VALUES (%s, %s, %s, %s, %s, now(),"
            " now() + %s * interval '1 day', 'person:' || %s) RETURNING 1",
            person,
            consent,
            self.organisation_of(agent),
            purpose,
            list(scopes),
            days,
            person,
        )
        return consent

    def file(self, person: UUID, agent: UUID, relation: str = "own_file") -> None:
        """The agent's body holds a file on her."""
        self.ask(
            "INSERT INTO trust.file VALUES (%s, %s, %s, '2020-01-01', 'infinity', now()) RETURNING 1",
            person,
            self.organisation_of(agent),
            relation,
        )

    def mandate(self, person: UUID, holder: UUID, kind: str, *themes: str) -> UUID:
        """She lets somebody act for her."""
        mandate = uuid4()
        self.ask(
            "INSERT INTO trust.mandate VALUES (%s, %s, %s, %s, 'Helper', %s, now(),"
            " now() + interval '30 days', 'online', NULL, 'person:' || %s) RETURNING 1",
            person,
            mandate,
            kind,
            holder,
            list(themes),
            person,
        )
        return mandate

    def lines(self, person: UUID) -> list[tuple[Any, ...]]:
        """Her journal as it is stored: verb, scopes, purpose, act, basis, who."""
        return self.ask(
            "SELECT verb, scopes, purpose, act, basis, actor_name FROM trust.access"
            " WHERE person_id = %s ORDER BY rank",
            person,
        )

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """A statement of the owner's, in a transaction of its own."""
        with self.connected() as owner:
            return owner.execute(statement.encode(), values).fetchall()

    def connected(self) -> psycopg.Connection:
        """A new connection of the owner's; a `with` block commits and closes it."""
        return self.database.connect()

    @staticmethod
    def _run(owner: psycopg.Connection, statements: str, values: dict[str, Any]) -> None:
        for statement in statements.split(";\n"):
            owner.execute(statement.encode(), values)
