"""Run OpenFisca-France in another process, with the Python that has it.

The Python is that of `CSPU_OPENFISCA_PYTHON`, or our own (`pip install cspu[openfisca]`). A process
apart keeps some hundred megabytes, floats and the AGPL out of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    return _run([python, "-c", asked], "", seconds=60).strip()


def compute(
    families: Sequence[Family], variables: Sequence[str], *, month: str, python: str, seconds: int
) -> Computed:
    """These variables for a month (`2026-05`); OpenFiscaMissing when it cannot be had in time."""
    asked = {
        "period": month,
        "variables": [*variables],
        "families": [
            {
                "adults": [dict(each) for each in one.adults],
                "children": [dict(each) for each in one.children],
                "families": dict(one.family),
                "tax": dict(one.tax),
                "household": dict(one.household),
            }
            for one in families
        ],
    }
    said = _run([python, str(_PROGRAM)], json.dumps(asked), seconds=seconds)
    answer = json.loads(said)
    return Computed(answer["version"], answer["rows"])


def _run(command: Sequence[str], given: str, *, seconds: int) -> str:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=seconds, check=True
        )
    except subprocess.CalledProcessError as error:
        raise OpenFiscaMissing(str(error.stderr).strip().rsplit("\n", 1)[-1]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OpenFiscaMissing(str(error)) from error
    return done.stdout
