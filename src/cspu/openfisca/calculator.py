"""The program that OpenFisca-France runs in: a line of JSON asks, a line of JSON answers, until the end.

It imports nothing of ours, so that any Python with `openfisca-france` may run it: see process.py for
what goes in and comes out. OpenFisca loads in seconds, once, and then computes thousands of families at
once.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_france import FranceTaxBenefitSystem

_ENTITIES = {"families": "familles", "tax": "foyers_fiscaux", "household": "menages"}
_ROLES = {
    "familles": ("parents", "parents", "enfants"),
    "foyers_fiscaux": ("declarants", "declarants", "personnes_a_charge"),
    "menages": ("personne_de_reference", "conjoint", "enfants"),
}


def situation(families: list[dict[str, Any]]) -> dict[str, Any]:
    """Every family side by side, as OpenFisca takes them."""
    found: dict[str, Any] = {"individus": {}, "familles": {}, "foyers_fiscaux": {}, "menages": {}}
    for place, family in enumerate(families):
        adults = {f"{place}_a{i}": one for i, one in enumerate(family["adults"])}
        children = {f"{place}_c{i}": one for i, one in enumerate(family["children"])}
        found["individus"].update(adults | children)
        for own, entity in _ENTITIES.items():
            first, second, third = _ROLES[entity]
            group: dict[str, Any] = {first: [], second: [], third: [*children]}
            for role, adult in zip((first, second), adults, strict=False):
                group[role].append(adult)
            found[entity][f"{place}"] = group | family.get(own, {})
    return found


def compute(system: FranceTaxBenefitSystem, asked: dict[str, Any]) -> dict[str, Any]:
    """The variables wanted, of each family: the group's own, or its first adult's."""
    builder = SimulationBuilder()
    builder.set_default_period(asked["period"])
    simulation = builder.build_from_entities(system, situation(asked["families"]))
    columns = {}
    for name in asked["variables"]:
        entity = system.get_variable(name, check_existence=True).entity
        values = simulation.calculate_add(name, asked["period"]).tolist()
        ids = simulation.populations[entity.key].ids
        by_id = dict(zip((str(each) for each in ids), values, strict=True))
        key = "{}_a0" if entity.is_person else "{}"
        columns[name] = [by_id[key.format(place)] for place in range(len(asked["families"]))]
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return {"version": version("openfisca-france"), "rows": rows}


def named(system: FranceTaxBenefitSystem, words: list[str]) -> dict[str, Any]:
    """Every variable whose name or label holds one of these words, with its label; and how many there are."""
    said = {name: str(variable.label or "") for name, variable in system.variables.items()}
    found = {
        name: label
        for name, label in sorted(said.items())
        if any(word in f"{name} {label}".lower() for word in words)
    }
    return {"version": version("openfisca-france"), "named": found, "variables": len(said)}


def answer(system: FranceTaxBenefitSystem, asked: dict[str, Any]) -> dict[str, Any]:
    """What one line asks: names of variables, or their values."""
    return named(system, asked["named"]) if "named" in asked else compute(system, asked)


if __name__ == "__main__":
    law = FranceTaxBenefitSystem()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(law, json.loads(line))) + "\n")
        sys.stdout.flush()
