"""The receipt of one act, in PDF: what was done, when, by which rule, and each movement it made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO
from uuid import UUID

from cspu.economy import acts
from cspu.economy.acts import KINDS, Act, ActHold, ActMove
from cspu.economy.gifts import HOURS_TO_KIN
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.dates import format_day
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang, Text
from cspu.law.right_form import OUR_ASSUMPTION
from cspu.records.pdf.figures import column, unit_name
from cspu.records.pdf.paper import Cell, Field, Paper
from cspu.records.pdf.statement import full_name
from cspu.trust.queries import identity_in_sight

_TITLE = Text("Reçu", "Receipt")
_WHOSE = Text("Titulaire du compte : {name}.", "Holder of the account: {name}.")
_DONE = {
    "herself": Text("Fait le {day}, par vous-même.", "Done on {day}, by yourself."),
    "helper": Text(
        "Fait le {day}, par qui vous aide, à son nom.",
        "Done on {day}, by who helps you, under their own name.",
    ),
    "other_side": Text(
        "Fait le {day}, confirmé par l’autre personne.",
        "Done on {day}, confirmed by the other person.",
    ),
    "body": Text("Fait le {day}, par l’organisme.", "Done on {day}, by the body."),
    "time": Text(
        "Fait le {day}, sans que personne n’agisse : le délai était passé.",
        "Done on {day}, with nobody acting: the time was over.",
    ),
}
_TOPPED_UP = Text(
    "Ajouté le {day} par : {funder}, pour l’usage que vous demandiez.",
    "Added on {day} by: {funder}, for the use you were asking for.",
)
_ADDED_BY = Text("Ajouté le {day} par : {funder}.", "Added on {day} by: {funder}.")
_RETURNED_TO = Text("Retourné à : {funder}.", "Returned to: {funder}.")
_SPEND_BEFORE = Text("À utiliser avant le {day}.", "To be used before {day}.")
_RULE = Text("Texte : {reference}.", "Text: {reference}.")
_NUMBER = Text("Numéro : {act}", "Number: {act}")
_AS_OF = Text(
    "Établi le {day} : l’état dit ici est celui de ce jour.",
    "Made on {day}: it says how things stand on that day.",
)
_RIGHT, _AMOUNT, _UNIT = Text("Droit", "Right"), Text("Montant", "Amount"), Text("Unité", "Unit")
_HELD = Text("Réservé : {amount}, sur : {right}.", "Held: {amount}, of: {right}.")
_FOR = Text("Pour : {who}.", "For: {who}.")
_ADDED = Text("Dont {amount} ajoutés par un financeur.", "Of which {amount} added by a funder.")
_TO = {
    "pool": Text("le pot commun de l’employeur", "the employer's common pool"),
    "call": Text("la personne qui a ouvert l’appel", "whoever opened the call"),
    "kin": Text("le proche qui a donné son code", "the relative who gave a code"),
    "partner": Text("un proche, dans un réseau partenaire", "a relative, in a partner network"),
}
_STATES = {
    "held": Text(
        "Rien n’a encore bougé : ce qui est réservé attend la fin du délai d’annulation ou la réponse "
        "du bénéficiaire.",
        "Nothing has moved yet: what is held waits for the end of the time to undo or the payee's word.",
    ),
    "released": Text(
        "Annulé : rien n’a bougé, tout vous est revenu.",
        "Undone: nothing has moved, all of it came back to you.",
    ),
    "expired": Text(
        "Resté sans suite : rien n’a bougé, tout vous est revenu.",
        "Nothing came of it: nothing has moved, all of it came back to you.",
    ),
}
_LET_GO = Text("Le reste vous est revenu : {amount}.", "The rest came back to you: {amount}.")
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
    who = identity_in_sight()
    paper = Paper(title, lang=lang, on=on)
    paper.heading(title)
    if found.label.fr:
        paper.paragraph(found.label.in_(lang), bold=True)
    if who:
        names = {"usual_name": who.usual_name, "birth_name": who.birth_name}
        name = full_name({**names, "given_names": who.given_names})
        paper.paragraph(_WHOSE.in_(lang).format(name=name))
    for line in (
        *_made(found, lang),
        *_held(found, acts.holds(person_id, act_id), lang),
        *_rule(found, lang),
    ):
        paper.paragraph(line)
    moves = acts.moves(person_id, act_id)
    if moves:
        _moves(paper, moves, lang)
    paper.paragraph(_NUMBER.in_(lang).format(act=found.act_id), soft=True)
    if moves:
        paper.paragraph(_CHECK.in_(lang), soft=True)
    paper.paragraph(_AS_OF.in_(lang).format(day=format_day(on, lang)), soft=True)
    paper.write(file)
    return True


def _made(found: Act, lang: Lang) -> Iterator[str]:
    """When, by whom; of what a funder adds or takes back, which one, and until when it serves."""
    day, who = format_day(found.for_day, lang), str(found.said.get("funder") or "")
    funder = law_in_force().payer_of(who, found.funder, lang)
    if found.kind != "top_up":
        yield _DONE[found.made_by].in_(lang).format(day=day)
    else:
        added = _TOPPED_UP if found.said.get("for_act") else _ADDED_BY
        yield added.in_(lang).format(day=day, funder=funder)
    if found.kind == "return":
        yield _RETURNED_TO.in_(lang).format(funder=funder)
    last = found.said.get("expires_on")
    if last and not found.said.get("for_act"):
        yield _SPEND_BEFORE.in_(lang).format(day=format_day(date.fromisoformat(str(last)), lang))


def _held(found: Act, holds: list[ActHold], lang: Lang) -> Iterator[str]:
    """What was promised, to whom, and what became of it; nothing of an act that moved at once."""
    law = law_in_force()
    for each in holds:
        unit, known = law.pack.units[each.unit], law.rights.get(each.right_id)
        label = known.right.label.in_(lang) if known else each.right_id
        amount = format_amount(Amount(unit, each.amount), lang)
        yield _HELD.in_(lang).format(amount=amount, right=label)
        kin = found.said.get("to") == "call" and found.rule == HOURS_TO_KIN
        to = _TO.get("kin" if kin else str(found.said.get("to")))
        if who := found.payee or (to.in_(lang) if to else ""):
            yield _FOR.in_(lang).format(who=who)
        if added := int(str(found.said.get("added") or 0)):
            yield _ADDED.in_(lang).format(amount=format_amount(Amount(unit, added), lang))
        if each.state in _STATES:
            yield _STATES[each.state].in_(lang)
        elif let_go := each.amount - each.settled:
            yield _LET_GO.in_(lang).format(amount=format_amount(Amount(unit, let_go), lang))


def _rule(found: Act, lang: Lang) -> Iterator[str]:
    """The article; nothing of an act that obeys none of its own."""
    if reference := str(found.said.get("reference") or ""):
        ours = reference == OUR_ASSUMPTION.fr
        yield _RULE.in_(lang).format(reference=OUR_ASSUMPTION.in_(lang) if ours else reference)


def _moves(paper: Paper, moves: list[ActMove], lang: Lang) -> None:
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
