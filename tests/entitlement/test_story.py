"""The story told in docs/explanation/settlement.md is what the house really does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection

from cspu.entitlement.operations import Settled, settle_person
from cspu.kernel.ids import PersonId
from tests.conftest import FreshDatabase
from tests.entitlement.lives import balances, birth, newcomer, tell, work, yearly

STORY = Path(__file__).parents[2] / "docs" / "explanation" / "settlement.md"
Row = tuple[int, int, int, str, str, int]


def cents(written: str) -> int:
    return int(Decimal(written.replace(",", "").replace("−", "-")) * 100)


def told() -> list[Row]:
    """The rows of the document's tables of movements."""
    lines = re.findall(
        r"^\| (\d+) \| (\d{4}) \| (\S+) \| (\w+) \| (\w+) \| (\S+) \|$",
        STORY.read_text("utf-8"),
        re.MULTILINE,
    )
    return [
        (int(rank), int(year), cents(amount), kind, reason, cents(balance))
        for rank, year, amount, kind, reason, balance in lines
    ]


def posted(person: PersonId) -> Iterator[Row]:
    """What the account holds, in order, with its running balance."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rank, extract(year FROM period_start)::integer,"
            " CASE account_id WHEN credit_account_id THEN amount ELSE -amount END, kind, reason"
            " FROM ledger.transfer WHERE person_id = %s AND right_id = 'cpf' ORDER BY rank",
            [person],
        )
        balance = 0
        for rank, year, amount, kind, reason in cursor.fetchall():
            balance += amount
            yield rank, year, amount, kind, reason, balance


def test_the_story_of_the_documents_holds(house: FreshDatabase) -> None:
    person = newcomer()
    tell(person, birth(date(1990, 3, 14)))
    for year in range(2019, 2030):
        tell(person, work(year, "50" if year == 2019 else "151.67"))
        settle_person(person, as_of=date(year + 1, 1, 15))
    before = told()[:-2]
    assert list(posted(person)) == before
    assert settle_person(person, as_of=date(2030, 1, 15)) == Settled(0, 0)
    tell(person, work(2019, "75"))
    settle_person(person, as_of=date(2030, 2, 10))
    assert list(posted(person)) == told()

    with house.connect() as owner:
        sides = owner.execute(
            "SELECT sum(debits)::bigint, sum(credits)::bigint FROM ledger.slot"
            " WHERE counterparty = 'funder:france_competences'"
        ).fetchone()
    assert sides == (531_331, 31_331)


def test_known_from_the_start_it_ends_the_same(house: FreshDatabase) -> None:
    person = newcomer()
    tell(person, birth(date(1990, 3, 14)))
    for year in range(2029, 2018, -1):
        tell(person, work(year, "75" if year == 2019 else "151.67"))
    settle_person(person, as_of=date(2030, 2, 10))
    assert balances(person)["cpf"] == told()[-1][-1]
    assert yearly(person, "cpf") == dict.fromkeys(range(2019, 2029), 50_000)
