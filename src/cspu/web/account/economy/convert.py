"""Converting: choose a rule, see exactly what it would do, then do exactly that."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cspu.economy import conversions
from cspu.economy.errors import ActRefused
from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.operations import settle_person
from cspu.kernel.amounts import Amount, parse_amount
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.web.account.economy.picture import picture
from cspu.web.account.sharing.forms import new_form, uuid_of
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal

NOT_AN_AMOUNT = Text(
    fr="Ce n’est pas un montant de cette unité : écrivez un nombre, par exemple 10.",
    en="This is no amount of that unit: write a number, for example 10.",
)


@personal("convert_choose", post="convert_quote", helper=True)
def convert(request: HttpRequest, person_id: PersonId, rule: str) -> HttpResponse:
    """How much to convert by a rule; sent back, a quote."""
    on, lang, law = today(request), language_of(request), law_in_force()
    settle_person(person_id, as_of=on)
    found = next((one for one in conversions.rules(person_id, on=on) if one.rule == rule), None)
    if found is None or found.from_right not in law.rights or found.to_right not in law.rights:
        raise Http404
    unit = law.unit_of(found.from_right)
    written, refused = request.POST.get("montant", ""), ""
    if request.method == "POST":
        amount = parse_amount(written, unit)
        try:
            if amount is not None:
                quoted = conversions.quote(uuid_of(request, "form"), rule, amount.minor, on=on)
                return redirect("quote", quote_id=quoted)
            refused = NOT_AN_AMOUNT.in_(lang)
        except ActRefused as error:
            refused = error.sentence(lang)
    context = {
        "here": "economy",
        "form": new_form(),
        "label": found.label.in_(lang),
        "given": law.rights[found.from_right].right.label.in_(lang),
        "got": law.rights[found.to_right].right.label.in_(lang),
        "free": Amount(unit, found.free),
        "shielded": Amount(unit, found.shielded) if found.shielded else None,
        "unseen": law.unseen_of(found.from_right, lang),
        "step": Amount(unit, found.step) if found.step > 1 else None,
        "least": Amount(unit, found.least),
        "unit": unit.plural.in_(lang),
        "written": written,
        "refused": refused,
        "reference": found.reference,
        "url": found.url,
    }
    return render(request, "cspu/economy/convert.html", context, status=422 if refused else 200)


@personal("convert_look", helper=True)
def quote(request: HttpRequest, _person_id: PersonId, quote_id: UUID) -> HttpResponse:
    """A quote in full: before, after, what stays protected, what rounding leaves, the article."""
    return _shown(request, quote_id)


@personal("convert", verb="act", methods=("POST",), strong=True, helper=True, again="convert_look")
def execute(request: HttpRequest, _person_id: PersonId, quote_id: UUID) -> HttpResponse:
    """Execute exactly that quote."""
    try:
        conversions.convert(quote_id)
    except ActRefused as error:
        return _shown(request, quote_id, refused=error.sentence(language_of(request)))
    return redirect(f"{reverse('quote', args=[quote_id])}?fait")


def _shown(request: HttpRequest, quote_id: UUID, *, refused: str = "") -> HttpResponse:
    lang, law = language_of(request), law_in_force()
    found = conversions.quoted(quote_id)
    if found is None or found.from_right not in law.rights or found.to_right not in law.rights:
        raise Http404
    from_unit, to_unit = law.unit_of(found.from_right), law.unit_of(found.to_right)
    had, got = Amount(from_unit, found.had), Amount(to_unit, found.got)
    takes, gives = Amount(from_unit, found.takes), Amount(to_unit, found.gives)
    before_got = got - gives if found.used else got
    context = {
        "here": "economy",
        "quote": found,
        "label": found.label.in_(lang),
        "takes": takes,
        "gives": gives,
        "pictures": [
            picture(
                law.rights[found.from_right].right.label.in_(lang),
                had,
                had - takes,
                0 if found.purpose else found.shielded,
            ),
            picture(
                law.rights[found.to_right].right.label.in_(lang), before_got, before_got + gives
            ),
        ],
        "left_over": Amount(law.pack.units["point"], int(found.left_over.scaleb(4))),
        "refused": refused,
        "done": found.used,
    }
    return render(request, "cspu/economy/quote.html", context, status=409 if refused else 200)
