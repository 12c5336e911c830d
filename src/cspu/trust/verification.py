"""Proving the journals again from their lines: what anyone can run, and what tampering cannot pass.

Re-proved, person by person: each line's hash from its content and the line before, ranks without a
gap, and the head (how many lines there are, and the hash of the last); and the one list of treatments
likewise. What it cannot see: a whole
journal removed with its head, or a chain computed anew to its end by whoever owns the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from queue import SimpleQueue
from uuid import UUID

import psycopg

from cspu.kernel.ids import person_ranges
from cspu.kernel.text import Text

_SQL = files("cspu.trust").joinpath("sql", "verify")
RANGES = 64

MEANINGS = {
    "line_altered": Text(
        "ligne du journal modifiée ou dont la précédente l’a été",
        "journal line altered, or the one before it",
    ),
    "line_missing_before": Text(
        "ligne du journal retirée avant celle-ci, ou déplacée",
        "journal line removed before this one, or moved",
    ),
    "line_missing_at_end": Text(
        "dernières lignes du journal retirées", "last lines of the journal removed"
    ),
    "line_after_end": Text(
        "lignes ajoutées après la fin du journal", "lines added after the end of the journal"
    ),
    "lines_all_missing": Text("journal vidé de ses lignes", "journal emptied of its lines"),
    "head_missing": Text("fin du journal absente", "end of the journal missing"),
    "head_altered": Text(
        "fin du journal différente de sa dernière ligne",
        "end of the journal differs from its last line",
    ),
    "treatment_altered": Text(
        "traitement modifié ou dont le précédent l’a été",
        "treatment altered, or the one before it",
    ),
    "treatment_missing_before": Text(
        "traitement retiré avant celui-ci, ou déplacé",
        "treatment removed before this one, or moved",
    ),
    "treatment_end_differs": Text(
        "fin de la liste des traitements différente du dernier",
        "end of the list of treatments differs from the last one",
    ),
}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What does not hold in whose journal, and at which line. `code`: a key of MEANINGS.

    `person_id` is None in the list of treatments, which is everybody's.
    """

    code: str
    person_id: UUID | None
    rank: int

    @property
    def meaning(self) -> Text:
        """The discrepancy in words."""
        return MEANINGS[self.code]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was proved."""

    journals: int
    lines: int
    treatments: int


def verify(
    connect: Callable[[], psycopg.Connection],
    *,
    connections: int,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[Discrepancy]:
    """Every discrepancy of the journals, by ranges of persons, on so many connections.

    Each range is read as it was at one moment, so that the door stays open. Memory stays flat.
    """
    with ExitStack() as opened, ThreadPoolExecutor(connections) as workers:
        idle: SimpleQueue[psycopg.Connection] = SimpleQueue()
        for _ in range(connections):
            connection = opened.enter_context(connect())
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            idle.put(connection)

        def prove(bounds: tuple[UUID, UUID]) -> list[Discrepancy]:
            worker = idle.get()
            try:
                with worker.transaction():
                    return list(_found(worker, *bounds))
            finally:
                idle.put(worker)

        first = idle.get()
        with first.transaction():
            yield from _ask(first, "treatments", {})
        idle.put(first)
        for step, found in enumerate(workers.map(prove, person_ranges(RANGES)), start=1):
            yield from found
            progress(step, RANGES)


def discrepancies(connection: psycopg.Connection) -> Iterator[Discrepancy]:
    """As `verify`, in the caller's transaction: what it wrote and did not commit is proved too."""
    yield from _ask(connection, "treatments", {})
    for first, last in person_ranges(RANGES):
        yield from _found(connection, first, last)


def _found(connection: psycopg.Connection, first: UUID, last: UUID) -> Iterator[Discrepancy]:
    for name in ("lines", "heads"):
        yield from _ask(connection, name, {"first": first, "last": last})


def _ask(
    connection: psycopg.Connection, name: str, values: Mapping[str, UUID]
) -> Iterator[Discrepancy]:
    query = _SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8").encode()
    for row in connection.execute(query, values):
        yield Discrepancy(*row)


def extent(connection: psycopg.Connection) -> Extent:
    """How many journals and lines there are."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM trust.access_head), (SELECT count(*) FROM trust.access),"
        " (SELECT count(*) FROM trust.treatment)"
    ).fetchone()
    return Extent(*row) if row else Extent(0, 0, 0)
