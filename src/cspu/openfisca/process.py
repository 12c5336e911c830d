"""Run OpenFisca-France in another process, with the Python that has it.

The Python is that of `CSPU_OPENFISCA_PYTHON`, or our own (`pip install cspu[openfisca]`). A process
apart keeps some hundred megabytes, floats and the AGPL out of ours. It loads in twenty seconds: one
start serves a whole run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text

_PROGRAM = Path(__file__).with_name("calculator.py")
Inputs = Mapping[str, Any]
"""Values by variable of OpenFisca, for the month asked or by period."""


class OpenFiscaMissing(CspuError):
    """No Python at hand has OpenFisca-France, or it failed."""

    def __init__(self, said: str) -> None:
        super().__init__(
            "openfisca.missing",
            Text(
                fr=f"OpenFisca-France n’a pas répondu : {said}",
                en=f"OpenFisca-France did not answer: {said}",
            ),
            Text(
                fr="Installez l’extra `openfisca`, ou donnez son Python dans CSPU_OPENFISCA_PYTHON.",
                en="Install the extra `openfisca`, or name its Python in CSPU_OPENFISCA_PYTHON.",
            ),
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Those who are judged together: one or two adults (the person first), and their children."""

    adults: Sequence[Inputs]
    children: Sequence[Inputs] = ()
    family: Inputs = field(default_factory=dict)
    tax: Inputs = field(default_factory=dict)
    household: Inputs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Computed:
    """What OpenFisca says of each family, and its version."""

    version: str
    rows: Sequence[Mapping[str, float]]


def python_of(environ: Mapping[str, str] = os.environ) -> str:
    """The Python that is to run OpenFisca-France."""
    return environ.get("CSPU_OPENFISCA_PYTHON") or sys.executable


def version_of(python: str) -> str:
    """The version of the OpenFisca-France that this Python has; OpenFiscaMissing when it has none."""
    asked = "from importlib.metadata import version; print(version('openfisca-france'))"
    try:
        done = subprocess.run(
            [python, "-c", asked], capture_output=True, text=True, timeout=60, check=True
        )
    except subprocess.CalledProcessError as error:
        raise OpenFiscaMissing(_last_line(str(error.stderr))) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OpenFiscaMissing(str(error)) from error
    return done.stdout.strip()


class Engine:
    """OpenFisca-France in a process that starts when first asked, and again after it failed.

    `seconds` bounds each question; a process that takes longer is ended.
    """

    def __init__(self, python: str, *, seconds: int) -> None:
        self._python, self._seconds = python, seconds
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None

    def compute(self, families: Sequence[Family], variables: Sequence[str], month: str) -> Computed:
        """These variables for a month (`2026-05`); OpenFiscaMissing when it cannot be had in time."""
        told = [
            {
                "adults": [dict(each) for each in one.adults],
                "children": [dict(each) for each in one.children],
                "families": dict(one.family),
                "tax": dict(one.tax),
                "household": dict(one.household),
            }
            for one in families
        ]
        answer = self._ask({"period": month, "variables": [*variables], "families": told})
        return Computed(answer["version"], answer["rows"])

    def named(self, words: Sequence[str]) -> tuple[Mapping[str, str], int]:
        """The variables whose name or label holds one of these words, and how many there are in all."""
        answer = self._ask({"named": [*words]})
        return answer["named"], answer["variables"]

    def close(self) -> None:
        """End the process, where there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        said, self._said = self._said, None
        if said is not None:
            said.close()

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process = self._process or self._start()
        late = Timer(self._seconds, process.kill)
        late.start()
        try:
            _pipe(process.stdin).write(json.dumps(asked) + "\n")
            _pipe(process.stdin).flush()
            found: dict[str, Any] = json.loads(_pipe(process.stdout).readline())
        except (OSError, ValueError) as error:
            raise OpenFiscaMissing(self._last_words(process)) from error
        finally:
            late.cancel()
        return found

    def _start(self) -> subprocess.Popen[str]:
        self._said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the process
        try:
            return subprocess.Popen(
                [self._python, str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise OpenFiscaMissing(str(error)) from error

    def _last_words(self, process: subprocess.Popen[str]) -> str:
        """What it wrote before it failed; the next question starts another one."""
        process.kill()
        process.wait()
        said = self._said
        if said is not None:
            said.seek(0)
        words = said.read() if said else ""
        self.close()
        return _last_line(words) or f"stopped ({process.returncode})"


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise OSError
    return pipe


def _last_line(said: str) -> str:
    return said.strip().rsplit("\n", 1)[-1]
