"""What the people did before the demonstration begins: told by the product's own operations, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from cspu.demo import rules
from cspu.demo.acting import act_out
from cspu.demo.choices import who
from cspu.demo.happenings import tell
from cspu.demo.operations import load_people
from cspu.demo.personas import Cast, read_cast
from cspu.demo.story import read_story
from cspu.economy import conversions, debts, gifts, time_bank, top_ups, uses
from cspu.entitlement.operations import settle_person
from cspu.people.queries import find_by_nir
from cspu.trust.door import Asking, opened
from cspu.trust.logins import LoginDesk
from tests.conftest import FreshDatabase
from tests.people.conftest import as_role

_THERE = ("gaelle", "monique", "ines")


@pytest.fixture
def cast() -> Cast:
    """Those whom the story is about."""
    whole = read_cast()
    chosen = tuple(each for each in whole.personas if each.slug in _THERE)
    return replace(whole, personas=chosen)


@pytest.fixture
def desk(
    fresh_database: FreshDatabase, in_force: None, cast: Cast, tmp_path: Path
) -> Iterator[LoginDesk]:
    """The story told as `cspu demo` tells it, twice; Django's connection is then a request's."""
    connection.close()
    with as_role(fresh_database, "owner"):
        rules.publish()
    logins = LoginDesk(lambda: fresh_database.connect("login"))

    def settle(day: date) -> None:
        for each in cast.personas:
            person_id = find_by_nir(each.nir)
            assert person_id is not None
            settle_person(person_id, as_of=day)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO entitlement.horizon VALUES (%s, now()) ON CONFLICT DO NOTHING", [day]
            )

    def act() -> None:
        with as_role(fresh_database, "web"):
            act_out(cast, logins)

    with as_role(fresh_database, "batch"):
        load_people(tmp_path, cast=cast, until=read_story(cast).acts_on)
        for _ in range(2):
            tell(cast, settle=settle, act=act)
            settle(cast.today)
            uses.catch_up_all(on=cast.today)
            debts.recover_all(on=cast.today)
    with as_role(fresh_database, "web"):
        yield logins


def test_the_story_leaves_what_each_screen_is_there_to_show(cast: Cast, desk: LoginDesk) -> None:
    on = cast.today
    people = {each.slug: who(desk, each) for each in cast.personas}
    tokens = {
        slug: desk.begin("person", person, provider="test") for slug, person in people.items()
    }
    gaelle = people["gaelle"]
    with opened(tokens["gaelle"], Asking(gaelle, "economy")):
        [used] = uses.used(gaelle)
        assert (used.amount, used.added, used.still_open) == (230_000, 70_000, True)
        owed = debts.debts(gaelle, on=on)
        # 800 € became 500 € for two years, all of it spent; January's share pays the older debt in part.
        assert sorted(each.amount for each in owed) == [30_000, 30_000]
        assert sorted(each.owed for each in owed) == [30_000 - 94_91, 30_000]
        assert {(each.income, each.dependants, each.share) for each in owed} == {
            (104_040, 1, 94_91)
        }
        pots = {each.label.fr: each for each in top_ups.pots(gaelle, on=on)}
        assert pots["Rebond formation de la mutuelle"].is_ending(on)
        assert not pots["Chèque formation de l’État"].is_ending(on)
        [waiting] = time_bank.exchanges()
        assert waiting.awaits_me
        # Her start-up capital: what is left of her unemployment days, and no more.
        [capital] = [
            each
            for each in conversions.rules(gaelle, on=on)
            if each.rule == "unemployment_to_business"
        ]
        assert (capital.is_open, capital.free) == (True, 364_00)
    monique = people["monique"]
    with opened(tokens["monique"], Asking(monique, "calls")):
        assert len(gifts.needs(monique, on=on)) == 1
        assert time_bank.hours(monique, on=on).balance == -300
    with opened(tokens["monique"], Asking(monique, "top_ups")):
        # Her employer matched what she spends on a course, and gave points twice: the first went back.
        pots = {each.label.fr: each for each in top_ups.pots(monique, on=on)}
        matched, given = (
            pots["Abondement formation de l’employeur"],
            pots["Points solidarité de l’employeur"],
        )
        assert (matched.balance, matched.held, given.balance) == (450_00, 450_00, 300_0000)
        assert given.is_ending(on)
        back = [each for each in top_ups.top_ups(monique) if each.kind == "return"]
        assert [(each.amount, each.organisation) for each in back] == [
            (300_0000, "Mutuelle des Coteaux (fictive)")
        ]
    ines = people["ines"]
    with opened(tokens["ines"], Asking(ines, "time_bank")):
        assert time_bank.hours(ines, on=on).balance == 300
