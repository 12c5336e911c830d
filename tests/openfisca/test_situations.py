"""What OpenFisca is told of a person: nothing that is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cspu.openfisca.situations import Known, Told, situation

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
    found = situation("ppa", Known(date(1990, 2, 3), ATTRIBUTES, pay), MONTH)
    assert (found.family, list(found.lacking)) == (None, ["net_social_amount"])


def told(variable: str, **said: str) -> Told:
    return situation(variable, Known(date(1990, 2, 3), ATTRIBUTES | said, PAY), MONTH)


def test_pay_and_other_means_are_told_apart() -> None:
    family = told("ppa").family
    assert family is not None
    [adult] = family.adults
    assert adult["salaire_net"] == dict.fromkeys(("2026-03", "2026-04", "2026-05"), 800)
    assert set(family.family["ppa_ressources_hors_activite"].values()) == {100.0}


def test_our_text_says_who_is_entitled() -> None:
    """OpenFisca leaves out every student, and answers for the household: it is asked how much only."""
    for variable, opens in (("rsa", "rsa_eligibilite"), ("ppa", "ppa_eligibilite")):
        family = told(variable).family
        assert family is not None
        assert set(family.family[opens].values()) == {True}


def test_everything_is_said_of_each_month_openfisca_looks_at() -> None:
    family = told("ppa", housing_status="tenant", monthly_rent="500", rent_zone="zone_2").family
    assert family is not None
    for said in (*family.family.values(), *family.household.values()):
        assert sorted(said) == ["2026-03", "2026-04", "2026-05", "2026-06"]


def test_a_couple_is_told_with_the_pay_of_both() -> None:
    """The bonus depends on who earns what; the minimum income does not."""
    assert told("ppa", lives_in_couple="true").lacking == ["partner_pay"]
    family = told("ppa", lives_in_couple="true", partner_pay="40.00").family
    assert family is not None
    _, partner = family.adults
    assert set(partner["salaire_net"].values()) == {40.0}
    assert set(family.family["ppa_ressources_hors_activite"].values()) == {60.0}
    both = told("rsa", lives_in_couple="true").family
    assert both is not None
    assert len(both.adults) == 2


def test_children_are_told_by_their_number_and_the_youngest() -> None:
    assert told("rsa", dependent_children="2").lacking == ["youngest_child_age", "months_alone"]
    said = {"dependent_children": "2", "youngest_child_age": "2", "months_alone": "12"}
    grown = {"children_20_to_24": "2", "children_aged_twenty": "1"}
    family = told("rsa", **said, **grown).family
    assert family is not None
    born = [each["date_naissance"]["ETERNITY"] for each in family.children]
    assert born == ["2024-06-01", "2024-06-01", "2006-06-01", "2004-06-01"]
    assert set(family.family["rsa_isolement_recent"].values()) == {False}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("household_resources_month", "beaucoup"),
        ("household_resources_month", "NaN"),
        ("dependent_children", "-1"),
        ("housing_status", "castle"),
    ],
)
def test_what_is_said_badly_is_not_known(name: str, said: str) -> None:
    assert told("rsa", **{name: said}).lacking == [name]
