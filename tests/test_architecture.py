"""What a reviewer should never have to say: import contracts, style, format, types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["lint-imports", "--no-logo", "--no-cache"], id="import contracts"),
        pytest.param(["ruff", "check", "--quiet", "."], id="style"),
        pytest.param(["ruff", "format", "--check", "--quiet", "."], id="format"),
        pytest.param(["mypy", "--no-error-summary"], id="types"),
    ],
)
def test_the_code_keeps_its_rules(command: list[str]) -> None:
    done = subprocess.run(
        [str(_BIN / command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
