"""What the account shows: every right as a tile, and one right in full. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cspu.entitlement import wording
from cspu.entitlement.changes import changes
from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.known import Known, read_known
from cspu.entitlement.pages import AccountPage, Duty, Explanation, Family, Holding, TilePage
from cspu.entitlement.tiles import movement_of, tile_of
from cspu.kernel.amounts import Amount
from cspu.kernel.answers import Answer
from cspu.kernel.ids import NO_ORGANISATION, PersonId
from cspu.kernel.periods import PeriodKind
from cspu.kernel.text import Lang
from cspu.law.model import Right


class UnknownRight(LookupError):
    """No right of that name is in force."""


def account_page(person_id: PersonId, *, on: date, lang: Lang) -> AccountPage:
    """The account on a date, as settled (settle first: this only reads)."""
    known = read_known(person_id, law_in_force(), on=on, lang=lang)
    tiles = [tile_of(known, compiled.right) for compiled in known.law.rights.values()]
    return AccountPage(
        on,
        tuple(
            Family(
                family,
                label.in_(lang),
                explanation.in_(lang),
                tuple(tile for tile in tiles if tile.family == family),
            )
            for family, (label, explanation) in wording.FAMILIES.items()
        ),
    )


def tile_page(person_id: PersonId, right_id: str, *, on: date, lang: Lang) -> TilePage:
    """One right in full on a date; UnknownRight when there is none of that name."""
    law = law_in_force()
    if right_id not in law.rights:
        raise UnknownRight(right_id)
    known = read_known(person_id, law, on=on, lang=lang, right_id=right_id)
    right = law.rights[right_id].right
    tile = tile_of(known, right)
    return TilePage(
        tile=tile,
        holdings=tuple(
            Holding(
                each.organisation,
                Amount(law.unit_of(right_id), each.balance),
                Amount(law.unit_of(right_id), each.protected),
            )
            for each in known.held[right_id]
            if each.organisation or each.organisation_id == NO_ORGANISATION
        ),
        movements=tuple(movement_of(known, moved) for moved in known.moved[right_id]),
        explanations=tuple(_explanations(known, right)),
        references=tuple((reference.article, reference.url) for reference in right.references),
        notes=_notes(right),
        checked_on=right.checked_on,
        duties=tuple(Duty(duty.text.in_(lang), duty.reference) for duty in right.duties),
        assumptions=tuple(_assumptions(law.pack.national[right_id], on, lang)),
        changes=()
        if tile.answer is Answer.YES or tile.ended
        else changes(law.rights[right_id], known.told[right_id], known.explainer),
    )


def _notes(right: Right) -> tuple[str, ...]:
    """What the text's author chose, item by item; the line that announces them is the page's to say."""
    items = [" ".join(note.split()) for note in right.notes.split("\n- ") if note.strip()]
    return tuple(items[1:] if items and items[0].endswith(":") else items)


def _assumptions(right: Right, on: date, lang: Lang) -> Iterator[str]:
    """What is the project's own in a right: why it is as it is, then each figure assumed that day."""
    if right.assumption is not None:
        yield right.assumption.in_(lang)
    for parameter in right.parameters.values():
        value = parameter.on(on)
        if value is not None and value.assumption:
            yield wording.assumed(parameter.label, value.assumption, lang)


def _explanations(known: Known, right: Right) -> Sequence[Explanation]:
    judged = {(each.organisation_id, each.period_start): each for each in known.judged[right.id]}
    names = {
        each.organisation_id: each.organisation for rows in known.held.values() for each in rows
    }
    names |= {
        each.organisation_id: each.organisation
        for each in known.explainer.assertions
        if each.organisation
    }
    found = []
    for telling in sorted(
        known.told[right.id], key=lambda each: (each.period_end, each.organisation_id), reverse=True
    ):
        judgement = judged.get((telling.organisation_id, telling.period_start))
        if judgement is None or (
            right.period is PeriodKind.ONCE
            and right.is_posted
            and judgement.award == 0
            and judgement.entitled
        ):
            continue
        organisation = (
            names.get(telling.organisation_id, "") if right.per.value == "employer" else ""
        )
        found.append(
            known.explainer.explanation(telling, judgement, on=known.on, organisation=organisation)
        )
    return found
