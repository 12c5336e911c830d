"""What she owes: why, how it was worked out, what may be taken each month, how to contest it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cspu.economy import debts
from cspu.economy.debts import Debt
from cspu.economy.errors import ActRefused
from cspu.entitlement import wording
from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.operations import settle_person
from cspu.entitlement.pages import Explanation, FactUsed
from cspu.entitlement.queries import tile_page
from cspu.kernel.amounts import Amount, parse_amount
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang, Text
from cspu.web.account.sharing.forms import new_form, uuid_of, written
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import acting_of, personal

_LONGEST = 2000
_MOVES = {
    "contested": Text("Vous avez contesté", "You contested"),
    "upheld": Text("L’organisme maintient sa demande", "The body upholds its claim"),
    "forgiven": Text("L’organisme renonce à cette dette", "The body gives this debt up"),
    "recovery": Text("Remboursé", "Paid back"),
    "waiver": Text("Effacé par l’organisme", "Cancelled by the body"),
}
_NOT_AN_AMOUNT = Text(fr="Écrivez un nombre.", en="Write a number.")


@personal("debt_look", helper=True)
def debt(request: HttpRequest, person_id: PersonId, debt_id: UUID) -> HttpResponse:
    """One debt, explained."""
    settle_person(person_id, as_of=today(request))
    return _shown(request, person_id, debt_id)


@personal("debt_contest", verb="act", methods=("POST",), helper=True, again="debt_look")
def contest(request: HttpRequest, person_id: PersonId, debt_id: UUID) -> HttpResponse:
    """Say that it is not owed: recovery stops."""
    said = request.POST.get("mots", "")
    try:
        debts.contest(debt_id, said)
    except ActRefused as error:
        refused = error.sentence(language_of(request))
        return _shown(request, person_id, debt_id, refused=refused, said=said)
    return redirect("debt", debt_id=debt_id)


@personal(
    "debt_give_back", verb="act", methods=("POST",), strong=True, helper=True, again="debt_look"
)
def give_back(request: HttpRequest, person_id: PersonId, debt_id: UUID) -> HttpResponse:
    """Give back a part of it now."""
    on, lang = today(request), language_of(request)
    found = _found(person_id, debt_id, request)
    amount = parse_amount(request.POST.get("montant", ""), law_in_force().unit_of(found.right_id))
    if amount is None:
        return _shown(request, person_id, debt_id, refused=_NOT_AN_AMOUNT.in_(lang))
    try:
        act = debts.give_back(uuid_of(request, "form"), debt_id, amount.minor, on=on)
    except ActRefused as error:
        return _shown(request, person_id, debt_id, refused=error.sentence(lang))
    return redirect(f"{reverse('debt', args=[debt_id])}?fait={act}")


def owed_shown(known: Sequence[Debt], lang: Lang) -> list[tuple[Debt, str, Amount]]:
    """What she still owes, in words."""
    owed = [each for each in known if each.owed]
    if not owed:
        return []
    law = law_in_force()
    return [
        (
            each,
            law.rights[each.right_id].right.label.in_(lang),
            Amount(law.unit_of(each.right_id), each.owed),
        )
        for each in owed
        if each.right_id in law.rights
    ]


def forgiven_shown(known: Sequence[Debt], lang: Lang) -> list[tuple[Debt, str]]:
    """What she owes no more because its funder gave it up: the answer stays where she may read it."""
    forgiven = [each for each in known if each.last_word == "forgiven" and not each.owed]
    if not forgiven:
        return []
    law = law_in_force()
    return [
        (each, law.rights[each.right_id].right.label.in_(lang))
        for each in forgiven
        if each.right_id in law.rights
    ]


def _found(person_id: PersonId, debt_id: UUID, request: HttpRequest) -> Debt:
    return _among(debts.debts(person_id, on=today(request)), debt_id)


def _among(known: Sequence[Debt], debt_id: UUID) -> Debt:
    found = next((one for one in known if one.debt_id == debt_id), None)
    if found is None or found.right_id not in law_in_force().rights:
        raise Http404
    return found


def _act_of(request: HttpRequest) -> UUID | None:
    """The act that was just done, whose receipt is one link away."""
    try:
        return UUID(request.GET.get("fait", ""))
    except ValueError:
        return None


def _now(person_id: PersonId, found: Debt, on: date, lang: Lang) -> Explanation | None:
    """What the law says today of the period that was corrected."""
    page = tile_page(person_id, found.right_id, on=on, lang=lang)
    span = (found.period_start, found.period_end)
    same = (one for one in page.explanations if (one.period_start, one.period_end) == span)
    return next(same, None)


def _newest(now: Explanation | None) -> FactUsed | None:
    """The fact of a computation that came last."""
    dated = [(fact.recorded_at, fact) for fact in now.facts if fact.recorded_at] if now else []
    return max(dated, key=itemgetter(0))[1] if dated else None


def _shown(
    request: HttpRequest, person_id: PersonId, debt_id: UUID, *, refused: str = "", said: str = ""
) -> HttpResponse:
    lang, law, on = language_of(request), law_in_force(), today(request)
    known = debts.debts(person_id, on=on)
    found = _among(known, debt_id)
    plan = debts.plan(known, found, on=on)
    now = _now(person_id, found, on, lang) if acting_of(request) is None else None
    unit, euros = law.unit_of(found.right_id), law.pack.units["EUR"]
    context = {
        "here": "economy",
        "debt": found,
        "form": new_form(),
        "right": law.rights[found.right_id].right,
        "label": law.rights[found.right_id].right.label.in_(lang),
        "funder": law.payer_of(found.counterparty, found.organisation, lang),
        "reason": wording.reason_of("correction", found.reason, lang),
        "was": Amount(unit, found.amount + found.taken_back),
        "taken_back": Amount(unit, found.taken_back),
        "amount": Amount(unit, found.amount),
        "owed": Amount(unit, found.owed),
        "waits": found.contest_until > on,
        "taken": Amount(unit, found.taken) if found.taken else None,
        "plan": [(each.month, Amount(unit, each.amount)) for each in plan.instalments],
        "last_month": plan.instalments[-1].month if plan.instalments else None,
        "left": Amount(unit, plan.left) if found.share is not None and plan.left else None,
        "takes": Amount(unit, found.takes) if found.takes is not None else None,
        "share": Amount(unit, found.share) if found.share is not None else None,
        "income": Amount(euros, found.income) if found.income is not None else None,
        "money": unit.code == euros.code,
        "free": Amount(unit, max(found.free, 0)),
        "unit": unit.plural.in_(lang),
        "now": now,
        "newest": _newest(now),
        "moves": [
            (_MOVES[move.kind].in_(lang), move, Amount(unit, move.amount) if move.amount else None)
            for move in debts.moves(person_id, debt_id)
        ],
        "done": _act_of(request),
        "longest": _LONGEST,
        "said": said,
        "written": written(request, "montant"),
        "refused": refused,
    }
    return render(request, "cspu/economy/debt.html", context, status=422 if refused else 200)
