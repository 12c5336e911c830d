"""One right as a tile of the account: what is held or given, what is new, what comes, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from cspu.entitlement import wording
from cspu.entitlement.giving import Given, given, how_to_ask
from cspu.entitlement.known import Known
from cspu.entitlement.pages import Condition, MissingFact, Movement, Tile, Upcoming
from cspu.entitlement.reading import Judgement, Moved, Telling
from cspu.kernel.amounts import Amount, format_amount
from cspu.kernel.answers import Answer
from cspu.kernel.periods import Period, add_months
from cspu.law.model import Gives, Right


def tile_of(known: Known, right: Right) -> Tile:
    """One right as the account shows it."""
    if right.is_posted:
        return _kept(known, right)
    tile = _given(known, right)
    return _filled(known, right, tile) if right.gives is Gives.ACCOUNT else tile


def _filled(known: Known, right: Right, tile: Tile) -> Tile:
    """An account filled by what she does with her other rights: what it holds is hers to see.

    It holds nothing, rather than something unknown, once the law opens it to her.
    """
    if not known.held[right.id] and tile.answer is not Answer.YES:
        return tile
    balance, protected, reserved = _held(known, right)
    free = format_amount(balance - reserved, known.lang)
    meaning = right.meaning.in_(known.lang).format(amount=free)
    return replace(
        tile,
        balance=balance,
        protected=protected or None,
        reserved=reserved or None,
        meaning=meaning if balance else "",
        news=_news(known, right),
    )


def _held(known: Known, right: Right) -> tuple[Amount, Amount, Amount]:
    """What is held of a right, with everybody; how much of it is protected, and how much promised."""
    unit, held = known.law.unit_of(right.id), known.held[right.id]
    return (
        Amount(unit, sum(each.balance for each in held)),
        Amount(unit, sum(each.protected for each in held)),
        Amount(unit, sum(each.reserved for each in held)),
    )


def _news(known: Known, right: Right) -> tuple[Movement, ...]:
    return tuple(movement_of(known, moved) for moved in known.moved[right.id] if moved.is_new)


def _given(known: Known, right: Right) -> Tile:
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
        conditions=() if found.answer is Answer.YES or ended else _why_not(known, right, found),
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


def _why_not(known: Known, right: Right, found: Given) -> Sequence[Condition]:
    """The conditions not met; where the law opens it, that the amount computed elsewhere is nothing."""
    unmet = _unmet(known, right, [found.telling] if found.telling else [])
    if unmet or not found.computed:
        return unmet
    said = wording.NOTHING_COMPUTED.in_(known.lang).format(computed=found.computed)
    return (Condition(said, Answer.NO),)


def _mark(known: Known, right: Right) -> str:
    """What a right that is not law in force is."""
    note = known.law.pack.pack_of(right).note
    return note.in_(known.lang) if note else ""


def _kept(known: Known, right: Right) -> Tile:
    """The tile of a balance."""
    lang, held = known.lang, known.held[right.id]
    balance, protected, reserved = _held(known, right)
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
        reserved=reserved or None,
        meaning=right.meaning.in_(lang).format(amount=format_amount(balance - reserved, lang)),
        news=_news(known, right),
        upcoming=_upcoming(known, right, judged),
        conditions=_conditions(known, right, answer),
        missing=missing,
        responsible=right.responsible.in_(lang),
        ended=_ended(known, right),
        ask=how_to_ask(right, lang),
        mark=_mark(known, right),
        unseen=known.law.unseen_of(right.id, lang),
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


def _upcoming(known: Known, right: Right, judged: Sequence[Judgement]) -> Upcoming | None:
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


def _ended(known: Known, right: Right) -> str:
    """Since when the law no longer gives this right; nothing while it does, or if it never did."""
    last = max((version.until for version in right.versions if version.until), default=None)
    if last is None or right.version_on(known.on) is not None:
        return ""
    return wording.ended_on(last + timedelta(days=1), known.lang)


def _conditions(known: Known, right: Right, answer: Answer) -> Sequence[Condition]:
    """What would open the right, when it is not open."""
    if answer is Answer.YES or _ended(known, right):
        return ()
    return _unmet(known, right, _latest_told(known, right)[:1])


def _unmet(known: Known, right: Right, latest: Sequence[Telling]) -> Sequence[Condition]:
    """The conditions of a period; where there is none, the spells in which the right opens."""
    if not latest:
        names = [
            known.law.life.statuses[status].label.in_(known.lang).lower() for status in right.during
        ]
        if not names:  # it opens by age or by a choice of hers: no spell would open it
            return ()
        return (Condition(wording.only_during(", ".join(names), known.lang), Answer.NO),)
    return known.explainer.conditions(latest[0])


def _missing(known: Known, right: Right) -> tuple[MissingFact, ...]:
    found = {
        (missing.label, missing.months): missing
        for telling in known.told[right.id]
        for missing in known.explainer.missing(telling, on=known.on)
    }
    return tuple(found.values())


def _latest_told(known: Known, right: Right) -> list[Telling]:
    return sorted(known.told[right.id], key=lambda each: each.period_end, reverse=True)


def movement_of(known: Known, moved: Moved) -> Movement:
    """One transfer as the person reads it."""
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
        is_new=moved.is_new,
        act=_act_of(moved),
    )


def _act_of(moved: Moved) -> UUID | None:
    """The act of hers that a transfer names as its reason; what others did for her has another name."""
    kind, _, act = moved.reason.partition(" ")
    return UUID(act) if kind == moved.kind and kind in wording.ACTS else None
