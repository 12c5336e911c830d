"""Put into words what would change an answer: `Votre âge : 16 ans, à partir du 1er mars 2031`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from cspu.kernel.dates import format_day
from cspu.kernel.facts import FactType
from cspu.kernel.text import Text
from cspu.law.changing import Change, Step
from cspu.law.expressions.python import Known
from cspu.law.formatting import format_value
from cspu.law.model import LawPack
from cspu.law.tracing import both_ways
from cspu.law.wording import lowered

_OR = Text(fr=" ou ", en=" or ")
_MISSING = Text(
    fr="Il manque : {label} (il faudrait : {to}).", en="Missing: {label} (it would take: {to})."
)
_MORE = Text(fr="{label} : {by} de plus ({to}).", en="{label}: {by} more ({to}).")
_LESS = Text(fr="{label} : {by} de moins ({to}).", en="{label}: {by} less ({to}).")
_INSTEAD = Text(fr="{label} : {to}, au lieu de : {now}.", en="{label}: {to}, instead of: {now}.")
_TRUE = Text(
    fr="Il faudrait que ce soit le cas : {label}.", en="This would have to be so: {label}."
)
_FALSE = Text(
    fr="Il faudrait que ce ne soit pas le cas : {label}.",
    en="This would have to not be so: {label}.",
)
_FROM = Text(fr="À partir du {day} ({label} : {to}).", en="From {day} ({label}: {to}).")
_WAIT = Text(fr="Plus tard ({label} : {to}).", en="Later ({label}: {to}).")
_NUMBERS = {
    (True, False): Text(fr="{} ou plus", en="{} or more"),
    (False, True): Text(fr="{} ou moins", en="{} or less"),
}
_PAST = {
    (True, False): Text(fr="plus de {}", en="more than {}"),
    (False, True): Text(fr="moins de {}", en="less than {}"),
}
_BEYOND = Text(fr="{label} : {to}.", en="{label}: {to}.")
_CENT = Fraction(1, 100)
_DATES = {
    (True, False): Text(fr="{} ou après", en="{} or later"),
    (False, True): Text(fr="{} ou avant", en="{} or earlier"),
}
_WHOLE = Text(fr="{}", en="{}")


def proposal(change: Change, pack: LawPack) -> Text:
    """One change as a person reads it, a sentence for each fact that would have to change."""
    sentences = [_sentence(step, change.since, pack) for step in change.steps]
    return both_ways(lambda lang: " ".join(sentence.in_(lang) for sentence in sentences))


def _sentence(step: Step, since: date | None, pack: LawPack) -> Text:
    label, to, now = step.fact.label, _wanted(step, pack), _written(step, step.before, pack)
    inside = lowered(label)
    shown = inside if step.before is None or step.fact.type is FactType.BOOLEAN else label
    by, day = _difference(step, pack), _day(since)
    if step.waits:
        shown = inside
    template = _template(step, since)
    return both_ways(
        lambda lang: template.in_(lang).format(
            label=shown.in_(lang),
            to=to.in_(lang),
            now=now.in_(lang),
            by=by.in_(lang),
            day=day.in_(lang),
        )
    )


def _template(step: Step, since: date | None) -> Text:
    if step.before is None:
        return _MISSING
    if step.waits:
        return _FROM if since else _WAIT
    if step.fact.type is FactType.BOOLEAN:
        return _TRUE if step.after else _FALSE
    if step.fact.type in (FactType.INTEGER, FactType.DECIMAL):
        if _passed(step) is not None:
            return _BEYOND
        return _MORE if _number(step.after) > _number(step.before) else _LESS
    return _INSTEAD


def _wanted(step: Step, pack: LawPack) -> Text:
    """The value it takes, with what else would do; exact where only time or a count decides."""
    passed = _passed(step)
    if passed is not None:
        past, edge = _PAST[step.more, step.less], _written(step, passed, pack)
        return both_ways(lambda lang: past.in_(lang).format(edge.in_(lang)))
    values = [_written(step, value, pack) for value in (step.after, *step.others)]
    bounds = _DATES if step.fact.type is FactType.DATE else _NUMBERS
    bound = bounds.get((step.more, step.less), _WHOLE)
    return both_ways(
        lambda lang: bound.in_(lang).format(_OR.in_(lang).join(each.in_(lang) for each in values))
    )


def _passed(step: Step) -> Fraction | None:
    """The whole figure that the value just passes: 0.01 hour or more is more than 0, in people's words."""
    if step.fact.type is not FactType.DECIMAL or step.others or (step.more, step.less) not in _PAST:
        return None
    value = _number(step.after)
    edge = value - _CENT if step.more else value + _CENT
    return edge if value.denominator != 1 and edge.denominator == 1 else None


def _difference(step: Step, pack: LawPack) -> Text:
    if step.before is None or step.fact.type not in (FactType.INTEGER, FactType.DECIMAL):
        return Text("", "")
    return _written(step, abs(_number(step.after) - _number(step.before)), pack)


def _day(since: date | None) -> Text:
    return both_ways(lambda lang: format_day(since, lang) if since else "")


def _written(step: Step, value: Known | None, pack: LawPack) -> Text:
    plain: object = value
    if isinstance(value, Fraction):
        plain = Decimal(value.numerator) / Decimal(value.denominator)
    unit, names = pack.unit_of(step.fact.unit), step.fact.values
    return both_ways(lambda lang: format_value(plain, unit, lang, names))


def _number(value: Known | None) -> Fraction:
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    raise TypeError("not a number of the law")
