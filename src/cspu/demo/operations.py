"""Bringing the demonstration's people in: declarations are written, then really imported."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from cspu.demo.agents import read_bodies
from cspu.demo.declarations import declaration_files
from cspu.demo.logins import login_of
from cspu.demo.personas import Cast, Persona, Statement, read_cast
from cspu.economy.uses import accredit
from cspu.employers.dsn.facts import contract_spell_id
from cspu.employers.dsn.writing import write_message
from cspu.employers.operations import import_dsn
from cspu.kernel.ids import NO_ORGANISATION, OrganisationId, PersonId, computed_id
from cspu.kernel.periods import PeriodKind, periods_between
from cspu.lifecourse.facts import Attribute, FactSet, LifeEvent, Measure, Source, Spell
from cspu.lifecourse.operations import assert_facts
from cspu.people.identities import DeclaredIdentity, Sex
from cspu.people.operations import match_or_create
from cspu.people.organisations import DeclaredOrganisation, register_organisations
from cspu.trust.agents import (
    DeclaredAgent,
    HeldFile,
    hold_files,
    link_logins,
    register_agents,
)

Progress = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Say nothing of progress."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: files that were new, facts that were new (none the second time)."""

    persons: int
    files: int
    facts: int


def write_declarations(folder: Path, *, cast: Cast | None = None) -> list[Path]:
    """Write every DSN file of the demonstration; files already there and equal are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in declaration_files(cast or read_cast()):
        stream = io.BytesIO()
        write_message(stream, file.message)
        path = folder / file.name
        if not path.exists() or path.read_bytes() != stream.getvalue():
            path.write_bytes(stream.getvalue())
        paths.append(path)
    return paths


def load_people(
    folder: Path,
    *,
    cast: Cast | None = None,
    until: date = date.max,
    progress: Progress = _silent,
) -> Loaded:
    """Bring everybody in, from the files in `folder` (written there) and from their other sources.

    `until`: what was said later is left for another time. Each file and each person's statements are
    one transaction. Run again, it changes nothing.
    """
    everybody = cast or read_cast()
    _register_employers(everybody)
    persons = _match(everybody)
    files, facts = _import_files(folder, everybody, progress)
    for persona, person_id in persons:
        facts += _assert_statements(everybody, persona, person_id, until)
    _bring_agents(everybody, persons)
    return Loaded(len(persons), files, facts)


def hear(cast: Cast) -> int:
    """Assert everything that sources said of people who are here already; how many facts that changed."""
    return sum(
        _assert_statements(cast, persona, person_id, date.max)
        for persona, person_id in _match(cast)
    )


def _import_files(folder: Path, cast: Cast, progress: Progress) -> tuple[int, int]:
    files = facts = 0
    written = write_declarations(folder, cast=cast)
    for done, (path, file) in enumerate(
        zip(written, declaration_files(cast), strict=True), start=1
    ):
        report = import_dsn(path, received_at=file.received_at, allow_test=True)
        files += report.already is None
        facts += report.added + report.closed
        progress(done, len(written))
    return files, facts


def _register_employers(cast: Cast) -> None:
    """Names come from a directory of establishments: declarations do not carry them."""
    register_organisations(
        [
            DeclaredOrganisation(
                siret=each.siret, name=each.name, ape=each.ape, idcc=each.idcc, region=each.region
            )
            for each in cast.employers.values()
        ],
        recorded_at=_morning(cast.first_month),
    )


@transaction.atomic
def _bring_agents(cast: Cast, persons: list[tuple[Persona, PersonId]]) -> None:
    """Bodies, what they may be paid by, who works for them, and the files they hold."""
    bodies, morning = read_bodies(cast), _morning(cast.first_month)
    register_organisations(
        [
            DeclaredOrganisation(siret=each.siret, name=each.name, ape=each.ape, region=each.region)
            for each in bodies.bodies
        ],
        recorded_at=morning,
    )
    for each in bodies.bodies:
        for use in each.paid_for:
            accredit(use, each.organisation_id, since=cast.first_month)
    agents = [
        DeclaredAgent(each.agent_id, each.body.organisation_id, each.role, each.name)
        for each in bodies.agents
    ]
    register_agents(agents, recorded_at=morning)
    link_logins([login_of(each) for each in bodies.agents], linked_at=morning)
    ids = {persona.slug: person_id for persona, person_id in persons}
    hold_files(
        [
            HeldFile(ids[each.person], each.body.organisation_id, each.since, each.until)
            for each in bodies.files
        ],
        recorded_at=morning,
    )


def _match(cast: Cast) -> list[tuple[Persona, PersonId]]:
    identities = [
        DeclaredIdentity(
            birth_name=persona.birth_name,
            given_names=persona.given_names,
            sex=Sex.FEMALE if persona.female else Sex.MALE,
            birth_date=persona.birth_date,
            birth_country="FR",
            nir=persona.nir,
        )
        for persona in cast.personas
    ]
    persons = match_or_create(identities, recorded_at=_morning(cast.first_month))
    return list(zip(cast.personas, persons, strict=True))


@transaction.atomic
def _assert_statements(cast: Cast, persona: Persona, person_id: PersonId, until: date) -> int:
    changed = 0
    for statement in persona.statements:
        if statement.received > until:
            continue
        origin = computed_id("demo", persona.slug, statement.kind)
        source = Source(
            source_id=computed_id("demo-source", persona.slug, statement.kind),
            kind=statement.kind,
            label=statement.label,
            reference=statement.reference,
            received_at=_morning(statement.received),
        )
        facts = _Speaker(cast, persona, person_id, statement, origin).facts()
        changes = assert_facts(origin, source, facts, recorded_at=_morning(statement.received))
        changed += sum(change.count for change in changes)
    return changed


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Turns what a statement says into facts about one person."""

    cast: Cast
    persona: Persona
    person_id: PersonId
    statement: Statement
    origin: UUID

    def facts(self) -> FactSet:
        """Everything the statement says."""
        return FactSet(
            spells=[self._spell(rank, raw) for rank, raw in enumerate(self.statement.spells)],
            measures=[each for raw in self.statement.measures for each in self._months(raw)],
            attributes=[self._attribute(raw) for raw in self.statement.attributes],
            events=[
                LifeEvent(
                    self.person_id, computed_id(self.origin, "event", rank), raw["kind"], raw["day"]
                )
                for rank, raw in enumerate(self.statement.events)
            ],
        )

    def _spell(self, rank: int, raw: Any) -> Spell:  # noqa: ANN401  as written in the file
        return Spell(
            self.person_id,
            self._spell_id(raw.get("id", rank)),
            raw["status"],
            raw["from"],
            raw.get("to"),
            self.statement.received,
            self._organisation(raw.get("organisation")),
        )

    def _months(self, raw: Any) -> list[Measure]:  # noqa: ANN401
        if "job" in raw:
            job = self.persona.jobs[raw["job"]]
            siret = self.cast.employers[job.employer].siret
            spell_id = contract_spell_id(siret, job.contract, job.start)
            organisation = self._organisation(job.employer)
        else:
            spell_id = self._spell_id(raw["spell"])
            organisation = next(
                self._organisation(spell.get("organisation"))
                for spell in self.statement.spells
                if spell.get("id") == raw["spell"]
            )
        value = Decimal(str(raw["value"]))
        return [
            Measure(self.person_id, raw["measure"], month.start, value, spell_id, organisation)
            for month in periods_between(PeriodKind.MONTH, raw["from"], raw["to"])
        ]

    def _attribute(self, raw: Any) -> Attribute:  # noqa: ANN401
        return Attribute(
            self.person_id,
            raw["attribute"],
            raw["value"],
            self.statement.received,
            raw.get("from"),
            raw.get("to"),
        )

    def _spell_id(self, key: object) -> UUID:
        return computed_id(self.origin, "spell", key)

    def _organisation(self, key: str | None) -> OrganisationId:
        if key is None:
            return NO_ORGANISATION
        return DeclaredOrganisation(siret=self.cast.employers[key].siret).organisation_id


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)
