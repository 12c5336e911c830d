"""The row every bench prints."""

from __future__ import annotations

from typing import Any


def row(
    name: str,
    ours: float,
    reference: float,
    unit: str,
    target: float,
    *,
    at_least: bool = False,
    **more: object,
) -> dict[str, Any]:
    """Ours against the reference: the ratio, the target, whether it holds.

    The target must not be exceeded; `at_least`, of what is better large, it must be reached.
    """
    ratio = ours / reference
    return {
        "name": name,
        "ours": round(ours, 3),
        "reference": round(reference, 3),
        "ratio": round(ratio, 3),
        "unit": unit,
        "target": target,
        "holds": ratio >= target if at_least else ratio <= target,
        **more,
    }
