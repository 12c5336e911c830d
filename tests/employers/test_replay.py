"""Replays: any order of arrival, any repetition, the same facts in the end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction

from cspu.employers.dsn.declared import Contract, Declaration, Message, Stop
from tests.employers.conftest import Import
from tests.employers.people import MARCH, contract, declaration, employee, message, pay, payment

pytestmark = pytest.mark.django_db

FIRST = date(2026, 4, 3)
SECOND = date(2026, 4, 10)
THIRD = date(2026, 4, 12)

Facts = set[tuple[object, ...]]


def facts() -> Facts:
    """What is held now, whoever asserted it when."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT i.birth_name, m.measure, m.month::text, m.value::text
               FROM lifecourse.measure AS m JOIN people.identity AS i USING (person_id)
               WHERE m.recorded_to = 'infinity'
               UNION ALL
               SELECT i.birth_name, s.status, s.valid::text, s.asserted_for::text
               FROM lifecourse.spell AS s JOIN people.identity AS i USING (person_id)
               WHERE s.recorded_to = 'infinity'"""
        )
        return set(cursor.fetchall())


def outcome(receive: Import, sent: tuple[Message, ...]) -> Facts:
    """The facts after receiving these in this order; everything is taken back afterwards."""
    with transaction.atomic():
        for each in sent:
            receive(each)
        held = facts()
        transaction.set_rollback(True)
    return held


def paid(rank: int, gross: int, **head: Any) -> Declaration:
    who = employee(
        rank, birth_name=f"FICTIVE{rank}", payments=(payment(pay(gross=Decimal(gross))),)
    )
    return declaration(who, **head)


NORMAL = message(paid(1, 1000, written_on=FIRST))
REPLACING = message(paid(1, 1100, order=2, kind="03", replaces=(FIRST, 1), written_on=SECOND))
AGAIN = message(paid(2, 1200, order=3, kind="03", replaces=(SECOND, 2), written_on=THIRD))
EMPTYING = message(declaration(order=4, kind="05", replaces=(THIRD, 3), written_on=THIRD))


def gross(held: Facts) -> set[tuple[object, object]]:
    return {(row[0], row[3]) for row in held if row[1] == "gross_pay"}


@pytest.mark.parametrize("sent", list(permutations([NORMAL, REPLACING, AGAIN])))
def test_the_highest_order_wins_whatever_comes_first(
    receive: Import, sent: tuple[Message, ...]
) -> None:
    assert gross(outcome(receive, sent)) == {("FICTIVE2", "1200.0000")}


@pytest.mark.parametrize("sent", list(permutations([NORMAL, REPLACING, EMPTYING])))
def test_a_month_emptied_stays_empty(receive: Import, sent: tuple[Message, ...]) -> None:
    assert outcome(receive, sent) == set()


def test_receiving_everything_twice_changes_nothing(receive: Import) -> None:
    once = (NORMAL, REPLACING, AGAIN)
    assert outcome(receive, once) == outcome(receive, once + once[::-1])


def test_an_older_order_arriving_late_is_kept_as_superseded(receive: Import) -> None:
    receive(REPLACING)
    before = facts()
    late = receive(NORMAL)
    assert [each.status for each in late.outcomes] == ["superseded"]
    assert (late.added, late.closed) == (0, 0)
    assert facts() == before


def test_fractions_of_a_month_stand_side_by_side(receive: Import) -> None:
    halves = (message(paid(1, 1000, fraction="12")), message(paid(2, 2000, fraction="22")))
    for sent in permutations(halves):
        assert gross(outcome(receive, sent)) == {
            ("FICTIVE1", "1000.0000"),
            ("FICTIVE2", "2000.0000"),
        }


def test_a_replacement_touches_its_own_month_alone(receive: Import) -> None:
    april = message(paid(1, 3000, month=date(2026, 4, 1), written_on=date(2026, 5, 3)))
    held = outcome(receive, (NORMAL, april, REPLACING))
    assert gross(held) == {("FICTIVE1", "1100.0000"), ("FICTIVE1", "3000.0000")}


# -- event notices


def notice(
    nature: str, written_on: date, given: Contract, *, rank: int = 1, **head: Any
) -> Message:
    who = employee(rank, birth_name=f"FICTIVE{rank}", contracts=(given,), payments=())
    return message(declaration(who, nature=nature, written_on=written_on, **head))


def stop_notice(day: int, **head: Any) -> Message:
    stop = Stop(reason="01", last_worked=date(2026, 3, day), planned_end=date(2026, 3, 28))
    return notice("04", date(2026, 3, day), contract(stops=(stop,)), **head)


def end_notice(day: int, **head: Any) -> Message:
    return notice("07", date(2026, 3, 20), contract(ended=date(2026, 3, day)), **head)


def leaves(held: Facts) -> list[str]:
    return sorted(str(row[2]) for row in held if row[1] == "sick_leave")


def test_notices_about_several_people_stand_side_by_side(receive: Import) -> None:
    held = outcome(receive, (stop_notice(4, order=1), stop_notice(9, order=2, rank=2)))
    assert leaves(held) == ["[2026-03-05,2026-03-29)", "[2026-03-10,2026-03-29)"]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_notice_replaces_exactly_the_one_it_names(receive: Import, *, reverse: bool) -> None:
    other = stop_notice(9, order=7, rank=2)
    sent = (
        stop_notice(4, order=1),
        other,
        stop_notice(6, order=2, kind="03", replaces=(date(2026, 3, 4), 1)),
    )
    held = outcome(receive, sent[::-1] if reverse else sent)
    assert leaves(held) == ["[2026-03-07,2026-03-29)", "[2026-03-10,2026-03-29)"]


def test_a_cancelled_notice_leaves_nothing_in_any_order(receive: Import) -> None:
    written = date(2026, 3, 20)
    sent = (
        end_notice(15, order=1),
        end_notice(16, order=2, kind="03", replaces=(written, 1)),
        end_notice(16, order=3, kind="04", replaces=(written, 2)),
    )
    for order in permutations(sent):
        assert outcome(receive, order) == set()


def test_the_monthly_declaration_overrules_the_notices_of_its_month(receive: Import) -> None:
    receive(stop_notice(4))
    back = Stop(reason="01", last_worked=date(2026, 3, 4), back=date(2026, 3, 12))
    receive(message(declaration(employee(contracts=(contract(stops=(back,)),)))))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (spell_id) valid::text FROM lifecourse.spell"
            " WHERE status = 'sick_leave' AND recorded_to = 'infinity'"
            " ORDER BY spell_id, asserted_for DESC, recorded_from DESC"
        )
        assert cursor.fetchall() == [("[2026-03-05,2026-03-12)",)]


def test_versions_of_one_month_in_one_file(receive: Import) -> None:
    both = message(paid(1, 1000, written_on=FIRST), paid(1, 1100, order=2, written_on=SECOND))
    report = receive(both)
    assert [each.status for each in report.outcomes] == ["accepted", "accepted"]
    assert gross(facts()) == {("FICTIVE1", "1100.0000")}
    assert MARCH.isoformat() in {str(row[2]) for row in facts()}
