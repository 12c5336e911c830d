"""Using: choose whom to pay and how much, see what is taken and what is added, confirm, undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cspu.economy import uses
from cspu.economy.errors import ActRefused, act_refused
from cspu.economy.uses import Body, Look, Part, Use, Used
from cspu.entitlement.in_force import LawInForce, law_in_force
from cspu.kernel.amounts import Amount, Unit, parse_amount
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.kernel.text import Lang
from cspu.web.account.current import bring_up_to_date
from cspu.web.account.economy.convert import NOT_AN_AMOUNT
from cspu.web.account.economy.picture import picture
from cspu.web.account.sharing.forms import FormUnreadable, new_form, uuid_of, written
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal


@dataclass(frozen=True, slots=True)
class _Shown:
    """One source of a use, in words: her own right has no label."""

    label: str
    amount: Amount
    protected: Amount | None
    part: Part
    funder: str


@personal("use_choose", post="use_look", helper=True)
def use(request: HttpRequest, person_id: PersonId, use: str) -> HttpResponse:
    """Whom to pay and how much; sent back, what it would take: nothing is done yet."""
    on, law = today(request), law_in_force()
    bring_up_to_date(person_id, on=on)
    found = uses.use_of(person_id, use, on=on)
    if found is None or found.right_id not in law.rights:
        raise Http404
    if request.method != "POST":
        return _form(request, person_id, found)
    bodies = uses.payees(person_id, use, on=on)
    unit, lang = law.unit_of(found.right_id), language_of(request)
    payee = next((one for one in bodies if str(one.organisation_id) == _body(request)), None)
    amount = parse_amount(request.POST.get("montant", ""), unit)
    if payee is None:
        return _form(
            request, person_id, found, refused=act_refused("payee_not_accredited").sentence(lang)
        )
    if amount is None:
        return _form(request, person_id, found, refused=NOT_AN_AMOUNT.in_(lang))
    look = uses.look(use, payee.organisation_id, amount.minor, on=on)
    if look.refusal:
        return _form(request, person_id, found, refused=act_refused(look.refusal).sentence(lang))
    return _confirm(request, found, payee, amount, look)


@personal("use", verb="act", methods=("POST",), strong=True, helper=True, again="use_choose")
def confirm(request: HttpRequest, person_id: PersonId, use: str) -> HttpResponse:
    """Promise exactly what was shown."""
    on, lang = today(request), language_of(request)
    found = uses.use_of(person_id, use, on=on)
    if found is None:
        raise Http404
    try:
        act = uses.use(
            uuid_of(request, "form"),
            use,
            OrganisationId(uuid_of(request, "organisme")),
            _minor(request, "somme"),
            added=_minor(request, "ajout"),
            on=on,
        )
    except ActRefused as error:
        return _form(request, person_id, found, refused=error.sentence(lang), status=409)
    return redirect(f"{reverse('used', args=[act])}?fait")


@personal("use_read", helper=True)
def used(request: HttpRequest, person_id: PersonId, act_id: UUID) -> HttpResponse:
    """One use: what was promised, what became of it, and how to undo it."""
    bring_up_to_date(person_id, on=today(request))
    return _used(request, person_id, act_id)


@personal("use_undo", verb="act", methods=("POST",), strong=True, helper=True, again="use_read")
def undo(request: HttpRequest, person_id: PersonId, act_id: UUID) -> HttpResponse:
    """Take it back, within its window."""
    try:
        uses.undo(act_id, on=today(request))
    except ActRefused as error:
        return _used(request, person_id, act_id, refused=error.sentence(language_of(request)))
    return redirect("used", act_id=act_id)


def uses_shown(person_id: PersonId, *, on: date, lang: Lang) -> dict[str, Any]:
    """What the hub says of uses: those she may make, those under way."""
    law = law_in_force()
    return {
        "uses": [
            (
                each.use,
                each.label.in_(lang),
                Amount(law.unit_of(each.right_id), each.free),
                law.unseen_of(each.right_id, lang),
            )
            for each in uses.uses(person_id, on=on)
            if each.right_id in law.rights
        ],
        "behind": behind_shown(person_id, on=on, lang=lang),
        "held": [
            (each, each.label.in_(lang), Amount(law.pack.units[each.unit], each.amount))
            for each in uses.used(person_id)
            if each.still_open
        ],
    }


def behind_shown(
    person_id: PersonId, *, on: date, lang: Lang, right_id: str = ""
) -> list[tuple[str, Amount, str, str, str]]:
    """Days with former employers, of one right or all: what, how many, where, what is unseen, what next."""
    law = law_in_force()
    return [
        (
            law.rights[each.right_id].right.label.in_(lang),
            Amount(law.unit_of(each.right_id), each.amount),
            each.organisation,
            law.unseen_of(each.right_id, lang),
            law.afterwards_of(each.right_id, lang),
        )
        for each in uses.left_behind(person_id, on=on)
        if each.right_id in law.rights and right_id in ("", each.right_id)
    ]


def _used(
    request: HttpRequest, person_id: PersonId, act_id: UUID, *, refused: str = ""
) -> HttpResponse:
    lang, law = language_of(request), law_in_force()
    found = next(iter(uses.used(person_id, act_id=act_id)), None)
    if found is None or found.right_id not in law.rights:
        raise Http404
    unit = law.pack.units[found.unit]
    had, amount, added = (Amount(unit, part) for part in (found.had, found.amount, found.added))
    context = {
        "here": "economy",
        "used": found,
        "label": found.label.in_(lang),
        "right": law.rights[found.right_id].right.label.in_(lang),
        "amount": amount,
        "added": added,
        "paid": Amount(unit, found.paid),
        "let_go": Amount(unit, found.amount - found.paid),
        "may_undo": _may_undo(found),
        "pictures": [
            picture(law.rights[found.right_id].right.label.in_(lang), had, had + added - amount)
        ],
        "done": "fait" in request.GET,
        "refused": refused,
    }
    return render(request, "cspu/economy/used.html", context, status=409 if refused else 200)


def _may_undo(found: Used) -> bool:
    return found.still_open and found.undo_until > timezone.now()


def _form(
    request: HttpRequest, person_id: PersonId, found: Use, *, refused: str = "", status: int = 422
) -> HttpResponse:
    on, lang, law = today(request), language_of(request), law_in_force()
    unit = law.unit_of(found.right_id)
    context = {
        "here": "economy",
        "use": found,
        "label": found.label.in_(lang),
        "right": law.rights[found.right_id].right.label.in_(lang),
        "free": Amount(unit, found.free),
        "shielded": Amount(unit, found.shielded) if found.shielded else None,
        "unseen": law.unseen_of(found.right_id, lang),
        "least": Amount(unit, found.least),
        "step": Amount(unit, found.step) if found.step > 1 else None,
        "unit": unit.plural.in_(lang),
        "bodies": uses.payees(person_id, found.use, on=on),
        "behind": behind_shown(person_id, on=on, lang=lang, right_id=found.right_id),
        **written(request, "organisme", "montant"),
        "refused": refused,
    }
    return render(request, "cspu/economy/use.html", context, status=status if refused else 200)


def _confirm(
    request: HttpRequest, found: Use, payee: Body, amount: Amount, look: Look
) -> HttpResponse:
    lang, law = language_of(request), law_in_force()
    unit = amount.unit
    before, added = Amount(unit, found.free + found.shielded), Amount(unit, look.added)
    context = {
        "here": "economy",
        "form": new_form(),
        "use": found,
        "label": found.label.in_(lang),
        "payee": payee,
        "amount": amount,
        "montant": request.POST.get("montant", ""),
        "added": added,
        "parts": [_shown(part, unit, law, lang) for part in look.parts if not part.rule],
        "helps": [_shown(part, unit, law, lang) for part in look.parts if part.rule],
        "pictures": [
            picture(
                law.rights[found.right_id].right.label.in_(lang),
                before,
                before + added - amount,
                found.shielded,
            )
        ],
        "undo_days": found.undo_hours // 24,
    }
    return render(request, "cspu/economy/use_confirm.html", context)


def _shown(part: Part, unit: Unit, law: LawInForce, lang: Lang) -> _Shown:
    return _Shown(
        part.label.in_(lang),
        Amount(unit, part.amount),
        Amount(unit, part.protected) if part.protected else None,
        part,
        law.payer_of(part.funder, "", lang),
    )


def _body(request: HttpRequest) -> str:
    return request.POST.get("organisme", "")


def _minor(request: HttpRequest, name: str) -> int:
    """Smallest units, as our own confirmation page carries them."""
    minor = request.POST.get(name, "")
    if not (minor.isascii() and minor.isdigit()) or len(minor) > 15:  # noqa: PLR2004
        raise FormUnreadable
    return int(minor)
