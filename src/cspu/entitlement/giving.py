"""What is given without being kept: payments and statuses, from the last periods that can be judged.

Note [the period shown]. The answer is about the latest period that is over and known, among the last
two; a period that runs decides only where no other is known, since its facts are still to come. What
comes every month is about those months: of a situation that ended before, nothing is given any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from cspu.entitlement import wording
from cspu.entitlement.explaining import Explainer
from cspu.entitlement.in_force import LawInForce
from cspu.entitlement.pages import HowToAsk, MissingFact, Payment
from cspu.entitlement.reading import Elsewhere, Judgement, Telling, lately
from cspu.kernel.amounts import Amount
from cspu.kernel.answers import Answer
from cspu.kernel.periods import Period, PeriodKind
from cspu.kernel.text import Lang
from cspu.law.model import Gives, Right

_PERIODS_BACK = 2


@dataclass(frozen=True, slots=True)
class Given:
    """The law's word on what is not kept, and the period that it is about."""

    answer: Answer
    judged: Period | None
    payment: Payment | None
    undrawn: bool
    perhaps: bool
    missing: tuple[MissingFact, ...]
    telling: Telling | None
    not_computed: str
    computed: str


def given(
    right: Right,
    judged: Sequence[Judgement],
    told: Sequence[Telling],
    elsewhere: Sequence[Elsewhere],
    *,
    law: LawInForce,
    explainer: Explainer,
    on: date,
    lang: Lang,
) -> Given:
    """What a payment or a status gives her now, from the judgements of that right alone.

    `elsewhere`: what OpenFisca computed of it; its amount takes the place of the one that ours lack.
    """
    by_month = {each.period_start: each for each in elsewhere}
    judged = [
        _with_amount(each, by_month.get(each.period_start))
        for each in judged
        if right.period is not PeriodKind.MONTH or each.period_start >= lately(on)
    ]
    shown = _shown(right, judged, on)
    answer = _answer(right, shown)
    start = shown[0].period_start if shown else None
    telling = next((each for each in told if each.period_start == start), None)
    missing = explainer.missing(telling, on=on) if telling else ()
    if answer is Answer.NO:
        missing = tuple(each for each in missing if each.months)
    if missing and answer is Answer.NO:
        answer = Answer.UNKNOWN  # what nobody declared may well be what opens it
    entitled = answer is Answer.YES
    waits = answer is Answer.UNKNOWN and any(each.entitled for each in shown)
    drawn = explainer.drawn(telling) if telling and (entitled or waits) else None
    other = by_month.get(start) if start and right.openfisca else None
    return Given(
        answer=answer,
        judged=Period(shown[0].period_start, shown[0].period_end) if shown else None,
        payment=_payment(right, shown, law) if entitled else None,
        undrawn=bool(entitled and right.drawn and not drawn),
        perhaps=bool(waits and right.drawn and not drawn),
        missing=missing,
        telling=telling,
        not_computed=_not_computed(other, law, lang) if waits and right.openfisca else "",
        computed=wording.computed_by(other.engine, localdate(other.computed_at), lang)
        if other and other.amount is not None
        else "",
    )


def _with_amount(judgement: Judgement, elsewhere: Elsewhere | None) -> Judgement:
    """The judgement with the amount computed elsewhere, where it is that which it lacks."""
    if elsewhere is None or not judgement.entitled or judgement.amount is not None:
        return judgement
    return replace(judgement, amount=elsewhere.amount, award=elsewhere.amount or 0)


def _not_computed(elsewhere: Elsewhere | None, law: LawInForce, lang: Lang) -> str:
    """Why an amount of OpenFisca's is not there: it was not asked, or it lacks facts."""
    if elsewhere is None:
        return wording.COMPUTED_ELSEWHERE.in_(lang)
    return wording.lacking([_lacks(name, law, lang) for name in elsewhere.lacking], lang)


def _lacks(name: str, law: LawInForce, lang: Lang) -> str:
    """What lacks, and who can supply it."""
    if name in wording.LACKING:
        return wording.LACKING[name].in_(lang)
    reads = (fact for fact in law.life.facts.values() if fact.derive == {"attribute": name})
    fact = next(reads, None)
    label, who = (
        (fact.label, fact.supplied_by) if fact else (law.life.attributes[name].label, wording.YOU)
    )
    return f"{label.in_(lang)} ({who.in_(lang)})"


def how_to_ask(right: Right, lang: Lang) -> HowToAsk | None:
    """How to ask for a right, in her language."""
    return HowToAsk(right.ask.text.in_(lang), right.ask.url) if right.ask else None


def _shown(right: Right, judged: Sequence[Judgement], on: date) -> list[Judgement]:
    """The judgements of the period to show: one, or one with each employer."""
    over = sorted({each.period_start for each in judged if each.due_on <= on}, reverse=True)
    runs = sorted({each.period_start for each in judged if each.due_on > on})
    candidates = [*over[:_PERIODS_BACK], *runs[:1]]
    periods = [[each for each in judged if each.period_start == start] for start in candidates]
    known = (each for each in periods if _answer(right, each) is not Answer.UNKNOWN)
    return next(known, periods[0] if periods else [])


def _answer(right: Right, judged: Sequence[Judgement]) -> Answer:
    """Yes with any employer is yes; an amount that is not known leaves the answer unknown."""
    words = {_word(right, each) for each in judged}
    return next((each for each in (Answer.YES, Answer.UNKNOWN) if each in words), Answer.NO)


def _word(right: Right, judgement: Judgement) -> Answer:
    if judgement.entitled and right.gives is Gives.PAYMENT:
        if judgement.amount is None:
            return Answer.UNKNOWN
        return Answer.of(judgement.amount > 0)
    return Answer.of(judgement.entitled)


def _payment(right: Right, shown: Sequence[Judgement], law: LawInForce) -> Payment | None:
    if right.gives is not Gives.PAYMENT:
        return None
    total = sum(each.award for each in shown if each.entitled)
    return Payment(Amount(law.unit_of(right.id), total), right.period.value)
