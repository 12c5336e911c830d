"""Giving rest days: to a call or to the employer's pool, seen before it is done, taken back for a while.

And the other side: what was certified, the call she opens, its code. Neither page says who the other is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cspu.economy import gifts
from cspu.economy.errors import ActRefused
from cspu.economy.gifts import CALL_DAYS, GiftRule, Source
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount, parse_amount
from cspu.kernel.ids import OrganisationId, PersonId
from cspu.kernel.text import Lang, Text
from cspu.web.account.current import bring_up_to_date
from cspu.web.account.economy.picture import picture
from cspu.web.account.sharing.forms import (
    FormUnreadable,
    new_form,
    number_of,
    one_of,
    uuid_of,
    written,
)
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal

_LEAVE = "paid_leave"
NOT_AN_AMOUNT = Text(
    fr="Écrivez un nombre, par exemple 2.",
    en="Write a number, for example 2.",
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the form asks for."""

    source: Source
    amount: Amount | None
    code: str


@personal("give", methods=("GET", "HEAD", "POST"))
def give(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """How many days, to whom; sent back, what that would do. Nothing is done here."""
    on, lang = today(request), language_of(request)
    bring_up_to_date(person_id, on=on)
    if request.method != "POST":
        return _form(request, person_id, on)
    wish = _wish(request, person_id, on)
    if wish.amount is None:
        return _form(request, person_id, on, refused=NOT_AN_AMOUNT.in_(lang))
    return _preview(request, wish, on)


@personal("give", verb="act", methods=("POST",), strong=True)
def send(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Give what was shown."""
    on, lang = today(request), language_of(request)
    wish = _wish(request, person_id, on)
    if wish.amount is None:
        raise FormUnreadable
    try:
        gifts.give_days(
            uuid_of(request, "form"),
            wish.amount.minor,
            employer=wish.source.organisation_id,
            code=wish.code,
            on=on,
        )
    except ActRefused as error:
        return _form(request, person_id, on, refused=error.sentence(lang))
    return redirect(f"{reverse('give')}?fait")


@personal("give", verb="act", methods=("POST",))
def take_back(request: HttpRequest, person_id: PersonId, gift_id: UUID) -> HttpResponse:
    """Take a gift back while the undo window is open."""
    on = today(request)
    try:
        gifts.take_back(gift_id, on=on)
    except ActRefused as error:
        return _form(request, person_id, on, refused=error.sentence(language_of(request)))
    return redirect("give")


@personal("calls", post="call_open")
def calls(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Her certified needs and open calls; sent back, a call is opened and its code shown."""
    if request.method != "POST":
        return _calls_page(request, person_id)
    try:
        code = _opened(request, person_id)
    except (ActRefused, FormUnreadable) as error:
        return _calls_page(request, person_id, refused=error.sentence(language_of(request)))
    return _calls_page(request, person_id, code=code)


def _opened(request: HttpRequest, person_id: PersonId) -> str:
    """Open the call that the form asks for; its code."""
    on = today(request)
    needs = [str(each.need_id) for each in gifts.needs(person_id, on=on)]
    employers = [str(each.organisation_id) for each in gifts.employers(person_id, on=on)]
    return gifts.open_call(
        uuid_of(request, "form"),
        need_id=UUID(one_of(request, "besoin", needs)),
        employer=OrganisationId(UUID(one_of(request, "employeur", employers))),
        on=on,
        days=number_of(request, "jours", CALL_DAYS),
    )


def _calls_page(
    request: HttpRequest, person_id: PersonId, *, code: str = "", refused: str = ""
) -> HttpResponse:
    on, lang = today(request), language_of(request)
    context = {
        "here": "economy",
        "form": new_form(),
        "needs": [(each, each.label.in_(lang)) for each in gifts.needs(person_id, on=on)],
        "employers": gifts.employers(person_id, on=on),
        "written": written(request, "besoin", "employeur", "jours"),
        "calls": [each for each in gifts.calls(person_id, on=on) if each.right_id == "given_days"],
        "terms": CALL_DAYS,
        "code": code,
        "refused": refused,
    }
    return render(request, "cspu/economy/calls.html", context, status=409 if refused else 200)


@personal("calls", verb="act", methods=("POST",))
def end_call(request: HttpRequest, person_id: PersonId, call_id: UUID) -> HttpResponse:
    """Close a call."""
    try:
        gifts.end_call(call_id)
    except ActRefused as error:
        return _calls_page(request, person_id, refused=error.sentence(language_of(request)))
    return redirect("calls")


def _wish(request: HttpRequest, person_id: PersonId, on: date) -> _Wish:
    found = {str(each.organisation_id): each for each in gifts.sources(person_id, on=on)}
    source = found[one_of(request, "employeur", found)]
    amount = parse_amount(request.POST.get("montant", ""), law_in_force().unit_of(_LEAVE))
    pool = one_of(request, "pour", ("appel", "pot")) == "pot"
    return _Wish(source, amount, "" if pool else request.POST.get("code", "").strip() or "-")


def _rule(on: date) -> GiftRule:
    rule = gifts.gift_rule(gifts.REST_DAYS, on=on)
    if rule is None:
        raise FormUnreadable
    return rule


def _form(
    request: HttpRequest, person_id: PersonId, on: date, *, refused: str = ""
) -> HttpResponse:
    lang, law, rule = language_of(request), law_in_force(), _rule(on)
    unit = law.unit_of(_LEAVE)
    context = {
        "here": "economy",
        "unseen": law.unseen_of(_LEAVE, lang),
        "afterwards": law.afterwards_of(_LEAVE, lang),
        "sources": [
            (each, Amount(unit, max(each.free, 0)), Amount(unit, each.shielded))
            for each in gifts.sources(person_id, on=on)
        ],
        "given": [
            (each, _amount(each.right_id, each.amount))
            for each in gifts.gifts_made(person_id)
            if each.right_id == _LEAVE
        ],
        "refused": refused,
        "done": "fait" in request.GET,
        "written": written(request, "montant", "code", "employeur", "pour"),
        **_told(rule, lang),
    }
    return render(request, "cspu/economy/give.html", context, status=409 if refused else 200)


def _preview(request: HttpRequest, wish: _Wish, on: date) -> HttpResponse:
    lang, law, rule = language_of(request), law_in_force(), _rule(on)
    amount = wish.amount
    if amount is None:
        raise FormUnreadable
    held = Amount(amount.unit, wish.source.balance)
    context = {
        "here": "economy",
        "form": new_form(),
        "wish": wish,
        "amount": amount,
        "enough": amount.minor <= wish.source.free,
        "picture": picture(
            law.rights[_LEAVE].right.label.in_(lang), held, held - amount, wish.source.shielded
        ),
        **_told(rule, lang),
    }
    return render(request, "cspu/economy/give_confirm.html", context)


def _told(rule: GiftRule, lang: Lang) -> dict[str, object]:
    return {
        "label": rule.label.in_(lang),
        "hours": rule.undo_hours,
        "reference": rule.reference,
        "url": rule.url,
    }


def _amount(right_id: str, minor: int) -> Amount:
    return Amount(law_in_force().unit_of(right_id), minor)
