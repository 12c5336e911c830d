"""What the environment may say, and what is refused."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path

import pytest

from cspu.config.environment import read_environment
from cspu.config.postgres.addresses import address_of
from cspu.config.secrets import demo_secrets, new_secrets
from cspu.kernel.errors import EnvironmentUnfit
from cspu.trust.proofs import new_signing_key, read_public_key, read_signing_key

RSA_PUBLIC = b'{"kty": "RSA", "n": "AQAB", "e": "AQAB"}'


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    """The environment of a real server."""
    fresh = new_secrets()
    return {
        "CSPU_DATA": str(tmp_path),
        "CSPU_SECRET_KEY": fresh.secret_key,
        "CSPU_IDENTITY_KEY": fresh.identity_key,
        "CSPU_PROOF_KEY": fresh.proof_key,
    }


def test_a_real_server_has_its_own_secrets(real: dict[str, str]) -> None:
    found = read_environment(real)
    assert not found.demo
    assert found.role == "web"
    assert found.identity_key == base64.urlsafe_b64decode(real["CSPU_IDENTITY_KEY"])


@pytest.mark.parametrize("name", ["CSPU_SECRET_KEY", "CSPU_IDENTITY_KEY", "CSPU_PROOF_KEY"])
@pytest.mark.parametrize("value", ["", "demo-0123456789"])
def test_a_real_server_does_not_start_without_them(
    real: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(EnvironmentUnfit, match=name) as refusal:
        read_environment(real | {name: value})
    assert refusal.value.code == "environment.secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CSPU_SECRET_KEY", "short"),
        ("CSPU_IDENTITY_KEY", base64.urlsafe_b64encode(b"too short").decode()),
        ("CSPU_IDENTITY_KEY", "é"),
        ("CSPU_PROOF_KEY", base64.urlsafe_b64encode(b"{}").decode()),
        ("CSPU_PROOF_KEY", base64.urlsafe_b64encode(RSA_PUBLIC).decode()),
        ("CSPU_PROOF_KEYS_PREVIOUS", "é"),
        ("CSPU_TODAY", "13/02/2026"),
        ("CSPU_DATABASE_ROLE", "postgres"),
    ],
)
def test_what_is_malformed_is_named(real: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(EnvironmentUnfit, match=name) as refusal:
        read_environment(real | {name: value})
    assert refusal.value.code == "environment.malformed"


def test_a_demonstration_makes_its_secrets_and_keeps_them(tmp_path: Path) -> None:
    environ = {"CSPU_DATA": str(tmp_path / "new"), "CSPU_DEMO": "1", "CSPU_TODAY": "2026-11-22"}
    first, second = read_environment(environ), read_environment(environ)
    assert first == second
    assert first.today == date(2026, 11, 22)
    assert (tmp_path / "new" / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_demonstration_older_than_a_secret_gets_it_once(tmp_path: Path) -> None:
    kept = {"secret_key": "demo-s", "identity_key": "demo-i"}
    (tmp_path / "demo.json").write_text(json.dumps(kept))
    first, second = demo_secrets(tmp_path), demo_secrets(tmp_path)
    assert first == second
    assert (first.secret_key, first.identity_key) == ("demo-s", "demo-i")
    assert first.proof_key.startswith("demo-")
    assert (tmp_path / "demo-proof_key.json").stat().st_mode & 0o777 == 0o600


def test_keys_for_proofs_may_be_pem_and_former_ones_keep_checking(real: dict[str, str]) -> None:
    key, former = new_signing_key(), new_signing_key()
    pem = key.jwk.export_to_pem(private_key=True, password=None)
    given = [base64.urlsafe_b64encode(former.secret()).decode(), real["CSPU_PROOF_KEY"]]
    found = read_environment(
        real
        | {
            "CSPU_PROOF_KEY": base64.urlsafe_b64encode(pem).decode(),
            "CSPU_PROOF_KEYS_PREVIOUS": ", ".join(given),
        }
    )
    assert read_signing_key(found.proof_key).kid == key.kid
    assert read_public_key(found.proof_keys_previous[0]).kid == former.kid
    assert len(found.proof_keys_previous) == 2


def test_a_folder_of_a_demonstration_stays_one_unless_told_otherwise(
    tmp_path: Path, real: dict[str, str]
) -> None:
    demo_secrets(tmp_path)
    assert read_environment({"CSPU_DATA": str(tmp_path)}).demo
    assert not read_environment(real).demo
    with pytest.raises(EnvironmentUnfit):
        read_environment({"CSPU_DATA": str(tmp_path), "CSPU_DEMO": "0"})


def test_roles_share_the_owners_server_under_their_own_names(tmp_path: Path) -> None:
    environ = {
        "CSPU_DATA": str(tmp_path),
        "CSPU_DATABASE_URL": "postgresql://boss:secret@db.example:5433/rights?sslmode=require",
    }
    owner, web = address_of("owner", environ), address_of("web", environ)
    assert owner.django()["USER"] == "boss"
    assert {**web.parameters, "password": ""} == {
        **owner.parameters,
        "user": "cspu_web",
        "password": "",
    }
    assert web.parameters["password"] != owner.parameters["password"]
    assert address_of("web", environ) == web
    assert web.parameters["password"] not in repr(web)


def test_a_web_server_may_be_kept_from_the_owners_address(tmp_path: Path) -> None:
    environ = {"CSPU_DATA": str(tmp_path), "CSPU_DATABASE_WEB_URL": "postgresql://w@db/rights"}
    assert address_of("web", environ).django()["USER"] == "w"
