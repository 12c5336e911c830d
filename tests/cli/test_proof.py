"""`cspu proof`, as a union or a landlord runs it: no database, no network."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cspu.trust.proofs import jwks, new_signing_key, present, proof_code, trusted
from tests.cli.command import command_line, cspu, environment
from tests.trust.proofs.sealing import ISSUER, KEY, list_text, sealed

AT = ("--at", "2027-01-13T09:00")


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(jwks(trusted(KEY))))
    return str(path)


def written(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_yes_no_and_perhaps_have_their_own_exit_codes(tmp_path: Path, keys: str) -> None:
    text = present(sealed(), ["open", "balance_at_least"])
    proof = written(tmp_path / "proof.txt", text)
    check = ("proof", "check", proof, "--keys", keys, *AT)
    perhaps = cspu(tmp_path, *check)
    assert perhaps.returncode == 4, perhaps.stderr
    assert "n’avons pas pu savoir" in perhaps.stderr
    good = written(tmp_path / "good.jwt", list_text(7))
    yes = cspu(tmp_path, *check, "--status", good)
    assert yes.returncode == 0, yes.stderr
    assert "Le droit « Compte personnel de formation » est ouvert" in yes.stdout
    assert "Non montré : depuis quand il est ouvert, le solde exact" in yes.stdout
    assert "Nadia" not in yes.stdout + yes.stderr
    bad = written(tmp_path / "bad.jwt", list_text(104233))
    no = cspu(tmp_path, *check, "--status", bad, LC_ALL="en_GB.UTF-8")
    assert (no.returncode, no.stdout) == (1, "")
    assert "was withdrawn" in no.stderr
    assert "[proofs.revoked]" in no.stderr
    assert not (tmp_path / "postgres").exists()


def test_json_says_everything_and_a_scanned_code_comes_by_the_standard_input(
    tmp_path: Path, keys: str
) -> None:
    code = proof_code(present(sealed(), ["open", "holder"]), f"{ISSUER}/preuve")
    done = subprocess.run(
        command_line("proof", "check", "-", "--keys", keys, "--json", *AT),
        input=code.address,
        env=environment(tmp_path),
        check=False,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert done.returncode == 4
    assert (found["verdict"], found["code"]) == ("unsure", "proofs.status_unknown")
    assert [each["name"] for each in found["statements"]] == ["open", "holder"]
    assert found["statements"][0]["text"]["en"].endswith("is open on 12 January 2027.")
    assert found["right"] == "cpf"


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path, keys: str) -> None:
    done = cspu(tmp_path, "proof", "check", str(tmp_path / "nothing"), "--keys", keys)
    assert done.returncode == 2
    assert "aucun fichier" in done.stderr


def test_what_is_not_text_is_refused_not_crashed_on(tmp_path: Path, keys: str) -> None:
    path = tmp_path / "noise"
    path.write_bytes(bytes(range(256)) * 4000)
    done = cspu(tmp_path, "proof", "check", str(path), "--keys", keys, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] == "proofs.unreadable"
    assert "Traceback" not in done.stderr


def test_a_list_of_no_use_is_said_to_be_and_leaves_the_doubt(tmp_path: Path, keys: str) -> None:
    proof = written(tmp_path / "proof.txt", present(sealed(), ["open"]))
    forged = written(tmp_path / "forged.jwt", list_text(key=new_signing_key()))
    done = cspu(tmp_path, "proof", "check", proof, "--keys", keys, "--status", forged, *AT)
    assert done.returncode == 4
    assert "forged.jwt ne sert à rien ici [proofs.unknown_key]" in done.stderr


def test_keys_that_are_none_are_the_machines_fault(tmp_path: Path) -> None:
    proof = written(tmp_path / "proof.txt", present(sealed(), ["open"]))
    done = cspu(tmp_path, "proof", "check", proof, "--keys", proof)
    assert done.returncode == 3
    assert "[proofs.key]" in done.stderr


def test_an_installation_gives_its_keys_and_checks_with_them(tmp_path: Path) -> None:
    given = cspu(tmp_path, "proof", "keys")
    assert given.returncode == 0, given.stderr
    (published,) = json.loads(given.stdout)["keys"]
    assert "d" not in published
    proof = written(tmp_path / "proof.txt", present(sealed(), ["open"]))
    assert "[proofs.unknown_key]" in cspu(tmp_path, "proof", "check", proof, *AT).stderr
