"""Proving one right to somebody: she chooses what it shows, for how long, and can withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cspu.entitlement.in_force import law_in_force
from cspu.entitlement.operations import settle_person
from cspu.entitlement.pages import TilePage
from cspu.entitlement.queries import UnknownRight, tile_page
from cspu.entitlement.reading import holdings
from cspu.kernel.amounts import Amount, parse_amount
from cspu.kernel.answers import Answer
from cspu.kernel.ids import PersonId
from cspu.trust.proofs import (
    Claims,
    Holder,
    IssuedProof,
    Right,
    RightState,
    Source,
    StatusReference,
    issue,
    load_frame,
    proof_code,
    provable,
    verify,
)
from cspu.trust.proofs.errors import Unprovable
from cspu.trust.proving import Wish, keep, proofs_in_sight, withdraw
from cspu.trust.queries import identity_in_sight
from cspu.web.clock import today
from cspu.web.language import language_of
from cspu.web.proofs.sealing import address_of_list, issuer_of, keys
from cspu.web.session import personal

_MOST_WORDS = 200
LIVES = (1, 7, 30, 90)
"""Days a proof may live, as offered; the frame says the limits."""


@personal("documents")
def documents(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """What she can take away, and the proofs she made."""
    lang, law = language_of(request), law_in_force()
    labels = {each: compiled.right.label.in_(lang) for each, compiled in law.rights.items()}
    on = today(request)
    held = {each.right_id for each in holdings(person_id, on=on)}
    context = {
        "here": "documents",
        "held": [(each, label) for each, label in labels.items() if each in held],
        "others": sorted(
            ((each, label) for each, label in labels.items() if each not in held),
            key=itemgetter(1),
        ),
        "proofs": [(one, labels.get(one.right_id, one.right_id)) for one in proofs_in_sight()],
        "from": date(on.year - 1, 1, 1),
        "to": on,
    }
    return render(request, "cspu/account/documents.html", context)


@personal("proof_form")
def wish(request: HttpRequest, person_id: PersonId, right_id: str) -> HttpResponse:
    """What can truly be shown of a right today: nothing is sealed yet."""
    return _form(request, _state(request, person_id, right_id))


@personal("proof_made", verb="act", methods=["POST"])
def make(request: HttpRequest, person_id: PersonId, right_id: str) -> HttpResponse:
    """Seal what she ticked, and nothing else."""
    state = _state(request, person_id, right_id)
    asked = _Asked.read(request, state)
    if not asked.disclosed or not asked.shown_to:
        return _form(request, state, incomplete=True)
    try:
        claims = asked.claims(state)
    except Unprovable as error:
        return _form(request, state, error=error)
    shown = [name for name in asked.disclosed if name in claims.values]
    if not shown:
        return _form(request, state, incomplete=True)
    made = next((one for one in proofs_in_sight() if one.proof_id == asked.proof_id), None)
    if made is not None and (set(made.disclosed), made.shown_to) == (set(shown), asked.shown_to):
        return redirect("proof", made.proof_id)
    proof_id = asked.proof_id if made is None else uuid4()  # gone back to, and ticked otherwise
    now, (signing, _) = timezone.now(), keys()

    def seal(place: StatusReference) -> IssuedProof:
        return issue(
            load_frame(),
            claims,
            key=signing,
            issuer=issuer_of(request),
            status=place,
            now=now,
            life=asked.life,
        )

    keep(
        Wish(
            proof_id=proof_id,
            right_id=right_id,
            disclosed=shown,
            shown_to=asked.shown_to,
        ),
        seal,
        frame=load_frame(),
        address=lambda number: address_of_list(request, number),
    )
    return redirect("proof", proof_id)


@personal("proof")
def proof(request: HttpRequest, _person_id: PersonId, proof_id: UUID) -> HttpResponse:
    """The proof to show: its code, and what whoever checks it will read."""
    kept = next((one for one in proofs_in_sight() if one.proof_id == proof_id), None)
    if kept is None:
        raise Http404
    code = proof_code(kept.shown, request.build_absolute_uri(reverse("proof_check")))
    seen = verify(kept.shown, keys=keys()[1], status=None, now=timezone.now())
    context = {
        "here": "documents",
        "kept": kept,
        "picture": code.svg(),
        "whole": code.whole,
        "seen": seen,
    }
    return render(request, "cspu/account/proof.html", context)


@personal("proof_withdrawn", verb="act", methods=["POST"])
def take_back(_request: HttpRequest, _person_id: PersonId, proof_id: UUID) -> HttpResponse:
    """From the next check on line, it is no longer good."""
    withdraw(proof_id)
    return redirect("documents")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the form says; `proof_id` makes the same form sent twice one proof."""

    proof_id: UUID
    disclosed: tuple[str, ...]
    shown_to: str
    life: timedelta
    least: Amount | None
    since: date | None

    @classmethod
    def read(cls, request: HttpRequest, state: RightState) -> _Asked:
        """The form as sent: what is not among the choices is as if it were not there."""
        names = set(load_frame().claims)
        given = request.POST
        days = given.get("days", "")
        least = parse_amount(given.get("least", ""), state.balance.unit) if state.balance else None
        ticked = [name for name in given.getlist("show") if name in names]
        if "balance_at_least" in ticked and least is None:
            ticked.remove("balance_at_least")
        return cls(
            proof_id=_uuid(given.get("proof_id", "")),
            disclosed=tuple(ticked),
            shown_to=given.get("shown_to", "").strip()[:_MOST_WORDS],
            life=timedelta(days=int(days) if days in map(str, LIVES) else LIVES[1]),
            least=least,
            since=state.open_since if "open_since_at_least" in ticked else None,
        )

    def claims(self, state: RightState) -> Claims:
        """True statements alone; Unprovable otherwise."""
        least = self.least if "balance_at_least" in self.disclosed else None
        return provable(state, balance_at_least=least, open_since_at_least=self.since)


def _state(request: HttpRequest, person_id: PersonId, right_id: str) -> RightState:
    on = today(request)
    settle_person(person_id, as_of=on)
    try:
        page = tile_page(person_id, right_id, on=on, lang=language_of(request))
    except UnknownRight:
        raise Http404 from None
    right = law_in_force().rights[right_id].right
    who = identity_in_sight()
    return RightState(
        right=Right(right_id, right.label),
        source=Source(right_id, right.responsible.fr),
        on=on,
        open={Answer.YES: True, Answer.NO: False}.get(page.tile.answer),
        open_since=_since(page),
        balance=page.tile.balance,
        holder=Holder(who.birth_name, who.given_names.split()[0]) if who else None,
    )


def _since(page: TilePage) -> date | None:
    """The first period that gave something; unknown while the right is not open."""
    if page.tile.answer is not Answer.YES:
        return None
    return min((one.period_start for one in page.movements), default=None)


def _form(
    request: HttpRequest,
    state: RightState,
    *,
    incomplete: bool = False,
    error: Unprovable | None = None,
) -> HttpResponse:
    lang = language_of(request)
    context = {
        "here": "documents",
        "state": state,
        "label": state.right.label.in_(lang),
        "lives": LIVES,
        "proof_id": uuid4(),
        "incomplete": incomplete,
        "error": error.sentence(lang) if error else "",
    }
    return render(request, "cspu/account/prove.html", context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
