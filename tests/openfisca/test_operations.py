"""Amounts computed elsewhere: kept by a command, shown while the facts are the same, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from cspu.entitlement.operations import settle_person
from cspu.entitlement.pages import Tile
from cspu.entitlement.queries import account_page
from cspu.kernel.answers import Answer
from cspu.kernel.ids import PersonId
from cspu.kernel.periods import add_months
from cspu.lifecourse.facts import Attribute, FactSet, Measure
from cspu.openfisca.operations import Done, compute_waiting
from cspu.openfisca.process import Computed, Family, OpenFiscaMissing
from tests.entitlement.lives import ACME, FINAL, SOMEONE, Statement, birth, moment, newcomer, tell

ALONE = {
    "lives_stably_in_france": "true",
    "lives_in_couple": "false",
    "alone_with_children": "false",
    "dependent_children": "0",
    "expecting_child": "false",
    "household_resources_month": "100.00",
    "housing_status": "lodged_free",
}


pytestmark = pytest.mark.usefixtures("in_force")


def somebody(**said: str) -> PersonId:
    person = newcomer()
    tell(person, birth(date(1980, 5, 17)))
    for name, value in (ALONE | said).items():
        say(person, name, value)
    settle_person(person, as_of=FINAL)
    return person


def say(person: PersonId, name: str, value: str) -> None:
    facts = FactSet(attributes=[Attribute(SOMEONE, name, value, date(2020, 1, 1))])
    tell(person, Statement(name, facts))


def paid_lately(person: PersonId, amount: str) -> None:
    """Her employer declared so much for each of the months that the last one judged looks at."""
    months = [add_months(FINAL.replace(day=1), -back) for back in (2, 3, 4)]
    facts = FactSet(
        measures=[
            Measure(SOMEONE, "net_social_amount", month, Decimal(amount), ACME, ACME)
            for month in months
        ]
    )
    tell(person, Statement("pay", facts))


class OpenFisca:
    """Says the same amount of everybody, and remembers what it was asked."""

    def __init__(self, amount: float) -> None:
        self.amount = amount
        self.asked: list[Family] = []
        self.months: set[str] = set()

    def __call__(
        self, families: Sequence[Family], variables: Sequence[str], month: str
    ) -> Computed:
        self.asked += families
        self.months.add(month)
        return Computed("1", [dict.fromkeys(variables, self.amount) for _ in families])


def compute(engine: OpenFisca, version: str = "1") -> Done:
    since = add_months(FINAL.replace(day=1), -1)
    return compute_waiting(engine, version, on=FINAL, at=moment(1), since=since)


def tile(person: PersonId, right_id: str = "rsa") -> Tile:
    page = account_page(person, on=FINAL, lang="fr")
    return next(
        each for family in page.families for each in family.tiles if each.right_id == right_id
    )


def test_without_openfisca_the_tile_says_unknown_and_why() -> None:
    found = tile(somebody())
    assert found.answer is Answer.UNKNOWN
    assert "pas branché" in found.not_computed


def test_an_amount_is_shown_with_who_computed_it_and_when() -> None:
    person, engine = somebody(), OpenFisca(473.487)
    done = compute(engine)
    assert done.computed >= 1
    found = tile(person)
    assert found.answer is Answer.YES
    assert found.payment is not None
    assert str(found.payment.amount.value) == "473.49"
    assert "openfisca-france 1" in found.computed
    assert set(engine.asked[0].family["rsa_base_ressources"].values()) == {100.0}
    assert f"{FINAL:%Y-%m}" in engine.months


def test_no_amount_is_a_no() -> None:
    person = somebody()
    compute(OpenFisca(0.0))
    found = tile(person)
    assert (found.answer, found.perhaps) == (Answer.NO, False)
    assert "ressources sont trop hautes" in found.conditions[0].sentence


def test_means_known_to_be_beyond_the_law_are_a_no_with_its_reason() -> None:
    """Nobody waits for OpenFisca to hear that 2,000 euros a month are more than the minimum income."""
    declared, paid, poor = somebody(household_resources_month="2000"), somebody(), somebody()
    paid_lately(paid, "2000.00")
    for person in (declared, paid):
        found = tile(person)
        assert (found.answer, found.perhaps) == (Answer.NO, False)
        assert "2 000 €" in found.conditions[0].sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert (tile(poor).answer, tile(poor).perhaps) == (Answer.UNKNOWN, True)


def test_what_lacks_is_named_and_nothing_is_asked() -> None:
    """Missing is never zero: neither the means, nor those who live with her."""
    person = newcomer()
    tell(person, birth(date(1980, 5, 17)))
    for name, value in ALONE.items():
        if name != "household_resources_month":
            say(person, name, value)
    settle_person(person, as_of=FINAL)
    parent = somebody(dependent_children="1")
    engine = OpenFisca(300.0)
    done = compute(engine)
    assert engine.asked == []
    assert done.computed == 0
    assert done.lacking >= 2
    assert "Vos ressources par mois, avec celles de votre conjoint" in tile(person).not_computed
    assert "L’âge de votre plus jeune enfant (Vous, ou votre Caisse" in tile(parent).not_computed
    assert tile(person).answer is Answer.UNKNOWN


def test_run_again_it_computes_only_what_changed() -> None:
    person = somebody()
    first = compute(OpenFisca(300.0))
    assert first.computed >= 1
    assert compute(OpenFisca(300.0)) == Done()
    say(person, "household_resources_month", "200.00")
    settle_person(person, as_of=FINAL)
    assert tile(person).answer is Answer.UNKNOWN, "an amount of former facts is not shown"
    assert compute(OpenFisca(200.0)).computed == first.computed
    assert compute(OpenFisca(200.0), version="2").computed == first.computed
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM entitlement.computed WHERE amount IS NOT NULL")
        assert cursor.fetchone() == (first.computed,)


def test_what_failed_waits_for_the_next_run() -> None:
    person = somebody()

    class Failing(OpenFisca):
        def __call__(self, *_: object) -> Computed:
            raise OpenFiscaMissing("down")

    done = compute(Failing(0.0))
    assert (done.computed, done.failed > 0) == (0, True)
    assert tile(person).answer is Answer.UNKNOWN
    assert compute(OpenFisca(300.0)).computed >= 1
    assert tile(person).answer is Answer.YES


def test_what_fails_once_is_asked_again_and_one_failure_stops_nobody() -> None:
    person = somebody()

    class Failing(OpenFisca):
        times = 0

        def __call__(
            self, families: Sequence[Family], variables: Sequence[str], month: str
        ) -> Computed:
            self.times += 1
            if self.times in self.fails:
                raise OpenFiscaMissing("down")
            return super().__call__(families, variables, month)

        fails: frozenset[int] = frozenset({1})

    assert compute(Failing(300.0)).failed == 0
    assert tile(person).answer is Answer.YES

    class FailingTwice(Failing):
        fails = frozenset({1, 2})

    done = compute(FailingTwice(300.0), version="2")
    assert done.failed > 0, "the first month fails for good"
    assert done.computed > 0, "and the second goes on"


def test_openfisca_that_always_fails_ends_the_run() -> None:
    person = somebody()

    class Failing(OpenFisca):
        def __call__(self, *_: object) -> Computed:
            self.months.add("asked")
            raise OpenFiscaMissing("down")

    since = add_months(FINAL.replace(day=1), -6)
    with pytest.raises(OpenFiscaMissing):
        compute_waiting(Failing(0.0), "1", on=FINAL, at=moment(1), since=since)
    assert tile(person).answer is Answer.UNKNOWN
