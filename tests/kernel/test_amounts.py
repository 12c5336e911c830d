"""Amounts as people read them."""

from __future__ import annotations

from cspu.kernel.amounts import Amount, Unit, format_amount
from cspu.kernel.text import Text


def test_what_is_taken_has_a_true_minus_before_the_currency() -> None:
    """One place decides, for pages, papers and the trace of a computation."""
    euro = Unit("EUR", 2, Text("euro", "euro"), Text("euros", "euros"), "€")
    assert format_amount(Amount(euro, -123_450), "fr") == "\u22121\u202f234,50\u00a0€"
    assert format_amount(Amount(euro, -123_450), "en") == "\u2212€1,234.50"
