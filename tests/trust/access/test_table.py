"""The table that ships: every word of a life is in one scope, and nobody sees more than was decided."""

from __future__ import annotations

from collections import Counter

import pytest

from cspu.law import load_pack
from cspu.law.loading import packs_of
from cspu.lifecourse.vocabulary import load_vocabulary
from cspu.trust.access import AccessTable, Relation, Verb, load_access


@pytest.fixture
def table() -> AccessTable:
    """The files of the product."""
    return load_access()


def seen(table: AccessTable, role: str, verb: Verb, *, region: str = "") -> dict[str, str]:
    """The scopes on which a role may do this, with the basis of each."""
    return {
        cell.scope: cell.basis
        for cell in table.cells(region)
        if (cell.role, cell.verb) == (role, verb) and cell.basis
    }


def test_every_word_of_a_life_and_every_right_is_in_exactly_one_scope(table: AccessTable) -> None:
    life, law = load_vocabulary(), load_pack(packs=packs_of())
    words = {
        "identity",
        "birth_date",
        *(f"right:{right}" for right in law.rights),
        *(f"status:{code}" for code in life.statuses),
        *(f"measure:{code}" for code in life.measures),
        *(f"attribute:{code}" for code in life.attributes),
        *(f"event:{code}" for code in life.events),
    }
    places = Counter(kind for scope in table.scopes.values() for kind in scope.opens)
    assert places == Counter(words)


def test_the_scopes_and_actors_that_were_asked_for_are_there(table: AccessTable) -> None:
    assert set(table.scopes) >= {
        *("identity", "family", "resources", "work", "training", "retirement", "housing"),
        *("health_administrative", "health_medical", "social_work_notes"),
    }
    assert set(table.roles) >= {
        *("social_protection_body", "career_adviser", "social_worker", "union", "association"),
        *("mutual", "training_body", "employer", "health_professional", "early_childhood_actor"),
        *("dependency_actor", "rehabilitation_actor", "state", "region", "auditor"),
        *("data_protection_officer", "habilitated_helper"),
    }


def test_the_matrix_has_every_case_once(table: AccessTable) -> None:
    cells = [(cell.role, cell.scope, cell.verb) for cell in table.cells()]
    assert len(cells) == len(set(cells)) == len(table.roles) * len(table.scopes) * len(Verb)


def test_a_mutual_sees_nothing_before_a_yes_and_may_ask_for_one_thing(table: AccessTable) -> None:
    assert seen(table, "mutual", Verb.READ) == {"health_administrative": "consent"}
    assert seen(table, "mutual", Verb.ASK) == {"health_administrative": "consent"}
    assert seen(table, "mutual", Verb.ANSWER) == {}


def test_a_training_body_sees_training_alone_once_agreed(table: AccessTable) -> None:
    assert seen(table, "training_body", Verb.READ) == {"training": "consent"}


def test_an_employer_sees_its_own_rows_and_asks_nothing(table: AccessTable) -> None:
    """It pays her: a yes given to an employer would not be free."""
    for verb in (Verb.READ, Verb.ANSWER):
        bases = set(seen(table, "employer", verb).values())
        assert {table.bases[basis].relation for basis in bases} == {Relation.OWN_ROWS}
    assert set(seen(table, "employer", Verb.READ)) == {"identity", "work"}
    assert seen(table, "employer", Verb.ASK) == {}


def test_the_officer_the_state_and_who_checks_a_proof_see_nobody(table: AccessTable) -> None:
    for role in ("data_protection_officer", "state", "proof_checker"):
        assert seen(table, role, Verb.READ) == seen(table, role, Verb.ANSWER) == {}


def test_an_auditor_never_sees_a_name(table: AccessTable) -> None:
    assert "identity" not in seen(table, "auditor", Verb.READ)
    assert set(seen(table, "auditor", Verb.READ).values()) == {"audit"}


def test_medical_data_is_for_carers_alone_and_notes_for_their_writer(table: AccessTable) -> None:
    readers = {
        scope: {
            cell.role: cell.basis for cell in table.cells() if cell.scope == scope and cell.basis
        }
        for scope in ("health_medical", "social_work_notes")
    }
    assert readers["health_medical"] == {"health_professional": "consent"}
    assert set(readers["social_work_notes"]) == {"social_worker"}
    assert table.bases["own_notes"].relation is Relation.OWN_ROWS


def test_whoever_sees_anybody_has_a_second_factor(table: AccessTable) -> None:
    seeing = {c.role for c in table.cells() if c.basis and c.verb in {Verb.READ, Verb.ANSWER}}
    assert [role for role in seeing if not table.roles[role].second_factor] == []


def test_an_unknown_word_is_refused(table: AccessTable) -> None:
    assert not table.allowed("nobody", "identity", Verb.READ)
    assert not table.allowed("employer", "nothing", Verb.READ)


def test_a_mandate_has_ten_themes_and_opens_no_secret(table: AccessTable) -> None:
    assert len(table.themes) == 10
    opened = table.scopes_of_themes(table.themes)
    assert opened & {"health_medical", "social_work_notes"} == set()
    assert table.scopes_of_themes(["justice", "transport"]) == set()
    assert opened <= set(seen(table, "habilitated_helper", Verb.READ))
    assert [each.days for each in table.durations.values()] == [1, 30, 182, 365]


def test_a_theme_leads_to_the_rows_it_opens(table: AccessTable) -> None:
    kinds = table.kinds_of(table.scopes_of_themes(["work_training"]))
    assert {"right:cpf", "status:employment", "identity"} <= kinds
    assert kinds & {"status:sick_leave", "measure:gross_pay", "event:child_birth"} == set()
    with pytest.raises(KeyError):
        table.scopes_of_themes(["everything"])


def test_a_region_narrows_and_widens_for_itself_alone(table: AccessTable) -> None:
    assert "resources" in seen(table, "career_adviser", Verb.READ)
    assert "resources" not in seen(table, "career_adviser", Verb.READ, region="75")
    assert "housing" not in seen(table, "dependency_actor", Verb.READ)
    assert seen(table, "dependency_actor", Verb.READ, region="53")["housing"] == "consent"
    assert seen(table, "dependency_actor", Verb.READ, region="11") == seen(
        table, "dependency_actor", Verb.READ
    )


def test_only_an_inquiry_about_a_child_hides_who_looked(table: AccessTable) -> None:
    masked = {key: each.mask for key, each in table.purposes.items() if each.mask}
    assert set(masked) == {"child_protection_inquiry"}
    assert masked["child_protection_inquiry"].rule.fr


def test_every_role_that_does_something_has_a_reason_to_give(table: AccessTable) -> None:
    acting = {cell.role for cell in table.cells() if cell.basis}
    assert [role for role in acting if not table.purposes_of(role)] == []
