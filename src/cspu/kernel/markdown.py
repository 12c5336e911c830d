"""Tables of generated pages: French terms with their code names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def grid(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. A bar in a cell is written so that it does not end it."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def named(label: str, key: str) -> str:
    """A term and its name in the code."""
    return f"{label} `{key}`"


def listed(values: Iterable[str]) -> str:
    """Code names, one after the other."""
    return " ".join(f"`{value}`" for value in values) or "—"
