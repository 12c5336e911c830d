"""What is seen is written down: so many reads through every screen and API, so many lines.

An address that is in none of the three tables of `town` fails the first test: whoever adds a screen adds a
line there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.conftest import FreshDatabase
from tests.trust.town import (
    ABOUT_NOBODY,
    OTHERWISE_ANSWERED,
    RIGHT,
    SCREENS,
    SENT_ALONE,
    Line,
    Town,
    lines,
    read,
)


def addresses(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    """The name of every address of the site."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns)
        else:
            yield str(each.name)


def test_every_address_is_in_one_table() -> None:
    """A new screen that nobody says how to count is refused here."""
    known = [*SCREENS, *ABOUT_NOBODY, *SENT_ALONE]
    assert sorted(addresses(get_resolver().url_patterns)) == sorted(known)


@pytest.mark.parametrize("reads", [300, pytest.param(10_000, marks=pytest.mark.soak)])
def test_so_many_reads_leave_so_many_lines(town: Town, as_web: FreshDatabase, reads: int) -> None:
    """Each by whoever may read it, about whom the seed says: one line each, and no other line."""
    random = Random(reads)  # noqa: S311  a seed, so that a failure can be had again
    every = [(name, reader) for name in sorted(SCREENS) for reader in SCREENS[name].readers]
    before, expected = lines(town), Counter[Line]()
    for number in range(reads):
        # Every screen once at least by each of its readers, then at random.
        name, reader = every[number] if number < len(every) else random.choice(every)
        expected.update(read(town, random.choice(town.lives), name, reader))
    left = lines(town) - before
    assert left == expected
    assert left.total() == expected.total() >= reads >= len(every)


def test_what_shows_nobody_leaves_no_line(town: Town, as_web: FreshDatabase) -> None:
    """And what answers no reading shows nothing to whoever reads it."""
    before = lines(town)
    for name, reader in ABOUT_NOBODY.items():
        client = town.lives[0].browser if reader == "herself" else town.agents[reader][1]
        arguments = {"list_id": 1} if name == "proof_withdrawals" else {}
        answer = client.get(reverse(name, kwargs=arguments))
        assert answer.status_code == OTHERWISE_ANSWERED.get(name, 200), name
        for word in (b"MARCHAND", b"Marchand", b"BERNARD", b"Bernard"):
            assert word not in answer.content, (name, word)
    needs: Mapping[str, Callable[[], dict[str, Any]]] = {
        "login_leave": lambda: {"provider": "x"},
        "correction_send": lambda: {"fact": uuid4()},
        "correction_reply": lambda: {"correction": uuid4()},
        "proof_make": lambda: {"right_id": RIGHT},
        "convert_execute": lambda: {"quote_id": uuid4()},
        "use_confirm": lambda: {"use": "training_course"},
        "use_undo": lambda: {"act_id": uuid4()},
        "gift_take_back": lambda: {"gift_id": uuid4()},
        "call_end": lambda: {"call_id": uuid4()},
        "notice_end": lambda: {"notice_id": uuid4()},
        "exchange_propose": lambda: {"exchange_id": uuid4()},
        "exchange_confirm": lambda: {"exchange_id": uuid4()},
        "hours_back": lambda: {"gift_id": uuid4()},
        "debt_contest": lambda: {"debt_id": uuid4()},
        "debt_give_back": lambda: {"debt_id": uuid4()},
        "proof_withdraw": lambda: {"proof_id": uuid4()},
    }
    for name in SENT_ALONE:
        arguments = needs.get(name, dict)()
        answer = town.lives[0].browser.get(reverse(name, kwargs=arguments))
        assert answer.status_code in {302, 405}, (name, answer.status_code)
    assert lines(town) == before


def test_checking_a_proof_leaves_no_line_whatever_it_says(
    town: Town, as_web: FreshDatabase
) -> None:
    """It reads what she handed over and a list of places, and no row of hers (docs/reference/access.md)."""
    life = town.lives[0]
    ((shown,),) = town.crowd.ask(
        "SELECT shown FROM trust.proof WHERE proof_id = %s", life.ids["proof"]
    )
    checker, before = Client(), lines(town)
    good = checker.post(reverse("proof_check"), {"proof": shown})
    assert "est valable" in good.content.decode()
    assert lines(town) == before
    life.browser.post(reverse("proof_withdraw", args=[life.ids["proof"]]))
    withdrawn = lines(town)
    bad = checker.post(reverse("proof_check"), {"proof": shown})
    assert "n’est pas valable" in bad.content.decode()
    assert lines(town) == withdrawn
    assert [line[2] for line in (withdrawn - before)] == ["proof_withdrawn"]


def test_a_command_about_her_is_read_in_her_journal_in_plain_words(
    town: Town, as_web: FreshDatabase
) -> None:
    life, other = town.lives
    with town.crowd.database.connect("batch") as batch:
        batch.execute(
            "SELECT trust.record_treatment(gen_random_uuid(), 'export --person …', now(), %s, 'export')",
            [life.person],
        )
    said = "Qui fait fonctionner ce service"
    page = life.browser.get(reverse("journal")).content.decode()
    assert said in page
    assert "par une commande inscrite ici" in page
    assert said not in other.browser.get(reverse("journal")).content.decode()
