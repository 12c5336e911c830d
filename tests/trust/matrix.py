"""The table of access, cell by cell, before the true door: what must open, what must stay shut.

One person and one agent a role. For each cell that the table allows, the one relation its basis
stands on is made, used, and ended; every other cell stays shut even with every relation on record at once.
What is wrong is said with the name of its cell, and nothing stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg

from cspu.kernel.ids import OrganisationId, PersonId
from cspu.trust.access import AccessTable
from cspu.trust.access.model import NATIONAL, Cell, Relation, Verb
from tests.trust.crowd import Crowd
from tests.trust.ways import (
    _ASK,
    Found,
    Way,
)

_RELATIVE = "mandated_relative"
_HELPER = "habilitated_helper"
_FILES = {
    Relation.OWN_FILE: "own_file",
    Relation.OWN_ROWS: "own_file",
    Relation.AUDIT: "audit",
    Relation.INQUIRY: "inquiry",
}


def _is_for_another_verb(verb: Verb, purpose: str) -> bool:
    """A correction is answered and a proof is checked: neither is a reason to read a file."""
    if verb is Verb.ANSWER:
        return purpose != "correction"
    return verb is Verb.READ and purpose in {"correction", "proof"}


@dataclass(slots=True)
class Stage:
    """One role: who plays it, and the person it looks at."""

    role: str
    actor: UUID
    organisation: OrganisationId | None
    person: PersonId
    token: str
    purposes: tuple[str, ...]


class Matrix:
    """Tries every cell by one way in; `wrong` names each cell that is not as the table says."""

    def __init__(
        self, table: AccessTable, crowd: Crowd, owner: psycopg.Connection, way: Way
    ) -> None:
        self.table, self.crowd, self.owner, self.way = table, crowd, owner, way
        self.wrong: list[str] = []
        self.opened = self.refused = 0
        self.ranks: dict[PersonId, int] = {}
        self.seeable = table.kinds_of(list(table.scopes))

    def play(self, cells: Sequence[Cell], region: str = NATIONAL) -> None:
        """All these cells, role by role."""
        for role in dict.fromkeys(cell.role for cell in cells):
            own = [cell for cell in cells if cell.role == role]
            stage = self._stage(role, region)
            with self._named(region):
                allowed = [cell for cell in own if cell.basis]
                for cell in allowed:
                    self._shut(stage, cell, "no_basis")
                for cell in allowed:
                    if cell.verb is not Verb.VERIFY:
                        self._opens(stage, cell)
                self._agree_to_everything(stage)
                for cell in own:
                    if cell.basis is None or cell.verb is Verb.VERIFY:
                        self._shut(stage, cell, "no_basis" if cell.basis else "role_may_not")

    @contextmanager
    def _named(self, region: str) -> Iterator[None]:
        before = len(self.wrong)
        yield
        if region:
            self.wrong[before:] = [f"region {region}: {each}" for each in self.wrong[before:]]

    def _stage(self, role: str, region: str) -> Stage:
        purposes = tuple(each.key for each in self.table.purposes_of(role))
        if role == _RELATIVE:
            actor: UUID = self.crowd.person(name="PROCHE")
            token = self.crowd.session("person", actor, strong=True)
            return Stage(role, actor, None, self.crowd.person(), token, purposes)
        actor = self.crowd.agent(role, region=region)
        organisation = self.crowd.organisation_of(actor)
        self.crowd.employer = organisation
        token = self.crowd.session("agent", actor)
        return Stage(role, actor, organisation, self.crowd.person(), token, purposes)

    # What must stay shut ---------------------------------------------------------------------

    def _shut(self, stage: Stage, cell: Cell, code: str) -> None:
        """Refused whatever the purpose, nothing read, no line; in the words of the table's answer."""
        # A person who is nobody's agent has no role the table could refuse: she has a mandate or not.
        code = "no_basis" if stage.role == _RELATIVE else code
        for purpose in stage.purposes:
            found = self.way.look(stage.token, stage.person, cell.verb, cell.scope, purpose)
            why = "purpose_unknown" if _is_for_another_verb(cell.verb, purpose) else code
            if found != Found(why, frozenset(), frozenset()):
                self._say(cell, f"must stay shut ({why}) for {purpose}, but {found}")
        if cell.verb is Verb.ASK and cell.basis is None and stage.role != _RELATIVE:
            self._may_not_ask(stage, cell)
        if self._new_lines(stage.person):
            self._say(cell, "was refused and left a line")
        self.refused += 1

    def _may_not_ask(self, stage: Stage, cell: Cell) -> None:
        for purpose in stage.purposes:
            refusal, code = self._ask(stage, cell, purpose)
            if refusal != "role_may_not" or not self._unused(code):
                self._say(cell, f"must not be asked for {purpose}, but {refusal}")

    # What must open --------------------------------------------------------------------------

    def _opens(self, stage: Stage, cell: Cell) -> None:
        if cell.verb is Verb.ASK:
            self._is_asked(stage, cell)
            return
        relation = self.table.bases[str(cell.basis)].relation
        for purpose in self._purposes(stage, cell, relation):
            with self._related(stage, cell, relation, purpose):
                self._shows(stage, cell, relation, purpose)
                self._not_for(stage, cell, purpose)
            self._shut_again(stage, cell, purpose)
        self.opened += 1

    def _shows(self, stage: Stage, cell: Cell, relation: Relation, purpose: str) -> None:
        found = self.way.look(stage.token, stage.person, cell.verb, cell.scope, purpose)
        wanted = self._wanted(stage, cell, relation)
        if found != wanted:
            extra, lacking = found.kinds - wanted.kinds, wanted.kinds - found.kinds
            self._say(
                cell,
                f"for {purpose}: refusal {found.refusal}, too much {sorted(extra)},"
                f" too little {sorted(lacking)}, declared by {sorted(found.owners)}",
            )
        lines = self._new_lines(stage.person)
        if lines != [(cell.verb, [cell.scope], purpose, stage.actor)]:
            self._say(cell, f"for {purpose}: must leave one line of its own, left {lines}")

    def _not_for(self, stage: Stage, cell: Cell, purpose: str) -> None:
        """The relation stands, but a purpose of another verb opens nothing by it."""
        for other in stage.purposes:
            if other == purpose or not _is_for_another_verb(cell.verb, other):
                continue
            found = self.way.look(stage.token, stage.person, cell.verb, cell.scope, other)
            if found != Found("purpose_unknown", frozenset(), frozenset()):
                self._say(cell, f"opens for {other}, which is of another verb: {found}")
        if self._new_lines(stage.person):
            self._say(cell, "was refused for a purpose of another verb, and left a line")

    def _shut_again(self, stage: Stage, cell: Cell, purpose: str) -> None:
        found = self.way.look(stage.token, stage.person, cell.verb, cell.scope, purpose)
        if found != Found("no_basis", frozenset(), frozenset()):
            self._say(cell, f"opens for {purpose} once its relation is over: {found}")
        if self._new_lines(stage.person):
            self._say(cell, "was refused once its relation was over, and left a line")

    def _is_asked(self, stage: Stage, cell: Cell) -> None:
        for purpose in stage.purposes:
            refusal, code = self._ask(stage, cell, purpose)
            lines = self._new_lines(stage.person)
            if not self.table.purposes[purpose].terms:
                # Nobody may consent for that purpose: there is nothing to ask.
                if (refusal, lines) != ("term_too_long", []) or not self._unused(code):
                    self._say(cell, f"must not be asked for {purpose}, but {refusal}")
                continue
            if refusal is not None or self._unused(code):
                self._say(cell, f"must be asked for {purpose}, but {refusal}")
            if lines != [("ask", [cell.scope], purpose, stage.actor)]:
                self._say(cell, f"asking must leave one line, left {lines}")
        self.opened += 1

    def _ask(self, stage: Stage, cell: Cell, purpose: str) -> tuple[str | None, str]:
        """Ask her by a code of hers; the refusal, and the code."""
        code = uuid4().hex
        self._do(
            "INSERT INTO trust.code VALUES (%s, %s, now(), now() + interval '1 hour')",
            sha256(code.encode()).digest(),
            stage.person,
        )
        values = (stage.token, code, uuid4(), purpose, [cell.scope])
        ((refusal,),) = self.way.run(_ASK, values)
        return refusal, code

    def _unused(self, code: str) -> bool:
        statement = "SELECT used_at IS NULL FROM trust.code WHERE code_hash = %s"
        row = self.owner.execute(statement, [sha256(code.encode()).digest()]).fetchone()
        return row == (True,)

    def _purposes(self, stage: Stage, cell: Cell, relation: Relation) -> list[str]:
        """Every purpose that the relation is for: consents have terms, answers one purpose."""
        if cell.verb is Verb.ANSWER:
            return ["correction"]
        if relation is Relation.CONSENT:
            return [each for each in stage.purposes if self.table.purposes[each].terms]
        return [each for each in stage.purposes if each not in {"correction", "proof"}]

    def _wanted(self, stage: Stage, cell: Cell, relation: Relation) -> Found:
        """The kinds of that scope alone; where only her own rows: those, in tables that say whose."""
        kinds = self.table.kinds_of([cell.scope]) & self.seeable
        everybody = frozenset({UUID(int=0), self.crowd.employer})
        if relation is Relation.OWN_ROWS:
            whole = {"identity", "birth_date"}
            kinds = frozenset(k for k in kinds if k in whole or self._says_whose(k))
            assert stage.organisation is not None
            everybody = frozenset({stage.organisation})
        owners = everybody if any(self._says_whose(each) for each in kinds) else frozenset()
        return Found(None, kinds, owners)

    @staticmethod
    def _says_whose(kind: str) -> bool:
        return kind.startswith(("status:", "measure:"))

    # Relations -------------------------------------------------------------------------------

    def _related(
        self, stage: Stage, cell: Cell, relation: Relation, purpose: str
    ) -> AbstractContextManager[None]:
        if relation is Relation.CONSENT:
            return self._consent(stage, [cell.scope], purpose)
        if relation is Relation.MANDATE:
            themes = [key for key, each in self.table.themes.items() if cell.scope in each.scopes]
            return self._mandate(stage, themes[:1])
        return self._file(stage, cell, _FILES[relation])

    @contextmanager
    def _consent(self, stage: Stage, scopes: list[str], purpose: str) -> Iterator[None]:
        consent = uuid4()
        self._do(
            "INSERT INTO trust.consent VALUES"
            " (%s, %s, %s, %s, %s, now(), now() + interval '1 day', 'person')",
            stage.person,
            consent,
            stage.organisation,
            purpose,
            scopes,
        )
        yield
        self._do(
            "UPDATE trust.consent SET ended_at = now(), ended_by = 'person' WHERE consent_id = %s",
            consent,
        )

    @contextmanager
    def _mandate(self, stage: Stage, themes: list[str]) -> Iterator[None]:
        mandate = uuid4()
        self._do(
            "INSERT INTO trust.mandate VALUES (%s, %s, %s, %s, 'Helper', %s, now(),"
            " now() + interval '1 day', 'online', NULL, 'person')",
            stage.person,
            mandate,
            "organisation" if stage.organisation else "person",
            stage.organisation or stage.actor,
            themes,
        )
        yield
        self._do(
            "UPDATE trust.mandate SET ended_at = now(), ended_by = 'person' WHERE mandate_id = %s",
            mandate,
        )

    @contextmanager
    def _file(self, stage: Stage, cell: Cell, relation: str) -> Iterator[None]:
        """A file of that relation alone; to answer, a correction asked of that scope besides."""
        self._do(
            "INSERT INTO trust.file VALUES (%s, %s, %s, '2020-01-01', 'infinity', now())",
            stage.person,
            stage.organisation,
            relation,
        )
        if cell.verb is not Verb.ANSWER:
            yield
            self._do("DELETE FROM trust.file WHERE person_id = %s", stage.person)
            return
        # The file alone lets nobody answer what was not asked; what was answered is shut again.
        self._shut_again(stage, cell, "correction")
        correction = self._correction(stage, cell.scope)
        yield
        self._move(stage, correction, 2, "more_needed")
        self._shows(stage, cell, Relation.OWN_ROWS, "correction")
        self._move(stage, correction, 3, "kept")
        self._shut_again(stage, cell, "correction")
        elsewhere = self._correction(
            stage, next(each for each in self.table.scopes if each != cell.scope)
        )
        self._shut_again(stage, cell, "correction")
        self._move(stage, elsewhere, 2, "withdrawn")
        self._do("DELETE FROM trust.file WHERE person_id = %s", stage.person)

    def _correction(self, stage: Stage, scope: str) -> UUID:
        correction = uuid4()
        self._do(
            "INSERT INTO trust.correction VALUES (%s, %s, %s, %s, 'a fact', 'person', now())",
            stage.person,
            correction,
            stage.organisation,
            scope,
        )
        self._move(stage, correction, 1, "asked")
        return correction

    def _move(self, stage: Stage, correction: UUID, rank: int, outcome: str) -> None:
        self._do(
            "INSERT INTO trust.correction_move VALUES (%s, %s, %s, now(), 'person', 'X', %s, '')",
            stage.person,
            correction,
            rank,
            outcome,
        )

    def _agree_to_everything(self, stage: Stage) -> None:
        """Every relation there is, for every scope and purpose: it still opens no refused cell."""
        self._mandate(stage, list(self.table.themes)).__enter__()
        if stage.organisation is None:
            return
        for purpose in stage.purposes:
            self._consent(stage, list(self.table.scopes), purpose).__enter__()
        for relation in dict.fromkeys(_FILES.values()):
            self._do(
                "INSERT INTO trust.file VALUES (%s, %s, %s, '2020-01-01', 'infinity', now())",
                stage.person,
                stage.organisation,
                relation,
            )
        for scope in self.table.scopes:
            self._correction(stage, scope)

    # Odds and ends ---------------------------------------------------------------------------

    def _new_lines(self, person: PersonId) -> list[tuple[Any, ...]]:
        """The lines of her journal since this was last asked."""
        found = self.owner.execute(
            "SELECT rank, verb, scopes, purpose, actor_id FROM trust.access"
            " WHERE person_id = %s AND rank > %s ORDER BY rank",
            [person, self.ranks.get(person, 0)],
            prepare=True,
        ).fetchall()
        if found:
            self.ranks[person] = found[-1][0]
        return [line[1:] for line in found]

    def _do(self, statement: str, *values: object) -> None:
        self.owner.execute(statement.encode(), values)

    def _say(self, cell: Cell, what: str) -> None:
        self.wrong.append(f"{cell.role} × {cell.scope} × {cell.verb}: {what}")
