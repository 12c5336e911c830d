"""Made-up people of the provider, one for each thing that can go wrong with a log-in."""

from __future__ import annotations

from dataclasses import replace

from cspu.demo.provider import AgentIdentity, Identities, PersonIdentity
from cspu.employers.dsn.fictitious import fictitious_siret
from cspu.kernel.text import Text

SIRET = fictitious_siret(101)
NADIA = PersonIdentity(
    id="nadia",
    sentence=Text(fr="Deux <temps partiels> & un vélo.", en="Two <part-time jobs> & a bike."),
    given_names="Nadia Lila",
    birth_name="BELLAMINE",
    usual_name="D'ARC",
    sex="female",
    birth_date="1988-03-17",
    birth_place="69123",
    email="nadia@example.org",
)
PAUL = AgentIdentity(
    id="paul",
    sentence=Text(fr="Conseiller.", en="Adviser."),
    given_name="Paul",
    usual_name="REY",
    email="paul@example.org",
    siret=SIRET,
)

PERSON_FAULTS = (
    "bad_signature",
    "early_token",
    "expired_token",
    "level_too_low",
    "new_key",
    "no_id_token",
    "old_token",
    "token_unreachable",
    "unknown_key",
    "unknown_level",
    "unsigned_token",
    "userinfo_bad_signature",
    "userinfo_for_another_client",
    "userinfo_of_somebody_else",
    "userinfo_redirected",
    "userinfo_refused",
    "userinfo_unknown_key",
    "wrong_access_token",
    "wrong_audience",
    "wrong_issuer",
    "wrong_nonce",
    "wrong_party",
)

IDENTITIES = Identities(
    persons=(
        NADIA,
        replace(NADIA, id="abroad", birth_place="", birth_country="99351"),
        replace(NADIA, id="day_unknown", birth_date="1958-07-00"),
        replace(NADIA, id="month_unknown", birth_date="1958-00-00"),
        replace(NADIA, id="no_such_day", birth_date="1988-02-30"),
        replace(NADIA, id="no_sex", sex=""),
        replace(NADIA, id="no_birth_place", birth_place=""),
        *(replace(NADIA, id=fault) for fault in PERSON_FAULTS),
    ),
    agents=(
        PAUL,
        replace(PAUL, id="no_siret", siret=""),
        replace(PAUL, id="wrong_siret", siret=SIRET[:-1] + str((int(SIRET[-1]) + 1) % 10)),
        replace(PAUL, id="no_idp", idp_id=""),
        replace(PAUL, id="agent_wrong_nonce"),
    ),
)
FAULTS = {fault: fault for fault in PERSON_FAULTS} | {"agent_wrong_nonce": "wrong_nonce"}
