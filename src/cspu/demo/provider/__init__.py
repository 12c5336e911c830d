"""A real OpenID provider on loopback, for the demonstration and the tests.

    with running_provider(identities, callbacks=[…], after_logout=[…]) as provider:
        party = RelyingParty(provider.france_connect)

The program itself is `provider.mjs`, beside this file.
"""

from cspu.demo.provider.identities import AgentIdentity, Identities, PersonIdentity
from cspu.demo.provider.node import find_node
from cspu.demo.provider.running import RunningProvider, agent_sub, running_provider

__all__ = [
    "AgentIdentity",
    "Identities",
    "PersonIdentity",
    "RunningProvider",
    "agent_sub",
    "find_node",
    "running_provider",
]
