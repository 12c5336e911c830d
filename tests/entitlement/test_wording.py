"""The words of the account that are in no text of law."""

from __future__ import annotations

import pytest

from cspu.entitlement.wording import attribute_value
from cspu.kernel.amounts import Unit
from cspu.kernel.facts import FactType
from cspu.kernel.text import Text

EURO = Unit("EUR", 2, Text("euro", "euro"), Text("euros", "euros"), "€")
YEAR = Unit("year", 0, Text("an", "year"), Text("ans", "years"))


@pytest.mark.parametrize(
    ("value", "kind", "unit", "written"),
    [
        ("16450", FactType.DECIMAL, EURO, "16\u202f450\u00a0€"),
        ("6", FactType.INTEGER, YEAR, "6\u00a0ans"),
        ("0.6", FactType.DECIMAL, None, "0,6"),
        ("true", FactType.BOOLEAN, None, "oui"),
        ("1988-03-17", FactType.DATE, None, "17\u00a0mars\u00a01988"),
        ("said otherwise", FactType.DECIMAL, EURO, "said otherwise"),
    ],
)
def test_what_an_attribute_holds_is_written_for_people(
    value: str, kind: FactType, unit: Unit | None, written: str
) -> None:
    found = attribute_value(value, kind, {}, unit, "fr")
    assert found.replace("\u00a0", " ") == written.replace("\u00a0", " ")
