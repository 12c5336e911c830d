"""The demonstration's people as its provider vouches for them: the log-in is real, they are not."""

from __future__ import annotations

from cspu.demo.agents import DemoAgent, read_bodies
from cspu.demo.personas import Cast, Persona
from cspu.demo.provider import AgentIdentity, Identities, PersonIdentity, agent_sub
from cspu.trust.agents import DeclaredLogin
from cspu.trust.logins import agent_subject


def identities_of(cast: Cast) -> Identities:
    """Everybody who can log in: the persons by FranceConnect, the agents by ProConnect."""
    return Identities(
        persons=tuple(_person(each) for each in cast.personas),
        agents=tuple(_agent(each) for each in read_bodies(cast).agents),
    )


def login_of(agent: DemoAgent) -> DeclaredLogin:
    """How she will be known when she comes: registered beforehand, as a body registers its agents."""
    said = _agent(agent)
    subject = agent_subject(said.idp_id, agent_sub(said.id))
    return DeclaredLogin("pro_connect", subject, agent.agent_id)


def _person(persona: Persona) -> PersonIdentity:
    return PersonIdentity(
        id=persona.slug,
        sentence=persona.sentence,
        given_names=persona.given_names,
        birth_name=persona.birth_name,
        sex="female" if persona.female else "male",
        birth_date=persona.birth_date.isoformat(),
        # A commune that does not exist, as in their made-up numbers.
        birth_place=f"{persona.nir[5:7]}{persona.nir[7:10]}",
    )


def _agent(agent: DemoAgent) -> AgentIdentity:
    return AgentIdentity(
        id=agent.slug,
        sentence=agent.sentence,
        given_name=agent.given_name,
        usual_name=agent.usual_name,
        email=f"{agent.slug}@example.org",
        siret=agent.body.siret,
    )
