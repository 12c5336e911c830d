"""What OpenFisca is told of a person: nothing that is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cspu.openfisca.situations import Known, situation

MONTH = date(2026, 6, 1)
ATTRIBUTES = {
    "lives_in_couple": "false",
    "dependent_children": "0",
    "household_resources_month": "900.00",
    "housing_status": "lodged_free",
}
PAY = {date(2026, month, 1): Decimal(800) for month in (3, 4, 5)}


@pytest.mark.parametrize("unknown", sorted(PAY))
def test_a_month_of_pay_nobody_declared_is_no_month_without_pay(unknown: date) -> None:
    pay = {month: amount for month, amount in PAY.items() if month != unknown}
    told = situation("ppa", Known(date(1990, 2, 3), ATTRIBUTES, pay), MONTH)
    assert (told.family, list(told.lacking)) == (None, ["net_social_amount"])


def test_pay_and_other_means_are_told_apart() -> None:
    told = situation("ppa", Known(date(1990, 2, 3), ATTRIBUTES, PAY), MONTH)
    assert told.family is not None
    [adult] = told.family.adults
    assert adult["salaire_net"] == dict.fromkeys(("2026-03", "2026-04", "2026-05"), 800)
    assert adult["chomage_net"] == dict.fromkeys(("2026-03", "2026-04", "2026-05"), 100)
