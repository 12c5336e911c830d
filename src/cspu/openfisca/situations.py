"""From what the account knows of a person to the inputs of OpenFisca; inputs.yaml says how.

Of a partner and of children these amounts need how many they are, the age of the youngest and what the
partner earns, and the means of all together: no birth date or income of each. A partner is told as old as
the person, and children at an age of their group. What lacks is named, never put to zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cspu.kernel.facts import FactType
from cspu.kernel.periods import add_months
from cspu.law import load_pack
from cspu.lifecourse.vocabulary import load_vocabulary
from cspu.openfisca.process import Family

BIRTH, PAY = "birth_date", "net_social_amount"
MONTHS_BACK = 3
"""Months before the one judged whose pay OpenFisca looks at."""
_FILE = Path(__file__).with_name("inputs.yaml")
_NUMBERS = (FactType.INTEGER, FactType.DECIMAL)
_AGE_OF_GROWN = {"children_aged_twenty": 20, "others": 22}
"""An age for a child of 20 and for one of 21 to 24: what family benefits and the rest tell apart."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the account knows on the last day of a month; `pay` is the net social amount by month."""

    birth_date: date | None
    attributes: Mapping[str, str]
    pay: Mapping[date, Decimal]

    def has(self, name: str) -> bool:
        """Whether a fact is known: a number that is not one is not, nor a word of no list."""
        said, value = load_vocabulary().attributes[name], self.attributes.get(name)
        if said.type in _NUMBERS:
            return self.number(name) is not None
        return value is not None and (not said.values or value in said.values)

    def number(self, name: str) -> Decimal | None:
        """A number, where it is known and is one."""
        try:
            found = Decimal(self.attributes.get(name, ""))
        except InvalidOperation:
            return None
        return found if found.is_finite() and found >= 0 else None

    def count(self, name: str) -> int:
        """How many: none where nobody said so (facts that are only declared)."""
        return int(self.number(name) or 0)

    def holds(self, name: str) -> bool:
        """Whether it was said to be so."""
        return self.attributes.get(name) == "true"


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
    wanted = _inputs()["variables"][variable]
    lacking = [name for name in _needed(wanted, known) if name != PAY and not known.has(name)]
    lacking += [] if known.birth_date else [BIRTH]
    if PAY in wanted["needs"] and not all(day in known.pay for day in _before(month)):
        lacking.append(PAY)
    if lacking or known.birth_date is None:
        return Told(None, lacking)
    return Told(_family(known.birth_date, known, month, wanted.get("opens")), ())


def _needed(wanted: Mapping[str, Any], known: Known) -> Iterator[str]:
    """The facts that this variable needs of such a household."""
    inputs, couple = _inputs(), known.holds("lives_in_couple")
    yield from wanted["needs"]
    if couple:
        yield from wanted.get("couples", ())
    if known.attributes.get("housing_status") in inputs["rented"]:
        yield from inputs["tenants"]
    if known.count("dependent_children"):
        yield from inputs["parents"]
    if not couple and known.count("dependent_children") + known.count("children_20_to_24"):
        yield from inputs["lone_parents"]


def _before(month: date) -> list[date]:
    return [add_months(month, -back) for back in range(1, MONTHS_BACK + 1)]


def _family(born: date, known: Known, month: date, opens: str | None) -> Family:
    """Reckoned in decimals; floats only where OpenFisca takes them. Said of each month it looks at."""
    months = [f"{day:%Y-%m}" for day in (*_before(month), month)]
    means = known.number("household_resources_month") or Decimal(0)
    pay = {f"{day:%Y-%m}": known.pay.get(day, Decimal(0)) for day in _before(month)}
    adults: list[dict[str, Any]] = [
        _adult(born, {day: float(value) for day, value in pay.items()})
        | {"enceinte": dict.fromkeys(months, known.holds("expecting_child"))}
    ]
    earned = sum(pay.values(), Decimal(0)) / MONTHS_BACK
    if known.holds("lives_in_couple"):
        partner = known.number("partner_pay") or Decimal(0)
        adults.append(_adult(born, dict.fromkeys(pay, float(partner))))
        earned += partner
    family: dict[str, Any] = {
        "rsa_base_ressources": float(means),
        "rsa_isolement_recent": known.count("months_alone") < _short_time(month),
        "ppa_ressources_hors_activite": float(max(means - earned, Decimal(0))),
        "aide_logement_base_ressources": float(12 * means),
    }
    family |= {opens: True} if opens else {}
    children = [{"date_naissance": _birth(day)} for day in _births(known, month)]
    return Family(adults, children, _each(months, family), {}, _each(months, _home(known)))


def _adult(born: date, pay: Mapping[str, float]) -> dict[str, Any]:
    return {"date_naissance": _birth(born), "salaire_net": dict(pay)}


def _births(known: Known, month: date) -> Iterator[date]:
    """A day of birth for each child: only their groups count, and the youngest."""
    youngest = known.count("youngest_child_age")
    grown, twenty = known.count("children_20_to_24"), known.count("children_aged_twenty")
    ages = [youngest] * known.count("dependent_children")
    ages += [_AGE_OF_GROWN["children_aged_twenty"]] * min(grown, twenty)
    ages += [_AGE_OF_GROWN["others"]] * max(grown - twenty, 0)
    yield from (add_months(month, -12 * age) for age in ages)


def _home(known: Known) -> dict[str, Any]:
    housing = known.attributes["housing_status"]
    home: dict[str, Any] = {"statut_occupation_logement": _inputs()["housing"][housing]}
    rent = known.number("monthly_rent")
    if rent is not None and known.has("rent_zone"):
        home |= {"loyer": float(rent), "zone_apl": known.attributes["rent_zone"]}
    return home


def _short_time(month: date) -> Decimal:
    """How many months alone still count as recent: a figure of the law."""
    since = _inputs()["alone_since"]
    found = load_pack().rights[since["right"]].parameters[since["figure"]].on(month)
    if found is None or not isinstance(found.value, Decimal):
        raise LookupError(f"{since}: {month}")
    return found.value


def _each(months: Sequence[str], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dict.fromkeys(months, value) for name, value in inputs.items()}


def _birth(day: date) -> dict[str, str]:
    return {"ETERNITY": day.isoformat()}
