"""Writing to `employers`: importing payroll declarations.

`import_dsn` owns its transaction: a file is imported whole or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from cspu.employers.dsn import log
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.heads import Head
from cspu.employers.dsn.importing import Importer, Outcome
from cspu.employers.dsn.lines import look_at
from cspu.employers.dsn.problems import Problem
from cspu.employers.dsn.scanning import Scan, scan
from cspu.employers.dsn.tree import Group
from cspu.kernel.ids import PersonId
from cspu.kernel.text import Text
from cspu.lifecourse.facts import Change


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What a file changes for one person, shown without naming her.

    `line` is where she stands in the file (None: she is no longer in it), `masked` the first and
    last three characters of her NIR.
    """

    line: int | None
    masked: str
    kind: str
    change: str
    months: tuple[date, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do (`dry_run`). `already` is when this very file was imported."""

    sha256: str
    encoding: str
    dry_run: bool
    already: datetime | None = None
    outcomes: tuple[Outcome, ...] = ()
    added: int = 0
    closed: int = 0
    warnings: tuple[Problem, ...] = ()
    warning_count: int = 0
    unknown: dict[str, int] = field(default_factory=dict)


def import_dsn(
    path: Path,
    *,
    received_at: datetime,
    allow_test: bool = False,
    dry_run: bool = False,
    show: Callable[[PersonChange], None] | None = None,
) -> ImportReport:
    """Import one file, in one transaction; with `dry_run`, do it and take it all back.

    The same file again changes nothing. `show` is called for every change, person by person.
    Raises DsnRefused, and logs the refusal, when the file is not sound, is a test file (unless
    `allow_test`), or numbers a declaration like another one.
    """
    with path.open("rb") as stream:
        envelope = look_at(stream)
        try:
            already = log.already_imported(envelope.sha256)
            if already is not None:
                return ImportReport(envelope.sha256, envelope.encoding, dry_run, already)
            return _import_checked(
                stream, received_at, allow_test=allow_test, dry_run=dry_run, show=show
            )
        except DsnRefused as error:
            if not dry_run:
                log.write_refusal(envelope, error, received_at=received_at)
            raise


def _import_checked(
    stream: BinaryIO,
    received_at: datetime,
    *,
    allow_test: bool,
    dry_run: bool,
    show: Callable[[PersonChange], None] | None,
) -> ImportReport:
    found = scan(stream, received_on=received_at.date())
    if found.test and not allow_test:
        raise _test_file()
    counts: Counter[str] = Counter()
    with transaction.atomic():
        shown = _Shown() if show else None

        def observe(_head: Head, change: Change) -> None:
            counts[change.change] += change.count
            if show and shown:
                show(shown.describe(change))

        named = shown.remember if shown else _forget
        outcomes = Importer(found, received_at, named, observe).run(stream)
        transaction.set_rollback(dry_run)
    return _report(found, outcomes, counts, dry_run=dry_run)


def _report(
    found: Scan, outcomes: list[Outcome], counts: Counter[str], *, dry_run: bool
) -> ImportReport:
    findings = found.findings
    return ImportReport(
        found.envelope.sha256,
        found.envelope.encoding,
        dry_run,
        outcomes=tuple(outcomes),
        added=counts["added"],
        closed=counts["closed"],
        warnings=tuple(findings.warnings),
        warning_count=findings.warning_count,
        unknown=dict(findings.unknown),
    )


class _Shown:
    """Where each person stands in the file, kept on disk by the database for the transaction."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS dsn_shown")
            cursor.execute(
                "CREATE TEMPORARY TABLE dsn_shown (person_id uuid PRIMARY KEY, line integer, masked text)"
                " ON COMMIT DROP"
            )

    def remember(self, persons: list[tuple[PersonId, Group]]) -> None:
        """Note a bundle."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO dsn_shown VALUES (%s, %s, %s) ON CONFLICT (person_id) DO NOTHING",
                [(person_id, group.line, _masked(group)) for person_id, group in persons],
            )

    def describe(self, change: Change) -> PersonChange:
        """A change, told by the person's place in the file."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT line, masked FROM dsn_shown WHERE person_id = %s", [change.person_id]
            )
            line, masked = cursor.fetchone() or (None, "")
        return PersonChange(line, masked, change.kind, change.change, change.months, change.count)


def _masked(group: Group) -> str:
    number = group.blocks[0].values.get("001", "")
    return f"{number[:3]}…{number[-3:]}" if number else "NTT"


def _forget(_persons: list[tuple[PersonId, Group]]) -> None:
    """Without a dry run nobody needs to be shown."""


def _test_file() -> DsnRefused:
    return DsnRefused(
        "dsn_test_file",
        Text(
            "C'est un fichier d'essai (S10.G00.00.005 = 01) : rien n'a été importé.",
            "This is a test file (S10.G00.00.005 = 01): nothing was imported.",
        ),
        Text(
            "Envoyez le fichier réel, ou ajoutez --allow-test pour une démonstration.",
            "Send the real file, or add --allow-test for a demonstration.",
        ),
    )
