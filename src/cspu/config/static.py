"""Static files made ready to serve: gathered, named by content, compressed; redone on change."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from cspu.config.assets import SERVED
from cspu.config.environment import data_folder, project_root
from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

_PACKAGE = Path(__file__).resolve().parents[1]


def collect_assets() -> None:
    """Fill `<data>/static`, unless nothing changed since the last time."""
    target = data_folder() / "static"
    mark, now = target / ".fingerprint", _fingerprint()
    if mark.is_file() and mark.read_text(encoding="utf-8") == now:
        return
    _require_packages()
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--clear", "-v", "0"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cspu.config.settings"}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise EnvironmentUnfit(
            "assets.not_collected",
            Text(
                fr=f"Les fichiers de la page n'ont pas pu être préparés :\n{done.stderr[-1000:]}",
                en=f"The page's files could not be prepared:\n{done.stderr[-1000:]}",
            ),
            Text(fr="Corrigez la cause et relancez.", en="Mend the cause and run again."),
        )
    mark.write_text(now, encoding="utf-8")


def _fingerprint() -> str:
    """Changes when any file to serve, or the way it is served, does."""
    digest = sha256(repr(sorted(SERVED.items())).encode())
    for file in [*sorted(_PACKAGE.glob("*/static/**/*")), project_root() / "package-lock.json"]:
        if file.is_file():
            found = file.stat()
            digest.update(f"{file}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _require_packages() -> None:
    if (project_root() / "node_modules" / "htmx.org").is_dir():
        return
    raise EnvironmentUnfit(
        "assets.missing",
        Text(
            fr="Les fichiers de la page (node_modules) ne sont pas installés.",
            en="The page's files (node_modules) are not installed.",
        ),
        Text(fr="Lancez « make install ».", en="Run `make install`."),
    )
