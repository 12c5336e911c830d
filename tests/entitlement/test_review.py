"""The review of all rights says what each right's own functions say, to the last step."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspu.entitlement import reading
from cspu.entitlement.in_force import law_in_force
from cspu.kernel.ids import PersonId
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL, Statement, birth, lives, newcomer, tell

_JUDGED = (
    "person_id, organisation_id, period_start, period_end, due_on, version, counter_id,"
    " counterparty, entitled, amount, award, protected"
)


def _asked(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(crowd=st.lists(lives(), min_size=3, max_size=3))
def test_reviewed_together_as_judged_one_by_one(
    house: FreshDatabase, crowd: list[list[Statement]]
) -> None:
    """For several persons at once: every judgement, and every step that the review gives."""
    crowd = [*crowd, [birth(date(1990, 5, 17))]]  # of whom something can always be said
    persons = sorted(newcomer() for _ in crowd)
    for person, life in zip(persons, crowd, strict=True):
        for statement in life:
            tell(person, statement)
    since = date(2025, 2, 10)
    rows = _asked(
        f"SELECT right_id, {_JUDGED}, steps::text FROM entitlement.review(%s::uuid[], %s, 'infinity', %s)",
        persons,
        FINAL,
        since,
    )
    expected, told = [], {}
    for right_id in law_in_force().rights:
        judged = _asked(
            f"SELECT '{right_id}', {_JUDGED} FROM entitlement.judge_{right_id}(%s::uuid[], %s, 'infinity')",
            persons,
            FINAL,
        )
        expected += judged
        for row in _asked(
            "SELECT person_id, organisation_id, period_start, steps::text"
            f" FROM entitlement.tell_{right_id}(%s::uuid[], %s, 'infinity', '-infinity')",
            persons,
            FINAL,
        ):
            told[(right_id, *row[:3])] = json.loads(row[3])
    assert sorted(map(repr, (row[:-1] for row in rows))) == sorted(map(repr, expected))
    reasons = {(row[0], *row[1:4]): json.loads(row[-1]) for row in rows if row[-1]}
    assert reasons
    for key, steps in reasons.items():
        assert steps.items() <= told[key].items()


def test_nobody_known_has_nothing_to_review(house: FreshDatabase) -> None:
    assert reading.review(newcomer(), on=FINAL) == ([], [])


def test_the_steps_of_the_last_two_periods_come_with_the_review(house: FreshDatabase) -> None:
    """A page of all rights explains a no: the right's own conditions are among the steps."""
    person: PersonId = newcomer()
    tell(person, birth(date(1990, 5, 17)))
    judged, told = reading.review(person, on=FINAL)
    assert {each.right_id for each in told} <= {each.right_id for each in judged}
    assert {each.period_start for each in told if each.right_id == "rsa"} == {
        date(2026, 2, 1),
        date(2026, 3, 1),
    }
