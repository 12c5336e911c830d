"""The first choices of the demonstration's people, made as they would make them: logged in, through the door.

No command may write a consent in somebody's name, the demonstration's no more than another. So a
session is opened for her by the log-in role, her choice is made in sight of her account under the
role of a request, and the journal says so.

Transactions: one a choice. Idempotency: each has an id of its own, and is made once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import connection

from cspu.demo.agents import DemoConsent, DemoQuestion, read_bodies
from cspu.demo.personas import Cast, Persona
from cspu.kernel.ids import PersonId
from cspu.people.identities import Sex
from cspu.trust.desk import Question, ask
from cspu.trust.door import Asking, opened
from cspu.trust.errors import choice_refused
from cspu.trust.logins import ActorKind, LoginDesk, Pivot

_PROVIDER = "demonstration"
_MINUTES = 5


def choices_are_made(cast: Cast) -> bool:
    """Whether everything `make_choices` makes is there already. For the batch role."""
    bodies = read_bodies(cast)
    wanted = [each.consent_id for each in bodies.consents]
    wanted += [each.request_id for each in bodies.questions]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM trust.consent WHERE consent_id = ANY (%s))"
            " + (SELECT count(*) FROM trust.request WHERE request_id = ANY (%s))",
            [wanted, wanted],
        )
        return int(cursor.fetchone()[0]) == len(wanted)


def make_choices(cast: Cast, desk: LoginDesk) -> None:
    """Give the consents and put the questions that the demonstration begins with."""
    bodies = read_bodies(cast)
    personas = {each.slug: each for each in cast.personas}
    for consent in bodies.consents:
        person_id = who(desk, personas[consent.person])
        with logged_in(desk, "person", person_id) as token:
            _consent(token, person_id, consent)
    for question in bodies.questions:
        person_id = who(desk, personas[question.person])
        with logged_in(desk, "person", person_id) as token:
            asked = _asked_already(token, person_id, question)
            code = "" if asked else read_out_code(token, person_id)
        if code:
            with logged_in(desk, "agent", question.agent.agent_id) as token:
                _put(token, code, question)


def who(desk: LoginDesk, persona: Persona) -> PersonId:
    """Who that is, found as at log-in: by her civil identity."""
    (person_id,) = desk.matching(
        Pivot(
            birth_name=persona.birth_name,
            given_names=persona.given_names,
            sex=Sex.FEMALE if persona.female else Sex.MALE,
            birth_date=persona.birth_date,
            birth_place="",
            birth_country="",
        )
    )
    return person_id


@contextmanager
def logged_in(
    desk: LoginDesk, kind: ActorKind, actor_id: UUID, *, strong: bool = False
) -> Iterator[str]:
    """A session of hers for the length of the block; `strong` as after a stronger log-in."""
    token = desk.begin(kind, actor_id, provider=_PROVIDER, strong=strong)
    if kind == "agent":
        token = desk.strengthen(token, second_factor=True) or token
    try:
        yield token
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT trust.end_session(%s)", [token])


def _consent(token: str, person_id: PersonId, consent: DemoConsent) -> None:
    with (
        opened(token, Asking(person_id, "consent_give", verb="act")),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT trust.give_consent(%s, %s, %s, %s, %s)",
            [
                consent.consent_id,
                consent.body.organisation_id,
                consent.purpose,
                list(consent.scopes),
                consent.days,
            ],
        )
        _refuse_if(cursor.fetchone()[0])


def read_out_code(token: str, person_id: PersonId) -> str:
    """The code she makes in her session and reads out to an agent."""
    code = uuid4().hex.upper()
    with opened(token, Asking(person_id, "code_make", verb="act")), connection.cursor() as cursor:
        cursor.execute("SELECT trust.make_code(%s, %s)", [code, _MINUTES])
        _refuse_if(cursor.fetchone()[0])
    return code


def _asked_already(token: str, person_id: PersonId, question: DemoQuestion) -> bool:
    with opened(token, Asking(person_id, "sharing")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM trust.request WHERE person_id = %s AND request_id = %s",
            [person_id, question.request_id],
        )
        return bool(cursor.fetchone()[0])


def _put(token: str, code: str, question: DemoQuestion) -> None:
    ask(
        token,
        code,
        Question(
            question.request_id,
            question.purpose,
            question.scopes,
            question.days,
            question.message,
        ),
        act="ask",
    )


def _refuse_if(code: str | None) -> None:
    if code is not None:
        raise choice_refused(code)
