"""The one shape in which every bench says what it measured."""

from __future__ import annotations

from typing import Any


def row(
    name: str, ours: float, reference: float, unit: str, target: float, **more: object
) -> dict[str, Any]:
    """Ours against the reference: the ratio, the target it must not exceed, whether it holds."""
    ratio = ours / reference
    return {
        "name": name,
        "ours": round(ours, 3),
        "reference": round(reference, 3),
        "ratio": round(ratio, 3),
        "unit": unit,
        "target": target,
        "holds": ratio <= target,
        **more,
    }


def reaching(
    name: str, ours: float, reference: float, unit: str, target: float, **more: object
) -> dict[str, Any]:
    """The same, of what is better large: the target must be reached."""
    found = row(name, ours, reference, unit, target, **more)
    return found | {"holds": ours / reference >= target}
