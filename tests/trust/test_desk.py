"""The agents' desk as the web role: who is listed and why, what is asked and answered; every refusal."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId
from cspu.people.crypto import Keyring
from cspu.people.errors import InvalidIdentity
from cspu.trust.agents import (
    DeclaredAgent,
    DeclaredLogin,
    HeldFile,
    hold_files,
    link_logins,
    register_agents,
)
from cspu.trust.corrections import (
    Ball,
    Outcome,
    answer_correction,
    ask_correction,
    corrections_in_sight,
    corrections_of_body,
    open_correction,
    reply_correction,
    who_corrects,
)
from cspu.trust.desk import (
    OfflineMandate,
    Question,
    ask,
    questions,
    record_mandate,
    roster,
    ways_to_see,
)
from cspu.trust.door import Asking, opened
from cspu.trust.grievances import Finding, answer_grievance, complaints, open_grievance
from cspu.trust.logins import login_hash
from cspu.trust.papers import Paper, read_paper
from tests.conftest import FreshDatabase
from tests.people.conftest import RECORDED_AT, as_role
from tests.trust.crowd import Crowd

PDF = b"%PDF-1.7 a signed page"
RING = Keyring.of(b"k" * 32, b"p" * 32)
NIR = "2850575990001"
BORN = date(1985, 5, 4)


def code_of(error: pytest.ExceptionInfo[CspuError]) -> str:
    return error.value.code.removeprefix("trust.")


def a_code(crowd: Crowd, person: UUID, code: str = "ABCDEFGH") -> str:
    """A code she reads out."""
    crowd.ask(
        "INSERT INTO trust.code VALUES (sha256(convert_to(%s, 'UTF8')), %s, now(),"
        " now() + interval '10 minutes') RETURNING 1",
        code,
        person,
    )
    return code


def question(**more: Any) -> Question:
    values = {
        "request_id": uuid4(),
        "purpose": "career_guidance",
        "scopes": ["work"],
        "days": 30,
        "message": "Pour préparer notre rendez-vous.",
    }
    return Question(**(values | more))  # type: ignore[arg-type]


# The roster -----------------------------------------------------------------------------------------


def test_a_roster_says_who_why_and_until_when(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, berthe = crowd.person(name="MARCHAND"), crowd.person(name="BERNARD")
    agent = crowd.agent("career_adviser")
    crowd.consent(alice, agent, "career_guidance", "work", "training")
    crowd.file(alice, agent)
    crowd.consent(berthe, agent, "career_guidance", "work")
    crowd.person(name="ABSENTE")
    token = crowd.session("agent", agent)
    listed = {each.person_id: each for each in roster(token, act="roster")}
    assert set(listed) == {alice, berthe}
    assert (listed[alice].name, listed[berthe].name) == ("Alice MARCHAND", "")
    assert [(each.basis, each.scopes) for each in listed[alice].reasons] == [
        ("law", ("identity",)),
        ("consent", ("work", "training")),
    ]
    assert listed[alice].reasons[0].until is None
    assert listed[berthe].reasons[0].until is not None


def test_each_name_shown_is_one_line_and_no_name_is_none(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, berthe = crowd.person(), crowd.person()
    agent = crowd.agent("career_adviser", name="Camille Roy")
    crowd.file(alice, agent)
    crowd.consent(alice, agent, "career_guidance", "work")
    crowd.consent(berthe, agent, "career_guidance", "work")
    roster(crowd.session("agent", agent), act="roster")
    assert crowd.lines(alice) == [
        (
            *("read", ["identity"], "career_guidance", "roster"),
            *("law:appointed_support", "Camille Roy"),
        )
    ]
    assert crowd.lines(berthe) == []


def test_a_roster_comes_a_page_at_a_time(crowd: Crowd, as_web: FreshDatabase) -> None:
    agent = crowd.agent("employer")
    people = sorted(crowd.person() for _ in range(3))
    for person in people:
        crowd.file(person, agent)
    token = crowd.session("agent", agent)
    first = [each.person_id for each in roster(token, act="roster", most=2)]
    rest = [each.person_id for each in roster(token, act="roster", after=first[-1], most=2)]
    assert (first, rest) == (people[:2], people[2:])
    assert [len(crowd.lines(person)) for person in people] == [1, 1, 1]


def test_files_of_the_past_of_others_or_of_another_kind_list_nobody(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice = crowd.person()
    employer, other, union = (crowd.agent(role) for role in ("employer", "employer", "union"))
    crowd.file(alice, other)
    crowd.file(alice, union)
    crowd.file(alice, employer, "audit")
    crowd.ask(
        "INSERT INTO trust.file VALUES (%s, %s, 'own_file', '2020-01-01', '2020-12-31', now())"
        " RETURNING 1",
        alice,
        crowd.organisation_of(employer),
    )
    for agent in (employer, union):
        assert roster(crowd.session("agent", agent), act="roster") == []
    assert crowd.lines(alice) == []


def test_a_helper_knows_by_name_whom_she_helps(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, helper = crowd.person(), crowd.agent("habilitated_helper")
    mandate = crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "housing")
    (listed,) = roster(crowd.session("agent", helper), act="roster")
    assert listed.name == "Alice MARCHAND"
    assert [each.scopes for each in listed.reasons] == [("identity", "housing")]
    assert crowd.lines(alice)[0][4] == f"mandate:{mandate}"


def test_nobody_is_listed_without_a_session_a_second_factor_or_a_job(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    crowd.file(alice, agent)
    weak = crowd.session("agent", agent, second_factor=False)
    token = crowd.session("agent", agent)
    assert roster(weak, act="roster") == roster("no such token", act="roster") == []
    assert ways_to_see(weak, alice) == []
    crowd.ask("UPDATE trust.agent SET active = FALSE WHERE agent_id = %s RETURNING 1", agent)
    assert roster(token, act="roster") == []
    assert ways_to_see(token, alice) == []
    assert crowd.lines(alice) == []


# Ways to see ------------------------------------------------------------------------------------------


def test_the_ways_to_see_are_those_that_the_door_opens(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser")
    token = crowd.session("agent", agent)
    assert ways_to_see(token, alice) == []
    crowd.file(alice, agent)
    consent = crowd.consent(alice, agent, "career_guidance", "work", "resources")
    (way,) = ways_to_see(token, alice)
    assert way.scopes == ("identity", "resources", "work")
    assert set(way.basis.split()) == {f"consent:{consent}", "law:appointed_support"}
    asking = Asking(alice, "dossier", purpose=way.purpose, scopes=way.scopes)
    with opened(token, asking) as sight:
        assert set(sight.basis.split()) == set(way.basis.split())
    assert len(crowd.lines(alice)) == 1


def test_every_way_there_is_opens_for_every_role(crowd: Crowd, as_web: FreshDatabase) -> None:
    """Twins: what `ways_to_see` promises, `trust.open` keeps, whatever the role and the reason."""
    alice = crowd.person()
    found = 0
    for (role,) in crowd.ask("SELECT role FROM trust.role ORDER BY position"):
        agent = crowd.agent(role)
        for relation in ("own_file", "audit", "inquiry"):
            crowd.file(alice, agent, relation)
        crowd.mandate(alice, crowd.organisation_of(agent), "organisation", "family")
        for (purpose,) in crowd.ask(
            "SELECT DISTINCT purpose FROM trust.purpose_term JOIN trust.purpose_role USING (purpose)"
            " WHERE role = %s",
            role,
        ):
            scopes = [
                scope
                for (scope,) in crowd.ask(
                    "SELECT scope FROM trust.view WHERE role = %s AND verb = 'read'"
                    " AND basis = 'consent' AND allowed AND region = ''",
                    role,
                )
            ]
            if scopes:
                crowd.consent(alice, agent, purpose, *scopes)
        token = crowd.session("agent", agent)
        for way in ways_to_see(token, alice):
            with opened(token, Asking(alice, "t", purpose=way.purpose, scopes=way.scopes)) as sight:
                assert set(sight.basis.split()) == set(way.basis.split())
            found += 1
    assert found > 15


def test_a_revoked_consent_is_no_way_any_more(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("union")
    consent = crowd.consent(alice, agent, "defence", "work")
    token = crowd.session("agent", agent)
    assert [way.purpose for way in ways_to_see(token, alice)] == ["defence"]
    crowd.ask(
        "UPDATE trust.consent SET ended_at = now(), ended_by = 'person' WHERE consent_id = %s"
        " RETURNING 1",
        consent,
    )
    assert ways_to_see(token, alice) == []


# Questions --------------------------------------------------------------------------------------------


def test_a_question_reaches_whoever_gave_the_code(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser", name="Camille Roy")
    token = crowd.session("agent", agent)
    sent = question()
    a_code(crowd, alice, "ABCDEFGH")
    ask(token, "abcd efgh", sent, act="ask")
    assert crowd.lines(alice) == [
        ("ask", ["work"], "career_guidance", "ask", "code", "Camille Roy")
    ]
    (asked,) = questions(token)
    assert (asked.request_id, asked.asked_by, asked.answered) == (
        *(sent.request_id, "Camille Roy"),
        False,
    )
    crowd.ask(
        "UPDATE trust.request SET answered_at = now(), answer = 'refused' RETURNING 1",
    )
    assert [each.answered for each in questions(token)] == [True]
    assert questions(crowd.session("agent", crowd.agent("career_adviser"))) == []
    assert questions(crowd.session("agent", agent, second_factor=False)) == []


@pytest.mark.parametrize(
    ("role", "changed", "expected"),
    [
        ("career_adviser", {"purpose": "defence"}, "purpose_unknown"),
        ("career_adviser", {"scopes": []}, "nothing_asked"),
        ("career_adviser", {"scopes": ["everything"]}, "nothing_asked"),
        ("career_adviser", {"scopes": ["work", "family"]}, "role_may_not"),
        ("career_adviser", {"scopes": ["identity"]}, "role_may_not"),
        ("career_adviser", {"days": 0}, "term_too_long"),
        ("career_adviser", {"days": 367}, "term_too_long"),
        ("union", {"purpose": "defence", "days": 120}, "term_too_long"),
        ("employer", {"purpose": "payroll_declaration"}, "role_may_not"),
    ],
)
def test_a_question_out_of_bounds_is_refused_and_keeps_the_code(
    crowd: Crowd, as_web: FreshDatabase, role: str, changed: dict[str, Any], expected: str
) -> None:
    alice, agent = crowd.person(), crowd.agent(role)
    code = a_code(crowd, alice)
    with pytest.raises(CspuError) as refused:
        ask(crowd.session("agent", agent), code, question(**changed), act="ask")
    assert code_of(refused) == expected
    assert crowd.lines(alice) == []
    assert crowd.ask("SELECT used_at FROM trust.code") == [(None,)]


def test_a_code_serves_once_and_an_unknown_one_never(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("career_adviser")
    token, code = crowd.session("agent", agent), a_code(crowd, alice)
    ask(token, code, question(), act="ask")
    for written in (code, "ZZZZZZZZ", ""):
        with pytest.raises(CspuError) as refused:
            ask(token, written, question(), act="ask")
        assert code_of(refused) == "code_unknown"
    fresh = a_code(crowd, alice, "IJKLMNOP")
    for bad, expected in (
        ("none", "session_over"),
        (crowd.session("agent", agent, second_factor=False), "second_factor_missing"),
        (crowd.session("person", alice), "session_over"),
    ):
        with pytest.raises(CspuError) as refused:
            ask(bad, fresh, question(), act="ask")
        assert code_of(refused) == expected


# Mandates -------------------------------------------------------------------------------------------


def numbered(crowd: Crowd, ring: Keyring = RING, *, previous: bool = False) -> PersonId:
    """Somebody known by her number."""
    person = crowd.person()
    key = ring.previous if previous and ring.previous else ring.current
    columns = [
        name
        for (name,) in crowd.ask(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'people'"
            " AND table_name = 'nir_index' ORDER BY ordinal_position"
        )
    ]
    values: dict[str, object] = {
        "blind_index": key.blind(NIR, "nir"),
        "person_id": person,
        "key_version": key.version,
    }
    names = [name for name in columns if name in values]
    crowd.ask(
        f"INSERT INTO people.nir_index ({', '.join(names)})"
        f" VALUES ({', '.join(['%s'] * len(names))}) RETURNING 1",
        *(values[name] for name in names),
    )
    return person


def offline(**more: Any) -> OfflineMandate:
    values = {
        "mandate_id": uuid4(),
        "nir": NIR,
        "birth_date": BORN,
        "themes": ["work_training"],
        "days": 30,
        "channel": "counter",
        "document_id": uuid4(),
        "paper": read_paper(PDF),
    }
    return OfflineMandate(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("previous", [False, True])
def test_a_mandate_at_the_counter_keeps_its_proof_and_opens_at_once(
    crowd: Crowd, as_web: FreshDatabase, *, previous: bool
) -> None:
    alice = numbered(crowd, previous=previous)
    helper = crowd.agent("habilitated_helper", name="Noé Petit")
    token, given = crowd.session("agent", helper), offline()
    record_mandate(token, given, keyring=RING, act="mandate_record")
    record_mandate(token, given, keyring=RING, act="mandate_record")
    assert crowd.ask("SELECT channel, proof_id, given_by FROM trust.mandate") == [
        ("counter", given.document_id, f"agent:{helper}")
    ]
    assert crowd.ask("SELECT media_type, content FROM trust.document") == [("application/pdf", PDF)]
    assert crowd.lines(alice)[0] == (
        *("mandate", ["engagement", "identity", "training", "work"], "mandate"),
        *("mandate_record", "counter", "Noé Petit"),
    )
    (way,) = ways_to_see(token, alice)
    with opened(
        token, Asking(alice, "act_for", purpose=way.purpose, scopes=way.scopes, verb="act")
    ):
        pass


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"birth_date": date(1985, 5, 5)}, "person_unknown"),
        ({"nir": "2850575990002"}, "person_unknown"),
        ({"themes": []}, "theme_unknown"),
        ({"themes": ["everything"]}, "theme_unknown"),
        ({"days": 0}, "term_too_long"),
        ({"days": 367}, "term_too_long"),
        ({"paper": None}, "document_missing"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(
    crowd: Crowd, as_web: FreshDatabase, changed: dict[str, Any], expected: str
) -> None:
    alice, helper = numbered(crowd), crowd.agent("habilitated_helper")
    with pytest.raises(CspuError) as refused:
        record_mandate(crowd.session("agent", helper), offline(**changed), keyring=RING, act="m")
    assert code_of(refused) == expected
    assert crowd.ask("SELECT 1 FROM trust.mandate") == crowd.lines(alice) == []


def test_only_a_helper_who_showed_her_second_factor_records_mandates(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, helper = numbered(crowd), crowd.agent("habilitated_helper")
    for token, expected in (
        (crowd.session("agent", crowd.agent("career_adviser")), "session_over"),
        (crowd.session("person", alice), "session_over"),
        (crowd.session("agent", helper, second_factor=False), "second_factor_missing"),
    ):
        with pytest.raises(CspuError) as refused:
            record_mandate(token, offline(), keyring=RING, act="m")
        assert code_of(refused) == expected


def test_an_impossible_number_is_refused_without_being_repeated(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    token = crowd.session("agent", crowd.agent("habilitated_helper"))
    with pytest.raises(InvalidIdentity) as refused:
        record_mandate(token, offline(nir="1234"), keyring=RING, act="m")
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0 picture", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n picture", "image/png"),
    ],
)
def test_a_paper_is_told_by_what_it_holds(content: bytes, expected: str) -> None:
    assert read_paper(content) == Paper(expected, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "document_kind"),
        (b"<svg onload=alert(1)>", "document_kind"),
        (b"MZ a program called mandate.pdf", "document_kind"),
        (PDF + b"0" * 5 * 1024 * 1024, "document_too_large"),
    ],
)
def test_anything_else_is_no_paper(content: bytes, expected: str) -> None:
    with pytest.raises(CspuError) as refused:
        read_paper(content)
    assert code_of(refused) == expected


# Corrections ----------------------------------------------------------------------------------------


def disputed(crowd: Crowd, person: PersonId, agent: UUID, *, scope: str = "work") -> UUID:
    """She says that a fact told by the agent's body is wrong."""
    correction = uuid4()
    with opened(crowd.session("person", person), Asking(person, "correct", verb="act")):
        ask_correction(
            correction,
            crowd.organisation_of(agent),
            scope=scope,
            fact="Emploi, mars 2025",
            words="Je ne travaillais pas là.",
        )
    return correction


def sees(crowd: Crowd, person: PersonId) -> list[tuple[Any, ...]]:
    """Her corrections as she reads them."""
    with opened(crowd.session("person", person), Asking(person, "corrections")):
        return [
            (each.ball, [(move.outcome, move.mover_name) for move in each.moves])
            for each in corrections_in_sight(person)
        ]


def test_a_correction_goes_to_and_fro_and_says_who_has_the_ball(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer", name="Camille Roy")
    token = crowd.session("agent", agent)
    correction = disputed(crowd, alice, agent)
    (waiting,) = corrections_of_body(token)
    assert (waiting.correction_id, waiting.scope, waiting.ball) == (correction, "work", Ball.BODY)
    before = len(crowd.lines(alice))
    found = open_correction(token, correction, act="correction")
    assert found is not None
    assert (found.fact, found.moves[0].words) == ("Emploi, mars 2025", "Je ne travaillais pas là.")
    answer_correction(token, correction, Outcome.MORE_NEEDED, "Quel mois ?", act="answer")
    assert [line[:5] for line in crowd.lines(alice)[before:]] == [
        ("answer", ["work"], "correction", "correction", "law:correction"),
        ("answer", ["work"], "correction", "answer", "law:correction"),
    ]
    assert [each[0] for each in sees(crowd, alice)] == [Ball.PERSON]
    with opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")):
        reply_correction(correction, Outcome.ASKED, "Tout le mois.")
    answer_correction(token, correction, Outcome.CORRECTED, "C’est fait.", act="answer")
    assert sees(crowd, alice) == [
        (
            Ball.NOBODY,
            [
                (Outcome.ASKED, "Alice MARCHAND"),
                (Outcome.MORE_NEEDED, "Camille Roy"),
                (Outcome.ASKED, "Alice MARCHAND"),
                (Outcome.CORRECTED, "Camille Roy"),
            ],
        )
    ]


def test_only_the_body_asked_answers_and_only_for_scopes_of_its_role(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent, other = crowd.person(), crowd.agent("employer"), crowd.agent("employer")
    correction = disputed(crowd, alice, agent)
    before = crowd.lines(alice)
    union = uuid4()
    crowd.ask(
        "INSERT INTO trust.agent VALUES (%s, %s, 'union', 'Une autre', TRUE, now()) RETURNING 1",
        union,
        crowd.organisation_of(agent),
    )
    for token, expected in (
        (crowd.session("agent", other), "role_may_not"),
        (crowd.session("agent", union), "role_may_not"),
        (crowd.session("person", alice), "role_may_not"),
        (crowd.session("agent", agent, second_factor=False), "second_factor_missing"),
        ("none", "session_over"),
    ):
        assert corrections_of_body(token) == []
        assert open_correction(token, correction, act="correction") is None
        with pytest.raises(CspuError) as refused:
            answer_correction(token, correction, Outcome.KEPT, "Non.", act="answer")
        assert code_of(refused) == expected
    assert crowd.lines(alice) == before


def test_an_answer_says_something_and_comes_once(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    token, correction = crowd.session("agent", agent), disputed(crowd, alice, agent)
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.KEPT, "  ", act="answer")
    assert code_of(refused) == "words_missing"
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.WITHDRAWN, "Non.", act="answer")
    assert code_of(refused) == "already_ended"
    answer_correction(token, correction, Outcome.KEPT, "C’est exact.", act="answer")
    with pytest.raises(CspuError) as refused:
        answer_correction(token, correction, Outcome.CORRECTED, "Si.", act="answer")
    assert code_of(refused) == "already_ended"
    with (
        opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")),
        pytest.raises(CspuError) as refused,
    ):
        reply_correction(correction, Outcome.ASKED, "Encore.")
    assert code_of(refused) == "already_ended"


def test_a_correction_is_asked_in_sight_of_a_body_that_answers(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent, union = crowd.person(), crowd.agent("employer"), crowd.agent("union")
    token = crowd.session("person", alice)
    cases: list[tuple[UUID, str, str, str]] = [
        (crowd.organisation_of(union), "work", "Non.", "organisation_unknown"),
        (crowd.organisation_of(agent), "training", "Non.", "organisation_unknown"),
        (uuid4(), "work", "Non.", "organisation_unknown"),
        (crowd.organisation_of(agent), "work", " ", "words_missing"),
    ]
    for body, scope, words, expected in cases:
        with (
            opened(token, Asking(alice, "correct", verb="act")),
            pytest.raises(CspuError) as refused,
        ):
            ask_correction(uuid4(), body, scope=scope, fact="Emploi", words=words)
        assert code_of(refused) == expected
    with opened(token, Asking(alice, "read")), pytest.raises(CspuError) as refused:
        ask_correction(uuid4(), crowd.organisation_of(agent), scope="work", fact="F", words="Non.")
    assert code_of(refused) == "not_in_sight"
    assert crowd.ask("SELECT 1 FROM trust.correction") == []


def test_a_helper_asks_for_corrections_within_her_mandate_alone(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, employer = crowd.person(), crowd.agent("employer")
    helper = crowd.agent("habilitated_helper", name="Noé Petit")
    crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "work_training")
    token = crowd.session("agent", helper)
    within = Asking(alice, "correct", purpose="mandate", scopes=["work"], verb="act")
    body = crowd.organisation_of(employer)
    with opened(token, within):
        ask_correction(uuid4(), body, scope="work", fact="Emploi", words="Ce n’est pas elle.")
    with opened(token, within), pytest.raises(CspuError) as refused:
        ask_correction(uuid4(), body, scope="family", fact="Naissance", words="Non.")
    assert code_of(refused) == "scope_not_yours_to_open"
    assert crowd.ask("SELECT mover_name FROM trust.correction_move") == [("Noé Petit",)]


def test_who_corrects_is_who_said_it_else_who_holds_a_file(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, employer = crowd.person(), crowd.agent("employer")
    fund = crowd.agent("social_protection_body")
    crowd.agent("social_protection_body")
    crowd.file(alice, fund)
    with opened(crowd.session("person", alice), Asking(alice, "correct", verb="act")):
        said = crowd.organisation_of(employer)
        assert [each.organisation_id for each in who_corrects("work", [said])] == [said]
        assert [each.organisation_id for each in who_corrects("retirement", [said])] == [
            crowd.organisation_of(fund)
        ]
        assert who_corrects("training", [said]) == []
    assert who_corrects("retirement", []) == []


# Complaints -----------------------------------------------------------------------------------------


def complained(crowd: Crowd, person: PersonId) -> UUID:
    """She says that a line of her journal is not right."""
    agent = crowd.agent("employer", name="Paul Durand")
    crowd.file(person, agent)
    with opened(
        crowd.session("agent", agent),
        Asking(person, "dossier", purpose="payroll_declaration", scopes=["work"]),
    ) as sight:
        pass
    grievance = uuid4()
    crowd.ask(
        "INSERT INTO trust.grievance VALUES (%s, %s, %s, 'Je ne le connais pas.', now(), 'person')"
        " RETURNING 1",
        person,
        grievance,
        sight.line,
    )
    return grievance


def test_an_officer_reads_the_case_and_its_one_line(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer", name="Anne Garde")
    grievance, token = complained(crowd, alice), crowd.session("agent", officer)
    (listed,) = complaints(token)
    assert (listed.grievance_id, listed.finding) == (grievance, None)
    before = len(crowd.lines(alice))
    found = open_grievance(token, grievance, act="complaint")
    assert found is not None
    assert found.line is not None
    assert (found.words, found.line.actor_name, found.line.scopes) == (
        *("Je ne le connais pas.", "Paul Durand"),
        ("work",),
    )
    assert crowd.lines(alice)[before:] == [
        ("read", [], "complaint", "complaint", f"grievance:{grievance}", "Anne Garde")
    ]
    answer_grievance(token, grievance, Finding.TAKEN_UP, "Je regarde.", act="answer")
    answer_grievance(token, grievance, Finding.UPHELD, "Vous avez raison.", act="answer")
    again = open_grievance(token, grievance, act="complaint")
    assert again is not None
    assert [each.finding for each in again.answers] == [Finding.TAKEN_UP, Finding.UPHELD]
    assert again.is_closed
    with pytest.raises(CspuError) as refused:
        answer_grievance(token, grievance, Finding.JUSTIFIED, "Non.", act="answer")
    assert code_of(refused) == "already_ended"


def test_nobody_else_reads_or_answers_complaints(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer")
    grievance = complained(crowd, alice)
    before = crowd.lines(alice)
    roles = [role for (role,) in crowd.ask("SELECT role FROM trust.role")]
    tokens = [
        crowd.session("agent", crowd.agent(role))
        for role in roles
        if role != "data_protection_officer"
    ]
    tokens += [
        crowd.session("agent", officer, second_factor=False),
        crowd.session("person", alice),
    ]
    for token in tokens:
        assert complaints(token) == []
        assert open_grievance(token, grievance, act="complaint") is None
        with pytest.raises(CspuError) as refused:
            answer_grievance(token, grievance, Finding.JUSTIFIED, "Non.", act="answer")
        assert code_of(refused) == "role_may_not"
    with pytest.raises(CspuError) as refused:
        answer_grievance("none", grievance, Finding.JUSTIFIED, "Non.", act="answer")
    assert code_of(refused) == "session_over"
    assert crowd.lines(alice) == before


def test_an_unknown_complaint_or_an_empty_answer_is_refused(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, officer = crowd.person(), crowd.agent("data_protection_officer")
    grievance, token = complained(crowd, alice), crowd.session("agent", officer)
    assert open_grievance(token, uuid4(), act="complaint") is None
    for which, words, expected in (
        (uuid4(), "Non.", "already_ended"),
        (grievance, " ", "words_missing"),
    ):
        with pytest.raises(CspuError) as refused:
            answer_grievance(token, which, Finding.JUSTIFIED, words, act="answer")
        assert code_of(refused) == expected


# Raw SQL --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM trust.persons_held(NULL, NULL, NULL, 10)",
        "SELECT * FROM trust.reasons_to_see(NULL, NULL, '{}')",
        "SELECT trust.agent_of(NULL)",
        "SELECT trust.officer_of(NULL)",
        "SELECT trust.correction_for(NULL, NULL)",
        "INSERT INTO trust.correction_move DEFAULT VALUES",
        "INSERT INTO trust.grievance_move DEFAULT VALUES",
    ],
)
def test_a_request_reaches_none_of_what_lies_behind(web_connection: Any, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        web_connection.execute(statement)


def test_raw_sql_lists_no_question_correction_or_complaint(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, agent = crowd.person(), crowd.agent("employer")
    disputed(crowd, alice, agent)
    complained(crowd, alice)
    with connection.cursor() as cursor:
        for table in ("request", "correction", "correction_move", "grievance", "file"):
            cursor.execute(f"SELECT * FROM trust.{table}")
            assert cursor.fetchall() == []


# Bringing agents in ---------------------------------------------------------------------------------


def test_agents_log_ins_and_files_are_brought_in_once(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    alice, known = crowd.person(), crowd.agent("employer")
    body = crowd.organisation_of(known)
    agent = DeclaredAgent(uuid4(), body, "employer", "Camille Roy")
    login = DeclaredLogin("pro_connect", "provider|sub", agent.agent_id)
    held = HeldFile(alice, body, date(2024, 1, 1))
    with as_role(fresh_database, "batch"):
        for expected in (1, 0):
            assert register_agents([agent], recorded_at=RECORDED_AT) == expected
            assert link_logins([login], linked_at=RECORDED_AT) == expected
            assert hold_files([held], recorded_at=RECORDED_AT) == expected
        left = DeclaredAgent(agent.agent_id, body, "employer", "Camille Roy", active=False)
        assert register_agents([left], recorded_at=RECORDED_AT) == 1
        assert register_agents([], recorded_at=RECORDED_AT) == 0
    assert crowd.ask(
        "SELECT actor_kind, actor_id FROM trust.login WHERE login_hash = %s",
        login_hash("pro_connect", "provider|sub"),
    ) == [("agent", agent.agent_id)]
    assert crowd.ask("SELECT held_to::text FROM trust.file") == [("infinity",)]
    assert crowd.ask("SELECT active FROM trust.agent WHERE agent_id = %s", agent.agent_id) == [
        (False,)
    ]
