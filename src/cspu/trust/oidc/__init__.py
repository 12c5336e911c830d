"""Log-in by OpenID Connect, as FranceConnect v2 and ProConnect speak it; no database, no screen.

    party = RelyingParty(france_connect(issuer=…, client_id=…, client_secret=…))
    attempt, url = party.begin(level=Level.ORDINARY, redirect_uri=…, now=…)
    …the person comes back…
    login = party.complete(attempt, callback_parameters, now=…)

Everything that can go wrong is one `LoginRefused`, whose `refusal` says which of an ordered list.
`now` is the true time, also in a demonstration that lives on another day: tokens last a minute.
"""

from cspu.trust.oidc.attempts import Attempt
from cspu.trust.oidc.claims import AgentClaims, PartialDate, PersonClaims
from cspu.trust.oidc.errors import LoginRefused, Refusal
from cspu.trust.oidc.providers import Level, Provider, france_connect, pro_connect
from cspu.trust.oidc.relying_party import Login, RelyingParty, check_logout_state, new_state

__all__ = [
    "AgentClaims",
    "Attempt",
    "Level",
    "Login",
    "LoginRefused",
    "PartialDate",
    "PersonClaims",
    "Provider",
    "Refusal",
    "RelyingParty",
    "check_logout_state",
    "france_connect",
    "new_state",
    "pro_connect",
]
