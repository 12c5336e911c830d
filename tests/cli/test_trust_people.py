"""`cspu trust doubts` and `cspu trust agents`: a human decides, and it is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from uuid import uuid4

import pytest

from cspu.kernel.ids import PersonId
from cspu.trust.doubts import settle_doubt
from cspu.trust.errors import ChoiceRefused
from cspu.trust.logins import login_hash
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role
from tests.trust.conftest import crowd
from tests.trust.crowd import Crowd

__all__ = ["crowd"]

Run = Callable[..., CompletedProcess[str]]
SIRET = "00000012100017"


@pytest.fixture
def run(fresh_database: FreshDatabase, tmp_path: Path) -> Run:
    """Run `cspu trust …` against a database of the test's own."""
    addresses = {
        "CSPU_DATABASE_URL": fresh_database.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": fresh_database.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": fresh_database.address("web").conninfo(),
    }
    return lambda *arguments: cspu(tmp_path, "trust", *arguments, **addresses)


def doubted(crowd: Crowd, subject: str, reason: str, provider: str = "france_connect") -> bytes:
    hashed = login_hash(provider, subject)
    crowd.ask("SELECT trust.record_doubt(%s, %s, %s)", hashed, provider, reason)
    return hashed


def rows(done: CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_doubt_is_tied_to_a_person_once_and_she_reads_it(run: Run, crowd: Crowd) -> None:
    alice, hashed = crowd.person(), doubted(crowd, "twin", "several")
    [held] = rows(run("doubts", "list", "--json"))
    assert (held["reason"], held["outcome"]) == ("several", "")
    assert "MARCHAND" not in json.dumps(held)
    decided = ("--by", "Anne Roy", "--because", "carte d’identité vue")
    settling = ("doubts", "settle", held["doubt"], "--person", str(alice), *decided, "--json")
    assert rows(run(*settling)) == [{"doubt": held["doubt"], "outcome": "linked"}]
    assert crowd.ask("SELECT actor_kind, actor_id FROM trust.actor_of_login(%s)", hashed) == [
        ("person", alice)
    ]
    assert crowd.ask(
        "SELECT act, verb, purpose, actor_name FROM trust.access WHERE person_id = %s", alice
    ) == [("doubt_settled", "act", "command", "Anne Roy")]
    again = run(*settling)
    assert (again.returncode, "[trust.already_ended]" in again.stderr) == (1, True)
    assert rows(run("doubts", "list", "--json")) == []
    [kept] = rows(run("doubts", "list", "--all", "--json"))
    assert (kept["outcome"], kept["settled_by"], kept["words"]) == (
        "linked",
        "Anne Roy",
        "carte d’identité vue",
    )


def test_a_doubt_is_refused_and_opens_nothing(run: Run, crowd: Crowd) -> None:
    hashed = doubted(crowd, "nobody", "nobody")
    name = hashed.hex()[:12]
    decided = ("--by", "Anne Roy", "--because", "ne s’est pas présentée")
    assert (
        rows(run("doubts", "settle", name, "--refuse", *decided, "--json"))[0]["outcome"]
        == "refused"
    )
    assert crowd.ask("SELECT actor_id FROM trust.actor_of_login(%s)", hashed) == [(None,)]
    assert crowd.ask("SELECT count(*) FROM trust.access") == [(0,)]


def test_what_cannot_be_settled_says_why(
    run: Run, crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    alice, nobody = crowd.person(), PersonId(uuid4())
    own = login_hash("france_connect", "own")
    crowd.ask("SELECT trust.link_person(%s, 'france_connect', %s)", own, alice)
    other = doubted(crowd, "second", "several").hex()[:12]
    agents = doubted(crowd, "agent", "unknown_agent", "pro_connect").hex()[:12]
    with as_role(fresh_database, "batch"):
        for doubt, person, by, code in (
            (other, alice, "Anne Roy", "already_linked"),
            (agents, alice, "Anne Roy", "not_a_person"),
            (other, nobody, "Anne Roy", "person_unknown"),
            (other, alice, " ", "words_missing"),
            (other[:4], None, "Anne Roy", "already_ended"),
        ):
            with pytest.raises(ChoiceRefused) as refused:
                settle_doubt(doubt, person, by=by, words="vu", act="doubt_settled")
            assert refused.value.code == f"trust.{code}"
    undecided = run("doubts", "settle", other, "--by", "Anne Roy", "--because", "vu")
    assert (undecided.returncode, "--refuse" in undecided.stderr) == (2, True)
    assert crowd.ask("SELECT count(*) FROM trust.doubt WHERE settled_at IS NOT NULL") == [(0,)]
    assert crowd.ask("SELECT count(*) FROM trust.access") == [(0,)]


def test_an_agent_is_registered_by_the_log_in_he_came_with_and_leaves(
    run: Run, crowd: Crowd
) -> None:
    hashed = doubted(crowd, "camille", "unknown_agent", "pro_connect")
    registering = (
        "agents",
        "register",
        "--siret",
        SIRET,
        "--role",
        "career_adviser",
        "--name",
        "Camille Roy",
    )
    unknown = run(*registering)
    assert (unknown.returncode, "[trust.unknown_organisation]" in unknown.stderr) == (1, True)
    more = ("--organisation", "Maison", "--doubt", hashed.hex()[:12], "--json")
    [row] = rows(run(*registering, *more))
    assert row["linked"]
    assert crowd.ask("SELECT actor_kind, actor_id::text FROM trust.actor_of_login(%s)", hashed) == [
        ("agent", row["agent"])
    ]
    token = crowd.session("agent", row["agent"])
    assert crowd.ask("SELECT name FROM trust.who(%s)", token) == [("Camille Roy",)]
    assert rows(run("agents", "end", row["agent"], "--json")) == [
        {"agent": row["agent"], "active": False}
    ]
    assert crowd.ask("SELECT actor_kind FROM trust.who(%s)", token) == [(None,)]
    assert run("agents", "end", row["agent"]).returncode == 1
    [listed] = rows(run("agents", "list", "--siret", SIRET, "--json"))
    assert (listed["name"], listed["active"]) == ("Camille Roy", False)
    wrong = run(*registering[:4], "--role", "king", "--name", "X")
    assert (wrong.returncode, "[trust.unknown_role]" in wrong.stderr) == (1, True)
