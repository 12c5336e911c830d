"""Importing: what a file changes, and that nothing changes when it must not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from cspu.employers.dsn.declared import Employee, Employer, Exposure, Message, Stop
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.fictitious import fictitious_nir, fictitious_ntt, fictitious_siret
from cspu.employers.dsn.workplace import write_workplace
from cspu.employers.operations import PersonChange
from cspu.lifecourse.queries import life_picture
from tests.conftest import FreshDatabase
from tests.employers.conftest import Import, Write
from tests.employers.people import (
    BORN,
    EMPLOYER,
    MARCH,
    contract,
    declaration,
    employee,
    message,
    pay,
    payment,
)

pytestmark = pytest.mark.django_db

Rows = list[tuple[object, ...]]


def ask(query: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def measures() -> Rows:
    return ask(
        "SELECT measure, month, sum(value) FROM lifecourse.measure"
        " WHERE recorded_to = 'infinity' GROUP BY 1, 2 ORDER BY 1, 2"
    )


def everything() -> Rows:
    """Every recording and every head: what an import that changes nothing leaves as it was."""
    return [
        *ask("SELECT 'm', m::text FROM lifecourse.measure AS m ORDER BY 2"),
        *ask("SELECT 's', s::text FROM lifecourse.spell AS s ORDER BY 2"),
        *ask("SELECT 'a', a::text FROM lifecourse.attribute AS a ORDER BY 2"),
        *ask("SELECT 'c', c::text FROM lifecourse.course AS c ORDER BY 2"),
        *ask("SELECT 'd', d::text FROM employers.declaration AS d ORDER BY 2"),
        *ask("SELECT 'p', p::text FROM people.person AS p ORDER BY 2"),
    ]


def statuses() -> list[str]:
    return [
        str(row[0]) for row in ask("SELECT status FROM employers.declaration ORDER BY order_number")
    ]


def test_a_month_of_pay_becomes_facts_of_a_person(receive: Import) -> None:
    report = receive(message())
    assert measures() == [
        ("gross_pay", MARCH, Decimal(2000)),
        ("hours_worked", MARCH, Decimal("151.67")),
    ]
    assert ask("SELECT birth_date, facts_version FROM lifecourse.course") == [(BORN, 1)]
    assert report.outcomes[0].persons_changed == 1
    assert ask("SELECT status FROM lifecourse.spell") == [("employment",)]


def test_who_declares_somebody_holds_a_file_on_her(receive: Import) -> None:
    """Once, from the first day of the contract: it is what shows an employer its own declarations."""
    receive(message())
    receive(message(declaration(employee(), month=date(2026, 4, 1))))
    files = ask(
        "SELECT f.person_id = c.person_id, o.siret IS NOT NULL, relation, held_from, held_to::text"
        " FROM trust.file AS f JOIN people.organisation AS o USING (organisation_id)"
        " CROSS JOIN lifecourse.course AS c"
    )
    assert files == [(True, True, "own_file", contract().start, "infinity")]


def test_the_same_file_twice_changes_nothing(receive: Import, write: Write) -> None:
    path = write(message())
    receive(path)
    before = everything()
    again = receive(path)
    assert again.already is not None
    assert everything() == before


def test_the_same_declaration_in_another_file_changes_nothing(
    receive: Import, write: Write, tmp_path: Path
) -> None:
    path = write(message())
    receive(path)
    before = everything()
    other = tmp_path / "autre.dsn"
    other.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    again = receive(other)
    assert [outcome.status for outcome in again.outcomes] == [None]
    assert everything() == before


def test_a_test_file_is_refused_unless_it_is_allowed(receive: Import) -> None:
    with pytest.raises(DsnRefused) as caught:
        receive(message(), allow_test=False)
    assert caught.value.code == "dsn_test_file"
    assert "--allow-test" in caught.value.next_step.fr
    assert everything() == []
    receive(message(test=False), allow_test=False)
    assert statuses() == ["accepted"]


def test_a_bad_file_imports_nothing_and_is_logged(receive: Import, write: Write) -> None:
    path = write(message(declaration(employee(1), employee(2))))
    path.write_bytes(path.read_bytes().replace(b"S21.G00.40.007,'01'", b"S21.G00.40.007,'77'"))
    with pytest.raises(DsnRefused) as caught:
        receive(path)
    assert caught.value.problem_count == 2
    assert everything() == []
    assert ask("SELECT accepted, refusal, problem_count FROM employers.delivery") == [
        (False, "dsn_problems", 2)
    ]


def test_a_month_that_has_not_begun_is_refused(receive: Import) -> None:
    """A slip in the year would give rights for fifty years to come."""
    later = declaration(employee(), month=date(2077, 3, 1))
    with pytest.raises(DsnRefused) as refused:
        receive(message(later))
    assert [problem.place for problem in refused.value.problems] == ["S20.G00.05.005"]
    assert "Corrigez-la" in refused.value.sentence("fr")
    assert measures() == []


def test_a_dry_run_tells_all_and_changes_nothing(receive: Import) -> None:
    receive(message(declaration(employee(1), employee(2))))
    before = everything()
    shown: list[PersonChange] = []
    more = employee(1, payments=(payment(pay(gross=Decimal(2100))),))
    sent = message(declaration(more, kind="03", order=2, replaces=(date(2026, 3, 31), 1)))
    report = receive(sent, dry_run=True, show=shown.append)
    assert everything() == before
    assert report.dry_run
    told = {(change.line is None, change.kind, change.change, change.count) for change in shown}
    assert told == {
        (False, "measure", "closed", 1),
        (False, "measure", "added", 1),
        (True, "measure", "closed", 2),
        (True, "spell", "closed", 1),
        (True, "attribute", "closed", 1),
    }
    assert all(change.months == (MARCH,) for change in shown if change.kind == "measure")
    numbers = {more.nir}
    assert not any(number in repr(change) for change in shown for number in numbers)
    assert {change.masked for change in shown if change.line} == {f"{more.nir[:3]}…{more.nir[-3:]}"}


def test_only_the_persons_who_change_get_a_new_version(receive: Import) -> None:
    receive(message(declaration(employee(1), employee(2))))
    changed = employee(1, payments=(payment(pay(gross=Decimal(2100))),))
    replacing = declaration(
        changed, employee(2), kind="03", order=2, replaces=(date(2026, 3, 31), 1)
    )
    receive(message(replacing))
    assert ask("SELECT facts_version FROM lifecourse.course ORDER BY 1") == [(1,), (2,)]


def test_a_correction_closes_what_was_recorded(receive: Import) -> None:
    receive(message())
    fewer = employee(payments=(payment(pay(hours=Decimal(100))),))
    receive(message(declaration(fewer, kind="03", order=2, replaces=(date(2026, 3, 31), 1))))
    recorded = ask(
        "SELECT value, recorded_to = 'infinity' FROM lifecourse.measure"
        " WHERE measure = 'hours_worked' ORDER BY recorded_from"
    )
    assert recorded == [(Decimal("151.67"), False), (Decimal(100), True)]
    assert statuses() == ["superseded", "accepted"]


def test_the_same_number_with_another_content_is_refused(receive: Import) -> None:
    receive(message())
    before = everything()
    other = employee(payments=(payment(pay(gross=Decimal(1))),))
    with pytest.raises(DsnRefused) as caught:
        receive(message(declaration(other)))
    assert caught.value.code == "dsn_order_taken"
    assert "Ligne 18" in caught.value.message.fr
    assert everything() == before


def provisional() -> Employee:
    return employee(nir="", ntt=fictitious_ntt(EMPLOYER.siret[:9], 1, female=True))


def test_a_temporary_number_makes_a_provisional_person_recognised_later(receive: Import) -> None:
    receive(message(declaration(provisional())))
    assert ask("SELECT provisional FROM people.person") == [(True,)]
    known = employee(ntt=provisional().ntt)
    receive(message(declaration(known, month=date(2026, 4, 1))))
    assert ask("SELECT provisional FROM people.person") == [(False,)]
    assert ask("SELECT count(DISTINCT person_id) FROM lifecourse.measure") == [(1,)]


def test_a_provisional_person_already_known_brings_her_facts(receive: Import) -> None:
    receive(message(declaration(provisional())))
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    receive(message(declaration(employee(), month=april)))
    receive(message(declaration(employee(ntt=provisional().ntt), month=may)))
    held = ask(
        "SELECT count(DISTINCT person_id) FROM lifecourse.spell WHERE recorded_to = 'infinity'"
    )
    assert held == [(1,)]


def exposed(factor: str, month: date) -> Message:
    given = (Exposure(factor=factor, contract="00001", year=2026),)
    return message(declaration(employee(exposures=given), month=month))


@pytest.mark.parametrize("forward", [True, False])
def test_exposures_are_what_the_latest_statement_says(receive: Import, *, forward: bool) -> None:
    sent = [exposed("08", date(2026, 12, 1)), exposed("07", date(2027, 2, 1))]
    for each in sent if forward else reversed(sent):
        receive(each)
    held = [row for row in measures() if str(row[0]).startswith("exposure")]
    assert held == [("exposure_noise", date(2026, month, 1), Decimal(1)) for month in range(1, 13)]


@pytest.mark.parametrize("forward", [True, False])
def test_cancelled_exposures_leave_nothing(receive: Import, *, forward: bool) -> None:
    sent = [exposed("08", date(2026, 12, 1)), exposed("99", date(2027, 2, 1))]
    for each in sent if forward else reversed(sent):
        receive(each)
    assert not [row for row in measures() if str(row[0]).startswith("exposure")]


def test_exposures_cover_the_months_of_the_contract(receive: Import) -> None:
    short = contract(start=date(2026, 3, 10), ended=date(2026, 5, 2))
    given = employee(
        contracts=(short,), exposures=(Exposure(factor="08", contract="00001", year=2026),)
    )
    receive(message(declaration(given)))
    months = [row[1] for row in measures() if row[0] == "exposure_night_work"]
    assert months == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]


def test_two_employers_add_up(receive: Import) -> None:
    other = Employer(siret=fictitious_siret(67890))
    receive(message(declaration(employee())))
    receive(message(declaration(employee(), employer=other)))
    assert ("gross_pay", MARCH, Decimal(4000)) in measures()
    assert ask("SELECT count(DISTINCT spell_id) FROM lifecourse.spell") == [(2,)]


def test_many_people_are_imported_in_bundles(receive: Import) -> None:
    people = [
        employee(
            nir=fictitious_nir(female=True, birth_date=BORN, rank=rank), birth_name=f"FICTIVE{rank}"
        )
        for rank in range(1, 801)
    ]
    report = receive(message(declaration(*people)))
    assert report.outcomes[0].persons_changed == 800
    assert ("gross_pay", MARCH, Decimal(1_600_000)) in measures()


@pytest.mark.django_db(transaction=True)
def test_the_batch_role_has_the_rights_it_needs(as_batch: FreshDatabase, receive: Import) -> None:
    receive(exposed("08", date(2026, 12, 1)))
    receive(message(declaration(kind="05", order=2, month=date(2026, 12, 1), replaces=(MARCH, 1))))
    with as_batch.connect("owner") as owner:
        (count,) = owner.execute(
            "SELECT count(*) FROM lifecourse.measure WHERE recorded_to = 'infinity'"
        ).fetchone() or (None,)
    assert count == 0


def test_what_was_cancelled_is_not_drawn(receive: Import) -> None:
    told = Stop(reason="01", last_worked=date(2026, 3, 4), planned_end=date(2026, 3, 20))
    receive(message(declaration(employee(contracts=(contract(stops=(told,)),)))))
    ((person,),) = ask("SELECT person_id FROM people.person")
    on = date(2026, 5, 1)
    before = life_picture(person, on=on, lang="fr")  # type: ignore[arg-type]
    assert {bar.status for lane in before.lanes for bar in lane.bars} == {
        "employment",
        "sick_leave",
    }
    withdrawn = Stop(reason="99", last_worked=date(2026, 3, 4))
    april = declaration(employee(contracts=(contract(stops=(withdrawn,)),)), month=date(2026, 4, 1))
    receive(message(april))
    after = life_picture(person, on=on, lang="fr")  # type: ignore[arg-type]
    assert {bar.status for lane in after.lanes for bar in lane.bars} == {"employment"}


def test_a_dry_run_points_to_the_lines_of_a_long_file(receive: Import, tmp_path: Path) -> None:
    path = tmp_path / "long.dsn"
    with path.open("wb") as stream:
        write_workplace(stream, employees=120)
    lines = path.read_text(encoding="iso-8859-1").splitlines()
    people = {
        n: line[16:-1] for n, line in enumerate(lines, 1) if line.startswith("S21.G00.30.001")
    }
    shown: list[PersonChange] = []
    receive(path, dry_run=True, show=shown.append)
    assert {change.line for change in shown} == set(people)
    assert all(people[c.line].startswith(c.masked[:3]) for c in shown if c.line)


def test_what_the_norm_does_not_know_is_recorded_wherever_it_stands(
    receive: Import, write: Write
) -> None:
    path = write(message())
    lines = path.read_bytes().replace(
        b"S21.G00.71.002,'RUAA'\r\n", b"S21.G00.71.002,'RUAA'\r\nS21.G00.71.777,'GARDE'\r\n"
    )
    count = lines.count(b"\n")
    path.write_bytes(
        lines.replace(
            f"S90.G00.90.001,'{count - 1}'".encode(), f"S90.G00.90.001,'{count}'".encode()
        )
    )
    report = receive(path)
    assert report.unknown == {"S21.G00.71.777": 1}
    assert ask("SELECT details ->> 'S21.G00.71.777' FROM lifecourse.spell") == [("GARDE",)]
