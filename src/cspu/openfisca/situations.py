"""From what the account knows of a person to the inputs of OpenFisca; inputs.yaml says how.

Only one adult alone is told: of a partner and of children the account knows numbers, not each one's
age and income. What lacks is named, never put to zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cspu.kernel.periods import add_months
from cspu.openfisca.process import Family

NOT_ALONE = "others_at_home"
"""What lacks when somebody lives with others: each one's age and income."""
BIRTH, PAY = "birth_date", "net_social_amount"
MONTHS_BACK = 3
"""Months before the one judged whose pay OpenFisca looks at."""
_FILE = Path(__file__).with_name("inputs.yaml")


@dataclass(frozen=True, slots=True)
class Known:
    """What the account knows on the last day of a month; `pay` is the net social amount by month."""

    birth_date: date | None
    attributes: Mapping[str, str]
    pay: Mapping[date, Decimal]


@dataclass(frozen=True, slots=True)
class Told:
    """A family to compute, or the facts that lack."""

    family: Family | None
    lacking: Sequence[str]


@cache
def _inputs() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found


def variables() -> Sequence[str]:
    """The variables of OpenFisca that can be asked for."""
    return [*_inputs()["variables"]]


def situation(variable: str, known: Known, month: date) -> Told:
    """The person as OpenFisca takes her for that variable in that month (its first day)."""
    inputs = _inputs()
    wanted = inputs["variables"][variable]
    if "never" in wanted:
        return Told(None, [wanted["never"]])
    lacking = [name for name in wanted["needs"] if name != PAY and name not in known.attributes]
    lacking += [] if known.birth_date else [BIRTH]
    if PAY in wanted["needs"] and not all(day in known.pay for day in _before(month)):
        lacking.append(PAY)
    if known.attributes.get("housing_status") in inputs["rented"]:
        lacking += [name for name in inputs["tenants"] if name not in known.attributes]
    if any(known.attributes.get(name, only) != only for name, only in inputs["alone"].items()):
        return Told(None, [NOT_ALONE])
    if lacking or known.birth_date is None:
        return Told(None, lacking)
    return Told(_family(known.birth_date, known, month), ())


def _before(month: date) -> list[date]:
    return [add_months(month, -back) for back in range(1, MONTHS_BACK + 1)]


def _family(born: date, known: Known, month: date) -> Family:
    """Reckoned in decimals; floats only where OpenFisca takes them."""
    means = Decimal(known.attributes["household_resources_month"])
    pay = {f"{day:%Y-%m}": known.pay.get(day, Decimal(0)) for day in _before(month)}
    other = max(means - sum(pay.values(), Decimal(0)) / MONTHS_BACK, Decimal(0))
    housing = known.attributes["housing_status"]
    home: dict[str, Any] = {"statut_occupation_logement": _inputs()["housing"][housing]}
    if "monthly_rent" in known.attributes and "rent_zone" in known.attributes:
        home |= {
            "loyer": float(known.attributes["monthly_rent"]),
            "zone_apl": known.attributes["rent_zone"],
        }
    adult = {
        "date_naissance": {"ETERNITY": born.isoformat()},
        "salaire_net": {day: float(value) for day, value in pay.items()},
        "chomage_net": dict.fromkeys(pay, float(other)),
    }
    family = {
        "rsa_base_ressources": float(means),
        "aide_logement_base_ressources": float(12 * means),
    }
    return Family([adult], (), family, {}, home)
