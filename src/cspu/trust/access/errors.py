"""What the loader of the table refuses.

CspuError
└── AccessRefused: the files contradict themselves or each other
"""

from __future__ import annotations

from collections.abc import Sequence

from cspu.kernel.errors import CspuError
from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding


class AccessRefused(CspuError):
    """The table of access cannot be used; `findings` says where and why, all of it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(
            "trust.access_refused",
            Text(
                fr=f"{first.file}, ligne {first.line} : « {first.offending} ». {first.message.fr}",
                en=f"{first.file}, line {first.line}: “{first.offending}”. {first.message.en}",
            ),
            Text(fr="Corrigez la table des accès.", en="Correct the table of access."),
        )
        self.findings = tuple(findings)
