"""The acts of the demonstration's people before it begins, made as they would make them: logged in, in sight.

Transactions: one an act. Idempotency: every form has a token of its own, the same in every
demonstration, so that what an interrupted run left undone is done by the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

from cspu.demo.choices import logged_in, read_out_code, who
from cspu.demo.personas import Cast, Persona
from cspu.demo.story import CertifiedNeed, HelpGiven, MadeUse, read_story
from cspu.economy import gifts, time_bank, uses
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.amounts import Unit
from cspu.kernel.ids import PersonId, computed_id
from cspu.trust.door import Asking, opened
from cspu.trust.logins import LoginDesk


def act_out(cast: Cast, desk: LoginDesk) -> None:
    """Do everything that the story tells of the day of its acts, once."""
    story = read_story(cast)
    for use in story.uses:
        _use(desk, use, on=story.acts_on)
    for need in story.needs:
        _certify(desk, need, on=story.acts_on)
    for given in story.help_given:
        _help(desk, given, on=story.acts_on)


def _use(desk: LoginDesk, made: MadeUse, *, on: date) -> None:
    with _acting(desk, made.person, "use") as person_id:
        found = uses.use_of(person_id, made.use, on=on)
        if found is None:
            raise LookupError(made.use)
        unit = law_in_force().unit_of(found.right_id)
        uses.use(
            computed_id("demo-use", made.person.slug, made.use, made.body.siret),
            made.use,
            made.body.organisation_id,
            _minor(made.amount, unit),
            added=_minor(made.added, unit),
            on=on,
        )


def _certify(desk: LoginDesk, need: CertifiedNeed, *, on: date) -> None:
    person_id = who(desk, need.person)
    with logged_in(desk, "person", person_id) as token:
        with opened(token, Asking(person_id, "calls")):
            if gifts.needs(person_id, on=on):
                return
        code = read_out_code(token, person_id)
    with logged_in(desk, "agent", need.agent.agent_id) as token:
        gifts.certify_need(token, code, need.kind, starts=on, ends=on + timedelta(need.days))


def _help(desk: LoginDesk, given: HelpGiven, *, on: date) -> None:
    """Asked and answered; the helper says the hours, and whoever asked confirms them or has still to."""
    hours = _minor(given.hours, law_in_force().pack.units["hour"])
    with _acting(desk, given.asks, "notice_post"):
        notice = time_bank.post_notice(
            given.form,
            "request",
            community=time_bank.communities(on=on)[0].community,
            care=given.care,
            first_name=given.asks_as,
            words=given.request,
            on=on,
            days=given.days,
        )
    with _acting(desk, given.helps, "notice_answer"):
        exchange = time_bank.answer(
            given.form, notice, first_name=given.helps_as, words=given.answer, on=on
        )
    with _acting(desk, given.helps, "exchange_propose"):
        proposal = time_bank.propose(given.form, exchange, hours, day=on, on=on)
    if given.confirmed:
        with _acting(desk, given.asks, "exchange_confirm"):
            time_bank.confirm(given.form, exchange, proposal, on=on)


@contextmanager
def _acting(desk: LoginDesk, persona: Persona, act: str) -> Iterator[PersonId]:
    """She acts on her own account, in a session strong enough for what moves value."""
    person_id = who(desk, persona)
    with (
        logged_in(desk, "person", person_id, strong=True) as token,
        opened(token, Asking(person_id, act, verb="act", strong=True)),
    ):
        yield person_id


def _minor(amount: Decimal, unit: Unit) -> int:
    return int(amount.scaleb(unit.scale))
