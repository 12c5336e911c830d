"""Each way a log-in may go wrong ends in its own refusal, and in nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from cspu.demo.provider import RunningProvider
from cspu.kernel.text import LANGUAGES
from cspu.trust.oidc import Level, LoginRefused, PartialDate, Refusal, RelyingParty
from tests.trust.oidc.visiting import Visitor, leave, log_in, now


def refusal_of(party: RelyingParty, identity: str, asked: Level = Level.ORDINARY) -> Refusal:
    with pytest.raises(LoginRefused) as refused:
        log_in(party, identity, asked=asked)
    return refused.value.refusal


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ("token_unreachable", Refusal.PROVIDER_UNREACHABLE),
        ("no_id_token", Refusal.UNREADABLE),
        ("unsigned_token", Refusal.UNREADABLE),
        ("unknown_key", Refusal.UNKNOWN_KEY),
        ("bad_signature", Refusal.BAD_SIGNATURE),
        ("wrong_issuer", Refusal.WRONG_ISSUER),
        ("wrong_audience", Refusal.WRONG_AUDIENCE),
        ("wrong_party", Refusal.WRONG_AUDIENCE),
        ("expired_token", Refusal.EXPIRED),
        ("early_token", Refusal.EARLY),
        ("old_token", Refusal.EARLY),
        ("wrong_nonce", Refusal.WRONG_NONCE),
        ("wrong_access_token", Refusal.UNSOUND),
        ("unknown_level", Refusal.LEVEL_TOO_LOW),
        ("userinfo_redirected", Refusal.PROVIDER_UNFIT),
        ("userinfo_refused", Refusal.PROVIDER_UNFIT),
        ("userinfo_unknown_key", Refusal.USERINFO_REFUSED),
        ("userinfo_bad_signature", Refusal.USERINFO_REFUSED),
        ("userinfo_for_another_client", Refusal.USERINFO_REFUSED),
        ("userinfo_of_somebody_else", Refusal.USERINFO_MISMATCH),
        ("no_sex", Refusal.CLAIMS_INCOMPLETE),
        ("no_birth_place", Refusal.CLAIMS_INCOMPLETE),
        ("no_such_day", Refusal.CLAIMS_INCOMPLETE),
    ],
)
def test_a_provider_that_errs_is_not_believed(
    persons: RelyingParty, fault: str, refusal: Refusal
) -> None:
    assert refusal_of(persons, fault) is refusal


@pytest.mark.parametrize(
    ("identity", "refusal"),
    [
        ("agent_wrong_nonce", Refusal.WRONG_NONCE),
        ("no_siret", Refusal.NO_ORGANISATION),
        ("wrong_siret", Refusal.NO_ORGANISATION),
        ("no_idp", Refusal.CLAIMS_INCOMPLETE),
    ],
)
def test_an_agent_nobody_can_place_does_not_come_in(
    agents: RelyingParty, identity: str, refusal: Refusal
) -> None:
    assert refusal_of(agents, identity) is refusal


def test_a_level_below_the_one_asked_is_refused(persons: RelyingParty) -> None:
    with pytest.raises(LoginRefused) as refused:
        log_in(persons, "nadia", asked=Level.STRONG, picked=Level.ORDINARY)
    assert refused.value.refusal is Refusal.LEVEL_TOO_LOW
    assert refusal_of(persons, "level_too_low", Level.STRONG) is Refusal.LEVEL_TOO_LOW
    assert log_in(persons, "level_too_low").level is Level.ORDINARY


def test_the_names_of_missing_claims_are_told_and_not_their_values(persons: RelyingParty) -> None:
    with pytest.raises(LoginRefused) as refused:
        log_in(persons, "no_such_day")
    assert refused.value.claims == ("birthdate",)
    assert "1988" not in str(refused.value)


def test_giving_up_is_not_an_error_of_the_person(persons: RelyingParty) -> None:
    assert refusal_of(persons, "") is Refusal.CANCELLED


def returned_refusal(party: RelyingParty, **changes: str | None) -> Refusal:
    """A true log-in, of which what came back is changed on the way."""
    attempt, url = leave(party)
    returned = Visitor().come_back(url, "nadia")
    changed = {name: value for name, value in (returned | changes).items() if value is not None}
    with pytest.raises(LoginRefused) as refused:
        party.complete(attempt, changed, now=now())
    return refused.value.refusal


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"state": "s" * 43}, Refusal.STATE_MISMATCH),
        ({"state": None}, Refusal.STATE_MISMATCH),
        ({"state": "é" * 43}, Refusal.STATE_MISMATCH),
        ({"iss": "https://elsewhere.example"}, Refusal.ANSWER_FROM_ELSEWHERE),
        ({"iss": None}, Refusal.ANSWER_FROM_ELSEWHERE),
        ({"code": None}, Refusal.PROVIDER_REFUSED),
        ({"code": "another"}, Refusal.CODE_REFUSED),
        ({"code": None, "error": "invalid_scope"}, Refusal.PROVIDER_REFUSED),
        ({"code": None, "error": "server_error"}, Refusal.PROVIDER_UNREACHABLE),
        (
            {"code": None, "error": "unmet_authentication_requirements"},
            Refusal.LEVEL_TOO_LOW,
        ),
    ],
)
def test_what_comes_back_is_not_taken_on_trust(
    persons: RelyingParty, changes: dict[str, str | None], refusal: Refusal
) -> None:
    assert returned_refusal(persons, **changes) is refusal


def test_refusals_are_told_in_their_order(persons: RelyingParty) -> None:
    everything: dict[str, str | None] = {"state": "", "iss": "x", "error": "access_denied"}
    assert returned_refusal(persons, **everything) is Refusal.STATE_MISMATCH
    del everything["state"]
    assert returned_refusal(persons, **everything) is Refusal.ANSWER_FROM_ELSEWHERE


def test_a_code_serves_once(persons: RelyingParty) -> None:
    attempt, url = leave(persons)
    returned = Visitor().come_back(url, "nadia")
    persons.complete(attempt, returned, now=now())
    with pytest.raises(LoginRefused) as refused:
        persons.complete(attempt, returned, now=now())
    assert refused.value.refusal is Refusal.CODE_REFUSED


@pytest.mark.parametrize("minutes", [11, -1])
def test_an_attempt_lasts_ten_minutes(persons: RelyingParty, minutes: int) -> None:
    attempt, _ = leave(persons)
    with pytest.raises(LoginRefused) as refused:
        persons.complete(attempt, {"state": attempt.state}, now=now() + timedelta(minutes=minutes))
    assert refused.value.refusal is Refusal.ATTEMPT_EXPIRED


def test_no_attempt_or_another_providers_is_refused(
    persons: RelyingParty, agents: RelyingParty
) -> None:
    attempt, _ = leave(agents)
    for each in (None, attempt):
        with pytest.raises(LoginRefused) as refused:
            persons.complete(each, {"state": attempt.state}, now=now())
        assert refused.value.refusal is Refusal.NO_ATTEMPT


def test_a_client_with_the_wrong_secret_is_our_own_fault(provider: RunningProvider) -> None:
    party = RelyingParty(replace(provider.france_connect, client_secret="demo-other"))
    assert refusal_of(party, "nadia") is Refusal.CLIENT_REFUSED


def test_a_claim_of_an_algorithm_we_do_not_accept_is_not_read(provider: RunningProvider) -> None:
    party = RelyingParty(replace(provider.france_connect, algorithms=("RS256",)))
    assert refusal_of(party, "nadia") is Refusal.UNREADABLE


# PKCE, provider by provider


def test_franceconnect_refuses_pkce(provider: RunningProvider) -> None:
    party = RelyingParty(replace(provider.france_connect, pkce=True))
    assert refusal_of(party, "nadia") is Refusal.PROVIDER_REFUSED


@pytest.mark.parametrize("pkce", [True, False])
def test_proconnect_takes_pkce_or_does_without(provider: RunningProvider, *, pkce: bool) -> None:
    party = RelyingParty(replace(provider.pro_connect, pkce=pkce))
    _, url = leave(party)
    assert ("code_challenge" in url) is pkce
    assert log_in(party, "paul").level is Level.ORDINARY


def test_a_code_stolen_without_its_verifier_is_worth_nothing(agents: RelyingParty) -> None:
    attempt, url = leave(agents)
    returned = Visitor().come_back(url, "paul")
    thief = replace(attempt, code_verifier="t" * 43)
    with pytest.raises(LoginRefused) as refused:
        agents.complete(thief, returned, now=now())
    assert refused.value.refusal is Refusal.CODE_REFUSED


@pytest.mark.parametrize("name", ["nonce", "acr_values"])
def test_the_provider_wants_what_the_real_one_wants(persons: RelyingParty, name: str) -> None:
    attempt, url = leave(persons)
    parts = urlsplit(url)
    poorer = [(key, value) for key, value in parse_qsl(parts.query) if key != name]
    returned = Visitor().come_back(parts._replace(query=urlencode(poorer)).geturl(), "nadia")
    with pytest.raises(LoginRefused) as refused:
        persons.complete(attempt, returned, now=now())
    assert refused.value.refusal is Refusal.PROVIDER_REFUSED


# Keys and addresses


class Counting(httpx.HTTPTransport):
    """The real line, that remembers what was asked."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.rpartition("/")[2])
        return super().handle_request(request)


def test_a_key_published_since_is_found_by_looking_once_more(provider: RunningProvider) -> None:
    line = Counting()
    party = RelyingParty(provider.france_connect, transport=line)
    log_in(party, "nadia")
    log_in(party, "nadia")
    assert line.asked.count("jwks") == 1
    log_in(party, "new_key")
    log_in(party, "new_key")
    assert line.asked.count("jwks") == 2
    assert refusal_of(party, "unknown_key") is Refusal.UNKNOWN_KEY
    assert line.asked.count("jwks") == 3


def test_addresses_are_kept_an_hour(provider: RunningProvider) -> None:
    line = Counting()
    party = RelyingParty(provider.france_connect, transport=line)
    for minutes in (0, 59, 61):
        party.begin(level=Level.ORDINARY, redirect_uri="x", now=now() + timedelta(minutes=minutes))
    assert line.asked == ["openid-configuration"] * 2


@pytest.mark.parametrize(
    ("issuer", "refusal"),
    [
        ("http://127.0.0.1:9", Refusal.PROVIDER_UNREACHABLE),
        ("{origin}/fc/api/v2/", Refusal.PROVIDER_UNFIT),
        ("{origin}/nowhere", Refusal.PROVIDER_UNFIT),
    ],
)
def test_a_provider_that_is_not_there_or_not_itself(
    provider: RunningProvider, issuer: str, refusal: Refusal
) -> None:
    address = issuer.format(origin=provider.france_connect.origin)
    with pytest.raises(LoginRefused) as refused:
        leave(RelyingParty(replace(provider.france_connect, issuer=address)))
    assert refused.value.refusal is refusal


def told(
    provider: RunningProvider, issuer: str = "https://id.example", **told: object
) -> RelyingParty:
    """A client whose provider publishes these addresses."""
    document: dict[str, object] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
    }
    line = httpx.MockTransport(lambda _: httpx.Response(200, json=document | told))
    return RelyingParty(replace(provider.france_connect, issuer=issuer), transport=line)


def test_addresses_must_be_the_providers_own_and_safe(provider: RunningProvider) -> None:
    assert leave(told(provider))[1].startswith("https://id.example/authorize?")
    for party in (
        told(provider, token_endpoint="https://elsewhere.example/token"),
        told(provider, jwks_uri="http://id.example/jwks"),
        told(provider, userinfo_endpoint=None),
        told(provider, issuer="http://id.example"),
    ):
        with pytest.raises(LoginRefused) as refused:
            leave(party)
        assert refused.value.refusal is Refusal.PROVIDER_UNFIT


def test_a_provider_without_log_out_is_left_alone(provider: RunningProvider) -> None:
    party = told(provider)
    assert party.logout_url(id_token="t", redirect_uri="https://x", state="s", now=now()) == ""


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<p>maintenance</p>"),
        httpx.Response(200, json=["not", "an", "object"]),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
    ],
)
def test_anything_but_a_document_is_refused(
    provider: RunningProvider, answer: httpx.Response
) -> None:
    line = httpx.MockTransport(lambda _: answer)
    with pytest.raises(LoginRefused) as refused:
        leave(RelyingParty(provider.france_connect, transport=line))
    assert refused.value.refusal is Refusal.PROVIDER_UNFIT


# Words


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_speaks_plainly_in_both_languages(refusal: Refusal) -> None:
    error = LoginRefused(refusal)
    assert error.code == f"login.{refusal.value}"
    french, english = (error.sentence(lang) for lang in LANGUAGES)
    assert french != english
    for words in (error.message, error.next_step):
        assert all(words.in_(lang).endswith(".") for lang in LANGUAGES)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1988-03-17", (1988, 3, 17)),
        ("1988-03-00", (1988, 3, None)),
        ("1988-00-00", (1988, None, None)),
        ("1988-03", (1988, 3, None)),
        ("1988", (1988, None, None)),
        ("0000-00-00", (None, None, None)),
        ("0000-02-29", (None, 2, 29)),
    ],
)
def test_unknown_parts_of_a_birth_date_are_none(
    text: str, parts: tuple[int | None, int | None, int | None]
) -> None:
    born = PartialDate.read(text)
    assert born is not None
    assert (born.year, born.month, born.day) == parts


@pytest.mark.parametrize(
    "text", ["", "17/03/1988", "1988-13-01", "1989-02-29", "88-03-17", "1988-3-1"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert PartialDate.read(text) is None
