"""`cspu gift pools`, as an employer's operator reads it."""

from __future__ import annotations

import json
from pathlib import Path

from cspu.people.organisations import organisation_id
from tests.cli.command import cspu
from tests.conftest import FreshDatabase

SIRET = "00012345600017"


def test_what_is_left_in_a_pool_is_shown_whether_or_not_its_employer_agrees(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    employer = organisation_id(SIRET)
    address = fresh_database.address("batch").conninfo()
    roles = ("", "_BATCH", "_WEB")
    addresses = {f"CSPU_DATABASE{role}_URL": address for role in roles}
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
