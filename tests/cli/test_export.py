"""`cspu export`."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest

from cspu.kernel.ids import PersonId
from tests.cli.command import cspu
from tests.conftest import FreshDatabase
from tests.entitlement.conftest import house
from tests.entitlement.lives import tell, work
from tests.records.conftest import Someone, someone

__all__ = ["house", "someone"]


@pytest.fixture
def addresses(house: FreshDatabase) -> dict[str, str]:
    return {
        "CSPU_DATABASE_URL": house.address("owner").conninfo(),
        "CSPU_DATABASE_BATCH_URL": house.address("batch").conninfo(),
        "CSPU_DATABASE_WEB_URL": house.address("web").conninfo(),
    }


def test_a_person_is_written_whole_for_the_operator_alone(
    addresses: dict[str, str], someone: Someone, tmp_path: Path
) -> None:
    person: PersonId = someone()
    tell(person, work(2025, "151.67"))
    target = tmp_path / "account.zip"
    asked = ("--person", str(person), "--to", str(target), "--lang", "en", "--on", "2026-03-10")
    done = cspu(tmp_path, "export", *asked, "--json", **addresses)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["bytes"] == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with ZipFile(io.BytesIO(target.read_bytes())) as archive:
        assert {"read-me.txt", "account.json", "my-account.pdf", "statement-01.pdf"} <= set(
            archive.namelist()
        )
        account = json.loads(archive.read("account.json"))
    assert account["as_of"] == "2026-03-10"
    assert account["movements"], "she was not settled first"
    assert "CŒUR" not in done.stdout + done.stderr


def test_nobody_is_exported_as_nobody(addresses: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "account.zip"
    done = cspu(tmp_path, "export", "--person", str(uuid4()), "--to", str(target), **addresses)
    assert done.returncode == 1
    assert "[people." in done.stderr
    assert list(tmp_path.glob("*account.zip*")) == []
