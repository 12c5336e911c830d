"""The page from which she does something with her rights."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cspu.economy import conversions, debts
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount
from cspu.kernel.ids import PersonId
from cspu.web.account.current import bring_up_to_date
from cspu.web.account.economy.debts import forgiven_shown, owed_shown
from cspu.web.account.economy.use import uses_shown
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal


@personal("economy", helper=True)
def economy(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """What may be done today with what she holds, and what she owes."""
    on, lang, law = today(request), language_of(request), law_in_force()
    bring_up_to_date(person_id, on=on)
    debts.recover(person_id, on=on)
    known = debts.debts(person_id, on=on)
    context = {
        "here": "economy",
        **uses_shown(person_id, on=on, lang=lang),
        "rules": [
            (
                each,
                each.label.in_(lang),
                Amount(law.unit_of(each.from_right), each.free),
                law.unseen_of(each.from_right, lang),
            )
            for each in conversions.rules(person_id, on=on)
            if each.from_right in law.rights
        ],
        "owed": owed_shown(known, lang),
        "forgiven": forgiven_shown(known, lang),
    }
    return render(request, "cspu/economy/economy.html", context)
