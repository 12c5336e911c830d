"""From what a provider proved to the person or agent it is about; a doubt is never settled by a guess."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cspu.trust.logins import ActorKind, Doubt, LoginDesk, Pivot, agent_subject
from cspu.trust.oidc import AgentClaims, Login, PersonClaims

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came, or why nobody can be told: then the doubt is recorded and a human decides."""

    kind: ActorKind
    actor_id: UUID = NOBODY
    doubt: Doubt | None = None


def arrive(desk: LoginDesk, came: Login) -> Arrival:
    """Find whose log-in this is."""
    if isinstance(came.claims, AgentClaims):
        return _agent(desk, came.provider, came.claims)
    return _person(desk, came.provider, came.claims)


def _person(desk: LoginDesk, provider: str, claims: PersonClaims) -> Arrival:
    known = desk.actor_of(provider, claims.sub)
    if known is not None and known[0] == "person":
        return Arrival("person", known[1])
    born = claims.birth_date.full
    found = (
        desk.matching(
            Pivot(
                birth_name=claims.birth_name,
                given_names=claims.given_names,
                sex=claims.sex.value,
                birth_date=born,
                birth_place=claims.birth_place,
                birth_country=claims.birth_country,
            )
        )
        if born
        else []
    )
    if len(found) != 1:
        doubt: Doubt = "several" if found else "nobody"
        desk.doubt(provider, claims.sub, doubt)
        return Arrival("person", doubt=doubt)
    if not desk.link(provider, claims.sub, found[0]):
        desk.doubt(provider, claims.sub, "several")
        return Arrival("person", doubt="several")
    return Arrival("person", found[0])


def _agent(desk: LoginDesk, provider: str, claims: AgentClaims) -> Arrival:
    """An agent was registered by her organisation: her e-mail or her name would prove nothing."""
    subject = agent_subject(claims.idp_id, claims.sub)
    known = desk.actor_of(provider, subject)
    if known is None or known[0] != "agent":
        desk.doubt(provider, subject, "unknown_agent")
        return Arrival("agent", doubt="unknown_agent")
    if not desk.agent_at(known[1], claims.siret):
        desk.doubt(provider, subject, "elsewhere")
        return Arrival("agent", doubt="elsewhere")
    return Arrival("agent", known[1])
