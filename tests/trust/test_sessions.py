"""Where one is logged in, and codes that were lost: seen, ended by the right people alone, written down."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pyotp
import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from cspu.kernel.errors import CspuError
from cspu.people.keys import installed_keyring
from cspu.trust.logins import login_hash
from cspu.trust.lost_factors import allow_second_factor, colleagues, end_second_factor
from cspu.trust.second_factor import new_secret, seal_secret
from cspu.trust.sessions import end_sessions, sessions_of, who
from cspu.web.login.openings import device_of
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd

PHONE = (
    "Mozilla/5.0 (Linux; Android 16; Pixel) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
)


def browser(settings: Settings, token: str) -> Client:
    client = Client()
    client.cookies[settings.CSPU_SESSION_COOKIE] = token
    return client


def with_factor(crowd: Crowd, role: str, *, siret: str, name: str) -> UUID:
    agent = crowd.agent(role, siret=siret, name=name)
    version, sealed = seal_secret(installed_keyring(), new_secret(), owner=agent)
    crowd.ask(
        "INSERT INTO trust.second_factor VALUES (%s, %s, %s, TRUE, 1) RETURNING 1",
        agent,
        sealed,
        version,
    )
    return agent


def test_she_sees_where_she_is_logged_in_and_closes_one(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice, other = crowd.person(), crowd.person(name="BERNARD")
    here, phone, over = (crowd.session("person", alice) for _ in range(3))
    theirs = crowd.session("person", other)
    crowd.ask(
        "UPDATE trust.session SET device = 'Chrome · Android', seen_at = now() - interval '5 minutes'"
        " WHERE token_hash = sha256(convert_to(%s, 'UTF8')) RETURNING 1",
        phone,
    )
    crowd.ask("SELECT trust.end_session(%s)", over)
    mine = browser(settings, here)
    page = mine.get("/connexion/ouvertes/").content.decode()
    assert page.count('<li class="choice">') == 2
    assert page.count("Cet appareil") == 1
    assert "Chrome · Android" in page
    assert here not in page
    assert phone not in page
    [mark] = re.findall(r'name="mark" value="(\w+)"', page)
    # A mark of somebody else's is nothing to her.
    [strange] = [each.mark for each in sessions_of(theirs)]
    assert end_sessions(here, strange) == 0
    assert who(theirs) is not None
    assert mine.post("/connexion/ouvertes/", {"mark": mark}).status_code == 302
    assert (who(phone), who(here) is not None) == (None, True)


def test_all_others_are_closed_at_once_and_nobody_without_a_session_closes_any(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    alice = crowd.person()
    here, *others = (crowd.session("person", alice) for _ in range(4))
    assert Client().post("/connexion/ouvertes/").headers["Location"] == "/connexion/"
    assert end_sessions("no session", "") == 0
    browser(settings, here).post("/connexion/ouvertes/")
    assert [who(each) for each in others] == [None] * 3
    assert [each.this_one for each in sessions_of(here)] == [True]


def test_a_stronger_log_in_is_still_known_by_its_device(crowd: Crowd) -> None:
    alice = crowd.person()
    crowd.ask(
        "SELECT trust.begin_session('one', 'person', %s, 'test', FALSE, 'Firefox · Linux')", alice
    )
    crowd.ask("SELECT trust.strengthen_session('one', 'two', TRUE, FALSE)")
    assert [each.device for each in sessions_of("two")] == ["Firefox · Linux"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (PHONE, "Chrome · Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
            "Firefox · Linux",
        ),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_kept_as_a_kind_and_no_more(rf: RequestFactory, said: str, kept: str) -> None:
    assert device_of(rf.get("/", HTTP_USER_AGENT=said)) == kept


BODY = "00000012100017"
WORDS = "Vue au bureau."


def colleague(crowd: Crowd, name: str, *, strong: bool = True, role: str = "career_adviser") -> str:
    """Somebody of the same body, at her desk; strong: she gave a code lately."""
    return crowd.session("agent", crowd.agent(role, siret=BODY, name=name), strong=strong)


def refused(code: str) -> AbstractContextManager[pytest.ExceptionInfo[CspuError]]:
    return pytest.raises(CspuError, check=lambda error: error.code == f"trust.{code}")


def offered(crowd: Crowd, agent: UUID) -> bool:
    """Whether she may learn new codes now."""
    session = crowd.session("agent", agent, second_factor=False)
    version, sealed = seal_secret(installed_keyring(), new_secret(), owner=agent)
    ((taken,),) = crowd.ask(
        "SELECT trust.offer_second_factor(%s, %s, %s)", session, sealed, version
    )
    return bool(taken)


def test_one_colleague_ends_lost_codes_and_another_allows_new_ones(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    lost = with_factor(crowd, "career_adviser", siret=BODY, name="Camille Roy")
    stolen = crowd.session("agent", lost)
    anne, lou = (browser(settings, colleague(crowd, name)) for name in ("Anne Petit", "Lou Roux"))
    page = anne.get("/bureau/collegues/").content.decode()
    assert "Camille Roy" in page
    assert "Anne Petit" not in page.partition("<main")[2]
    silent = anne.post("/bureau/collegues/", {"agent": str(lost), "words": " "})
    assert (silent.status_code, 'role="alert"' in silent.content.decode()) == (409, True)
    assert who(stolen) is not None
    assert anne.post("/bureau/collegues/", {"agent": str(lost), "words": WORDS}).status_code == 302
    assert who(stolen) is None
    assert crowd.ask("SELECT count(*) FROM trust.second_factor") == [(0,)]
    assert not offered(crowd, lost)
    bare = browser(settings, crowd.session("agent", lost, second_factor=False))
    assert "un second collègue doit le permettre" in bare.get("/connexion/code/").content.decode()
    allow = {"agent": str(lost), "words": WORDS, "allow": "1"}
    assert "un autre collègue doit lui permettre" in anne.get("/bureau/collegues/").content.decode()
    again = anne.post("/bureau/collegues/", allow)
    assert again.status_code == 409
    assert "Vous avez arrêté ces codes" in again.content.decode()
    assert not offered(crowd, lost)
    assert lou.post("/bureau/collegues/", allow).status_code == 302
    assert offered(crowd, lost)
    assert crowd.ask(
        "SELECT e.words, a.words, e.ended_by <> a.allowed_by FROM trust.factor_end AS e"
        " JOIN trust.factor_allowed AS a USING (agent_id, ended_at)"
    ) == [(WORDS, WORDS, True)]


def test_three_a_day_and_no_more(crowd: Crowd, as_web: FreshDatabase) -> None:
    lost = [with_factor(crowd, "career_adviser", siret=BODY, name=f"C {n}") for n in range(4)]
    anne, lou = colleague(crowd, "Anne"), colleague(crowd, "Lou")
    for agent in lost[:3]:
        end_second_factor(anne, agent, WORDS)
    with refused("too_many_today"):
        end_second_factor(anne, lost[3], WORDS)
    end_second_factor(lou, lost[3], WORDS)
    assert crowd.ask("SELECT count(*) FROM trust.factor_end") == [(4,)]


def test_colleagues_are_named_after_a_code_given_lately(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    lost = with_factor(crowd, "career_adviser", siret=BODY, name="Camille Roy")
    token = colleague(crowd, "Anne", strong=False)
    assert colleagues(token) == []
    assert colleagues(colleague(crowd, "Lou", role="proof_checker", strong=False)) == []
    with refused("stronger_login_needed"):
        end_second_factor(token, lost, WORDS)
    with refused("stronger_login_needed"):
        allow_second_factor(token, lost, WORDS)
    client = browser(settings, token)
    answer = client.get("/bureau/collegues/")
    assert answer.headers["Location"] == "/connexion/renforcer/?next=%2Fbureau%2Fcollegues%2F"
    step = client.get(answer.headers["Location"]).headers["Location"]
    assert step == "/connexion/code/?next=%2Fbureau%2Fcollegues%2F"


def test_a_new_code_leads_back_and_keeps_whom_she_acts_for(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    secret, helper, alice = new_secret(), crowd.agent("habilitated_helper"), crowd.person()
    version, sealed = seal_secret(installed_keyring(), secret, owner=helper)
    crowd.ask(
        "INSERT INTO trust.second_factor VALUES (%s, %s, %s, TRUE, 1) RETURNING 1",
        *(helper, sealed, version),
    )
    crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "work_training")
    client = browser(settings, crowd.session("agent", helper))
    client.post("/aide/agir/", {"personne": str(alice), "portee": ["work", "training"]})
    act = f"/utiliser/devis/{uuid4()}/executer/"
    before = crowd.lines(alice)
    asked = client.post(act, headers={"referer": "http://testserver/utiliser/"})
    assert asked.headers["Location"].startswith("/connexion/renforcer/")
    assert crowd.lines(alice) == before
    sent = {"code": pyotp.TOTP(secret).now(), "next": "/utiliser/"}
    done = client.post("/connexion/code/", sent)
    assert done.headers["Location"] == "/utiliser/"
    # The door opens this time: what stops the act is that there is no such quote.
    assert client.post(act).status_code in {404, 409}
    elsewhere = {"code": "000000", "next": "https://elsewhere.example/"}
    assert "elsewhere" not in client.post("/connexion/code/", elsewhere).content.decode()


def test_who_may_not_ends_nothing(crowd: Crowd, as_web: FreshDatabase) -> None:
    lost = with_factor(crowd, "career_adviser", siret=BODY, name="Camille Roy")
    stranger = crowd.agent("union", siret="00000012200015", name="Lou Perrin")
    officer = crowd.agent("data_protection_officer", name="Dominique")
    unready = crowd.agent("career_adviser", siret=BODY, name="Sacha")
    alice = crowd.person()
    for token, code in (
        (crowd.session("agent", stranger, strong=True), "role_may_not"),
        (crowd.session("agent", officer, strong=True), "role_may_not"),
        (crowd.session("agent", lost, strong=True), "role_may_not"),
        (crowd.session("agent", unready, second_factor=False), "second_factor_missing"),
        (crowd.session("person", alice, strong=True), "second_factor_missing"),
        ("nobody", "session_over"),
    ):
        assert lost not in {each.agent_id for each in colleagues(token)}, code
        with refused(code):
            end_second_factor(token, lost, WORDS)
        with refused(code):
            allow_second_factor(token, lost, WORDS)
    assert crowd.ask("SELECT count(*) FROM trust.factor_end") == [(0,)]
    assert crowd.ask("SELECT count(*) FROM trust.second_factor") == [(1,)]


def test_the_officer_ends_those_of_her_own_body(crowd: Crowd, as_web: FreshDatabase) -> None:
    lost = with_factor(crowd, "career_adviser", siret=BODY, name="Camille Roy")
    officer = colleague(crowd, "Dominique", role="data_protection_officer")
    assert [each.name for each in colleagues(officer, name="camille")] == ["Camille Roy"]
    end_second_factor(officer, lost, "Vue au guichet.")
    with refused("already_ended"):
        end_second_factor(officer, lost, "Vue au guichet.")
    other = colleague(crowd, "Anne")
    allow_second_factor(other, lost, WORDS)
    for either in (other, officer):
        with refused("already_ended"):
            allow_second_factor(either, lost, WORDS)


def test_a_log_in_leads_to_one_person_alone(crowd: Crowd) -> None:
    alice, other = crowd.person(), crowd.person(name="BERNARD")
    link = "SELECT trust.link_person(%s, 'france_connect', %s)"
    hashed = login_hash("france_connect", "sub")
    assert crowd.ask(link, hashed, alice) == [(True,)]
    assert crowd.ask(link, hashed, alice) == [(True,)]
    assert crowd.ask(link, hashed, other) == [(False,)]
