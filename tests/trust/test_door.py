"""The door: what it opens, for whom, why; and what raw SQL as the web role gets without it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from cspu.trust.door import EVERYTHING, Asking, open_sight, opened
from cspu.trust.errors import DoorClosed, SecondFactorMissing, SessionOver, StrongerLoginNeeded
from cspu.trust.queries import identity_in_sight
from tests.conftest import FreshDatabase
from tests.trust.crowd import SEEN, Crowd


def seen() -> set[str]:
    """The kinds of rows that Django's connection sees at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return {kind for (kind,) in cursor.fetchall()}


def refusal(token: str, asking: Asking) -> str:
    """Why the door stays shut; it must."""
    with pytest.raises(DoorClosed) as caught, opened(token, asking):
        pytest.fail("the door opened")
    return caught.value.code.removeprefix("trust.")


def guidance(person: UUID, *scopes: str, **more: Any) -> Asking:
    return Asking(person, "test", purpose="career_guidance", scopes=scopes, **more)  # type: ignore[arg-type]


def test_she_sees_everything_of_hers_and_nothing_of_others(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, berthe = crowd.person(name="MARCHAND"), crowd.person(name="BERNARD")
    token = crowd.session("person", alice)
    with opened(token, Asking(alice, "account")) as sight:
        identity = identity_in_sight()
        assert identity is not None
        assert identity.birth_name == "MARCHAND"
        assert len(seen()) > 40
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT person_id FROM lifecourse.measure")
            assert cursor.fetchall() == [(alice,)]
    assert (sight.line, sight.basis) == (1, "herself")
    assert refusal(token, Asking(berthe, "account")) == "purpose_unknown"
    assert crowd.lines(berthe) == []


def test_the_sight_ends_with_the_transaction(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice = crowd.person()
    token = crowd.session("person", alice)
    assert seen() == set()
    with opened(token, Asking(alice, "account")):
        assert seen()
    assert seen() == set()


def test_a_sight_cannot_be_written_kept_or_stretched(crowd: Crowd, as_web: FreshDatabase) -> None:
    """The three settings of a true sight, replayed in another transaction or changed in the same."""
    alice, berthe = crowd.person(), crowd.person()
    token = crowd.session("person", alice)
    names = ("cspu.sight", "cspu.kinds", "cspu.seal")
    with opened(token, Asking(alice, "account")), connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        true = dict(zip(names, cursor.fetchone(), strict=True))
        for name, other in [("cspu.sight", true["cspu.sight"].replace(str(alice), str(berthe)))]:
            cursor.execute(f"SET LOCAL {name} = '{other}'")
            assert seen() == set()
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in true.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        assert seen() == set()


def test_kinds_cannot_be_widened(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    crowd.consent(alice, adviser, "career_guidance", "training")
    token = crowd.session("agent", adviser)
    with opened(token, guidance(alice, "training")), connection.cursor() as cursor:
        before = seen()
        assert "right:cpf" in before
        assert "status:sick_leave" not in before
        cursor.execute("SET LOCAL cspu.kinds = '*'")
        assert seen() == set()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT kernel.seal('x', '*')",
        "SELECT kernel.open_sight('x', '*')",
        "SELECT lo_get(1129533525)",
        "SELECT trust.begin_session('t', 'person', gen_random_uuid(), 'x', TRUE)",
        "SELECT trust.strengthen_session('t', 'u', TRUE, TRUE)",
        "SELECT trust.write_line(NULL)",
        "SELECT trust.match_pivot('A', 'B', 'F', '1985-05-04', '', '')",
        "SELECT trust.name_of(gen_random_uuid())",
        "SELECT * FROM people.identity",
        "SELECT * FROM people.nir_index",
        "SELECT * FROM trust.session",
        "SELECT * FROM trust.login",
        "SELECT * FROM trust.code",
        "SELECT * FROM trust.access",
        "SELECT * FROM trust.access_head",
        "SELECT * FROM trust.second_factor",
        "INSERT INTO trust.consent SELECT * FROM trust.consent",
        "UPDATE trust.consent SET ended_at = NULL",
        "DELETE FROM trust.access",
        "UPDATE trust.agent SET role = 'auditor'",
        "UPDATE trust.view SET allowed = TRUE",
        "ALTER TABLE ledger.transfer DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON ledger.transfer USING (TRUE)",
        "SET ROLE cspu_login",
    ],
)
def test_a_request_cannot_grant_itself_sight(
    web_connection: psycopg.Connection, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_connection.execute(statement.encode())


def test_refusals_come_in_their_order(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    bare = crowd.session("agent", adviser, second_factor=False)
    full = crowd.session("agent", adviser)
    assert refusal("no such token", guidance(alice, "nonsense")) == "session_over"
    assert refusal(bare, Asking(alice, "x", purpose="audit", scopes=())) == "purpose_unknown"
    assert refusal(bare, guidance(alice)) == "second_factor_missing"
    assert refusal(full, guidance(alice)) == "nothing_asked"
    assert refusal(full, guidance(alice, "work", "nonsense")) == "nothing_asked"
    assert refusal(full, guidance(alice, "work", "health_medical")) == "role_may_not"
    assert refusal(full, guidance(alice, *EVERYTHING)) == "role_may_not"
    assert refusal(full, guidance(alice, "work")) == "no_basis"
    assert refusal(full, guidance(uuid4(), "work")) == "no_basis"
    assert crowd.lines(alice) == []


def test_the_errors_say_which_door_is_shut(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    for token, asking, error in (
        ("none", guidance(alice, "work"), SessionOver),
        (
            crowd.session("agent", adviser, second_factor=False),
            guidance(alice, "work"),
            SecondFactorMissing,
        ),
        (
            crowd.session("person", alice),
            Asking(alice, "spend", verb="act", strong=True),
            StrongerLoginNeeded,
        ),
    ):
        with pytest.raises(error), opened(token, asking):
            pytest.fail("the door opened")


def test_only_an_act_that_moves_value_asks_for_a_stronger_log_in(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice = crowd.person()
    plain = crowd.session("person", alice)
    with opened(plain, Asking(alice, "account")), opened(plain, Asking(alice, "x", verb="act")):
        pass
    strong = crowd.session("person", alice, strong=True)
    with opened(strong, Asking(alice, "spend", verb="act", strong=True)) as sight:
        assert sight.basis == "herself"


def test_consent_is_to_a_structure_for_a_purpose_and_ends_at_once(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser", name="Camille Roy")
    stranger = crowd.agent("career_adviser")
    consent = crowd.consent(alice, adviser, "career_guidance", "work", "training")
    token = crowd.session("agent", adviser)
    with opened(token, guidance(alice, "work")) as sight:
        assert sight.basis == f"consent:{consent}"
        assert {"status:employment", "right:c2p"} <= seen()
        assert "right:cpf" not in seen()
        assert "identity" not in seen()
    assert refusal(crowd.session("agent", stranger), guidance(alice, "work")) == "no_basis"
    assert crowd.lines(alice) == [
        ("read", ["work"], "career_guidance", "test", f"consent:{consent}", "Camille Roy")
    ]
    crowd.ask(
        "UPDATE trust.consent SET ended_at = now(), ended_by = 'person' WHERE consent_id = %s"
        " RETURNING 1",
        consent,
    )
    assert refusal(token, guidance(alice, "work")) == "no_basis"


def test_a_consent_that_is_over_opens_nothing(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    crowd.ask(
        "INSERT INTO trust.consent VALUES (%s, %s, %s, 'career_guidance', '{work}',"
        " now() - interval '3 days', now() - interval '1 second', 'person') RETURNING 1",
        alice,
        uuid4(),
        crowd.organisation_of(adviser),
    )
    assert refusal(crowd.session("agent", adviser), guidance(alice, "work")) == "no_basis"


def test_an_employer_sees_its_own_declarations_alone(crowd: Crowd, as_web: FreshDatabase) -> None:
    boss = crowd.agent("employer")
    crowd.employer = crowd.organisation_of(boss)
    alice = crowd.person()
    token = crowd.session("agent", boss)
    asking = Asking(alice, "test", purpose="payroll_declaration", scopes=("work",))
    assert refusal(token, asking) == "no_basis"
    crowd.file(alice, boss)
    with opened(token, asking), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT organisation_id FROM lifecourse.spell"
            " UNION SELECT DISTINCT organisation_id FROM lifecourse.measure"
        )
        assert cursor.fetchall() == [(crowd.employer,)]
        assert not any(kind.startswith("right:") for kind in seen())


def test_a_helper_acts_within_the_mandate(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, helper = crowd.person(), crowd.agent("habilitated_helper", name="Dominique Petit")
    mandate = crowd.mandate(alice, crowd.organisation_of(helper), "organisation", "work_training")
    token = crowd.session("agent", helper)
    within = Asking(alice, "test", purpose="mandate", scopes=("work", "training"), verb="act")
    with opened(token, within) as sight:
        assert sight.basis == f"mandate:{mandate}"
        assert "right:cpf" in seen()
        assert "status:sick_leave" not in seen()
    beyond = Asking(alice, "test", purpose="mandate", scopes=("health_administrative",))
    assert refusal(token, beyond) == "no_basis" or refusal(token, beyond) == "role_may_not"
    assert [line[5] for line in crowd.lines(alice)] == ["Dominique Petit"]


def test_a_relative_shows_a_stronger_log_in_once_a_session(
    crowd: Crowd, as_web: FreshDatabase
) -> None:
    alice, daughter = crowd.person(), crowd.person(name="FILLE")
    crowd.mandate(alice, daughter, "person", "money")
    asking = Asking(alice, "test", purpose="mandate", scopes=("resources",))
    assert refusal(crowd.session("person", daughter), asking) == "stronger_login_needed"
    with opened(crowd.session("person", daughter, strong=True), asking):
        assert "measure:gross_pay" in seen()
    assert [line[5] for line in crowd.lines(alice)] == ["Alice FILLE"]


def test_the_door_does_not_open_inside_a_savepoint(
    crowd: Crowd, fresh_database: FreshDatabase
) -> None:
    """The line could be rolled back alone, and the settings of the sight written again."""
    alice = crowd.person()
    token = crowd.session("person", alice)
    opening = "SELECT trust.open(%s, (%s, 'read', '{*}', 'own_account', 'x', FALSE)::trust.asking)"
    with fresh_database.connect("web") as web:
        web.execute("SAVEPOINT here")
        with pytest.raises(psycopg.errors.InvalidTransactionState):
            web.execute(opening, [token, alice])
        web.execute("ROLLBACK TO here")
        assert web.execute("SELECT count(*) FROM lifecourse.spell").fetchone() == (0,)
    assert crowd.lines(alice) == []


def test_a_refused_opening_shuts_the_one_before(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice = crowd.person()
    token = crowd.session("person", alice)
    with transaction.atomic():
        open_sight(token, Asking(alice, "account"))
        assert seen()
        with pytest.raises(DoorClosed):
            open_sight(token, Asking(uuid4(), "account"))  # type: ignore[arg-type]
        assert seen() == set()


def test_a_journal_is_read_by_its_person(crowd: Crowd, as_web: FreshDatabase) -> None:
    alice, adviser = crowd.person(), crowd.agent("career_adviser")
    crowd.consent(alice, adviser, "career_guidance", "work")
    agent = crowd.session("agent", adviser)
    journal = "SELECT rank FROM trust.journal('-infinity', 'infinity', FALSE, NULL, 10)"
    with opened(agent, guidance(alice, "work")), connection.cursor() as cursor:
        cursor.execute(journal)
        assert cursor.fetchall() == []
    with (
        opened(crowd.session("person", alice), Asking(alice, "journal")),
        connection.cursor() as cursor,
    ):
        cursor.execute(journal)
        assert cursor.fetchall() == [(2,), (1,)]
