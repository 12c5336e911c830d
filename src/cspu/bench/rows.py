"""The row every bench prints."""

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


def row_at_least(
    name: str, ours: float, reference: float, unit: str, target: float, **more: object
) -> dict[str, Any]:
    """The same for what is better large: the target is the least the ratio may be."""
    made = row(name, ours, reference, unit, target, **more)
    return {**made, "holds": ours / reference >= target}
