"""Coming in and going out, against the real provider on loopback; what goes wrong says so plainly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import httpx
import pyotp
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from cspu.demo.provider import (
    AgentIdentity,
    Identities,
    PersonIdentity,
    agent_sub,
    running_provider,
)
from cspu.demo.provider.running import RunningProvider
from cspu.kernel.text import Text
from cspu.trust.logins import agent_subject, login_hash
from cspu.web.account.sharing.forms import written
from cspu.web.login import parties
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.crowd import Crowd
from tests.web.conftest import FakeDomain
from tests.web.reading import text_of

PERSONAL = ["/", "/droits/cpf/", "/parcours/"]
SENTENCE = Text("Quelqu’un.", "Somebody.")
SIRET = "55208131766522"


def _person(slug: str, name: str) -> PersonIdentity:
    return PersonIdentity(
        id=slug,
        sentence=SENTENCE,
        given_names="Alice",
        birth_name=name,
        sex="female",
        birth_date="1985-05-04",
        birth_place="69123",
    )


def _agent(slug: str) -> AgentIdentity:
    return AgentIdentity(
        id=slug,
        sentence=SENTENCE,
        given_name="Camille",
        usual_name="Roy",
        email="camille.roy@example.org",
        siret=SIRET,
    )


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    """Persons whose names say what becomes of them; agents; and faults tied to some."""
    people = Identities(
        persons=(
            _person("alice", "MARCHAND"),
            _person("accents", "MARCHÁND"),
            _person("nobody", "INCONNUE"),
            _person("twin", "JUMELLE"),
            _person("namesake", "MARCHAND"),
            _person("nonce", "NONCE"),
            _person("expired", "EXPIRE"),
            _person("key", "CLEF"),
            _person("low", "BASSE"),
        ),
        agents=(_agent("camille"), _agent("stranger")),
    )
    faults = {
        "nonce": "wrong_nonce",
        "expired": "expired_token",
        "key": "unknown_key",
        "low": "level_too_low",
    }
    with running_provider(
        people,
        callbacks=["http://127.0.0.1/connexion/retour/"],
        after_logout=["http://127.0.0.1/connexion/au-revoir/"],
        faults=faults,
    ) as running:
        yield running


@dataclass(slots=True)
class Visitor:
    """A browser: our pages through Django's client, the provider's over HTTP."""

    client: Client

    def picks(self, slug: str, *, provider: str = "france_connect", level: str = "") -> str:
        """Leave for the provider, pick that identity; gives where it sends her back to."""
        away = self.client.post(f"/connexion/partir/{provider}/", {"level": level})
        assert away.status_code == 302, away.content.decode()
        with httpx.Client(follow_redirects=False) as outside:
            answer = outside.get(away.headers["Location"])
            for _ in range(12):
                if answer.is_redirect:
                    where = urljoin(str(answer.request.url), answer.headers["location"])
                    if urlsplit(where).netloc == "127.0.0.1":
                        return where.removeprefix("http://127.0.0.1")
                    answer = outside.get(where)
                    continue
                picked = {"identity": slug, "level": level or "ordinary"}
                answer = outside.post(answer.request.url, data=picked)
        pytest.fail("the provider never sent her back")

    def comes_back(self, slug: str, **how: str) -> tuple[int, str]:
        """The whole way: the status and the words of the page she comes back to."""
        answer = self.client.get(self.picks(slug, **how))
        return answer.status_code, text_of(answer.content.decode())


@pytest.fixture
def visitor(
    provider: RunningProvider, fresh_database: FreshDatabase, settings: Settings
) -> Iterator[Visitor]:
    """Somebody at the door, this server being a client of the provider and a request's role."""
    settings.CSPU_PROVIDERS = {
        "france_connect": provider.france_connect,
        "pro_connect": provider.pro_connect,
    }
    parties.party.cache_clear()
    with as_role(fresh_database, "web"):
        yield Visitor(Client(SERVER_NAME="127.0.0.1"))
    parties.party.cache_clear()


@pytest.fixture
def crowd(fresh_database: FreshDatabase) -> Crowd:
    return Crowd(fresh_database)


def test_the_pivot_identity_finds_her_and_is_remembered(visitor: Visitor, crowd: Crowd) -> None:
    alice = crowd.person(name="MARCHAND")
    crowd.person(name="BERNARD")
    assert visitor.client.get(visitor.picks("alice")).headers["Location"] == "/"
    ((kind, actor),) = crowd.ask("SELECT actor_kind, actor_id FROM trust.session")
    assert (kind, actor) == ("person", alice)
    assert crowd.ask("SELECT actor_id FROM trust.login") == [(alice,)]
    cookie = visitor.client.cookies[django_settings.CSPU_SESSION_COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] == "", "kept as long as the browser is open"


def test_a_second_log_in_to_the_same_person_is_a_doubt(visitor: Visitor, crowd: Crowd) -> None:
    """Somebody of the same name, born the same day, whom no register knows."""
    crowd.person(name="MARCHAND")
    visitor.client.get(visitor.picks("alice"))
    status, said = Visitor(Client(SERVER_NAME="127.0.0.1")).comes_back("namesake")
    assert status == 403
    assert "Deux dossiers" in said
    assert crowd.ask("SELECT count(*) FROM trust.session") == [(1,)]


def test_accents_and_case_do_not_hide_her(visitor: Visitor, crowd: Crowd) -> None:
    alice = crowd.person(name="Marchand")
    visitor.client.get(visitor.picks("accents"))
    assert crowd.ask("SELECT actor_id FROM trust.session") == [(alice,)]


@pytest.mark.parametrize(
    ("slug", "reason", "words"),
    [("nobody", "nobody", "Nous ne trouvons pas"), ("twin", "several", "Deux dossiers")],
)
def test_a_doubt_goes_to_a_human_and_opens_nothing(
    visitor: Visitor, crowd: Crowd, slug: str, reason: str, words: str
) -> None:
    crowd.person(name="JUMELLE")
    crowd.person(name="JUMELLE")
    status, said = visitor.comes_back(slug)
    assert status == 403
    assert words in said
    assert crowd.ask("SELECT reason FROM trust.doubt") == [(reason,)]
    assert crowd.ask("SELECT count(*) FROM trust.session") == [(0,)]


@pytest.mark.parametrize(
    ("slug", "level", "code"),
    [
        ("nonce", "", "login.wrong_nonce"),
        ("expired", "", "login.expired"),
        ("key", "", "login.unknown_key"),
        ("low", "strong", "login.level_too_low"),
    ],
)
def test_an_answer_that_is_not_sound_opens_nothing_and_says_so(
    visitor: Visitor, crowd: Crowd, slug: str, level: str, code: str
) -> None:
    status, said = visitor.comes_back(slug, level=level)
    assert status == 409
    assert code in said
    assert crowd.ask("SELECT count(*) FROM trust.session") == [(0,)]


def test_an_answer_serves_once_and_for_the_browser_that_left(
    visitor: Visitor, crowd: Crowd
) -> None:
    crowd.person()
    back = visitor.picks("alice")
    assert Client(SERVER_NAME="127.0.0.1").get(back).status_code == 409
    assert visitor.client.get(back).status_code == 302
    assert visitor.client.get(back).status_code == 409


def test_a_stronger_log_in_renews_the_session(visitor: Visitor, crowd: Crowd) -> None:
    crowd.person()
    visitor.client.get(visitor.picks("alice"))
    first = visitor.client.cookies[django_settings.CSPU_SESSION_COOKIE].value
    visitor.client.get(visitor.picks("alice", level="strong"))
    second = visitor.client.cookies[django_settings.CSPU_SESSION_COOKIE].value
    assert first != second
    assert crowd.ask(
        "SELECT ended_at IS NULL, strong_until > now() FROM trust.session ORDER BY ended_at"
    ) == [(False, None), (True, True)]


def test_what_she_typed_comes_back_after_the_stronger_log_in_to_her_alone(
    visitor: Visitor, crowd: Crowd
) -> None:
    crowd.person()

    def typed_again() -> str:
        request = RequestFactory().get("/utiliser/donner/")
        request.session = visitor.client.session
        again = written(request, "montant", "code")
        assert not again["code"], "a code is a secret, and the cookie is not sealed"
        return again["montant"]

    def send() -> None:
        typed = {"montant": "2", "code": "ABCD-EFGH", "mots": "Je vais mal.", "form": str(uuid4())}
        form = "http://127.0.0.1/utiliser/donner/"
        asked = visitor.client.post("/utiliser/donner/oui/", typed, HTTP_REFERER=form)
        assert asked.headers["Location"].startswith("/connexion/renforcer/")
        waiting = json.dumps(dict(visitor.client.session.items()))
        assert "Je vais mal" not in waiting
        assert "ABCD" not in waiting

    visitor.client.get(visitor.picks("alice"))
    send()
    visitor.client.get(visitor.picks("alice", level="strong"))
    assert typed_again() == "2"
    visitor.client.cookies.clear()
    visitor.client.get(visitor.picks("alice"))
    send()
    crowd.person(name="INCONNUE")
    visitor.client.get(visitor.picks("nobody", level="strong"))
    assert typed_again() == ""


def test_an_agent_is_one_her_body_registered(visitor: Visitor, crowd: Crowd) -> None:
    status, said = visitor.comes_back("stranger", provider="pro_connect")
    assert status == 403
    assert "n’est pas encore faite" in said
    assert crowd.ask("SELECT reason FROM trust.doubt") == [("unknown_agent",)]


def _register(crowd: Crowd, slug: str, *, siret: str = SIRET) -> None:
    agent = crowd.agent("career_adviser", siret=siret)
    subject = agent_subject(_agent(slug).idp_id, agent_sub(slug))
    crowd.ask(
        "INSERT INTO trust.login VALUES (%s, 'pro_connect', 'agent', %s, now()) RETURNING 1",
        login_hash("pro_connect", subject),
        agent,
    )


def test_an_agent_of_another_establishment_is_not_let_in(visitor: Visitor, crowd: Crowd) -> None:
    _register(crowd, "camille", siret="00012345500016")
    status, said = visitor.comes_back("camille", provider="pro_connect")
    assert status == 403
    assert "n’est plus le vôtre ici" in said


def test_an_agent_learns_a_second_factor_and_gives_its_code(visitor: Visitor, crowd: Crowd) -> None:
    _register(crowd, "camille")
    visitor.client.get(visitor.picks("camille", provider="pro_connect"))
    page = visitor.client.get("/connexion/code/").content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    assert secret is not None
    assert visitor.client.get("/connexion/code/").content.decode().count(secret[1]) == 1
    wrong = visitor.client.post("/connexion/code/", {"code": "000000"})
    assert wrong.status_code == 403
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    assert visitor.client.post("/connexion/code/", {"code": code}).status_code == 302
    assert visitor.client.post("/connexion/code/", {"code": code}).status_code == 403, "used twice"
    shown = visitor.client.get("/connexion/code/").content.decode()
    assert "secret" not in re.findall(r'class="(\w+)"', shown), "shown once, never again"
    assert crowd.ask(
        "SELECT second_factor_at IS NOT NULL FROM trust.session WHERE ended_at IS NULL"
    ) == [(True,)]


def test_too_many_codes_and_there_is_a_pause(visitor: Visitor, crowd: Crowd) -> None:
    _register(crowd, "camille")
    visitor.client.get(visitor.picks("camille", provider="pro_connect"))
    visitor.client.get("/connexion/code/")
    statuses = [
        visitor.client.post("/connexion/code/", {"code": "000000"}).status_code for _ in range(6)
    ]
    assert statuses == [403] * 5 + [429]


def test_log_out_ends_the_session_here_and_at_the_providers(visitor: Visitor, crowd: Crowd) -> None:
    crowd.person()
    visitor.client.get(visitor.picks("alice"))
    token = visitor.client.cookies[django_settings.CSPU_SESSION_COOKIE].value
    away = visitor.client.post("/connexion/quitter/")
    assert "/session/end?" in away.headers["Location"]
    thief = Client()
    thief.cookies[django_settings.CSPU_SESSION_COOKIE] = token
    assert thief.get("/").headers["Location"] == "/connexion/"
    assert visitor.client.get("/connexion/au-revoir/").status_code == 409, "not the state we sent"
    assert visitor.client.get("/connexion/au-revoir/").status_code == 200


def test_one_is_only_sent_on_to_an_address_of_ours(visitor: Visitor, crowd: Crowd) -> None:
    crowd.person()
    for address, where in (("https://evil.example/", "/"), ("/parcours/", "/parcours/")):
        visitor.client.post("/connexion/partir/france_connect/", {"next": address})
        session = visitor.client.session
        assert session["next"] == (where if where != "/" else "")


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_ask_to_log_in_first(domain: FakeDomain, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/connexion/")
    assert domain.calls == []


def test_a_session_that_is_over_asks_to_log_in_again(
    nadia: Client, domain: FakeDomain, settings: Settings
) -> None:
    assert nadia.get("/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trust.session SET seen_at = now() - interval '2 hours'")
    answer = nadia.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/connexion/")
    assert nadia.cookies[settings.CSPU_SESSION_COOKIE].value == ""


def test_a_mere_link_logs_nobody_out(nadia: Client) -> None:
    assert nadia.get("/connexion/quitter/").status_code == 405
    assert nadia.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/connexion/partir/france_connect/", "/connexion/quitter/", "/langue/"]
)
def test_a_form_without_its_token_changes_nothing(domain: FakeDomain, path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path, {"language": "en"})
    assert answer.status_code == 403
    assert "Ce formulaire n’est plus valable" in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_are_read_only_and_never_kept(nadia: Client, path: str) -> None:
    assert "no-store" in nadia.get(path).headers["Cache-Control"]
    assert nadia.post(path).status_code == 405


def test_nobody_is_known_by_a_token_of_ones_own(domain: FakeDomain, settings: Settings) -> None:
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = str(uuid4())
    assert client.get("/").status_code == 302
