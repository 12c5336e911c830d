"""Runs the `cspu` command as its user does: a process, a folder, a language."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def environment(data: Path, **more: str) -> dict[str, str]:
    """A clean environment for one installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CSPU_")}
    del kept["DJANGO_SETTINGS_MODULE"]
    return {**kept, "CSPU_DATA": str(data), "CSPU_DEMO": "1", "LC_ALL": "fr_FR.UTF-8", **more}


def command_line(*arguments: str) -> list[str]:
    """`cspu …`, with this very Python."""
    return [sys.executable, "-m", "cspu", *arguments]


def cspu(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command_line(*arguments),
        cwd=_ROOT,
        env=environment(data, **more),
        check=False,
        capture_output=True,
        text=True,
    )


def started(data: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start a command that stays; what it says is read from its standard error."""
    return subprocess.Popen(
        command_line(*arguments),
        cwd=_ROOT,
        env=environment(data, **more),
        stderr=subprocess.PIPE,
        text=True,
    )
