"""Every refusal of the ledger: what the database says, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import psycopg
import pytest

from cspu.kernel.ids import PersonId
from cspu.ledger import errors
from cspu.ledger.errors import (
    AccountBusy,
    AppendOnly,
    FloorBroken,
    KeyReused,
    MixedUnits,
    NotAllowed,
    PostingRefused,
    UnfitMovement,
    domain_error,
)
from cspu.ledger.operations import _ROW, Proposal, _row
from tests.ledger.book import (
    ANNA,
    AWARD,
    FUNDER,
    declare_units,
    new_person,
    out,
    post_as_is,
    post_rows,
)

LAST = PersonId(UUID("ffffffff-0000-4000-8000-000000000001"))
"""Whose movements come after Anna's in a batch."""


@pytest.fixture
def book(pg: psycopg.Connection) -> psycopg.Connection:
    """A ledger in which Anna holds 500 €, 200 € of them protected."""
    declare_units(pg)
    assert post_as_is(pg, "opening", replace(AWARD, protected=20_000)) == 1
    return pg


def refusal(book: psycopg.Connection, act: Callable[[], object]) -> PostingRefused:
    """What is refused, in our words; nothing of it is left behind."""
    before = _everything(book)
    with pytest.raises(psycopg.Error) as caught, book.transaction():
        act()
    assert _everything(book) == before
    error = domain_error(caught.value)
    assert error is not None, caught.value
    return error


def _everything(book: psycopg.Connection) -> list[tuple[object, ...]]:
    return [
        row
        for table in ("account", "transfer", "slot", "batch")
        for row in book.execute(f"SELECT t::text FROM ledger.{table} AS t ORDER BY 1".encode())
    ]


UNFIT: dict[str, tuple[Proposal, type[PostingRefused], str]] = {
    "unknown unit": (replace(AWARD, unit="louis_d_or"), UnfitMovement, "ledger.unit"),
    "nothing": (replace(AWARD, amount=0), UnfitMovement, "ledger.amount"),
    "protects more than it brings": (
        replace(AWARD, protected=50_001),
        UnfitMovement,
        "ledger.protected_part",
    ),
    "protects against its direction": (
        replace(AWARD, protected=-1),
        UnfitMovement,
        "ledger.protected_part",
    ),
    "takes while it protects": (
        replace(out(100), protected=1),
        UnfitMovement,
        "ledger.protected_part",
    ),
    "from an account to itself": (
        replace(AWARD, counter_id=AWARD.account_id),
        UnfitMovement,
        "ledger.one_side",
    ),
    "of no known kind": (replace(AWARD, kind="bonus"), UnfitMovement, "ledger.kind"),  # type: ignore[arg-type]
    "ends before it starts": (
        replace(AWARD, period_end=date(2024, 12, 31)),
        UnfitMovement,
        "ledger.period",
    ),
    "due within its period": (
        replace(AWARD, due_on=date(2025, 12, 31)),
        UnfitMovement,
        "ledger.period",
    ),
    "hides where a word ends": (replace(AWARD, reason="due|EUR"), UnfitMovement, "ledger.bar"),
    "says no reason": (replace(AWARD, reason=None), UnfitMovement, "ledger.incomplete"),  # type: ignore[arg-type]
    "more than an account can hold": (
        replace(AWARD, amount=2**63 - 1),
        UnfitMovement,
        "ledger.too_large",
    ),
    "another unit": (replace(AWARD, unit="point"), MixedUnits, "ledger.mixed_units"),
    "below the floor": (out(30_001), FloorBroken, "ledger.floor"),
    "a first movement that takes": (
        out(1, proposal=replace(AWARD, right_id="other")),
        FloorBroken,
        "ledger.floor",
    ),
    "unprotects what was not protected": (
        out(20_001, protected=20_001),
        UnfitMovement,
        "ledger.protected_negative",
    ),
}


@pytest.mark.parametrize(
    ("proposal", "error", "code"),
    list(UNFIT.values()),
    ids=[name.replace(" ", "-") for name in UNFIT],
)
def test_an_unfit_movement_is_refused(
    book: psycopg.Connection, proposal: Proposal, error: type[PostingRefused], code: str
) -> None:
    refused = refusal(book, lambda: post_as_is(book, "unfit", proposal))
    assert (type(refused), refused.code) == (error, code)
    bystander = replace(AWARD, person_id=LAST)
    beside = refusal(book, lambda: post_as_is(book, "unfit", proposal, bystander))
    assert (type(beside), beside.code) == (error, code)


def test_one_unfit_movement_refuses_its_whole_batch(book: psycopg.Connection) -> None:
    good = replace(AWARD, right_id="another")
    assert refusal(book, lambda: post_as_is(book, "both", good, out(30_001))).code == "ledger.floor"


def test_what_is_left_may_be_exactly_the_floor(book: psycopg.Connection) -> None:
    assert post_as_is(book, "down to the floor", out(30_000)) == 1
    assert refusal(book, lambda: post_as_is(book, "one more", out(1))).code == "ledger.floor"


def test_the_floor_is_judged_on_the_batch_as_a_whole(book: psycopg.Connection) -> None:
    replaced = (
        out(50_000, protected=20_000),
        replace(AWARD, amount=40_000, protected=20_000, kind="correction"),
    )
    assert post_as_is(book, "old out, new in", *replaced) == 2


def test_an_account_in_two_units_cannot_be_opened(book: psycopg.Connection) -> None:
    one = replace(AWARD, right_id="double")
    two = replace(one, unit="point", counter_id=AWARD.account_id)
    assert (
        refusal(book, lambda: post_as_is(book, "two units", one, two)).code == "ledger.mixed_units"
    )


def test_a_funders_account_keeps_its_unit(book: psycopg.Connection) -> None:
    points = replace(AWARD, right_id="hardship", unit="point")
    assert points.counter_id == FUNDER
    assert refusal(book, lambda: post_as_is(book, "points", points)).code == "ledger.mixed_units"


def test_an_account_is_that_of_its_person_right_and_organisation(book: psycopg.Connection) -> None:
    elsewhere = list(_row(AWARD))
    elsewhere[1] = replace(AWARD, person_id=new_person()).account_id
    assert (
        refusal(book, lambda: post_rows(book, "elsewhere", [tuple(elsewhere)])).code
        == "ledger.account"
    )


def test_a_batch_out_of_order_is_refused(book: psycopg.Connection) -> None:
    people = sorted([new_person(), new_person(), new_person()], reverse=True)
    unsorted = [replace(AWARD, person_id=person) for person in people]
    assert refusal(book, lambda: post_as_is(book, "unsorted", *unsorted)).code == "ledger.unsorted"


def test_the_same_key_and_movements_again_post_nothing(book: psycopg.Connection) -> None:
    movements = (replace(AWARD, protected=20_000),)
    before = _everything(book)
    assert post_as_is(book, "opening", *movements) == 0
    assert _everything(book) == before


@pytest.mark.parametrize(
    "other",
    [
        [AWARD],
        [replace(AWARD, protected=20_000, counterparty="funder:other")],
        [replace(AWARD, protected=20_000), replace(AWARD, right_id="more")],
        [replace(AWARD, protected=20_000, person_id=new_person())],
    ],
    ids=["other-part", "other-name", "one-more", "other-person"],
)
def test_a_key_used_for_something_else_is_refused(
    book: psycopg.Connection, other: list[Proposal]
) -> None:
    refused = refusal(book, lambda: post_as_is(book, "opening", *other))
    assert isinstance(refused, KeyReused)


INTERNALLY = "SELECT ledger.write('{}', ARRAY[{}]::ledger.proposal[], now())"


def test_a_key_of_settlement_is_nobody_elses(book: psycopg.Connection) -> None:
    statement = INTERNALLY.format("settlement 1", _ROW)
    assert book.execute(statement.encode(), _row(AWARD)).fetchone() == (1,)
    refused = refusal(book, lambda: post_as_is(book, "settlement 1", AWARD))
    assert isinstance(refused, KeyReused)


def test_only_settlement_posts_without_a_hash_of_its_inputs(book: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        book.execute(INTERNALLY.format("mine", _ROW).encode(), _row(AWARD))
    assert caught.value.diag.constraint_name == "batch_of_proposals_keeps_their_hash"


def test_posting_nothing_posts_nothing(book: psycopg.Connection) -> None:
    found = book.execute(
        "SELECT ledger.post('none', '{}', now()), ledger.post('none', NULL, now())"
    )
    assert found.fetchone() == (0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger.transfer SET amount = amount + 1",
        "DELETE FROM ledger.transfer",
        "TRUNCATE ledger.transfer",
        "UPDATE ledger.batch SET idempotency_key = 'other'",
        "DELETE FROM ledger.batch",
        "TRUNCATE ledger.batch",
        "DELETE FROM ledger.account",
        "TRUNCATE ledger.account",
        "DELETE FROM ledger.slot",
        "TRUNCATE ledger.slot",
        "DELETE FROM ledger.transfer WHERE FALSE",
    ],
)
def test_even_the_owner_rewrites_nothing(book: psycopg.Connection, statement: str) -> None:
    assert isinstance(refusal(book, lambda: book.execute(statement.encode())), AppendOnly)


def test_the_database_holds_the_floor_whoever_writes_the_totals(book: psycopg.Connection) -> None:
    lowered = refusal(book, lambda: book.execute("UPDATE ledger.account SET debits = credits"))
    assert isinstance(lowered, FloorBroken)


def test_two_writers_of_one_account_collide_by_name(book: psycopg.Connection) -> None:
    again = b"INSERT INTO ledger.transfer SELECT * FROM ledger.transfer WHERE person_id = %s"
    assert isinstance(refusal(book, lambda: book.execute(again, [ANNA])), AccountBusy)


def test_a_privilege_is_refused_in_plain_words(web_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        web_connection.execute("DELETE FROM ledger.transfer")
    assert isinstance(domain_error(caught.value), NotAllowed)


def test_other_errors_are_not_called_refusals(pg: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable) as caught:
        pg.execute("SELECT * FROM ledger.nowhere")
    assert domain_error(caught.value) is None


def test_each_named_constraint_of_the_ledger_has_its_words(pg: psycopg.Connection) -> None:
    named = pg.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = 'ledger'::regnamespace"
        " AND contype = 'c'"
        " AND conrelid IN ('ledger.account'::regclass, 'ledger.transfer'::regclass)"
    ).fetchall()
    # Broken by a fault of ours only, never by what someone proposes.
    ours = {
        "account_totals_grow",
        "account_holds_a_part",
        "transfer_has_one_person_side",
        "transfer_rank_counts_from_one",
    }
    assert {name for (name,) in named} - ours <= set(errors._BY_CONSTRAINT)
