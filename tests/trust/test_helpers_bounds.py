"""A helper stays within her mandate: what she reads of the person's choices, and what she decides of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from cspu.kernel.ids import PersonId
from cspu.trust import choices
from cspu.trust.door import EVERYTHING, HELPING, OWN_ACCOUNT, Asking, Verb, opened
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd

PAPERS = ("identity",)
"""What the theme `papers` opens."""

_TOLD = "SELECT basis FROM trust.journal('-infinity', 'infinity', FALSE, NULL, 100)"


@pytest.fixture
def helped(crowd: Crowd, as_web: FreshDatabase) -> Helped:
    return Helped(crowd)


class Helped:
    """Alice, whom Berthe helps with her papers alone; both logged in, the helper strongly."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.alice, self.berthe = crowd.person(), crowd.person(name="BERNARD")
        self.mandate = crowd.mandate(self.alice, self.berthe, "person", "papers")
        self._herself = crowd.session("person", self.alice)
        self._helper = crowd.session("person", self.berthe, strong=True)

    @contextmanager
    def sight(self, verb: Verb = "read") -> Iterator[None]:
        """Alice's account, opened by Berthe."""
        asking = Asking(self.alice, "test", HELPING, PAPERS, verb)
        with opened(self._helper, asking):
            yield

    @contextmanager
    def own_sight(self, verb: Verb = "read") -> Iterator[None]:
        """Alice's account, opened by herself."""
        with opened(self._herself, Asking(self.alice, "test", OWN_ACCOUNT, EVERYTHING, verb)):
            yield

    def request(self, agent: UUID, purpose: str, *scopes: str) -> UUID:
        """A question that agent put to her."""
        request = uuid4()
        self.crowd.ask(
            "INSERT INTO trust.request VALUES (%s, %s, %s, %s, %s, %s, 30, '', now()) RETURNING 1",
            self.alice,
            request,
            self.crowd.organisation_of(agent),
            agent,
            purpose,
            list(scopes),
        )
        return request


def ask(statement: str, *values: UUID | bool) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [str(each) if isinstance(each, UUID) else each for each in values]
        )
        return list(cursor.fetchall())


def test_she_reads_all_her_choices_and_her_helper_those_the_mandate_covers(helped: Helped) -> None:
    crowd, alice = helped.crowd, helped.alice
    doctor = crowd.agent("health_professional")
    known = crowd.consent(alice, doctor, "care", "identity")
    hidden = crowd.consent(alice, doctor, "care", "identity", "health_medical")
    asked = helped.request(doctor, "care", "identity")
    secret = helped.request(doctor, "care", "health_administrative")
    consents, requests = (
        "SELECT consent_id FROM trust.consent",
        "SELECT request_id FROM trust.request",
    )
    with helped.own_sight():
        assert set(ask(consents)) == {(known,), (hidden,)}
        assert set(ask(requests)) == {(asked,), (secret,)}
    with helped.sight():
        assert ask(consents) == [(known,)]
        assert ask(requests) == [(asked,)]


def test_a_helper_reads_no_correction_of_a_fact_beyond_the_mandate(helped: Helped) -> None:
    crowd, alice = helped.crowd, helped.alice
    fund = crowd.organisation_of(crowd.agent("social_protection_body"))
    for scope in ("identity", "health_administrative"):
        crowd.ask(
            "INSERT INTO trust.correction VALUES (%s, %s, %s, %s, 'a fact', 'x', now()) RETURNING 1",
            alice,
            uuid4(),
            fund,
            scope,
        )
    scopes = "SELECT scope FROM trust.correction ORDER BY scope"
    with helped.own_sight():
        assert ask(scopes) == [("health_administrative",), ("identity",)]
    with helped.sight():
        assert ask(scopes) == [("identity",)]


def test_the_paper_of_a_mandate_is_hers_alone_to_look_at_again(helped: Helped) -> None:
    helped.crowd.ask(
        "INSERT INTO trust.document SELECT %s, %s, 'image/png', sha256('x'), 'x', now(), 'x' RETURNING 1",
        helped.alice,
        uuid4(),
    )
    papers = "SELECT content FROM trust.document"
    with helped.own_sight():
        assert [bytes(content) for (content,) in ask(papers)] == [b"x"]
    with helped.sight():
        assert ask(papers) == []


def test_a_helper_reads_the_lines_within_the_mandate_and_her_own(helped: Helped) -> None:
    crowd, alice = helped.crowd, helped.alice
    doctor = crowd.agent("health_professional")
    crowd.consent(alice, doctor, "care", "identity", "health_medical")
    token = crowd.session("agent", doctor)
    for scopes in (("identity",), ("identity", "health_medical")):
        with opened(token, Asking(alice, "test", "care", scopes)):
            pass
    with helped.own_sight():
        assert [basis.partition(":")[0] for (basis,) in ask(_TOLD)] == [
            "herself",
            "consent",
            "consent",
        ]
    with helped.sight("act"):
        assert [basis.partition(":")[0] for (basis,) in ask(_TOLD)] == ["mandate", "consent"]
        ranks = "SELECT trust.raise_grievance(%s, rank, 'Why?') FROM generate_series(1, 4) AS rank"
        # The doctor's line on identity; on her health, and her own reading: hidden; the helper's own.
        assert [why for (why,) in ask(ranks, uuid4())] == [
            None,
            "line_unknown",
            "line_unknown",
            None,
        ]


@pytest.mark.parametrize("granted", [True, False])
def test_a_helper_answers_no_question_beyond_her_mandate(helped: Helped, granted: bool) -> None:  # noqa: FBT001
    doctor = helped.crowd.agent("health_professional")
    hers = helped.request(doctor, "care", "health_administrative")
    covered = helped.request(doctor, "care", "identity")
    answer = "SELECT trust.answer_request(%s, %s, 1)"
    with helped.sight("act"):
        assert ask(answer, hers, granted) == [("scope_not_yours_to_open",)]
        assert ask(answer, covered, granted) == [(None,)]
    with helped.own_sight("act"):
        assert ask(answer, hers, granted) == [(None,)]


def test_a_helper_stops_no_consent_beyond_her_mandate(helped: Helped) -> None:
    crowd, alice = helped.crowd, helped.alice
    doctor = crowd.agent("health_professional")
    beyond = crowd.consent(alice, doctor, "care", "identity", "health_administrative")
    covered = crowd.consent(alice, doctor, "care", "identity")
    stop = "SELECT trust.end_consent(%s)"
    with helped.sight("act"):
        assert ask(stop, beyond) == [("scope_not_yours_to_open",)]
        assert ask(stop, covered) == [(None,)]
        assert ask(stop, uuid4()) == [("already_ended",)]
    with helped.own_sight("act"):
        assert ask(stop, beyond) == [(None,)]


def test_a_helper_gives_back_her_own_mandate_and_sends_no_other_away(helped: Helped) -> None:
    crowd, alice = helped.crowd, helped.alice
    other = crowd.mandate(alice, PersonId(uuid4()), "person", "housing")
    stop = "SELECT trust.end_mandate(%s)"
    with helped.sight("act"):
        assert ask(stop, other) == [("not_in_sight",)]
        assert ask(stop, helped.mandate) == [(None,)]
    with helped.own_sight("act"):
        assert ask(stop, other) == [(None,)]


def test_an_agent_of_the_structure_that_holds_the_mandate_gives_it_back(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, helper = crowd.person(), crowd.agent("habilitated_helper")
    mandate = crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "papers")
    token = crowd.session("agent", helper)
    with opened(token, Asking(alice, "test", HELPING, PAPERS, "act")):
        assert ask("SELECT trust.end_mandate(%s)", mandate) == [(None,)]


def test_a_form_sent_again_with_other_words_does_not_pass_for_done(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser, form = crowd.person(), crowd.agent("career_adviser"), uuid4()
    body = crowd.organisation_of(adviser)
    with opened(crowd.session("person", alice), Asking(alice, "test", verb="act")):
        first, again, other = (
            choices.give_consent(form, body, purpose="career_guidance", scopes=scopes, days=30)
            for scopes in (["work"], ["work"], ["training"])
        )
        assert first == again != other
        given = "SELECT consent_id, scopes FROM trust.consent"
        assert {(key, *scopes) for key, scopes in ask(given)} == {
            (first, "work"),
            (other, "training"),
        }
