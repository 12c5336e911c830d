"""What the account shows: every right as a tile, and one right in full. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from django.utils.timezone import localdate

from cspu.entitlement import reading, wording
from cspu.entitlement.changes import changes
from cspu.entitlement.compiling import MONTHS_SHOWN
from cspu.entitlement.evidence import looks_back
from cspu.entitlement.explaining import Explainer
from cspu.entitlement.giving import given, how_to_ask
from cspu.entitlement.in_force import LawInForce, law_in_force
from cspu.entitlement.pages import (
    AccountPage,
    Condition,
    Duty,
    Explanation,
    Family,
    Holding,
    MissingFact,
    Movement,
    Tile,
    TilePage,
    Upcoming,
)
from cspu.entitlement.reading import Held, Judgement, Moved, Telling
from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.answers import Answer
from cspu.kernel.ids import NO_ORGANISATION, PersonId
from cspu.kernel.periods import Period, PeriodKind, add_months
from cspu.kernel.text import Lang
from cspu.law.model import Right

NEWS_DAYS = 31
_WHEN_DUE = "due"
_YEARS_BACK = {PeriodKind.YEAR: 60, PeriodKind.QUARTER: 10}


class UnknownRight(LookupError):
    """No right of that name is in force."""


class _OfARight(Protocol):
    @property
    def right_id(self) -> str: ...


_Row = TypeVar("_Row", bound=_OfARight)


@dataclass(frozen=True, slots=True)
class _Known:
    """All that was read of one person on one date, by right; nothing read of a right is an empty list."""

    law: LawInForce
    lang: Lang
    on: date
    held: Mapping[str, Sequence[Held]]
    moved: Mapping[str, Sequence[Moved]]
    judged: Mapping[str, Sequence[Judgement]]
    told: Mapping[str, Sequence[Telling]]
    elsewhere: Mapping[str, Sequence[reading.Elsewhere]]
    explainer: Explainer


def _by_right(rows: Iterable[_Row]) -> Mapping[str, Sequence[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.right_id].append(row)
    return found


def account_page(person_id: PersonId, *, on: date, lang: Lang) -> AccountPage:
    """The account on a date, as settled (settle first: this only reads)."""
    known = _read(person_id, law_in_force(), on=on, lang=lang)
    tiles = [_tile(known, compiled.right) for compiled in known.law.rights.values()]
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
    known = _read(person_id, law, on=on, lang=lang, right_id=right_id)
    right = law.rights[right_id].right
    tile = _tile(known, right)
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
        movements=tuple(_movement(known, moved) for moved in known.moved[right_id]),
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


def _read(
    person_id: PersonId, law: LawInForce, *, on: date, lang: Lang, right_id: str | None = None
) -> _Known:
    declared = [status.code for status in law.life.statuses.values() if status.declared_monthly]
    since = date(on.year - 1, 1, 1)
    assertions: Sequence[reading.Asserted] = ()
    if right_id is None:
        recently = add_months(on, -MONTHS_SHOWN)
        judged, told = reading.review(person_id, on=on, ended_since=recently)
    else:
        right = law.rights[right_id].right
        since = date(on.year - _YEARS_BACK.get(right.period, 3), 1, 1)
        if not right.is_posted:
            since = add_months(on, -MONTHS_SHOWN)
        judged = reading.judgements_of(person_id, right_id, on=on)
        told = reading.tellings_of(person_id, right_id, on=on, since=since)
        spoken = {name for trees in law.rights[right_id].versions for name in trees.facts}
        lived_before = any(looks_back(law.life.facts[name]) for name in spoken)
        assertions = reading.assertions(person_id, since=date.min if lived_before else since, on=on)
    silences = reading.silences(person_id, since=since, on=on, statuses=declared)
    return _Known(
        law=law,
        lang=lang,
        on=on,
        held=_by_right(reading.holdings(person_id, on=on)),
        moved=_by_right(reading.movements(person_id, on=on, right_id=right_id)),
        judged=_by_right(judged),
        told=_by_right(told),
        elsewhere=_by_right(reading.computed_elsewhere(person_id)),
        explainer=Explainer(law, lang, silences, assertions),
    )


def _tile(known: _Known, right: Right) -> Tile:
    return _kept(known, right) if right.is_posted else _given(known, right)


def _given(known: _Known, right: Right) -> Tile:
    """The tile of a payment or a status: nothing is held, the law's word is all."""
    lang, ended = known.lang, _ended(known, right)
    found = given(
        right,
        known.judged[right.id],
        known.told[right.id],
        known.elsewhere[right.id],
        law=known.law,
        explainer=known.explainer,
        on=known.on,
        lang=lang,
    )
    payment = found.payment
    # A sentence about an amount says nothing where there is none.
    meaning = right.meaning.in_(lang)
    if payment:
        meaning = meaning.format(amount=format_amount(payment.amount, lang))
    elif "{amount}" in meaning:
        meaning = ""
    return Tile(
        right_id=right.id,
        family=right.family,
        label=right.label.in_(lang),
        summary=right.summary.in_(lang),
        answer=found.answer,
        balance=None,
        protected=None,
        meaning=meaning,
        news=(),
        upcoming=None,
        conditions=()
        if found.answer is Answer.YES or ended
        else _unmet(known, right, [found.telling] if found.telling else []),
        missing=found.missing,
        responsible=right.responsible.in_(lang),
        ended=ended,
        gives=right.gives,
        judged=found.judged,
        payment=payment,
        undrawn=found.undrawn,
        perhaps=found.perhaps,
        ask=how_to_ask(right, lang),
        mark=_mark(known, right),
        not_computed=found.not_computed,
        computed=found.computed,
    )


def _mark(known: _Known, right: Right) -> str:
    """What a right that is not law in force is."""
    note = known.law.pack.pack_of(right).note
    return note.in_(known.lang) if note else ""


def _kept(known: _Known, right: Right) -> Tile:
    """The tile of a balance."""
    unit, lang = known.law.unit_of(right.id), known.lang
    held = known.held[right.id]
    balance = Amount(unit, sum(each.balance for each in held))
    protected = Amount(unit, sum(each.protected for each in held))
    judged = known.judged[right.id]
    answer, missing = _answer(judged, known.on), _missing(known, right)
    if answer is Answer.NO and missing:
        answer = Answer.UNKNOWN  # what nobody declared may well be what opens it
    return Tile(
        right_id=right.id,
        family=right.family,
        label=right.label.in_(lang),
        summary=right.summary.in_(lang),
        answer=answer,
        balance=balance if held or answer is not Answer.UNKNOWN else None,
        protected=protected or None,
        meaning=right.meaning.in_(lang).format(amount=format_amount(balance, lang)),
        news=tuple(
            _movement(known, moved) for moved in known.moved[right.id] if _is_new(known, moved)
        ),
        upcoming=_upcoming(known, right, judged),
        conditions=_conditions(known, right, answer),
        missing=missing,
        responsible=right.responsible.in_(lang),
        ended=_ended(known, right),
        ask=how_to_ask(right, lang),
        mark=_mark(known, right),
    )


def _answer(judged: Sequence[Judgement], on: date) -> Answer:
    """Whether she has the right now: the law's word on the latest period that it judges.

    The running period decides where it is already known; else the last one that is over. The law
    said `during` some status: with no such spell there is nothing to judge, and the answer is no.
    """
    recent = [each for each in judged if each.period_end >= add_months(on, -12)]
    for periods in (_running(recent, on), _over(recent, on)):
        words = {each.entitled for each in periods}
        if True in words:
            return Answer.YES
    return Answer.UNKNOWN if any(each.entitled is None for each in _over(recent, on)) else Answer.NO


def _running(judged: Sequence[Judgement], on: date) -> list[Judgement]:
    return [each for each in judged if each.due_on > on]


def _over(judged: Sequence[Judgement], on: date) -> list[Judgement]:
    over = [each for each in judged if each.due_on <= on]
    latest = max((each.period_end for each in over), default=None)
    return [each for each in over if each.period_end == latest]


def _upcoming(known: _Known, right: Right, judged: Sequence[Judgement]) -> Upcoming | None:
    """The running period: what it gives on the facts known so far, and when."""
    running = _running(judged, known.on)
    if not running or not any(each.entitled is not False for each in running):
        return None
    first_due = min(each.due_on for each in running)
    coming = [each for each in running if each.due_on == first_due and each.entitled is not False]
    if not coming:
        return None
    unknown = any(each.entitled is None or each.amount is None for each in coming)
    told = [each for each in known.told[right.id] if each.due_on == first_due]
    complete = (
        not unknown
        and not any(known.explainer.missing(each, on=known.on) for each in told)
        and coming[0].period_end < known.on
    )
    amount = (
        None if unknown else Amount(known.law.unit_of(right.id), sum(each.award for each in coming))
    )
    if amount is not None and not amount:
        return None
    period = Period(coming[0].period_start, coming[0].period_end)
    return Upcoming(
        first_due,
        amount,
        complete,
        wording.upcoming_sentence(period, known.lang, complete=complete),
    )


def _ended(known: _Known, right: Right) -> str:
    """Since when the law no longer gives this right; nothing while it does, or if it never did."""
    last = max((version.until for version in right.versions if version.until), default=None)
    if last is None or right.version_on(known.on) is not None:
        return ""
    return wording.ended_on(last + timedelta(days=1), known.lang)


def _conditions(known: _Known, right: Right, answer: Answer) -> tuple[Condition, ...]:
    """What would open the right, when it is not open."""
    if answer is Answer.YES or _ended(known, right):
        return ()
    return _unmet(known, right, _latest_told(known, right)[:1])


def _unmet(known: _Known, right: Right, latest: Sequence[Telling]) -> tuple[Condition, ...]:
    """The conditions of a period; where there is none, the spells in which the right opens."""
    if not latest:
        names = [
            known.law.life.statuses[status].label.in_(known.lang).lower() for status in right.during
        ]
        if not names:  # it opens by age or by a choice of hers: no spell would open it
            return ()
        return (Condition(wording.only_during(", ".join(names), known.lang), Answer.NO),)
    return known.explainer.conditions(latest[0])


def _missing(known: _Known, right: Right) -> tuple[MissingFact, ...]:
    found = {
        (missing.label, missing.months): missing
        for telling in known.told[right.id]
        for missing in known.explainer.missing(telling, on=known.on)
    }
    return tuple(found.values())


def _latest_told(known: _Known, right: Right) -> list[Telling]:
    return sorted(known.told[right.id], key=lambda each: each.period_end, reverse=True)


def _movement(known: _Known, moved: Moved) -> Movement:
    unit = known.law.unit_of(moved.right_id)
    right = known.law.rights[moved.right_id].right
    version = next((each for each in right.versions if each.in_force == moved.version), None)
    return Movement(
        transfer_id=f"{moved.account_id}/{moved.rank}",
        period_start=moved.period_start,
        period_end=moved.period_end,
        recorded_at=moved.recorded_at,
        amount=Amount(unit, moved.amount),
        balance_after=Amount(unit, moved.balance_after),
        kind=moved.kind,
        reason=wording.reason_of(moved.kind, moved.reason, known.lang),
        counterparty=known.explainer.funder(moved.counterparty, moved.organisation),
        article=version.references[0].article if version else "",
        is_new=_is_new(known, moved),
    )


def _is_new(known: _Known, moved: Moved) -> bool:
    """Due in the last month; or recorded in it otherwise than because it was due: a correction, an act.

    What is posted the first time an account is looked at was due long ago, and is no news.
    """
    recorded = localdate(moved.recorded_at) if moved.reason != _WHEN_DUE else moved.due_on
    return (known.on - max(moved.due_on, recorded)).days <= NEWS_DAYS


def _explanations(known: _Known, right: Right) -> Sequence[Explanation]:
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
