"""Errors of the DSN reader.

CspuError
└── DsnRefused: nothing was imported; `problems` says where and why
"""

from __future__ import annotations

from collections.abc import Sequence

from cspu.employers.dsn.problems import Problem
from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text


class DsnRefused(CspuError):
    """The file is not imported. `problems` is capped; `problem_count` is the true number."""

    def __init__(
        self,
        code: str,
        message: Text,
        next_step: Text,
        problems: Sequence[Problem] = (),
        problem_count: int = 0,
    ) -> None:
        super().__init__(code, message, next_step)
        self.problems = tuple(problems)
        self.problem_count = problem_count


def not_a_dsn(message: Text) -> DsnRefused:
    """The file is something else, or unreadable from its first bytes."""
    return DsnRefused(
        "dsn_unreadable",
        message,
        Text(
            "Vérifiez que vous avez choisi le fichier produit par le logiciel de paie.",
            "Check that you chose the file written by the payroll software.",
        ),
    )
