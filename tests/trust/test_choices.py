"""What a person decides, as the web role: each choice, each refusal, each form sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.db import connection

from cspu.kernel.errors import CspuError
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId
from cspu.trust import choices, journal, sharing
from cspu.trust.access import load_access
from cspu.trust.door import HELPING, Asking, opened
from cspu.trust.errors import ChoiceRefused, choice_refused
from tests.conftest import FreshDatabase
from tests.trust.crowd import Crowd

GUIDANCE = "career_guidance"


@contextmanager
def deciding(crowd: Crowd, person: UUID) -> Iterator[None]:
    """She is logged in and about to decide."""
    with opened(crowd.session("person", person), Asking(person, "test", verb="act")):  # type: ignore[arg-type]
        yield


@contextmanager
def helping(crowd: Crowd, helper: UUID, person: UUID, *scopes: str) -> Iterator[None]:
    """A relative is about to decide for her."""
    token = crowd.session("person", helper, strong=True)
    asking = Asking(person, "test", purpose=HELPING, scopes=scopes, verb="act")  # type: ignore[arg-type]
    with opened(token, asking):
        yield


def sees(crowd: Crowd, agent: UUID, person: UUID, *scopes: str) -> bool:
    """Whether the agent passes the door now."""
    asking = Asking(person, "test", purpose=GUIDANCE, scopes=scopes)  # type: ignore[arg-type]
    try:
        with opened(crowd.session("agent", agent), asking):
            return True
    except CspuError:
        return False


def ask(crowd: Crowd, agent: UUID, code: str, *scopes: str, days: int = 90) -> UUID:
    """The agent uses the code to ask."""
    request, token = uuid4(), crowd.session("agent", agent)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trust.ask(%s, %s, %s, %s, %s, %s, 'Pour votre projet', 'test')",
            [token, choices.plain_code(code), request, GUIDANCE, list(scopes), days],
        )
        assert cursor.fetchone() == (None,)
    return request


def refused(code: str, choose: object) -> None:
    """The choice is refused for that reason."""
    with pytest.raises(ChoiceRefused) as caught:
        choose()  # type: ignore[operator]
    assert caught.value.code == f"trust.{code}"


def test_a_consent_opens_what_it_says_until_it_is_ended(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    body, form = crowd.organisation_of(adviser), uuid4()
    assert not sees(crowd, adviser, alice, "work")
    with deciding(crowd, alice):
        for _ in range(2):
            consent = choices.give_consent(form, body, purpose=GUIDANCE, scopes=["work"], days=30)
        (given,) = sharing.consents()
    assert (given.consent_id, given.scopes, given.active) == (consent, ("work",), True)
    assert (given.organisation, given.given_by) == ("Maison career_adviser", "")
    assert sees(crowd, adviser, alice, "work")
    assert not sees(crowd, adviser, alice, "work", "training")
    with deciding(crowd, alice):
        choices.end_consent(consent)
        refused("already_ended", lambda: choices.end_consent(consent))
        (ended,) = sharing.consents()
    assert not ended.active
    assert not sees(crowd, adviser, alice, "work")


def test_a_consent_cannot_be_what_no_role_may_have(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    body = crowd.organisation_of(adviser)

    def give(organisation: OrganisationId, purpose: str, scopes: list[str], days: int) -> object:
        return lambda: choices.give_consent(
            uuid4(), organisation, purpose=purpose, scopes=scopes, days=days
        )

    with deciding(crowd, alice):
        refused("organisation_unknown", give(NO_ORGANISATION, GUIDANCE, ["work"], 30))
        refused("purpose_unknown", give(body, "care", ["work"], 30))
        refused("scope_not_for_them", give(body, GUIDANCE, ["work", "health_medical"], 30))
        refused("scope_not_for_them", give(body, GUIDANCE, [], 30))
        refused("term_too_long", give(body, GUIDANCE, ["work"], 0))
        refused("term_too_long", give(body, GUIDANCE, ["work"], 366))
        assert sharing.consents() == []


def test_nothing_is_decided_out_of_sight_or_while_reading(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    body = crowd.organisation_of(adviser)
    deeds = [
        lambda: choices.give_consent(uuid4(), body, purpose=GUIDANCE, scopes=["work"], days=1),
        lambda: choices.end_consent(uuid4()),
        lambda: choices.make_code(uuid4()),
        lambda: choices.answer_request(uuid4(), granted=True, days=1),
        lambda: choices.give_mandate(uuid4(), themes=["papers"], days=1, helper_code="X"),
        lambda: choices.end_mandate(uuid4()),
        lambda: choices.raise_grievance(uuid4(), 1, "?"),
    ]
    for deed in deeds:
        refused("not_in_sight", deed)
    with opened(crowd.session("person", alice), Asking(alice, "test")):
        for deed in deeds:
            refused("not_in_sight", deed)
    assert sharing.consents() == []


def test_a_code_lets_somebody_ask_once_and_shows_nothing(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser", name="Camille Roy")
    form = uuid4()
    with deciding(crowd, alice):
        code = choices.make_code(form)
        assert choices.make_code(form) == code
        refused("term_too_long", lambda: choices.make_code(uuid4(), minutes=61))
    assert len(code) == choices.CODE_LENGTH
    assert not set(code) & set("0O1IL5SBUZ")
    ask(crowd, adviser, f"{code[:4].lower()}-{code[4:]} ", "work", "training")
    assert not sees(crowd, adviser, alice, "work")
    with deciding(crowd, alice):
        refused("code_unknown", lambda: choices.make_code(form))
        (question,) = sharing.questions()
    assert (question.agent, question.scopes) == ("Camille Roy", ("work", "training"))
    assert question.message == "Pour votre projet"


def test_two_forms_make_two_codes() -> None:
    codes = {choices.code_of(uuid4()) for _ in range(200)}
    assert len(codes) == 200


def test_a_question_is_answered_once_and_for_less_time_if_she_wants(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    with deciding(crowd, alice):
        code = choices.make_code(uuid4())
    request = ask(crowd, adviser, code, "work", days=90)
    with deciding(crowd, alice):
        choices.answer_request(request, granted=True, days=30)
        refused("already_ended", lambda: choices.answer_request(request, granted=False, days=30))
        (given,) = sharing.consents()
        assert sharing.questions() == []
    assert (given.valid_until - given.given_at).days == 30
    assert sees(crowd, adviser, alice, "work")


def test_a_no_leaves_nothing_but_the_no(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    with deciding(crowd, alice):
        code = choices.make_code(uuid4())
    request = ask(crowd, adviser, code, "work")
    with deciding(crowd, alice):
        choices.answer_request(request, granted=False, days=30)
        assert not [*sharing.questions(), *sharing.consents()]
    assert not sees(crowd, adviser, alice, "work")


def test_nobody_answers_for_somebody_else(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, berthe = crowd.person(), crowd.person(name="BERNARD")
    adviser = crowd.agent("career_adviser")
    with deciding(crowd, alice):
        code = choices.make_code(uuid4())
    request = ask(crowd, adviser, code, "work")
    consent = crowd.consent(alice, adviser, GUIDANCE, "training")
    mandate = crowd.mandate(alice, uuid4(), "person", "papers")
    with deciding(crowd, berthe):
        refused("already_ended", lambda: choices.answer_request(request, granted=True, days=1))
        refused("already_ended", lambda: choices.end_consent(consent))
        refused("already_ended", lambda: choices.end_mandate(mandate))
        assert not [*sharing.questions(), *sharing.consents(), *sharing.mandates()]


def test_a_relative_is_known_by_a_code_of_hers(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, berthe = crowd.person(), crowd.person(name="BERNARD")
    with deciding(crowd, berthe):
        code = choices.make_code(uuid4())
    form = uuid4()
    with deciding(crowd, alice):
        for _ in range(2):
            mandate = choices.give_mandate(
                form, themes=["work_training"], days=30, helper_code=code.lower()
            )
        (given,) = sharing.mandates()
        refused(
            "code_unknown",
            lambda: choices.give_mandate(uuid4(), themes=["papers"], days=1, helper_code=code),
        )
    assert (given.holder, given.channel, given.active) == ("Alice BERNARD", "online", True)
    with helping(crowd, berthe, alice, "work"):
        assert [one.mandate_id for one in sharing.mandates()] == [mandate]
    ((_, name),) = [
        (one.person_id, one.name)
        for one in sharing.helped(crowd.session("person", berthe), "roster")
    ]
    assert name == "Alice MARCHAND"
    with deciding(crowd, alice):
        choices.end_mandate(mandate)
        refused("already_ended", lambda: choices.end_mandate(mandate))
    with pytest.raises(CspuError), helping(crowd, berthe, alice, "work"):
        pytest.fail("the mandate is over")


def test_a_mandate_is_given_to_who_helps_and_about_something(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    helper = crowd.agent("habilitated_helper")
    plain, house = crowd.organisation_of(adviser), crowd.organisation_of(helper)
    with deciding(crowd, alice):
        own = choices.make_code(uuid4())
        for reason, body, themes, days, code in (
            ("organisation_unknown", plain, ["papers"], 1, ""),
            ("term_too_long", house, ["papers"], 400, ""),
            ("theme_unknown", house, ["papers", "nonsense"], 1, ""),
            ("theme_unknown", house, [], 1, ""),
            ("code_unknown", None, ["papers"], 1, own),
            ("code_unknown", None, ["papers"], 1, "NOSUCH"),
        ):
            refused(
                reason,
                lambda body=body, themes=themes, days=days, code=code: choices.give_mandate(
                    uuid4(), themes=themes, days=days, helper_code=code, organisation_id=body
                ),
            )
        assert sharing.mandates() == []
        choices.give_mandate(uuid4(), themes=["papers"], days=30, organisation_id=house)
        (given,) = sharing.mandates()
    assert (given.holder, given.holder_kind) == ("Maison habilitated_helper", "organisation")


def test_a_helper_decides_within_her_mandate_and_no_wider(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, berthe = crowd.person(), crowd.person(name="BERNARD")
    adviser, doctor = crowd.agent("career_adviser"), crowd.agent("health_professional")
    crowd.mandate(alice, berthe, "person", "work_training")
    body, practice = crowd.organisation_of(adviser), crowd.organisation_of(doctor)
    with helping(crowd, berthe, alice, "identity", "work", "training"):
        choices.give_consent(uuid4(), body, purpose=GUIDANCE, scopes=["work"], days=30)
        refused(
            "scope_not_yours_to_open",
            lambda: choices.give_consent(
                uuid4(), body, purpose=GUIDANCE, scopes=["work", "resources"], days=30
            ),
        )
        # A scope that holds nothing today is not hers to open either.
        refused(
            "scope_not_yours_to_open",
            lambda: choices.give_consent(
                uuid4(), practice, purpose="care", scopes=["health_medical"], days=30
            ),
        )
        refused(
            "not_in_sight",
            lambda: choices.give_mandate(uuid4(), themes=["money"], days=1, helper_code="X"),
        )
        (given,) = sharing.consents()
    assert (given.scopes, given.given_by) == (("work",), "Helper")
    with deciding(crowd, alice):
        code = choices.make_code(uuid4())
    request = ask(crowd, adviser, code, "resources")
    with helping(crowd, berthe, alice, "identity", "work", "training"):
        refused(
            "scope_not_yours_to_open",
            lambda: choices.answer_request(request, granted=True, days=1),
        )


def test_a_grievance_is_about_a_line_of_hers(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, form = crowd.person(), uuid4()
    with deciding(crowd, alice):
        refused("line_unknown", lambda: choices.raise_grievance(uuid4(), 99, "?"))
        refused("words_too_long", lambda: choices.raise_grievance(uuid4(), 1, "  "))
        refused("words_too_long", lambda: choices.raise_grievance(uuid4(), 1, "x" * 2001))
        for _ in range(2):
            choices.raise_grievance(form, 1, "Je ne connais pas\r\ncette personne.")
        (case,) = journal.grievances()
    assert (case.line, case.words) == (1, "Je ne connais pas\ncette personne.")
    assert (case.state, case.since) == ("open", case.opened_at)


def test_the_journal_says_who_what_and_on_what_basis(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser", name="Camille Roy")
    consent = crowd.consent(alice, adviser, GUIDANCE, "work")
    assert sees(crowd, adviser, alice, "work")
    with opened(crowd.session("person", alice), Asking(alice, "journal")):
        (line,) = journal.journal().lines
        assert [each.rank for each in journal.journal(others_only=False).lines] == [2, 1]
        page = journal.journal(others_only=False, most=1)
        assert (page.lines[0].rank, page.more) == (2, True)
        assert journal.line(1) == line
        assert journal.line(99) is None
        assert journal.begins() == line.seen_at
    assert (line.actor_name, line.role, line.scopes) == ("Camille Roy", "career_adviser", ("work",))
    ((kind, key, given_at),) = [(each.kind, each.key, each.given_at) for each in line.bases]
    assert (kind, key) == ("consent", str(consent))
    assert given_at is not None


def test_an_inquiry_is_masked_with_its_rule_and_is_in_no_list(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, service = crowd.person(), crowd.agent("child_protection_service", name="Dominique Petit")
    crowd.file(alice, service, "inquiry")
    inquiry = Asking(alice, "test", purpose="child_protection_inquiry", scopes=("family",))
    with opened(crowd.session("agent", service), inquiry):
        pass
    mask = load_access().purposes["child_protection_inquiry"].mask
    assert mask is not None
    with opened(crowd.session("person", alice), Asking(alice, "journal")):
        (line,) = journal.journal().lines
        assert sharing.bodies() == []
    assert (line.actor_name, line.organisation, line.role, line.purpose) == ("", "", "", "")
    assert (line.scopes, line.bases, line.mask) == ((), (), mask.rule)
    assert line.masked_until is not None


def test_bodies_that_see_by_law_are_told_with_their_bases(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, fund = crowd.person(), crowd.agent("social_protection_body")
    crowd.file(alice, fund)
    with opened(crowd.session("person", alice), Asking(alice, "sharing")):
        (body,) = sharing.bodies()
    bases = dict(body.bases)
    assert body.organisation == "Maison social_protection_body"
    assert set(bases["public_task"]) == {
        "identity", "family", "resources", "work", "retirement", "housing"
    }  # fmt: skip
    assert bases["own_records"] == ("health_administrative",)


def test_only_bodies_that_may_be_given_something_are_offered(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    adviser = crowd.agent("career_adviser")
    crowd.agent("employer")
    crowd.agent("auditor")
    found = sharing.receivers(load_access())
    assert [one.name for one in found] == ["Maison career_adviser"]
    (offer,) = found[0].offers
    assert offer.purpose.key == GUIDANCE
    assert offer.scopes == ("resources", "work", "training", "engagement")
    only = sharing.receivers(load_access(), only=crowd.organisation_of(adviser))
    assert only == found
    assert sharing.receivers(load_access(), search="nulle part") == []


def test_every_refusal_has_its_words(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect() as owner:
        found = owner.execute(
            "SELECT unnest(enum_range(NULL::trust.choice_refusal))::text"
        ).fetchall()
    for (code,) in found:
        error = choice_refused(code)
        assert error.code == f"trust.{code}"
        assert error.message.fr != error.message.en
