"""Where one is logged in, and codes that were lost: seen, ended by the right people alone, written down."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from cspu.people.keys import installed_keyring
from cspu.trust.errors import ChoiceRefused, DoorClosed
from cspu.trust.lost_factors import colleagues, end_second_factor
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


def test_a_colleague_ends_lost_codes_and_new_ones_are_learnt(
    crowd: Crowd, as_web: FreshDatabase, settings: Settings
) -> None:
    lost = with_factor(crowd, "career_adviser", siret="00000012100017", name="Camille Roy")
    colleague = crowd.agent("career_adviser", siret="00000012100017", name="Anne Petit")
    stolen, token = crowd.session("agent", lost), crowd.session("agent", colleague)
    desk = browser(settings, token)
    page = desk.get("/bureau/collegues/").content.decode()
    assert "Camille Roy" in page
    assert "Anne Petit" not in page.partition("<main")[2]
    silent = desk.post("/bureau/collegues/", {"agent": str(lost), "words": " "})
    assert (silent.status_code, 'role="alert"' in silent.content.decode()) == (409, True)
    assert who(stolen) is not None
    done = desk.post("/bureau/collegues/", {"agent": str(lost), "words": "Vu au bureau."})
    assert done.status_code == 302
    assert who(stolen) is None
    assert crowd.ask("SELECT agent_id, ended_by, words FROM trust.factor_end") == [
        (lost, colleague, "Vu au bureau.")
    ]
    assert crowd.ask("SELECT count(*) FROM trust.second_factor") == [(0,)]
    again = crowd.session("agent", lost, second_factor=False)
    version, sealed = seal_secret(installed_keyring(), new_secret(), owner=lost)
    assert crowd.ask("SELECT trust.offer_second_factor(%s, %s, %s)", again, sealed, version) == [
        (True,)
    ]
    assert "Codes perdus, arrêtés le" in desk.get("/bureau/collegues/").content.decode()


def test_who_may_not_ends_nothing(crowd: Crowd, as_web: FreshDatabase) -> None:
    lost = with_factor(crowd, "career_adviser", siret="00000012100017", name="Camille Roy")
    stranger = crowd.agent("union", siret="00000012200015", name="Lou Perrin")
    unready = crowd.agent("career_adviser", siret="00000012100017", name="Sacha")
    alice = crowd.person()
    for token, code in (
        (crowd.session("agent", stranger), "role_may_not"),
        (crowd.session("agent", lost), "role_may_not"),
        (crowd.session("agent", unready, second_factor=False), "second_factor_missing"),
        (crowd.session("person", alice, strong=True), "second_factor_missing"),
        ("nobody", "session_over"),
    ):
        assert lost not in {each.agent_id for each in colleagues(token)}, code
        with pytest.raises((ChoiceRefused, DoorClosed)) as refused:
            end_second_factor(token, lost, "Je le dis.")
        assert refused.value.code == f"trust.{code}"
    assert crowd.ask("SELECT count(*) FROM trust.factor_end") == [(0,)]
    assert crowd.ask("SELECT count(*) FROM trust.second_factor") == [(1,)]


def test_the_officer_ends_anybodys(crowd: Crowd, as_web: FreshDatabase) -> None:
    lost = with_factor(crowd, "career_adviser", siret="00000012100017", name="Camille Roy")
    officer = crowd.session("agent", crowd.agent("data_protection_officer", name="Dominique"))
    assert [each.name for each in colleagues(officer, name="camille")] == ["Camille Roy"]
    end_second_factor(officer, lost, "Vue au guichet.")
    with pytest.raises(ChoiceRefused) as again:
        end_second_factor(officer, lost, "Vue au guichet.")
    assert again.value.code == "trust.already_ended"
