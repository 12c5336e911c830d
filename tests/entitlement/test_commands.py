"""`cspu settle` and `cspu ledger verify`, as their operator runs them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from cspu.entitlement.operations import settle_person
from cspu.kernel.ids import PersonId
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, birth, newcomer, posted, tell, work

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture
def command(house: FreshDatabase, tmp_path: Path) -> Command:
    """The `cspu` command on this test's database."""
    addresses = {
        "CSPU_DATABASE_URL": house.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": house.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": house.address("web").conninfo(),
    }
    return lambda *arguments, **more: cspu(tmp_path, *arguments, **{**addresses, **more})


@pytest.fixture
def people(house: FreshDatabase) -> list[PersonId]:
    """Three persons with a year of work, not settled yet."""
    everybody = [newcomer() for _ in range(3)]
    for person in everybody:
        tell(person, birth(FINAL.replace(year=1990)))
        tell(person, work(2024, "151.67"))
    return everybody


def figures(done: CompletedProcess[str]) -> list[dict[str, Any]]:
    """What a command printed as JSON, a document a line."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_everyone_is_settled_once_under_the_batch_role(
    house: FreshDatabase, command: Command, people: list[PersonId]
) -> None:
    first = command("settle", "--as-of", FINAL.isoformat(), "--connections", "2", "--json")
    assert first.returncode == 0, first.stderr
    assert figures(first)[0]["persons"] == 3
    again = command("settle", "--as-of", FINAL.isoformat(), "--json")
    assert figures(again) == [{"as_of": FINAL.isoformat(), "persons": 0, "transfers": 0}]
    with house.connect() as connection:
        by = connection.execute("SELECT DISTINCT posted_by FROM ledger.batch").fetchall()
    assert by == [("cspu_batch",)]
    assert all(posted(person) for person in people)


def test_one_person_is_settled_alone(command: Command, people: list[PersonId]) -> None:
    done = command("settle", "--person", str(people[0]), "--as-of", FINAL.isoformat(), "--json")
    assert figures(done)[0]["persons"] == 1
    assert [bool(posted(person)) for person in people] == [True, False, False]


def test_a_right_that_no_period_speaks_of_is_explained_all_the_same(
    command: Command, people: list[PersonId]
) -> None:
    """Nothing was printed to whoever never was out of work."""
    asked = ("law", "explain", "unemployment_benefit", "--person", str(people[0]))
    said = command(*asked, "--on", FINAL.isoformat(), LC_ALL="fr_FR.UTF-8").stdout
    assert "Aucune période à expliquer" in said
    assert "Ce droit s’ouvre avec : chômage" in " ".join(said.split())
    [told] = figures(command(*asked, "--on", FINAL.isoformat(), "--json"))
    assert told["tile"]["answer"] == "no"


def test_what_people_received_is_what_funders_were_charged(
    command: Command, people: list[PersonId]
) -> None:
    """One row is both sides: by year of falling due and right, nothing is left over."""
    assert command("settle", "--as-of", FINAL.isoformat(), "--json").returncode == 0
    charged = figures(command("ledger", "funders", "--json"))
    assert {each["funder"] for each in charged} >= {"france_competences", "employer"}
    received: Counter[str] = Counter()
    for person in people:
        for held in posted(person):
            received[held.right_id] += held.amount
    paid: Counter[str] = Counter()
    for each in charged:
        paid[each["right_id"]] += int(Decimal(each["charged"]).scaleb(2))
    assert paid == received
    [cpf] = figures(
        command("ledger", "funders", "--funder", "france_competences", "--year", "2025", "--json")
    )
    assert (cpf["right_id"], cpf["charged"], cpf["transfers"]) == ("cpf", "1500.00", 3)
    nothing = command("ledger", "funders", "--funder", "nobody", "--json")
    assert (nothing.returncode, nothing.stdout) == (0, "")


@pytest.mark.parametrize(
    "wrong", [["--as-of", "demain"], ["--person", "Anna"], ["--connections", "0"]]
)
def test_bad_usage_is_told_apart(command: Command, wrong: list[str]) -> None:
    assert command("settle", *wrong).returncode == 2


def test_a_missing_server_is_the_machines_fault(command: Command) -> None:
    nowhere = "host=/nowhere dbname=cspu user=cspu_batch"
    for arguments in (["settle"], ["ledger", "verify"]):
        done = command(*arguments, CSPU_DATABASE_BATCH_URL=nowhere)
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr


def test_a_sound_ledger_is_proved(command: Command, people: list[PersonId]) -> None:
    settle_person(people[0], as_of=FINAL)
    done = command("ledger", "verify", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    last = figures(done)[-1]
    assert last["discrepancies"] == 0
    assert last["transfers"] > 0


def test_tampering_is_named_and_ends_in_failure(
    house: FreshDatabase, command: Command, people: list[PersonId]
) -> None:
    settle_person(people[0], as_of=FINAL)
    with house.connect() as owner:
        owner.execute("ALTER TABLE ledger.transfer DISABLE TRIGGER USER")
        owner.execute("UPDATE ledger.transfer SET amount = amount + 1 WHERE right_id = 'cpf'")
    told = command("ledger", "verify")
    assert told.returncode == 1
    assert "transfert modifié" in told.stderr
    assert str(people[0]) in told.stderr
    found = figures(command("ledger", "verify", "--json"))
    assert found[0]["code"] == "transfer_altered"
    assert found[0]["person_id"] == str(people[0])
    assert found[-1]["discrepancies"] == len(found) - 1
