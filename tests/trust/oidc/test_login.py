"""Log-ins that succeed, on the true code path, against a real provider."""

from __future__ import annotations

import json
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jws import extract_compact

from cspu.people.identities import Sex
from cspu.trust.oidc import (
    AgentClaims,
    Attempt,
    Level,
    LoginRefused,
    PersonClaims,
    Refusal,
    RelyingParty,
    check_logout_state,
    new_state,
)
from tests.trust.oidc.people import PAUL, SIRET
from tests.trust.oidc.visiting import AFTER_LOGOUT, CALLBACK, Visitor, leave, log_in, now


def signed_with(token: str) -> object:
    return extract_compact(token.encode()).protected["alg"]


def test_a_person_comes_back_with_her_pivot_identity(persons: RelyingParty) -> None:
    login = log_in(persons, "nadia")
    assert (login.provider, login.level, login.acr) == ("france_connect", Level.ORDINARY, "eidas1")
    assert signed_with(login.id_token) == "ES256"
    assert isinstance(login.claims, PersonClaims)
    assert login.claims.sub.endswith("v1")
    assert login.claims.given_names == "Nadia Lila"
    assert (login.claims.birth_name, login.claims.usual_name) == ("BELLAMINE", "D'ARC")
    assert login.claims.sex is Sex.FEMALE
    assert login.claims.birth_date.full == date(1988, 3, 17)
    assert (login.claims.birth_place, login.claims.birth_country) == ("69123", "99100")
    assert login.claims.email == "nadia@example.org"


def test_an_agent_comes_back_with_the_establishment_she_works_for(agents: RelyingParty) -> None:
    login = log_in(agents, "paul")
    assert (login.provider, login.level) == ("pro_connect", Level.ORDINARY)
    assert signed_with(login.id_token) == "RS256"
    assert isinstance(login.claims, AgentClaims)
    assert (login.claims.siret, login.claims.idp_id) == (SIRET, PAUL.idp_id)
    assert (login.claims.given_name, login.claims.usual_name) == ("Paul", "REY")
    assert login.claims.email == "paul@example.org"
    assert login.claims.amr == ("pwd",)


def test_the_same_person_has_the_same_sub_and_another_has_another(persons: RelyingParty) -> None:
    once, again, other = (log_in(persons, each).claims.sub for each in ("nadia", "nadia", "abroad"))
    assert once == again != other


@pytest.mark.parametrize(
    ("identity", "year", "month", "day"),
    [("day_unknown", 1958, 7, None), ("month_unknown", 1958, None, None)],
)
def test_a_birth_date_may_be_partly_unknown(
    persons: RelyingParty, identity: str, year: int, month: int | None, day: int | None
) -> None:
    claims = log_in(persons, identity).claims
    assert isinstance(claims, PersonClaims)
    born = claims.birth_date
    assert (born.year, born.month, born.day, born.full) == (year, month, day, None)


def test_born_abroad_is_without_a_commune(persons: RelyingParty) -> None:
    claims = log_in(persons, "abroad").claims
    assert isinstance(claims, PersonClaims)
    assert (claims.birth_place, claims.birth_country) == ("", "99351")


def test_a_session_at_the_provider_reads_at_once_but_is_asked_anew_for_a_strong_act(
    persons: RelyingParty,
) -> None:
    visitor = Visitor()
    log_in(persons, "nadia", visitor=visitor)
    assert log_in(persons, "nadia", visitor=visitor).level is Level.ORDINARY
    assert visitor.asked == 1
    strong = log_in(persons, "nadia", asked=Level.STRONG, visitor=visitor)
    assert (strong.level, strong.acr, visitor.asked) == (Level.STRONG, "eidas2", 2)
    log_in(persons, "nadia", asked=Level.STRONG, visitor=visitor)
    assert visitor.asked == 3


def test_more_than_asked_is_enough(persons: RelyingParty) -> None:
    assert log_in(persons, "nadia", picked=Level.STRONG).level is Level.STRONG


def test_an_agents_strong_log_in_shows_its_second_factor(agents: RelyingParty) -> None:
    login = log_in(agents, "paul", asked=Level.STRONG)
    assert isinstance(login.claims, AgentClaims)
    assert login.level is Level.STRONG
    assert "mfa" in login.claims.amr


def test_leaving_says_no_more_than_the_profile_allows(persons: RelyingParty) -> None:
    attempt, url = leave(persons)
    sent = dict(parse_qsl(urlsplit(url).query))
    assert set(sent) == {
        "acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state",
    }  # fmt: skip
    assert (sent["state"], sent["nonce"]) == (attempt.state, attempt.nonce)
    assert min(len(attempt.state), len(attempt.nonce)) >= 32
    assert leave(persons)[0].nonce != attempt.nonce


def test_an_attempt_fits_in_a_cookie_and_comes_back_whole(agents: RelyingParty) -> None:
    attempt, url = leave(agents, Level.STRONG)
    kept = json.dumps(attempt.to_dict())
    assert len(kept) < 500
    returned = Visitor().come_back(url, "paul", Level.STRONG)
    login = agents.complete(Attempt.from_dict(json.loads(kept)), returned, now=now())
    assert login.level is Level.STRONG


@pytest.mark.parametrize(
    "broken",
    [{"provider": "elsewhere"}, {"level": "huge"}, {"started_at": "soon"}, {"nonce": None}],
)
def test_what_is_not_an_attempt_is_refused(
    persons: RelyingParty, broken: dict[str, str | None]
) -> None:
    kept = {
        name: value
        for name, value in (leave(persons)[0].to_dict() | broken).items()
        if value is not None
    }
    with pytest.raises(LoginRefused) as refused:
        Attempt.from_dict(kept)
    assert refused.value.refusal is Refusal.NO_ATTEMPT


def test_nothing_of_a_log_in_ends_in_a_log(agents: RelyingParty, persons: RelyingParty) -> None:
    attempt, _ = leave(agents)
    login = log_in(persons, "nadia")
    printed = f"{attempt!r} {login!r} {login.claims!r} {agents.provider!r}"
    secret = {attempt.state, attempt.nonce, attempt.code_verifier, login.id_token}
    secret |= {agents.provider.client_secret, login.claims.sub, "BELLAMINE", "nadia@example.org"}
    assert [each for each in secret if each in printed] == []


@pytest.mark.parametrize("key", ["persons", "agents"])
def test_logging_out_ends_the_session_at_the_provider(
    request: pytest.FixtureRequest, key: str
) -> None:
    party: RelyingParty = request.getfixturevalue(key)
    identity = {"persons": "nadia", "agents": "paul"}[key]
    visitor, state = Visitor(), new_state()
    login = log_in(party, identity, visitor=visitor)
    url = party.logout_url(
        id_token=login.id_token, redirect_uri=AFTER_LOGOUT, state=state, now=now()
    )
    check_logout_state(state, visitor.come_back(url))
    assert visitor.asked == 1
    log_in(party, identity, visitor=visitor)
    assert visitor.asked == 2


@pytest.mark.parametrize("returned", [{}, {"state": ""}, {"state": "another"}])
def test_coming_back_from_a_log_out_nobody_asked_for_is_refused(returned: dict[str, str]) -> None:
    for kept in (new_state(), ""):
        with pytest.raises(LoginRefused) as refused:
            check_logout_state(kept, returned)
        assert refused.value.refusal is Refusal.STATE_MISMATCH


def test_a_slow_person_still_comes_back(persons: RelyingParty) -> None:
    attempt, url = persons.begin(
        level=Level.ORDINARY, redirect_uri=CALLBACK, now=now() - timedelta(minutes=9)
    )
    returned = Visitor().come_back(url, "nadia")
    assert persons.complete(attempt, returned, now=now()).level is Level.ORDINARY
