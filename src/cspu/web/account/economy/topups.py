"""What funders added to her rights: for what, until when, what is left, what went back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cspu.economy.top_ups import Pot, TopUp, pots, top_ups
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang
from cspu.web.account.current import bring_up_to_date
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal


@dataclass(frozen=True, slots=True)
class PotView:
    """A sum added that is still there, in words. `ending`: its last day is near."""

    pot: Pot
    label: str
    right: str
    funder: str
    use: str
    left: Amount
    held: Amount | None
    ending: bool

    @property
    def shown(self) -> Amount:
        """The amount that names it: what is left, or all that is held where nothing is."""
        return self.held if self.held and not self.left else self.left


@dataclass(frozen=True, slots=True)
class TopUpView:
    """A sum added or gone back, in words."""

    one: TopUp
    label: str
    right: str
    funder: str
    use: str
    amount: Amount


@personal("top_ups", helper=True)
def my_top_ups(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Who added how much, for what, until when."""
    on, lang = today(request), language_of(request)
    bring_up_to_date(person_id, on=on)
    law = law_in_force()
    context = {
        "here": "economy",
        "pots": pots_shown(person_id, on=on, lang=lang),
        "moves": [
            TopUpView(
                each,
                each.label.in_(lang),
                law.rights[each.right_id].right.label.in_(lang),
                law.payer_of(each.funder, each.organisation, lang),
                each.use.in_(lang),
                Amount(law.pack.units[each.unit], each.amount),
            )
            for each in top_ups(person_id)
            if each.right_id in law.rights
        ],
    }
    return render(request, "cspu/economy/top_ups.html", context)


def pots_shown(
    person_id: PersonId, *, on: date, lang: Lang, right_id: str | None = None
) -> list[PotView]:
    """What was added and is still there, what ends soonest first."""
    found = pots(person_id, on=on, right_id=right_id)
    if not found:
        return []
    law = law_in_force()
    return [
        PotView(
            each,
            each.label.in_(lang),
            law.rights[each.right_id].right.label.in_(lang),
            law.payer_of(each.funder, each.organisation, lang),
            each.use.in_(lang),
            Amount(law.pack.units[each.unit], each.balance - each.held),
            Amount(law.pack.units[each.unit], each.held) if each.held else None,
            each.is_ending(on),
        )
        for each in found
        if each.right_id in law.rights
    ]
