"""`cspu federation keys|add`: what operators of two instances give each other before anything moves."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from tests.cli.command import cspu

_KEY = ECKey.generate_key("P-256")
_PRIVATE = json.dumps(_KEY.as_dict(private=True))
_LIMITS = ("--most-sent", "50", "--most-received", "50")


def test_our_public_key_is_printed_and_nothing_private(tmp_path: Path) -> None:
    """It ended in an error whatever the instance."""
    key = base64.urlsafe_b64encode(_PRIVATE.encode()).decode()
    done = cspu(
        tmp_path, "federation", "keys", CSPU_FEDERATION_NAME="nantes", CSPU_FEDERATION_KEY=key
    )
    [printed] = json.loads(done.stdout)["keys"]
    assert printed["x"] == _KEY.as_dict(private=False)["x"]
    assert "d" not in printed


def test_who_has_no_name_among_others_is_told_what_to_give(tmp_path: Path) -> None:
    done = cspu(tmp_path, "federation", "keys")
    assert done.returncode == 1
    assert "CSPU_FEDERATION_NAME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("given", ["", "[]", "{}", '{"keys": []}', '{"keys": [{}]}', _PRIVATE])
def test_what_is_no_public_key_of_a_partner_is_refused(tmp_path: Path, given: str) -> None:
    file = tmp_path / "brest.json"
    file.write_text(f'{{"keys": [{given}]}}' if given == _PRIVATE else given, "utf-8")
    partner = ("brest", "--url", "https://brest.example", "--keys", str(file))
    done = cspu(tmp_path, "federation", "add", *partner, *_LIMITS)
    assert done.returncode == 1
    assert "federation.keys_unreadable" in done.stderr
    assert "Traceback" not in done.stderr
