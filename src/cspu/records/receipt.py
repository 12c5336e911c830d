"""The receipt of one act, in PDF: what was done, when, by which rule, and each movement it made."""

from __future__ import annotations

from datetime import date
from typing import IO
from uuid import UUID

from cspu.economy import acts
from cspu.economy.acts import KINDS, Act, ActMove
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount
from cspu.kernel.dates import format_day
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang, Text
from cspu.records.pdf.figures import column, unit_name
from cspu.records.pdf.paper import Cell, Field, Paper

_TITLE = Text("Reçu", "Receipt")
_DONE = Text("Fait le {day}, {who}.", "Done on {day}, {who}.")
_HERSELF = Text("par vous-même", "by yourself")
_HELPER = Text("par qui vous aide, à son nom", "by who helps you, under their own name")
_RULE = Text("Texte : {reference}.", "Text: {reference}.")
_NUMBER = Text("Numéro : {act}", "Number: {act}")
_RIGHT, _AMOUNT, _UNIT = Text("Droit", "Right"), Text("Montant", "Amount"), Text("Unité", "Unit")
_PENDING = Text(
    "Rien n’a encore bougé : ce qui est réservé attend la fin du délai d’annulation ou la réponse du "
    "bénéficiaire.",
    "Nothing has moved yet: what is held waits for the end of the time to undo or the payee's word.",
)
_CHECK = Text(
    "Chaque ligne est dans vos mouvements, avec ce numéro.",
    "Each line is in your movements, under this number.",
)


def write_receipt(
    file: IO[bytes], person_id: PersonId, act_id: UUID, *, on: date, lang: Lang
) -> bool:
    """Write the receipt of an act of the person in sight; False when there is none of that id."""
    found = acts.act(person_id, act_id)
    if found is None:
        return False
    title = f"{_TITLE.in_(lang)} · {KINDS[found.kind].in_(lang)}"
    paper = Paper(title, lang=lang, on=on)
    paper.heading(title)
    who = (_HERSELF if found.by_herself else _HELPER).in_(lang)
    paper.paragraph(_DONE.in_(lang).format(day=format_day(found.for_day, lang), who=who))
    paper.paragraph(_rule(found, lang))
    _moves(paper, acts.moves(person_id, act_id), lang)
    paper.paragraph(_NUMBER.in_(lang).format(act=found.act_id), soft=True)
    paper.paragraph(_CHECK.in_(lang), soft=True)
    paper.write(file)
    return True


def _rule(found: Act, lang: Lang) -> str:
    reference = str(found.said.get("reference") or "—")
    return _RULE.in_(lang).format(reference=reference)


def _moves(paper: Paper, moves: list[ActMove], lang: Lang) -> None:
    if not moves:
        paper.paragraph(_PENDING.in_(lang))
        return
    law = law_in_force()
    paper.table(
        [
            Field(_RIGHT.in_(lang), 94),
            Field(_AMOUNT.in_(lang), 40, right=True),
            Field(_UNIT.in_(lang), 40),
        ]
    )
    for move in moves:
        unit = law.pack.units[move.unit]
        known = law.rights.get(move.right_id)
        label = known.right.label.in_(lang) if known else move.right_id
        value = Amount(unit, move.amount).value
        paper.row(
            [
                Cell(label),
                Cell(column(value, unit, lang, signed=True), bold=True),
                Cell("" if unit.symbol else unit_name(unit, lang)),
            ]
        )
    paper.end_table()
