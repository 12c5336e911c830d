"""The time bank: her hours and limits, the board, exchanges that two sides confirm, hours for a relative."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cspu.economy import gifts, time_bank
from cspu.economy.errors import ActRefused
from cspu.economy.federation import books
from cspu.economy.federation.books import Crossing
from cspu.economy.time_bank import NOTICE_DAYS, Exchange
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Amount, parse_amount
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Lang, Text
from cspu.web.account.current import bring_up_to_date
from cspu.web.account.economy.give import NOT_AN_AMOUNT
from cspu.web.account.economy.picture import picture
from cspu.web.account.sharing.forms import (
    FormUnreadable,
    day_of,
    new_form,
    number_of,
    one_of,
    uuid_of,
    written,
)
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.session import personal

_HOURS = "help_hours"
NOT_A_DAY = Text(
    fr="Écrivez le jour, par exemple 14/05/2026.", en="Write the day, for example 14/05/2026."
)
REFUSED = {
    "nobody": Text(
        fr="Là-bas, ce code ne mène à personne : demandez-en un nouveau à votre proche.",
        en="This code leads to nobody there: ask your relative for a new one.",
    ),
    "full": Text(
        fr="Le compte de votre proche est au plus haut : passez-les plus tard, ou moins.",
        en="Your relative's account is at its highest: pass them later, or fewer.",
    ),
    "limit": Text(
        fr="La limite entre les deux réseaux est atteinte : réessayez plus tard.",
        en="The limit between the two networks is reached: try again later.",
    ),
}
"""What she reads of a partner's refusal; of the others she can do nothing."""
_STEPS = ("dire", "contester", "quitter")


@personal("time_bank")
def board(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Her hours and what limits leave; her exchanges; what is offered and asked for."""
    return _board_page(request, person_id)


def _board_page(request: HttpRequest, person_id: PersonId, *, refused: str = "") -> HttpResponse:
    on, lang = today(request), language_of(request)
    bring_up_to_date(person_id, on=on)
    mine = time_bank.hours(person_id, on=on)
    rules = next(iter(time_bank.communities(on=on)), None)
    if rules is None:
        return render(request, "cspu/economy/time_bank_closed.html", {"here": "economy"})
    exchanges = time_bank.exchanges()
    notices = time_bank.board(on=on)
    context = {
        "here": "economy",
        "balance": _hours(mine.balance),
        "lowest": _hours(-rules.overdraft),
        "highest": _hours(rules.ceiling),
        "month": _hours(mine.this_month),
        "most_a_month": _hours(rules.most_a_month),
        "care": _hours(mine.care_left),
        "community": rules.label.in_(lang),
        "awaiting": [(one, _hours(one.hours)) for one in exchanges if one.awaits_me],
        "open": [one for one in exchanges if not one.awaits_me and not one.over],
        "over": [(one, _hours(one.hours)) for one in exchanges if one.over],
        "mine": [one for one in notices if one.mine],
        "offers": [one for one in notices if one.kind == "offer" and not one.mine],
        "requests": [one for one in notices if one.kind == "request" and not one.mine],
        "reference": rules.reference,
        "refused": refused,
    }
    return render(request, "cspu/economy/time_bank.html", context, status=409 if refused else 200)


@personal("time_bank", post="notice_post")
def notice(request: HttpRequest, _person_id: PersonId) -> HttpResponse:
    """Offering help, or asking for it."""
    on, lang, refused = today(request), language_of(request), ""
    if request.method == "POST":
        try:
            time_bank.post_notice(
                uuid_of(request, "form"),
                "offer" if one_of(request, "genre", ("offre", "demande")) == "offre" else "request",
                community=next((each.community for each in time_bank.communities(on=on)), ""),
                care="soin" in request.POST,
                first_name=request.POST.get("prenom", ""),
                words=request.POST.get("mots", ""),
                on=on,
                days=number_of(request, "jours", NOTICE_DAYS),
            )
            return redirect("time_bank")
        except (ActRefused, FormUnreadable) as error:
            refused = error.sentence(lang)
    context = {
        "here": "economy",
        "form": new_form(),
        "terms": NOTICE_DAYS,
        "refused": refused,
        "written": written(request, "genre", "prenom", "mots", "soin", "jours"),
    }
    return render(request, "cspu/economy/notice.html", context, status=409 if refused else 200)


@personal("time_bank", verb="act", methods=("POST",))
def end_notice(request: HttpRequest, person_id: PersonId, notice_id: UUID) -> HttpResponse:
    """Take a notice of hers off the board."""
    try:
        time_bank.end_notice(notice_id)
    except ActRefused as error:
        return _board_page(request, person_id, refused=error.sentence(language_of(request)))
    return redirect("time_bank")


@personal("time_bank", post="notice_answer")
def answer(request: HttpRequest, _person_id: PersonId, notice_id: UUID) -> HttpResponse:
    """Answering somebody's notice, under a first name of one's choice."""
    on, lang, refused = today(request), language_of(request), ""
    found = next((one for one in time_bank.board(on=on) if one.notice_id == notice_id), None)
    if found is None or found.mine:
        raise Http404
    if request.method == "POST":
        try:
            begun = time_bank.answer(
                uuid_of(request, "form"),
                notice_id,
                first_name=request.POST.get("prenom", ""),
                words=request.POST.get("mots", ""),
                on=on,
            )
            return redirect("exchange", begun)
        except ActRefused as error:
            refused = error.sentence(lang)
    context = {
        "here": "economy",
        "form": new_form(),
        "notice": found,
        "refused": refused,
        "written": written(request, "prenom", "mots"),
    }
    return render(request, "cspu/economy/answer.html", context, status=409 if refused else 200)


@personal("exchange", post="exchange_step")
def exchange(request: HttpRequest, _person_id: PersonId, exchange_id: UUID) -> HttpResponse:
    """One exchange: what was said, the hours, and what she may do now."""
    found, refused = _found(exchange_id), ""
    if request.method == "POST":
        try:
            _step(request, found)
            return redirect("exchange", exchange_id)
        except (ActRefused, FormUnreadable) as error:
            refused = error.sentence(language_of(request))
    return _exchange_page(request, found, refused)


@personal("exchange_propose", verb="act", methods=("POST",), strong=True, again="exchange")
def propose(request: HttpRequest, _person_id: PersonId, exchange_id: UUID) -> HttpResponse:
    """Propose hours: once the other side confirms them, they move with no further word of hers."""
    found = _found(exchange_id)
    amount = parse_amount(request.POST.get("montant", ""), law_in_force().unit_of(_HOURS))
    day = day_of(request, "jour")
    if amount is None or day is None:
        wrong = NOT_AN_AMOUNT if amount is None else NOT_A_DAY
        return _exchange_page(request, found, wrong.in_(language_of(request)))
    try:
        time_bank.propose(
            uuid_of(request, "form"),
            exchange_id,
            amount.minor,
            day=day,
            words=request.POST.get("mots", ""),
            on=today(request),
        )
    except ActRefused as error:
        return _exchange_page(request, found, error.sentence(language_of(request)))
    return redirect("exchange", exchange_id)


@personal("exchange_confirm", verb="act", methods=("POST",), strong=True, again="exchange")
def confirm(request: HttpRequest, _person_id: PersonId, exchange_id: UUID) -> HttpResponse:
    """Confirm the hours that the other side proposed: they move."""
    found = _found(exchange_id)
    try:
        time_bank.confirm(
            uuid_of(request, "form"), exchange_id, uuid_of(request, "heures"), on=today(request)
        )
    except ActRefused as error:
        return _exchange_page(request, found, error.sentence(language_of(request)))
    return redirect(f"{reverse('exchange', args=[exchange_id])}?fait")


@personal("pass_hours")
def pass_hours(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Passing hours of care to a relative, here or in another instance."""
    return _pass_page(request, person_id, "")


@personal("pass_hours", verb="act", methods=("POST",), strong=True)
def send_hours(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Pass them, by the code of the relative."""
    on, lang = today(request), language_of(request)
    amount = parse_amount(request.POST.get("montant", ""), law_in_force().unit_of(_HOURS))
    partners = [each.partner for each in books.partners() if each.active]
    where = one_of(request, "reseau", ["", *partners])
    if amount is None:
        return _pass_page(request, person_id, NOT_AN_AMOUNT.in_(lang))
    form, code = uuid_of(request, "form"), request.POST.get("code", "")
    try:
        if where:
            books.send_hours(form, amount.minor, partner=where, code=code, on=on)
        else:
            gifts.pass_hours(form, amount.minor, code=code, on=on)
    except ActRefused as error:
        return _pass_page(request, person_id, error.sentence(lang))
    return redirect(f"{reverse('pass_hours')}?fait")


@personal("pass_hours", verb="act", methods=("POST",))
def call_back(request: HttpRequest, person_id: PersonId, gift_id: UUID) -> HttpResponse:
    """Take hours back while it is possible, from here or from the way to another instance."""
    on = today(request)
    try:
        if any(each.crossing_id == gift_id for each in books.crossings(person_id)):
            books.recall_hours(gift_id, on=on)
        else:
            gifts.take_back(gift_id, on=on)
    except ActRefused as error:
        return _pass_page(request, person_id, error.sentence(language_of(request)))
    return redirect("pass_hours")


@personal("time_bank", methods=(), post="kin_code")
def kin_code(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """A code for a relative who wants to pass her hours."""
    on, days = today(request), gifts.CALL_DAYS[1]
    try:
        code = gifts.open_kin_call(uuid_of(request, "form"), on=on, days=days)
    except ActRefused as error:
        return _pass_page(request, person_id, error.sentence(language_of(request)))
    return _pass_page(request, person_id, "", code=code)


def _step(request: HttpRequest, found: Exchange) -> None:
    form, on = uuid_of(request, "form"), today(request)
    words = request.POST.get("mots", "")
    match one_of(request, "geste", _STEPS):
        case "dire":
            time_bank.say(form, found.exchange_id, words, on=on)
        case "contester":
            time_bank.contest(form, found.exchange_id, uuid_of(request, "heures"), words, on=on)
        case _:
            time_bank.leave(form, found.exchange_id, words=words, on=on)


def _found(exchange_id: UUID) -> Exchange:
    found = next((one for one in time_bank.exchanges() if one.exchange_id == exchange_id), None)
    if found is None:
        raise Http404
    return found


def _exchange_page(request: HttpRequest, found: Exchange, refused: str) -> HttpResponse:
    context = {
        "here": "economy",
        "form": new_form(),
        "one": found,
        "hours": _hours(found.hours),
        "steps": [(step, _hours(step.hours)) for step in time_bank.steps(found.exchange_id)],
        "on": today(request),
        "written": written(request, "montant", "jour", "mots", "geste"),
        "refused": refused,
        "done": "fait" in request.GET,
    }
    return render(request, "cspu/economy/exchange.html", context, status=409 if refused else 200)


def _pass_page(
    request: HttpRequest, person_id: PersonId, refused: str, *, code: str = ""
) -> HttpResponse:
    on, lang, law = today(request), language_of(request), law_in_force()
    bring_up_to_date(person_id, on=on)
    mine, rule = time_bank.hours(person_id, on=on), gifts.gift_rule(gifts.HOURS_TO_KIN, on=on)
    free = max(min(mine.care_left, mine.balance - mine.held), 0)
    held = Amount(law.unit_of(_HOURS), mine.balance - mine.held)
    abroad = books.crossings(person_id)
    context = {
        "here": "economy",
        "form": new_form(),
        "free": _hours(free),
        "picture": picture(law.rights[_HOURS].right.label.in_(lang), held, held - _hours(free)),
        "rule": rule,
        "partners": [each for each in books.partners() if each.active],
        "given": [
            (each, _hours(each.amount))
            for each in gifts.gifts_made(person_id)
            if each.right_id == _HOURS
        ],
        "abroad": [(each, _hours(each.amount), _why(each, lang)) for each in abroad],
        "now": timezone.now(),
        "written": written(request, "montant", "code", "reseau"),
        "code": code,
        "refused": refused,
        "done": "fait" in request.GET,
    }
    return render(request, "cspu/economy/pass_hours.html", context, status=409 if refused else 200)


def _why(crossing: Crossing, lang: Lang) -> str:
    """Why the other network refused, where she can do something about it."""
    said = REFUSED.get(crossing.reason)
    return said.in_(lang) if said else ""


def _hours(minor: int) -> Amount:
    return Amount(law_in_force().unit_of(_HOURS), minor)
