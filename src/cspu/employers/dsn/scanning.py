"""First pass over a file: everything wrong with it, and which declarations it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import BinaryIO

from cspu.employers.dsn import tree
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.heads import Head, head_of
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.lines import Envelope, look_at
from cspu.employers.dsn.problems import Findings, Problem
from cspu.employers.dsn.reader import Reader
from cspu.employers.dsn.tree import Group
from cspu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration of a file: its head, how many people, the digest of what is read from it."""

    head: Head
    persons: int
    content: bytes


@dataclass(slots=True)
class Scan:
    """What the first pass found. Nothing in it grows with the people declared."""

    envelope: Envelope
    findings: Findings = field(default_factory=Findings)
    declarations: list[Declared] = field(default_factory=list)
    test: bool = False


def scan(stream: BinaryIO, *, received_on: date | None = None) -> Scan:
    """Read a whole file and check it. Raises DsnRefused, with every problem, unless it is sound.

    `received_on`: no month that begins later can have been worked.
    """
    found = read_through(stream)
    for head in (declared.head for declared in found.declarations):
        if received_on is not None and head.month > received_on:
            place = f"{tree.DECLARATION}.005"
            found.findings.refuse(Problem(head.line, place, label(place), NONE, _TO_COME))
    if found.findings.problem_count:
        raise refusal(found.findings)
    return found


def read_through(stream: BinaryIO) -> Scan:
    """Read a whole file; problems are in the findings. DsnRefused when it cannot be read at all."""
    found = Scan(look_at(stream))
    reader = Reader(stream, found.envelope.encoding, found.findings)
    for groups in by_declaration(_watched(reader.groups(), found)):
        _note_declaration(groups, found)
    return found


def by_declaration(groups: Iterable[Group]) -> Iterator[Iterator[Group]]:
    """The groups of each declaration, its head first; what stands between declarations is left out."""
    seen = 0

    def rank(group: Group) -> int:
        nonlocal seen
        seen += group.anchor == tree.DECLARATION
        return seen if group.anchor in (tree.DECLARATION, tree.PERSON) else -1

    for place, run in groupby(groups, rank):
        if place > 0:
            yield run


def _watched(groups: Iterable[Group], found: Scan) -> Iterator[Group]:
    for group in groups:
        if group.anchor == tree.HEADER:
            found.test = found.test or group.blocks[0].values.get("005") == "01"
        yield group


def _note_declaration(groups: Iterator[Group], found: Scan) -> None:
    digest, persons = hashlib.sha256(), 0
    first = next(groups)
    digest.update(_content(first))
    for group in groups:
        persons += 1
        digest.update(_content(group))
    head = head_of(first) if first.anchor == tree.DECLARATION else None
    if head is not None:
        found.declarations.append(Declared(head, persons, digest.digest()))


def _content(group: Group) -> bytes:
    """What is read from a group, wherever it stands in the file."""
    parts: list[str] = []
    for block in group.blocks:
        parts += (block.code, *block.values, *block.values.values())
    parts += (*group.extras, *group.extras.values())
    return "\n".join(parts).encode()


def refusal(findings: Findings) -> DsnRefused:
    """The refusal of a file with problems."""
    count = findings.problem_count
    return DsnRefused(
        "dsn_problems",
        Text(
            f"Le fichier comporte {count} erreur{'s' * (count > 1)} : rien n'a été importé.",
            f"The file holds {count} error{'s' * (count > 1)}: nothing was imported.",
        ),
        Text(
            f"Corrigez-{'la' if count == 1 else 'les'} dans le logiciel de paie"
            " et produisez le fichier de nouveau.",
            f"Mend {'it' if count == 1 else 'them'} in the payroll software and write the file again.",
        ),
        findings.problems,
        count,
    )


_TO_COME = Text(
    "Ce mois n'a pas encore commencé : vérifiez l'année.",
    "This month has not begun yet: check the year.",
)
