"""All that is read of one person before her screens are written: one place, once a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from cspu.entitlement import reading
from cspu.entitlement.compiling import MONTHS_SHOWN
from cspu.entitlement.evidence import looks_back
from cspu.entitlement.explaining import Explainer
from cspu.entitlement.in_force import LawInForce
from cspu.entitlement.reading import Held, Judgement, Moved, Telling
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import PeriodKind, add_months
from cspu.kernel.text import Lang

_YEARS_BACK = {PeriodKind.YEAR: 60, PeriodKind.QUARTER: 10}


class _OfARight(Protocol):
    @property
    def right_id(self) -> str: ...


_Row = TypeVar("_Row", bound=_OfARight)


@dataclass(frozen=True, slots=True)
class Known:
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


def read_known(
    person_id: PersonId, law: LawInForce, *, on: date, lang: Lang, right_id: str | None = None
) -> Known:
    """All that the screens need of one person; of one right, further back in time."""
    declared = [status.code for status in law.life.statuses.values() if status.declared_monthly]
    since = date(on.year - 1, 1, 1)
    assertions: Sequence[reading.Asserted] = ()
    if right_id is None:
        judged, told = reading.review(person_id, on=on, latest=True)
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
    return Known(
        law=law,
        lang=lang,
        on=on,
        held=_by_right(reading.holdings(person_id, on=on)),
        moved=_by_right(
            reading.movements(person_id, on=on, right_id=right_id, only_new=right_id is None)
        ),
        judged=_by_right(judged),
        told=_by_right(told),
        elsewhere=_by_right(reading.computed_elsewhere(person_id)),
        explainer=Explainer(law, lang, silences, assertions),
    )
