"""Names of the rubrics and blocks the reader uses, for its messages. Others go by their code."""

from __future__ import annotations

from cspu.kernel.text import Text

NONE = Text("", "")

_LABELS = {
    "S10.G00.00": ("en-tête de l'envoi", "message header"),
    "S10.G00.00.005": ("essai ou réel", "test or real"),
    "S10.G00.00.006": ("version de la norme", "version of the norm"),
    "S10.G00.01": ("émetteur", "sender"),
    "S10.G00.02": ("contact de l'émetteur", "sender's contact"),
    "S20.G00.05": ("déclaration", "declaration"),
    "S20.G00.05.001": ("nature de la déclaration", "nature of the declaration"),
    "S20.G00.05.002": ("type de la déclaration", "type of the declaration"),
    "S20.G00.05.003": ("fraction", "fraction"),
    "S20.G00.05.004": ("numéro d'ordre", "order number"),
    "S20.G00.05.005": ("mois déclaré", "declared month"),
    "S20.G00.05.006": ("déclaration remplacée", "replaced declaration"),
    "S20.G00.05.007": ("date de constitution", "date of writing"),
    "S20.G00.05.010": ("devise", "currency"),
    "S21.G00.06": ("entreprise", "company"),
    "S21.G00.06.001": ("SIREN", "SIREN"),
    "S21.G00.11": ("établissement", "establishment"),
    "S21.G00.11.001": ("NIC", "NIC"),
    "S21.G00.30": ("individu", "person"),
    "S21.G00.30.001": ("NIR", "NIR"),
    "S21.G00.30.002": ("nom de famille", "family name"),
    "S21.G00.30.004": ("prénoms", "first names"),
    "S21.G00.30.006": ("date de naissance", "birth date"),
    "S21.G00.30.020": ("numéro technique temporaire", "temporary technical number"),
    "S21.G00.30.024": ("niveau de formation", "education level"),
    "S21.G00.31": ("changement d'identité", "change of identity"),
    "S21.G00.34": ("exposition (C2P)", "exposure (C2P)"),
    "S21.G00.34.001": ("facteur d'exposition", "exposure factor"),
    "S21.G00.34.002": ("contrat exposé", "exposed contract"),
    "S21.G00.34.003": ("année d'exposition", "year of exposure"),
    "S21.G00.40": ("contrat", "contract"),
    "S21.G00.40.001": ("début du contrat", "start of the contract"),
    "S21.G00.40.007": ("nature du contrat", "nature of the contract"),
    "S21.G00.40.009": ("numéro du contrat", "contract number"),
    "S21.G00.40.010": ("fin prévue du contrat", "planned end of the contract"),
    "S21.G00.50": ("versement", "payment"),
    "S21.G00.51": ("rémunération", "pay"),
    "S21.G00.51.001": ("début de la période de paie", "start of the pay period"),
    "S21.G00.51.002": ("fin de la période de paie", "end of the pay period"),
    "S21.G00.51.010": ("contrat payé", "contract paid"),
    "S21.G00.51.011": ("type de rémunération", "kind of pay"),
    "S21.G00.51.013": ("montant", "amount"),
    "S21.G00.53": ("activité", "activity"),
    "S21.G00.53.001": ("type d'activité", "kind of activity"),
    "S21.G00.53.002": ("mesure de l'activité", "measure of the activity"),
    "S21.G00.53.003": ("unité de mesure", "unit of measure"),
    "S21.G00.58": ("élément calculé en net", "net element"),
    "S21.G00.58.001": ("début de la période", "start of the period"),
    "S21.G00.58.002": ("fin de la période", "end of the period"),
    "S21.G00.58.003": ("type d'élément net", "kind of net element"),
    "S21.G00.58.004": ("montant", "amount"),
    "S21.G00.60": ("arrêt de travail", "work stop"),
    "S21.G00.60.001": ("motif de l'arrêt", "reason of the stop"),
    "S21.G00.60.002": ("dernier jour travaillé", "last day worked"),
    "S21.G00.60.003": ("fin prévue de l'arrêt", "planned end of the stop"),
    "S21.G00.60.010": ("date de reprise", "day of return"),
    "S21.G00.62": ("fin du contrat", "end of the contract"),
    "S21.G00.62.001": ("date de fin du contrat", "end date of the contract"),
    "S21.G00.62.002": ("motif de fin du contrat", "reason of the end"),
    "S21.G00.63": ("préavis", "notice period"),
    "S21.G00.65": ("suspension du contrat", "suspension of the contract"),
    "S21.G00.65.001": ("motif de la suspension", "reason of the suspension"),
    "S21.G00.65.002": ("début de la suspension", "start of the suspension"),
    "S21.G00.65.003": ("fin de la suspension", "end of the suspension"),
    "S21.G00.71": ("retraite complémentaire", "complementary pension"),
    "S90.G00.90": ("total de l'envoi", "total of the message"),
    "S90.G00.90.001": ("nombre de rubriques", "number of rubrics"),
    "S90.G00.90.002": ("nombre de déclarations", "number of declarations"),
}


def label(place: str) -> Text:
    """The name of a rubric or block, or of the block that holds it, or nothing."""
    pair = _LABELS.get(place) or _LABELS.get(place[:10])
    return Text(*pair) if pair else NONE
