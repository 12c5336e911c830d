"""Log-in: from what a provider vouches for to a session, on the connection of the log-in role.

# Note [log-in is another role's]
A request cannot make a session (trust/sql/0002): these operations have a database role and a
connection of their own, handed in by whoever wires the process. Transactions: each operation owns its
own. Idempotency: linking a log-in twice links it once; a session is made at each call.
Refusals: none here; what a provider refuses is `oidc`'s.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import psycopg

from cspu.kernel.ids import PersonId

Connect = Callable[[], psycopg.Connection]
ActorKind = Literal["person", "agent"]

Doubt = Literal["nobody", "several", "unknown_agent", "elsewhere"]

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Pivot:
    """The civil identity a provider vouches for. Prints nothing of it."""

    birth_name: str
    given_names: str
    sex: str
    birth_date: date
    birth_place: str
    birth_country: str


@dataclass(frozen=True, slots=True, repr=False)
class SealedFactor:
    """An agent's second factor as it is kept. `secret` is None while none was offered."""

    agent_id: UUID
    secret: bytes | None
    key_version: int | None
    confirmed: bool
    last_step: int


@dataclass(frozen=True, slots=True)
class LoginDesk:
    """Begins, strengthens and ends sessions. `connect` gives a connection of the log-in role."""

    connect: Connect

    def actor_of(self, provider: str, subject: str) -> tuple[ActorKind, UUID] | None:
        """Whose log-in this is, if it was linked to somebody before."""
        row = self._ask(
            "SELECT actor_kind, actor_id FROM trust.actor_of_login(%s)",
            login_hash(provider, subject),
        )
        return (row[0], row[1]) if row and row[0] else None

    def matching(self, pivot: Pivot) -> list[PersonId]:
        """The persons with that very civil identity: one, none, or two where it is ambiguous."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT * FROM trust.match_pivot(%s, %s, %s, %s, %s, %s)",
                [
                    pivot.birth_name,
                    pivot.given_names,
                    pivot.sex,
                    pivot.birth_date,
                    pivot.birth_place,
                    pivot.birth_country,
                ],
            ).fetchall()
        return [PersonId(person) for (person,) in rows]

    def link(self, provider: str, subject: str, person_id: PersonId) -> bool:
        """Remember whose log-in this is; False where she already comes by another of that provider."""
        row = self._ask(
            "SELECT trust.link_person(%s, %s, %s)",
            login_hash(provider, subject),
            provider,
            person_id,
        )
        return bool(row and row[0])

    def begin(
        self,
        kind: ActorKind,
        actor_id: UUID,
        *,
        provider: str,
        strong: bool = False,
        device: str = "",
    ) -> str:
        """Open a session; gives the token that its browser alone will hold."""
        token = new_token()
        self._ask(
            "SELECT trust.begin_session(%s, %s, %s, %s, %s, %s)",
            token,
            kind,
            actor_id,
            provider,
            strong,
            device,
        )
        return token

    def strengthen(
        self, token: str, *, strong: bool = False, second_factor: bool = False
    ) -> str | None:
        """Replace a session by a stronger one, under a new token; None when it was over."""
        renewed = new_token()
        row = self._ask(
            "SELECT trust.strengthen_session(%s, %s, %s, %s)",
            token,
            renewed,
            strong,
            second_factor,
        )
        return renewed if row and row[0] else None

    def agent_at(self, agent_id: UUID, siret: str) -> bool:
        """Whether this agent still works, in that establishment."""
        row = self._ask("SELECT trust.agent_at(%s, %s)", agent_id, siret)
        return bool(row and row[0])

    def doubt(self, provider: str, subject: str, reason: Doubt) -> None:
        """Nobody could be told without doubt: leave it to a human, naming nobody."""
        hashed = login_hash(provider, subject)
        self._ask("SELECT trust.record_doubt(%s, %s, %s)", hashed, provider, reason)

    def second_factor(self, token: str) -> SealedFactor | None:
        """The second factor of the session's agent; None where there is no such session."""
        row = self._ask(
            "SELECT agent_id, secret_encrypted, key_version, coalesce(confirmed, FALSE),"
            " coalesce(last_step, 0) FROM trust.second_factor_of(%s)",
            token,
        )
        return SealedFactor(*row) if row and row[0] else None

    def offer_second_factor(self, token: str, sealed: bytes, version: int) -> bool:
        """Keep a secret for the session's agent; False once one is confirmed."""
        row = self._ask("SELECT trust.offer_second_factor(%s, %s, %s)", token, sealed, version)
        return bool(row and row[0])

    def take_code(self, token: str, step: int) -> str | None:
        """The code of that step served: the session under a new token; None when it served before."""
        renewed = new_token()
        row = self._ask("SELECT trust.take_code(%s, %s, %s)", token, renewed, step)
        return renewed if row and row[0] else None

    def allows(self, what: str, who: str, *, most: int, within: timedelta) -> bool:
        """Count one more try of that by them; False when there were too many in that time."""
        bucket = sha256(f"{what}|{who}".encode()).digest()
        row = self._ask("SELECT trust.try(%s, %s, %s)", bucket, most, int(within.total_seconds()))
        return bool(row and row[0])

    def _ask(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        with self.connect() as connection:
            return connection.execute(statement.encode(), values).fetchone()


def new_token() -> str:
    """A session's token: 256 bits nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def login_hash(provider: str, subject: str) -> bytes:
    """How a log-in is kept: neither provider nor subject can be read from it."""
    return sha256(f"{len(provider)}|{provider}|{subject}".encode()).digest()


def agent_subject(idp_id: str, sub: str) -> str:
    """A subject of an agent only means something with the identity provider it comes from."""
    return f"{idp_id}|{sub}"
