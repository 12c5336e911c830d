"""What the environment says: read once, checked once, handed on as one frozen value.

CSPU_DATA             folder of everything this installation keeps (default: var/ in the project)
CSPU_DEMO             1: demonstration (made-up people, development log-in); 0: never
CSPU_TODAY            the date a demonstration lives on, yyyy-mm-dd (default: its own)
CSPU_SECRET_KEY       signs sessions; 50 characters or more
CSPU_IDENTITY_KEY     encrypts identities; 32 bytes in URL-safe base64
CSPU_PROOF_KEY        signs attestations; a private P-256 key, JWK or PEM, in URL-safe base64
CSPU_PROOF_KEYS_PREVIOUS
                      keys that signed before and still check, separated by commas
CSPU_HOSTS            names this server answers to, separated by commas
CSPU_DATABASE_URL     owner's address of another PostgreSQL 18 (default: the embedded one)
CSPU_DATABASE_WEB_URL, CSPU_DATABASE_BATCH_URL, CSPU_DATABASE_LOGIN_URL
                      addresses of the three other roles, where the owner's is kept from them
CSPU_LAW_PACKS        packs of texts of law in use, by commas (default: those in force; cspu.law.loading)
CSPU_OPENFISCA_PYTHON the Python that has OpenFisca-France (default: ours; read by cspu.openfisca.process)
CSPU_FC_ISSUER, CSPU_FC_CLIENT_ID, CSPU_FC_CLIENT_SECRET
                      FranceConnect, by which persons log in; CSPU_FC_PKCE=1 where it takes PKCE
CSPU_PC_ISSUER, CSPU_PC_CLIENT_ID, CSPU_PC_CLIENT_SECRET
                      ProConnect, by which agents log in; CSPU_PC_PKCE=0 where it takes no PKCE
CSPU_FEDERATION_NAME, CSPU_FEDERATION_KEY
                      this instance among partners (read by cspu.config.federation)
CSPU_DATABASE_ROLE    web | batch | owner: what this process may do in the database
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from cspu.config.secrets import DEMO_PREFIX, demo_secrets
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text
from cspu.trust.proofs.errors import KeyUnreadable
from cspu.trust.proofs.keys import read_public_key, read_signing_key

DatabaseRole = Literal["web", "login", "batch", "owner"]

SERVER_THREADS = 4
"""Requests answered at once by a process; each thread keeps a connection of its own (settings, pool)."""

_SECRET_KEY_LENGTH = 50
_IDENTITY_KEY_BYTES = 32
_PROOF_KEY_FORM = (
    "une clé P-256, JWK ou PEM, en base64 URL",
    "a P-256 key, JWK or PEM, in URL base64",
)
_LOCAL_HOSTS = "127.0.0.1,localhost,[::1]"


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of one process, valid by construction."""

    data: Path
    demo: bool
    today: date | None
    role: DatabaseRole
    secret_key: str
    identity_key: bytes
    identity_key_previous: bytes | None
    proof_key: bytes
    proof_keys_previous: tuple[bytes, ...]
    hosts: tuple[str, ...]


def project_root() -> Path:
    """The checkout this code runs from, or the current folder when it is installed."""
    candidate = Path(__file__).resolve().parents[3]
    return candidate if (candidate / "pyproject.toml").is_file() else Path.cwd()


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder holding database, secrets and logs of this installation (may not exist yet)."""
    return Path(environ.get("CSPU_DATA") or project_root() / "var").resolve()


def is_demo(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this installation is a demonstration.

    `CSPU_DEMO` decides. Without it, a folder in which `cspu demo` ran stays a demonstration for
    the other commands, unless a real secret key is given.
    """
    declared = environ.get("CSPU_DEMO", "")
    if declared:
        return declared not in {"0", "false", "no"}
    return "CSPU_SECRET_KEY" not in environ and (data_folder(environ) / "demo.json").exists()


def read_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read and check everything; raise EnvironmentUnfit naming the first thing that is wrong."""
    data = data_folder(environ)
    demo = is_demo(environ)
    made_up = demo_secrets(data) if demo else None
    secret = environ.get("CSPU_SECRET_KEY") or (made_up.secret_key if made_up else "")
    identity = environ.get("CSPU_IDENTITY_KEY") or (made_up.identity_key if made_up else "")
    previous = environ.get("CSPU_IDENTITY_KEY_PREVIOUS", "")
    proof = environ.get("CSPU_PROOF_KEY") or (made_up.proof_key if made_up else "")
    if not demo:
        _refuse_unsafe("CSPU_SECRET_KEY", secret)
        _refuse_unsafe("CSPU_IDENTITY_KEY", identity)
        _refuse_unsafe("CSPU_PROOF_KEY", proof)
        if len(secret) < _SECRET_KEY_LENGTH:
            raise _malformed("CSPU_SECRET_KEY", f"{_SECRET_KEY_LENGTH} caractères", "50 characters")
    return Environment(
        data=data,
        demo=demo,
        today=_day(environ.get("CSPU_TODAY") or (_remembered_day(data) if demo else "")),
        role=_role(environ.get("CSPU_DATABASE_ROLE") or "web"),
        secret_key=secret,
        identity_key=_identity_key(identity),
        identity_key_previous=_identity_key(previous) if previous else None,
        proof_key=_proof_key(proof),
        proof_keys_previous=_proof_keys_previous(environ.get("CSPU_PROOF_KEYS_PREVIOUS", "")),
        hosts=tuple((environ.get("CSPU_HOSTS") or _LOCAL_HOSTS).split(",")),
    )


def remember_day(data: Path, day: date) -> None:
    """Fix the day a demonstration lives on, for every command that works in its folder."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "demo-day").write_text(day.isoformat(), encoding="utf-8")


def _remembered_day(data: Path) -> str:
    file = data / "demo-day"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _refuse_unsafe(name: str, value: str) -> None:
    if value and not value.startswith(DEMO_PREFIX):
        return
    raise EnvironmentUnfit(
        "environment.secret",
        Text(
            fr=f"{name} est absent ou vient d'une démonstration.",
            en=f"{name} is missing, or comes from a demonstration.",
        ),
        Text(
            fr="Donnez un secret propre à ce serveur (cspu db secrets en propose), "
            "ou CSPU_DEMO=1 pour une démonstration.",
            en="Give this server a secret of its own (cspu db secrets offers some), "
            "or CSPU_DEMO=1 for a demonstration.",
        ),
    )


def _malformed(name: str, expected_fr: str, expected_en: str) -> EnvironmentUnfit:
    return EnvironmentUnfit(
        "environment.malformed",
        Text(fr=f"{name} n'a pas la forme attendue.", en=f"{name} is not what is expected."),
        Text(fr=f"Attendu : {expected_fr}.", en=f"Expected: {expected_en}."),
    )


def _identity_key(value: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(value.removeprefix(DEMO_PREFIX))
    except ValueError:
        key = b""
    if len(key) != _IDENTITY_KEY_BYTES:
        raise _malformed("CSPU_IDENTITY_KEY", "32 octets en base64 URL", "32 bytes in URL base64")
    return key


def _proof_key(value: str) -> bytes:
    """The private key as the environment holds it, once it is known to be one."""
    try:
        key = base64.urlsafe_b64decode(value.removeprefix(DEMO_PREFIX))
        read_signing_key(key)
    except (ValueError, KeyUnreadable):
        raise _malformed("CSPU_PROOF_KEY", *_PROOF_KEY_FORM) from None
    return key


def _proof_keys_previous(value: str) -> tuple[bytes, ...]:
    """Keys that signed before, public or private; only what is public of them is ever used."""
    try:
        keys = tuple(
            base64.urlsafe_b64decode(each.strip().removeprefix(DEMO_PREFIX))
            for each in value.split(",")
            if each.strip()
        )
        for key in keys:
            read_public_key(key)
    except (ValueError, KeyUnreadable):
        raise _malformed("CSPU_PROOF_KEYS_PREVIOUS", *_PROOF_KEY_FORM) from None
    return keys


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise _malformed("CSPU_TODAY", "aaaa-mm-jj", "yyyy-mm-dd") from None


def _role(value: str) -> DatabaseRole:
    if value not in get_args(DatabaseRole) or value == "login":  # a connection, never a process
        raise _malformed("CSPU_DATABASE_ROLE", "web, batch ou owner", "web, batch or owner")
    return cast("DatabaseRole", value)
