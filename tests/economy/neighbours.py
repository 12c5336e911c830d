"""Colleagues, employers, agents and neighbours, for the tests of gifts, time banks and federation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from cspu.economy import gifts, time_bank
from cspu.economy.time_bank import Exchange
from cspu.kernel.ids import OrganisationId, PersonId, computed_id
from cspu.trust.choices import make_code
from cspu.trust.logins import new_token
from tests.economy.purse import TODAY, Purse, form

TOMORROW = TODAY + timedelta(days=1)


def employer(purse: Purse, *, agreed: bool = True, outside: bool = False) -> OrganisationId:
    """A new employer, and what it published."""
    siret = f"{uuid4().int % 10**14:014d}"
    organisation = OrganisationId(computed_id("organisation", siret))
    purse.ask(
        "INSERT INTO people.organisation (organisation_id, siret, name) VALUES (%s, %s, 'Atelier')"
        " RETURNING 1",
        organisation,
        siret,
    )
    if agreed:
        purse.ask(
            "INSERT INTO economy.gift_agreement VALUES (%s, '2020-01-01', now(), TRUE, %s, 'test')"
            " RETURNING 1",
            organisation,
            outside,
        )
    return organisation


def employee(
    purse: Purse, organisation: OrganisationId, *, days: int = 30, kept: int = 24
) -> PersonId:
    """Somebody who works there, with so many days of leave, some of which the law keeps."""
    person = purse.person()
    hired(purse, person, organisation)
    purse.give(
        person,
        "paid_leave",
        days * 100,
        unit="working_day",
        protected=kept * 100,
        held_with=organisation,
    )
    return person


def hired(purse: Purse, person: PersonId, organisation: OrganisationId) -> None:
    """A job of hers there, for years."""
    purse.ask(
        "INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid,"
        " asserted_for, source_id, recorded_from) VALUES (%s, %s, %s, 'employment', %s,"
        " '[2020-01-01,)', '2026-01-01', %s, now()) RETURNING 1",
        *(person, uuid4(), uuid4(), organisation, uuid4()),
    )


def left(purse: Purse, person: PersonId, *, day: date = TODAY) -> None:
    """Her jobs end the day before."""
    purse.ask(
        "INSERT INTO lifecourse.spell (person_id, spell_id, origin_id, status, organisation_id, valid,"
        " asserted_for, source_id, recorded_from) SELECT person_id, spell_id, gen_random_uuid(), status,"
        " organisation_id, daterange(lower(valid), %s), '2026-02-01', source_id, now()"
        " FROM lifecourse.spell WHERE person_id = %s RETURNING 1",
        *(day, person),
    )


def agent(purse: Purse, role: str = "health_professional") -> str:
    """The session of an agent, second factor shown."""
    agent_id, token = uuid4(), new_token()
    purse.ask(
        "INSERT INTO trust.agent (agent_id, organisation_id, role, name, active, recorded_at)"
        " VALUES (%s, %s, %s, 'Dr Test', TRUE, now()) RETURNING 1",
        *(agent_id, employer(purse, agreed=False), role),
    )
    purse.ask("SELECT trust.begin_session(%s, 'agent', %s, 'test', TRUE)", token, agent_id)
    purse.ask(
        "UPDATE trust.session SET second_factor_at = now() WHERE actor_id = %s RETURNING 1",
        agent_id,
    )
    return token


def certified(purse: Purse, person: PersonId, *, kind: str = "sick_child") -> UUID:
    """Her need, certified by a health professional to whom she gave a code."""
    with purse.acting(person):
        code = make_code(form())
    return gifts.certify_need(
        agent(purse), code, kind, starts=TODAY, ends=TODAY + timedelta(days=60)
    )


def calling(purse: Purse, organisation: OrganisationId) -> tuple[PersonId, str]:
    """Somebody who works there with a certified need, and the code of her call."""
    person = employee(purse, organisation)
    need = certified(purse, person)
    with purse.acting(person):
        return person, gifts.open_call(
            form(), need_id=need, employer=organisation, on=TODAY, days=30
        )


def undo_window_over(purse: Purse) -> None:
    """Time passes: every hold that settles of itself has reached its moment."""
    with purse.connected() as owner:
        owner.execute("ALTER TABLE ledger.hold DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE ledger.hold SET opened_at = now() - interval '9 days',"
            " settles_at = now() - interval '1 second' WHERE settles_at < 'infinity'"
        )
        owner.execute("ALTER TABLE ledger.hold ENABLE TRIGGER USER")


def offer(purse: Purse, person: PersonId, *, care: bool = False, kind: str = "offer") -> UUID:
    """Her notice on the board."""
    with purse.acting(person):
        return time_bank.post_notice(
            form(),
            "offer" if kind == "offer" else "request",
            community="entraide",
            care=care,
            first_name="Awa",
            words="Je fais les courses du quartier.",
            on=TODAY,
            days=90,
        )


def answered(purse: Purse, person: PersonId, notice: UUID) -> UUID:
    """Her answer to somebody's notice: an exchange."""
    with purse.acting(person):
        return time_bank.answer(
            form(), notice, first_name="Luc", words="Mardi vous irait ?", on=TODAY
        )


def exchange_of(purse: Purse, person: PersonId, exchange: UUID) -> Exchange:
    """How she reads it."""
    with purse.acting(person):
        [found] = [one for one in time_bank.exchanges() if one.exchange_id == exchange]
    return found


def helped(
    purse: Purse, helper: PersonId, receiver: PersonId, amount: int, *, care: bool = False
) -> None:
    """A whole exchange: offered, answered, proposed by one, confirmed by the other."""
    exchange = answered(purse, receiver, offer(purse, helper, care=care))
    with purse.acting(helper):
        proposal = time_bank.propose(form(), exchange, amount, day=TODAY, on=TODAY)
    with purse.acting(receiver):
        time_bank.confirm(form(), exchange, proposal, on=TODAY)


def neighbours(purse: Purse, count: int = 2) -> Sequence[PersonId]:
    """So many adults."""
    return [purse.person() for _ in range(count)]
