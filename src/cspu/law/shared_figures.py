"""Figures that several texts of law read: written in one of them, `same_as` that one in the others.

A figure rises by decree once: written twice, it would one day rise in one text alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cspu.kernel.text import Text
from cspu.kernel.yaml_source import Finding, known_values
from cspu.law.model import Parameter, Right


def with_shared_figures(
    rights: Mapping[str, Right], findings: list[Finding]
) -> Mapping[str, Right]:
    """The rights, each figure that is another text's with its values; what is found nowhere is left out."""
    return {code: _with(right, rights, findings) for code, right in rights.items()}


def _with(right: Right, rights: Mapping[str, Right], findings: list[Finding]) -> Right:
    if not any(each.same_as for each in right.parameters.values()):
        return right
    found = {
        name: each if not each.same_as else _shared(each, rights, findings)
        for name, each in right.parameters.items()
    }
    return replace(
        right, parameters={name: each for name, each in found.items() if each is not None}
    )


def _shared(
    asked: Parameter, rights: Mapping[str, Right], findings: list[Finding]
) -> Parameter | None:
    item = (asked.item.mapping or {})["same_as"]
    other = rights.get(asked.same_as)
    if other is None:
        findings.append(item.finding("unknown_name", asked.same_as, known_values(rights)))
        return None
    written = {name: each for name, each in other.parameters.items() if not each.same_as}
    if asked.name not in written:
        findings.append(item.finding("unknown_name", asked.name, known_values(written)))
        return None
    source = written[asked.name]
    if source.regional is not None:
        findings.append(item.finding("bounds", asked.name, _REGIONAL))
        return None
    return replace(
        source,
        item=asked.item,
        same_as=asked.same_as,
        label=asked.label if asked.label.fr else source.label,
    )


_REGIONAL = Text(
    fr="Une région peut fixer ce paramètre dans l’autre texte seulement : écrivez-le ici.",
    en="A region may set this parameter in the other text only: write it here.",
)
