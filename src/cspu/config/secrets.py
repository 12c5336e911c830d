"""Secrets this installation makes for itself, kept in files only their owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cspu.trust.proofs.keys import new_signing_key

DEMO_PREFIX = "demo-"
"""Marks a made-up secret, so that a real server can refuse it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a server signs and encrypts with."""

    secret_key: str
    identity_key: str
    proof_key: str


def new_secrets(prefix: str = "") -> Secrets:
    """Fresh secrets from the system's source of randomness."""
    identity = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    proof = base64.urlsafe_b64encode(new_signing_key().secret()).decode()
    return Secrets(prefix + secrets.token_urlsafe(64), prefix + identity, prefix + proof)


def new_password() -> str:
    """A password for a database role; nobody types it."""
    return secrets.token_urlsafe(32)


def demo_secrets(data: Path) -> Secrets:
    """The secrets of the demonstration in this folder, made on first use and kept.

    A folder older than one of them gets it in a file beside the first.
    """
    data.mkdir(parents=True, exist_ok=True)
    kept = _kept(data / "demo.json")
    for name in (each.name for each in fields(Secrets)):
        if name not in kept:
            kept |= _kept(data / f"demo-{name}.json", name)
    return Secrets(**kept)


def _kept(path: Path, *names: str) -> dict[str, str]:
    """Those demonstration secrets (all of them by default) as this file keeps them."""
    if not path.exists():
        fresh = asdict(new_secrets(DEMO_PREFIX))
        write_private_once(path, {name: fresh[name] for name in names or fresh})
    content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_private_once(path: Path, content: dict[str, str]) -> None:
    """Create a 0600 JSON file in one step; a file that is there already is left as it is."""
    if not path.exists():
        _write_private(path, content, os.link)


def write_private(path: Path, content: dict[str, str]) -> None:
    """Create a 0600 JSON file in one step, in the place of the one that is there."""
    _write_private(path, content, os.replace)


def _write_private(path: Path, content: dict[str, str], put: Callable[[Path, Path], None]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(json.dumps(content), encoding="utf-8")
    try:
        put(draft, path)
    except FileExistsError:
        pass  # another command was first: its secrets are the ones
    finally:
        draft.unlink(missing_ok=True)
