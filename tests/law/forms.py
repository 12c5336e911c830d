"""Small texts of what is not kept: a payment, one computed elsewhere, a status, a region's values."""

from __future__ import annotations

import shutil
from pathlib import Path

from cspu.law.loading import TEXTS

PAYMENT = """\
id: rent_help
family: guaranteed
gives: payment
unit: EUR
label: {fr: Aide au loyer, en: Rent help}
summary: {fr: Une aide chaque mois., en: Help each month.}
responsible: {fr: La caisse, en: The fund}
per: person
period: month
drawn: preparing_driving_licence
assumption: {fr: Un exemple., en: An example.}
ask: {fr: Écrivez à la caisse., en: Write to the fund., url: "https://example.org"}
duties:
  - {fr: Dire tout changement., en: Report any change., reference: "Règlement, art. 3"}
parameters:
  rent_base:
    unit: EUR
    label: {fr: Base, en: Base}
    regional: {lowest: 80, highest: 120}
    values:
      - {from: 2020-01-01, value: 90, reference: "Règlement, art. 1"}
      - {from: 2024-01-01, value: 100, assumption: "Arrondi, pour l’exemple."}
versions:
  - in_force: 2020-01-01
    references: [{article: "Règlement, art. 1"}]
    when: "age >= 18"
    amount: "rent_base"
    funder: state
    sentences:
      - {fr: "Vous recevez {amount} en {period} ({law}).", en: "You receive {amount} for {period} ({law})."}
"""
STATUS = """\
id: library_card
family: endowment
gives: status
label: {fr: Carte, en: Card}
summary: {fr: La bibliothèque., en: The library.}
responsible: {fr: La mairie, en: The town}
per: person
period: month
ask: {fr: Demandez-la., en: Ask for it.}
versions:
  - in_force: 2020-01-01
    references: [{article: "Règlement, art. 2"}]
    when: "age >= 16"
    sentences:
      - {fr: "À {age}, elle est à vous ({law}).", en: "At {age} it is yours ({law})."}
"""
_HEAD, _, _TAIL = PAYMENT.replace("rent_help", "computed_help").partition("parameters:")
COMPUTED_ELSEWHERE = _HEAD.replace("drawn:", "openfisca: al\ndrawn:") + _TAIL[
    _TAIL.index("versions:") :
].replace('    amount: "rent_base"\n', "")
BRITTANY = """\
label: {fr: Bretagne, en: Brittany}
parameters:
  rent_help:
    rent_base:
      - {from: 2025-01-01, value: 110, reference: "Délibération 1"}
      - {from: 2026-01-01, value: null, reference: "Délibération 2"}
"""


def texts(tmp_path: Path, **changed: str) -> Path:
    """A copy of our texts with more of them: `rent_help=…`, `regions/53=…`."""
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder, dirs_exist_ok=True)
    (folder / "fr" / "regions").mkdir(exist_ok=True)
    for name, text in changed.items():
        (folder / "fr" / f"{name}.yaml").write_text(text, "utf-8")
    return folder
