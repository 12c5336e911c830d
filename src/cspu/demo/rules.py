"""The rules of exchange of the demonstration, whose employers do not exist: published by it alone.

Transaction: one of its own, or the caller's, as the owner. A `migrate` withdraws them.
"""

from __future__ import annotations

from pathlib import Path

from cspu.economy.publishing import publish_rules


def publish() -> int:
    """Publish them beside the rules of the texts; how many rows that changed."""
    return publish_rules(beside=(Path(__file__).parent,))
