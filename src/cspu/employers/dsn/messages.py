"""Message-level checks: every message ends, its totals are right, its declarations have people."""

from __future__ import annotations

from collections.abc import Callable

from cspu.employers.dsn import coherence, reasons, tree
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.problems import Problem
from cspu.employers.dsn.tree import Block, Group
from cspu.kernel.text import Text

_WITH_PEOPLE = ("01", "03")
_NAMING_THE_CONTRACT = (tree.MONTHLY, tree.END_OF_CONTRACT)
"""Natures that must say what the contract is; the others only point to it."""


class MessageCheck:
    """Sees every group of a file in order; notes what only the whole shows.

    To find a person declared twice, the NIRs of the declaration being read are held (some hundred
    bytes a person, a hundredth of what the file spends on her).
    """

    def __init__(self, refuse: Callable[[Problem], None]) -> None:
        self._refuse = refuse
        self._message_line = 0
        self._batch_line = 0
        self._declarations = 0
        self._head: Block | None = None
        self._people = 0
        self._numbers: dict[int, int] = {}

    def see(self, group: Group) -> None:
        """One group, in file order."""
        for problem in coherence.problems(group):
            self._refuse(problem)
        if group.anchor == tree.PERSON:
            self._see_person(group)
        elif group.anchor == tree.DECLARATION:
            self._end_declaration()
            self._declarations += 1
            self._head = group.first(tree.DECLARATION)
        elif group.anchor == tree.HEADER:
            self._end_declaration()
            self._begin_message(group)
        elif group.anchor == tree.TOTAL:
            self._end_declaration()
            self._check_total(group)
        elif group.anchor in tree.ENVELOPE:
            self._end_declaration()
            self._see_envelope(group)

    def finish(self, last_line: int) -> None:
        """The file is over."""
        self._end_declaration()
        if self._message_line:
            self._note(last_line, "S90.G00.90", NONE, reasons.UNENDED)
        if self._batch_line:
            self._note(last_line, tree.BATCH_END, NONE, reasons.UNENDED_BATCH)

    def _see_envelope(self, group: Group) -> None:
        if group.anchor == tree.BATCH_START:
            self._batch_line = group.line
        elif group.anchor == tree.BATCH_END:
            self._batch_line = 0
        if self._message_line:
            self._note(group.line, group.anchor, NONE, reasons.UNENDED)
            self._message_line = 0

    def _begin_message(self, group: Group) -> None:
        if self._message_line:
            self._note(group.line, tree.HEADER, NONE, reasons.UNENDED)
        self._message_line = group.line
        self._declarations = 0

    def _check_total(self, group: Group) -> None:
        total = group.blocks[0]
        if self._message_line:
            self._compare(total, "001", group.rubrics)
            self._compare(total, "002", self._declarations)
        self._message_line = 0

    def _compare(self, total: Block, rubric: str, counted: int) -> None:
        said = total.values.get(rubric, "")
        if said.isdecimal() and int(said) != counted:
            reason = Text(
                f"Le total annoncé est {int(said)}, le fichier en contient {counted}.",
                f"The stated total is {int(said)}, the file holds {counted}.",
            )
            self._note(total.line_of(rubric), f"{tree.TOTAL}.{rubric}", NONE, reason)

    def _see_person(self, group: Group) -> None:
        self._people += 1
        person = group.blocks[0]
        if self._head is not None and self._head.values.get("001") in _NAMING_THE_CONTRACT:
            for _, contract in group.all("S21.G00.40"):
                if "007" not in contract.values:
                    self._note(contract.line, "S21.G00.40.007", NONE, reasons.MISSING)
        nir = person.values.get("001", "")
        if not nir:
            return
        before = self._numbers.setdefault(int(nir, 16), group.line)
        if before != group.line:
            reason = Text(
                f"Cette personne est déjà déclarée à la ligne {before} : un seul bloc par NIR.",
                f"This person is already declared on line {before}: one block per NIR.",
            )
            self._note(person.line_of("001"), f"{tree.PERSON}.001", NONE, reason)

    def _end_declaration(self) -> None:
        if self._head is not None:
            self._check_people(self._head)
        self._head, self._people = None, 0
        self._numbers.clear()

    def _check_people(self, head: Block) -> None:
        if head.values.get("001") != tree.MONTHLY or not head.values.get("002"):
            return
        expected = head.values["002"] in _WITH_PEOPLE
        if expected == bool(self._people):
            return
        reason = _NOBODY if expected else _SOMEBODY
        self._note(head.line_of("002"), f"{tree.DECLARATION}.002", NONE, reason)

    def _note(self, line: int, place: str, drawn: Text, reason: Text) -> None:
        self._refuse(Problem(line, place, label(place), drawn, reason))


_NOBODY = Text(
    "Ce type de déclaration comporte au moins une personne ; aucune n'est déclarée.",
    "This type of declaration holds at least one person; none is declared.",
)
_SOMEBODY = Text(
    "Ce type de déclaration est « sans individu », or des personnes y figurent.",
    "This type of declaration is “without people”, yet it holds some.",
)
