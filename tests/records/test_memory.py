"""A long account costs time and disk, not memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from tempfile import TemporaryFile
from zipfile import ZipFile

import pytest

from cspu.kernel.ids import PersonId
from cspu.ledger import history
from cspu.records import writers
from cspu.records.archive import write_archive
from cspu.records.pdf import statement as pdf
from tests.conftest import FreshDatabase
from tests.entitlement.lives import FINAL
from tests.records.conftest import Someone

_POST = """
    SELECT ledger.post('bulk ' || %(upto)s, ARRAY(
        SELECT ROW(%(person)s::uuid, ledger.account_of(%(person)s::uuid, 'cpf', u.nil), 'cpf', u.nil, 'EUR',
            md5('funder')::uuid, 'funder:france_competences', 100, 0, 'award', 'due', date '2019-01-01',
            date '2019-01-01', date '2019-12-31', date '2020-01-01')::ledger.proposal
        FROM generate_series(1, %(count)s),
            (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS nil) AS u
    ), timestamptz '2026-03-01 12:00Z')
"""

Post = Callable[[int], None]


def peak(person: PersonId) -> tuple[int, int]:
    """The most memory an export took, and how many statements it made."""
    gc.collect()
    with TemporaryFile() as file:
        tracemalloc.start()
        try:
            write_archive(file, person, on=FINAL, lang="fr")
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        names = ZipFile(file).namelist()
    return most, sum(name.startswith("releve-") for name in names)


@pytest.fixture
def posting(someone: Someone, house: FreshDatabase) -> tuple[PersonId, Post]:
    """Somebody, and a way to have her account reach a length."""
    person = someone()
    length = 0

    def reach(upto: int) -> None:
        nonlocal length
        values = {"person": person, "count": upto - length, "upto": upto}
        with house.connect() as owner:
            owner.execute(_POST, values)
        length = upto

    return person, reach


def test_memory_does_not_grow_with_movements(
    posting: tuple[PersonId, Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pages and volumes four times smaller, so that a short account is already in its stride."""
    monkeypatch.setattr(pdf, "VOLUME", 250)
    monkeypatch.setattr(history, "PAGE", 250)
    monkeypatch.setattr(writers, "_IN_MEMORY", 1)
    short, long = _grown(posting, 500, 1_500, volume=250)
    assert long - short < 1_000 * 200, f"{short:,} then {long:,} bytes"


@pytest.mark.soak
def test_twenty_thousand_movements_take_the_memory_of_two_thousand(
    posting: tuple[PersonId, Post],
) -> None:
    short, long = _grown(posting, 2_000, 20_000, volume=1_000)
    assert long < short * 1.15, f"{short:,} then {long:,} bytes"


def _grown(
    posting: tuple[PersonId, Post], first: int, then: int, *, volume: int
) -> tuple[int, int]:
    person, reach = posting
    peak(person)  # what is loaded once is loaded
    reach(first)
    short, statements = peak(person)
    assert statements == first // volume
    reach(then)
    long, statements = peak(person)
    assert statements == then // volume
    return short, long
