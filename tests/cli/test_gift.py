"""`cspu gift` and its neighbours, as an employer's or a funder's operator reads them."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from cspu.cli.output import REFUSED, USAGE
from cspu.people.organisations import organisation_id
from tests.cli.command import cspu
from tests.conftest import FreshDatabase

SIRET = "00012345600017"


def addresses_of(database: FreshDatabase) -> dict[str, str]:
    """Every role of a command's is the batch's there."""
    address = database.address("batch").conninfo()
    return {f"CSPU_DATABASE{role}_URL": address for role in ("", "_BATCH", "_WEB")}


def test_what_is_left_in_a_pool_is_shown_whether_or_not_its_employer_agrees(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    employer, addresses = organisation_id(SIRET), addresses_of(fresh_database)
    empty = cspu(tmp_path, "gift", "pools", **addresses)
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "Aucun jour n’attend" in empty.stderr
    with fresh_database.connect("owner") as owner:
        owner.execute(
            "INSERT INTO people.organisation (organisation_id, siret, name) VALUES (%s, %s, 'Atelier')",
            [employer, SIRET],
        )
        owner.execute("INSERT INTO ledger.unit VALUES ('working_day', 2) ON CONFLICT DO NOTHING")
        owner.execute(
            "INSERT INTO ledger.slot (slot_id, account_id, counterparty, unit, credits, debits)"
            " VALUES (%s, economy.counter(economy.pool_of(%s), 'working_day'), economy.pool_of(%s),"
            " 'working_day', 350, 50)",
            [employer, employer, employer],
        )
    done = cspu(tmp_path, "gift", "pools", "--json", **addresses)
    assert done.returncode == 0, done.stderr
    [row] = [json.loads(line) for line in done.stdout.splitlines()]
    assert row == {
        "siret": SIRET,
        "employer": "Atelier",
        "days": "3",
        "unit": "working_day",
        "agreed": False,
    }


def test_an_agreement_of_nobody_known_is_not_published(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    addresses = addresses_of(fresh_database)
    mistyped = cspu(tmp_path, "gift", "agree", "123", **addresses)
    assert mistyped.returncode == USAGE
    assert "14 chiffres" in mistyped.stderr
    unknown = cspu(tmp_path, "gift", "agree", SIRET, **addresses)
    assert unknown.returncode == REFUSED
    assert "Vérifiez le SIRET" in unknown.stderr
    with fresh_database.connect("owner") as owner:
        assert not owner.execute("SELECT FROM economy.gift_agreement").fetchall()
    named = cspu(tmp_path, "gift", "agree", SIRET, "--name", "Atelier", **addresses)
    assert (named.returncode, named.stderr) == (0, "L’accord est publié.\n")
    with fresh_database.connect("owner") as owner:
        assert owner.execute("SELECT agreed FROM economy.gift_agreement").fetchall() == [(True,)]


def test_an_agent_nobody_knows_is_said_in_an_operator_s_words(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    wanted = ("--agent", str(UUID(int=7)), "--until", "2999-01-31")
    done = cspu(
        tmp_path, "gift", "certify", "ABCD-EFGH", "carer", *wanted, **addresses_of(fresh_database)
    )
    assert done.returncode == REFUSED
    assert "cspu trust agents list" in done.stderr


def test_a_top_up_is_for_today_where_no_day_is_said(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    asked = ("economy", "top-up", "mutual_training", "--campaign", "2026", "--everybody", "--json")
    done = cspu(tmp_path, *asked, **addresses_of(fresh_database))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["given"] == 0
