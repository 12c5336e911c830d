"""Every refusal in words, and which comes first where two are true at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest

from cspu.economy import conversions, debts, uses
from cspu.economy.errors import REFUSALS
from cspu.kernel.ids import PersonId
from cspu.ledger.errors import NotAllowed
from cspu.trust.door import Asking, opened
from cspu.trust.logins import new_token
from tests.economy.purse import FIRST_DAY, TODAY, Purse, form, refused
from tests.economy.spending import School, school

__all__ = ["school"]  # a fixture

FAR = date(2999, 1, 1)

# Of the tests: two for one, by tens from twenty to forty, where nothing comes out of less than a hundred.
RULE = """
INSERT INTO economy.conversion
SELECT %s, in_force, until, 'c2p', 'c2p_point', 'cpf', 'EUR', %s, 1, '', 10000, FALSE, FALSE, 10, %s,
    %s, %s, 'down', FALSE, %s, quote_minutes, label_fr, label_en, reference, url, TRUE
FROM economy.conversion WHERE rule = 'c2p_to_training' LIMIT 1 RETURNING 1
"""


def test_the_words_cover_the_enum_in_its_order(purse: Purse) -> None:
    ((names,),) = purse.ask("SELECT enum_range(NULL::economy.refusal)::text[]")
    assert list(REFUSALS) == names


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_why_and_what_next_in_two_languages(code: str) -> None:
    message, following = REFUSALS[code]
    for text in (message, following):
        for said in (text.fr, text.en):
            assert said == said.strip()
            assert said.endswith(".")
            assert "_" not in said
    assert message.fr != message.en
    assert following.fr != following.en


@dataclass(frozen=True)
class Asked:
    """A conversion somebody asks for, all well but for what a test puts wrong."""

    rule: str = "open"
    taken: int = 20
    on: date = TODAY
    verb: str = "act"
    held: int = 100
    protected: int = 0


# Each row: the refusal that must come, the one after it that is true as well, and what was asked.
BOTH: list[tuple[str, str, Asked]] = [
    ("not_in_sight", "day_to_come", Asked(verb="read", on=FAR)),
    ("day_to_come", "rule_unknown", Asked(rule="none", on=FAR)),
    ("day_past", "rule_unknown", Asked(rule="none", on=FIRST_DAY - timedelta(1))),
    ("rule_unknown", "amount_not_positive", Asked(rule="none", taken=0)),
    ("entitlement_unknown", "amount_not_positive", Asked(rule="unknown_right", taken=0)),
    ("not_entitled", "amount_not_positive", Asked(rule="too_young", taken=0)),
    ("amount_not_positive", "amount_not_whole", Asked(taken=-5)),
    ("amount_not_whole", "below_minimum", Asked(taken=15)),
    ("below_minimum", "gives_nothing", Asked(rule="poor", taken=10)),
    ("above_maximum", "gives_nothing", Asked(rule="poor", taken=50)),
    ("gives_nothing", "balance_too_small", Asked(rule="poor", taken=20, held=10)),
    ("balance_too_small", "protected_share", Asked(taken=40, held=30, protected=20)),
    ("protected_share", "", Asked(taken=40, held=50, protected=20)),
]


@pytest.fixture
def somebody(purse: Purse) -> Callable[[Asked], PersonId]:
    """The rules of these tests, and persons with points."""
    for name, takes, least, open_to in (
        ("open", 2, 20, ""),
        ("poor", 1000, 20, ""),
        ("too_young", 2, 20, "c2p_retirement"),
        ("unknown_right", 2, 20, "no_such_right"),
    ):
        purse.ask(RULE, name, takes, least, 40, 40, open_to)

    def with_points(asked: Asked) -> PersonId:
        person = purse.person()
        purse.give(person, "c2p", asked.held, unit="c2p_point", protected=asked.protected)
        return person

    return with_points


def test_of_two_reasons_the_first_of_the_order_is_said(
    purse: Purse, somebody: Callable[[Asked], PersonId]
) -> None:
    order = list(REFUSALS)
    for first, second, asked in BOTH:
        assert not second or order.index(first) < order.index(second)
        person, token = somebody(asked), new_token()
        purse.ask("SELECT trust.begin_session(%s, 'person', %s, 'test', TRUE)", token, person)
        asking = Asking(person, "test", verb=asked.verb)  # type: ignore[arg-type]
        with opened(token, asking), refused(first):
            conversions.quote(form(), asked.rule, asked.taken, on=asked.on)


def test_of_two_reasons_against_a_quote_the_first_is_said(
    purse: Purse, somebody: Callable[[Asked], PersonId]
) -> None:
    person = somebody(Asked())
    with purse.acting(person):
        used = conversions.quote(form(), "open", 20, on=TODAY)
        late = conversions.quote(form(), "open", 20, on=TODAY)
        conversions.convert(used)
    with purse.connected() as owner:
        owner.execute("ALTER TABLE economy.quote DISABLE TRIGGER USER")
        owner.execute("UPDATE economy.quote SET valid_until = now() - interval '1 second'")
        owner.execute("UPDATE economy.conversion SET until = in_force WHERE rule = 'open'")
    with purse.acting(person):
        for quote, first in (
            (UUID(int=1), "quote_unknown"),
            (used, "quote_used"),  # over as well
            (late, "quote_over"),  # and of a rule that is no more
        ):
            with refused(first):
                conversions.convert(quote)
    purse.is_sound()


def test_the_day_is_that_of_paris_whatever_the_time_zone_of_the_session(purse: Purse) -> None:
    days, sessions = set(), set()
    with purse.connected() as owner:
        for zone in ("Etc/GMT+12", "Etc/GMT-14"):
            owner.execute(f"SET TIME ZONE '{zone}'".encode())
            row = owner.execute("SELECT kernel.today(), current_date").fetchone()
            assert row is not None
            days.add(row[0])
            sessions.add(row[1])
    assert (len(days), len(sessions)) == (1, 2)
    # And no function of the database asks its session for the day.
    asking = r"\ycurrent_date\y|now\(\)::date|clock_timestamp\(\)::date|'today'"
    found = purse.ask(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        " AND prosrc ~* %s",
        asking,
    )
    assert found == []


def test_somebody_is_brought_up_to_date_on_a_day_on_which_she_may_act(purse: Purse) -> None:
    person = purse.person()
    for day in (FIRST_DAY - timedelta(1), FAR):
        for bring in (uses.catch_up, debts.recover):
            with pytest.raises(NotAllowed), purse.acting(person):
                bring(person, on=day)


def test_what_names_no_amount_is_refused(purse: Purse) -> None:
    person = purse.person()
    with purse.acting(person), refused("amount_not_positive"):
        conversions.quote(form(), "c2p_to_training", None, on=TODAY)  # type: ignore[arg-type]


def test_the_same_form_sent_again_after_midnight_is_done_once(purse: Purse, school: School) -> None:
    person, sent = purse.person(), form()
    purse.give(person, "cpf", 100_00)
    with purse.acting(person):
        for day in (TODAY, TODAY + timedelta(1)):
            uses.use(sent, "training_course", school.payee, 30_00, added=0, on=day)
    assert purse.held(person, "cpf") == (100_00, 0, 30_00)
