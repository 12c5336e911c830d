"""Random families for `cspu bench openfisca`, each told twice: our facts, OpenFisca's inputs.

Everybody is born on the first of a month: OpenFisca takes an age on the first day of the month, we on
the last, and only then do the two agree. Incomes are whole euros, which floats of 24 bits hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from cspu.kernel.periods import Period, add_months, month_of
from cspu.openfisca.process import Family

MONTHS = ("2025-05", "2025-11", "2026-02", "2026-03", "2026-05")
_BRACKETS = ("not_taxed", "first_bracket", "higher")
_SUPPORT = (0, 0, 0, 50, 125, 180, 186, 199, 250, 500)
_WORKING_AGE = (16, 70)
_STUDENT_UNTIL = 26
_CHILD, _OLDER, _GROWN, _OLDEST = 20, 14, 20, 24
_SENIOR_DAYS, _JUNIOR_DAYS = 1095, 730
_WEEKS = (20, 104)
_CATEGORIES = 6
_DEPENDENT = "prestations_familiales_enfant_a_charge"
_PIVOT = date(2012, 3, 1)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One family, in one month. `own` holds the facts that a single comparison needs."""

    month: str
    facts: Facts
    own: Mapping[str, Facts]
    family: Family

    @property
    def period(self) -> Period:
        """The month, as days."""
        return month_of(date.fromisoformat(f"{self.month}-01"))

    def facts_for(self, comparison: str) -> Facts:
        """The facts, as this comparison has them."""
        return {**self.facts, **self.own.get(comparison, {})}


def draw(random: Random, count: int) -> list[Told]:
    """So many families."""
    return [_family(random, random.choice(MONTHS)) for _ in range(count)]


def _family(random: Random, month: str) -> Told:
    first = date.fromisoformat(f"{month}-01")
    age = random.randint(*_WORKING_AGE)
    couple = random.random() < 0.4  # noqa: PLR2004 - as many as makes both common
    births = _births(random, first)
    adult, facts = _adult(random, first, age, couple=couple, parent=bool(births))
    adults = [adult]
    if couple:
        adults.append({"date_naissance": _birth(_born(random, first, random.randint(25, 60)))})
    income = random.choice((random.randint(0, 60_000), random.randint(60_000, 160_000)))
    means = random.choice((0, random.randint(0, 2500)))
    bracket = random.choice(_BRACKETS)
    months_alone = random.randint(0, 30)
    facts |= _children_facts(births, first) | {
        "lone_parent": not couple and bool(births),
        "months_alone": months_alone,
        "family_income_reference_year": income,
        "household_resources_month": means,
        "known_household_resources": 0,
        "known_pay_three_months": 0,
        "tax_bracket": bracket,
    }
    facts["children_missing_one_parent"] = facts["dependent_children"] if not couple else 0
    unemployed, own = _unemployed(random, age)
    adult |= unemployed | _disabled_means(random, facts, month)
    children = [_child(each, first) for each in births]
    facts |= _disabled(random, children, facts["dependent_children"], births, first)
    return Told(
        month,
        facts,
        own,
        Family(
            adults,
            children,
            {
                "prestations_familiales_base_ressources": income,
                "rsa_isolement_recent": months_alone < 12,  # noqa: PLR2004 - OpenFisca's input
                "ass_base_ressources": 12 * means,
            },
            {"ir_tranche": {str(first.year - 2): _BRACKETS.index(bracket)}},
        ),
    )


def _births(random: Random, first: date) -> list[date]:
    """None to five children, up to the age of 24 and often 20."""
    ages = [
        random.choice((random.randint(0, _OLDEST), random.randint(0, _CHILD), _GROWN))
        for _ in range(random.choice(range(6)))
    ]
    return [_born(random, first, age) for age in ages]


def _child(born: date, first: date) -> dict[str, Any]:
    """Said of everybody as soon as it is said of one: OpenFisca takes the others for not dependent."""
    return {"date_naissance": _birth(born), _DEPENDENT: _age(born, first) < _CHILD}


def _adult(
    random: Random, first: date, age: int, *, couple: bool, parent: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The person: what OpenFisca is told of her, and her facts.

    A parent never depends on her own: OpenFisca would count her among her children.
    """
    born = _born(random, first, age)
    expecting = random.random() < 0.15 and age < 45  # noqa: PLR2004 - often enough to be seen
    student = age < _STUDENT_UNTIL and random.random() < 0.4  # noqa: PLR2004
    hours = random.choice((0, 1600, 3213, 3214, 4000))
    rate = Decimal(random.choice((0, 40, 49, 50, 65, 79, 80, 95))) / 100
    limited = random.random() < 0.5  # noqa: PLR2004
    dependent = age < _CHILD and not parent and random.random() < 0.5  # noqa: PLR2004
    pay = random.choice((0, 200, 300, 301, 800, 1200, random.randint(0, 1700)))
    support = 0 if couple else random.choice(_SUPPORT)
    month = f"{first:%Y-%m}"
    three = [f"{add_months(first, -back):%Y-%m}" for back in (1, 2, 3)]
    inputs: dict[str, Any] = {
        "date_naissance": _birth(born),
        "enceinte": expecting,
        "etudiant": student,
        "rsa_jeune_condition_heures_travail_remplie": hours >= 3214,  # noqa: PLR2004
        "taux_incapacite": float(rate),
        _DEPENDENT: dependent,
        "aah_restriction_substantielle_durable_acces_emploi": limited,
        "pensions_alimentaires_percues": support,
        "salaire_net": dict.fromkeys(three, pay) | {month: 0},
        "contrat_engagement_jeune_eligibilite": True,
        "ass_eligibilite_individu": True,
    }
    facts = {
        "age": age,
        "lives_stably_in_france": True,
        "lives_in_couple": couple,
        "expecting_child": expecting,
        "student": student,
        "in_training": False,
        "apprentice": False,
        "on_unpaid_leave": False,
        "hours_worked_three_years": hours,
        "incapacity_rate": rate,
        "lasting_work_restriction": limited,
        "dependent_on_parents": dependent,
        "disabled_worker_recognised": False,
        "lasting_work_out_of_reach": True,
        "activity_pay": pay,
        "self_employment_income": 0,
        "platform_income": 0,
        "civic_service_months": 0,
        "child_support_received": support,
        "children_missing_both_parents": 0,
        "unemployment_benefit_exhausted": True,
        "worked_five_of_ten_years": True,
    }
    days = month_of(first).days
    return inputs, facts | {"unemployment_days": days, "period_days": days}


def _disabled_means(random: Random, facts: dict[str, Any], month: str) -> dict[str, Any]:
    """What the disability allowance looks at: three months of pay, or the means of two years ago."""
    means, other = random.choice((0, random.randint(0, 25_000))), random.choice((0, 0, 150, 600))
    pay = facts["activity_pay"]
    facts |= {
        "works_in_france": pay > 0,
        "sheltered_months": 0,
        "pay_three_months": 3 * pay,
        "aah_other_means": other,
        "aah_means_year": means,
    }
    return {
        "salaire_imposable": {month: pay},
        "aah_base_ressources_hors_activite_eval_annuelle": {month: means},
        "aah_base_ressources_hors_activite_eval_trimestrielle": {month: 12 * other},
    }


def _disabled(
    random: Random,
    children: Sequence[dict[str, Any]],
    dependent: int,
    births: Sequence[date],
    first: date,
) -> dict[str, Any]:
    """Some of the dependent children are disabled, and one of them has a complement."""
    young = [
        child for child, born in zip(children, births, strict=True) if _age(born, first) < _CHILD
    ]
    count = random.choice((0, random.randint(0, dependent)))
    category = random.randint(0, _CATEGORIES) if count else 0
    for child in children:
        child["handicap"] = any(child is one for one in young[:count])
        child["aeeh_niveau_handicap"] = category if young and child is young[0] else 0
    return {"disabled_children": count, "child_complement_category": category}


def _children_facts(births: Sequence[date], first: date) -> dict[str, Any]:
    ages = [_age(each, first) for each in births]
    young = [each for each in births if _age(each, first) < _CHILD]
    return {
        "dependent_children": len(young),
        "youngest_child_age": min(ages, default=None),
        "children_14_or_more": sum(_OLDER <= age < _CHILD for age in ages),
        "children_born_before_march_2012": sum(each < _PIVOT for each in young),
        "children_aged_twenty": ages.count(_GROWN),
        "children_20_to_24": sum(age >= _GROWN for age in ages),
    }


def _unemployed(random: Random, age: int) -> tuple[dict[str, Any], dict[str, Facts]]:
    """A wage and some weeks of work before unemployment, each for the comparison it serves."""
    wage = Decimal(random.choice((random.randint(2000, 9000), random.randint(9000, 30_000)))) / 100
    weeks = random.randint(*_WEEKS)
    span = random.randint(7 * weeks, _JUNIOR_DAYS)
    inputs = {
        "are_sjr_gele": float(wage),
        "are_eligible": True,
        "are_age_fin_contrat": age,
        "are_jours_travailles": 5 * weeks,
        "are_jours_prc": span,
        "fin_dernier_contrat": "2026-04-15",
    }
    lost = {
        "job_end_reason": "dismissal",
        "unemployment_run_months": 0,
        "jobseeker_registrations": 1,
    }
    whole: dict[str, Any] = {"unemployment_benefit_drawn": True}
    for months, days in ((24, _JUNIOR_DAYS), (36, _SENIOR_DAYS)):
        whole |= {
            f"{what}_{months}_before_unemployment": days for what in ("days", "span", "hours")
        }
        whole |= {f"pay_{months}_before_unemployment": wage * days}
    part = {
        f"{what}_{months}_before_unemployment": value
        for months in (24, 36)
        for what, value in (("days", 7 * weeks), ("span", span), ("hours", 0))
    }
    return inputs, {"unemployment_daily": lost | whole, "unemployment_duration": lost | part}


def _born(random: Random, first: date, age: int) -> date:
    """A first of a month that makes somebody of that age, all month long."""
    return add_months(first, -12 * age - random.randint(0, 11))


def _birth(born: date) -> dict[str, str]:
    return {"ETERNITY": born.isoformat()}


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
