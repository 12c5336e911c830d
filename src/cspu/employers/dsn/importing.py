"""Second pass over a file: its declarations asserted one by one, person by person, in bundles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from cspu.employers.dsn import exposures, log
from cspu.employers.dsn.dates import read_date
from cspu.employers.dsn.errors import DsnRefused
from cspu.employers.dsn.facts import ExposureStatement, facts_of
from cspu.employers.dsn.heads import Head
from cspu.employers.dsn.lines import look_at
from cspu.employers.dsn.problems import Findings
from cspu.employers.dsn.reader import Reader
from cspu.employers.dsn.replay import Decision, Status, decide, replaced_status
from cspu.employers.dsn.scanning import Declared, Scan, by_declaration
from cspu.employers.dsn.tree import Group
from cspu.employers.merging import merge_facts
from cspu.kernel.errors import CspuError
from cspu.kernel.ids import PersonId, computed_id
from cspu.kernel.text import Text
from cspu.lifecourse.facts import Change, FactSet, Source
from cspu.lifecourse.operations import Assertion, assertion
from cspu.people.identities import DeclaredIdentity, Sex
from cspu.people.operations import match_or_create
from cspu.people.organisations import DeclaredOrganisation, register_organisations
from cspu.trust.agents import HeldFile, hold_files

_BUNDLE = 500
_TICK = timedelta(microseconds=1)

Named = Callable[[list[tuple[PersonId, Group]]], None]
"""Told which person each group of a bundle turned out to be about."""
Observe = Callable[[Head, Change], None]
"""Told each change, declaration by declaration."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one declaration. `status` None: it was there already."""

    head: Head
    persons: int
    status: Status | None
    persons_changed: int = 0


@dataclass(slots=True)
class Importer:
    """Imports the declarations of one checked file, in its caller's transaction.

    Each assertion is recorded a microsecond after the one before: two versions of one slot in one
    file are two recordings, as if they had come in two files.
    """

    found: Scan
    received_at: datetime
    named: Named
    observe: Observe
    _at: datetime = field(init=False)
    _years: set[exposures.Year] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._at = self.received_at

    def run(self, stream: BinaryIO) -> list[Outcome]:
        """Read the file again, from its start, and import it."""
        log.lock_establishments({declared.head.siret for declared in self.found.declarations})
        stream.seek(0)
        reader = Reader(stream, self.found.envelope.encoding, Findings(), checked=True)
        runs = by_declaration(reader.groups())
        try:
            outcomes = [
                self._import(declared, groups)
                for declared, groups in zip(self.found.declarations, runs, strict=True)
            ]
        except (KeyError, ValueError) as error:
            if self._changed(stream):
                raise _changed_meanwhile() from error
            raise
        if self._changed(stream):
            raise _changed_meanwhile()
        self._assert_exposures(outcomes)
        log.write_delivery(self.found, received_at=self.received_at)
        return outcomes

    def _changed(self, stream: BinaryIO) -> bool:
        return look_at(stream).sha256 != self.found.envelope.sha256

    def _import(self, declared: Declared, groups: Iterator[Group]) -> Outcome:
        head = declared.head
        next(groups)
        decision = decide(declared, log.known_about(head))
        if decision.status is None:
            return Outcome(head, declared.persons, None)
        changed = self._set_aside_replaced(head)
        if decision.counts:
            log.set_aside(head.slot_id, Status.SUPERSEDED)
        log.write_declaration(declared, _status(decision), self.found, received_at=self.received_at)
        if decision.counts:
            changed += self._assert(head, iter(()) if head.says_nobody else groups)
        return Outcome(head, declared.persons, decision.status, changed)

    def _set_aside_replaced(self, head: Head) -> int:
        """A notice that names another empties it, whatever becomes of itself."""
        replaced = head.replaced_slot_id
        if replaced is None or not log.set_aside(replaced, replaced_status(head.kind)):
            return 0
        return self._assert(head, iter(()), slot_id=replaced)

    def _assert(self, head: Head, groups: Iterator[Group], *, slot_id: UUID | None = None) -> int:
        """Assert a slot's facts anew; gives how many persons they changed for."""
        slot = slot_id or head.slot_id
        register_organisations(
            [DeclaredOrganisation(siret=head.siret, ape=head.ape, idcc=head.idcc)],
            recorded_at=self.received_at,
        )
        self._years |= exposures.forget(slot)
        with assertion(slot, self._source(head), recorded_at=self._tick()) as asserted:
            while bundle := list(islice(groups, _BUNDLE)):
                self._add(head, bundle, asserted)
        return self._report(head, asserted)

    def _add(self, head: Head, bundle: list[Group], asserted: Assertion) -> None:
        for group in bundle:
            self._recognise(head, group)
        identities = [identity_of(group, head) for group in bundle]
        persons = list(
            zip(match_or_create(identities, recorded_at=self.received_at), bundle, strict=True)
        )
        self.named(persons)
        facts = [(person_id, facts_of(group, head, person_id)) for person_id, group in persons]
        asserted.add(
            FactSet(
                spells=[spell for _, each in facts for spell in each.spells],
                measures=[measure for _, each in facts for measure in each.measures],
                attributes=[attribute for _, each in facts for attribute in each.attributes],
                events=[event for _, each in facts for event in each.events],
            )
        )
        # Who declares somebody holds a file on her: that is what shows the employer its own declarations.
        hold_files(
            [
                HeldFile(person_id, head.organisation_id, min(spell.start for spell in each.spells))
                for person_id, each in facts
                if each.spells
            ],
            recorded_at=self.received_at,
        )
        stated: list[tuple[PersonId, ExposureStatement]] = [
            (person_id, said) for person_id, each in facts for said in each.exposures
        ]
        if stated:
            self._years |= exposures.keep(head, stated)

    def _recognise(self, head: Head, group: Group) -> None:
        """A person declared with both numbers: whoever had the temporary one is she."""
        values = group.blocks[0].values
        if not (values.get("001") and values.get("020")):
            return
        try:
            merge_facts(
                identity_of(group, head),
                ntt=values["020"],
                siren=head.siret[:9],
                source=str(head.declaration_id),
                reason="DSN S21.G00.30.001 + S21.G00.30.020",
                recorded_at=self._tick(),
            )
        except CspuError as error:
            raise DsnRefused(
                error.code, _at_line(group.line, error.message), error.next_step
            ) from error

    def _assert_exposures(self, outcomes: list[Outcome]) -> None:
        if not self._years:
            return
        head = next(outcome.head for outcome in outcomes if outcome.status is not None)
        for year in sorted(self._years):
            asserted = exposures.assert_year(year, self._source(head), recorded_at=self._tick())
            self._report(head, asserted)

    def _report(self, head: Head, asserted: Assertion) -> int:
        for change in asserted.changes():
            self.observe(head, change)
        return asserted.persons_changed()

    def _source(self, head: Head) -> Source:
        return Source(
            source_id=computed_id("dsn-source", head.declaration_id),
            kind="dsn",
            label=f"DSN {head.month:%m/%Y}",
            reference=f"{head.siret} {head.nature} {head.month:%Y-%m} {head.fraction} {head.order}",
            received_at=self.received_at,
            organisation_id=head.organisation_id,
        )

    def _tick(self) -> datetime:
        self._at += _TICK
        return self._at


def identity_of(group: Group, head: Head) -> DeclaredIdentity:
    """Who a person's group says she is."""
    values = group.blocks[0].values
    nir = values.get("001") or None
    said = values.get("005") or (f"0{nir[0]}" if nir else "")
    return DeclaredIdentity(
        birth_name=values["002"],
        usual_name=values.get("003", ""),
        given_names=values["004"],
        sex={"01": Sex.MALE, "02": Sex.FEMALE}.get(said, Sex.NOT_SAID),
        birth_date=read_date(values.get("006", "")),
        birth_place=values.get("007", ""),
        birth_department=values.get("014", ""),
        birth_country=values.get("015", ""),
        nir=nir,
        ntt=values.get("020") or None,
        siren=head.siret[:9],
    )


def _status(decision: Decision) -> Status:
    if decision.status is None:
        raise ValueError("a declaration that is there already is not written again")
    return decision.status


def _at_line(line: int, message: Text) -> Text:
    return Text(f"Ligne {line} : {message.fr}", f"Line {line}: {message.en}")


def _changed_meanwhile() -> DsnRefused:
    return DsnRefused(
        "dsn_changed_meanwhile",
        Text(
            "Le fichier a changé pendant l'import : rien n'a été importé.",
            "The file changed while it was imported: nothing was imported.",
        ),
        Text(
            "Relancez l'import quand le fichier est complet.",
            "Import again once the file is complete.",
        ),
    )
