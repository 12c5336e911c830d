"""The streaming reader: lines in, groups of blocks out, everything odd noted on the way.

Note [one lookup a line]. Most lines of a payroll file repeat (codes, dates, rates): a line once
checked is remembered whole, and costs one dictionary lookup when it comes back. The others cost
one lookup of their rubric and one compiled check. Nothing is created per line; blocks that are
not used share one scratch dictionary. Memory holds one group (a person) and a bounded cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import BinaryIO

from cspu.employers.dsn import reasons, tree
from cspu.employers.dsn.errors import DsnRefused, not_a_dsn
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.lines import CONTROL, LONGEST_LINE, Encoding, lines_of
from cspu.employers.dsn.messages import MessageCheck
from cspu.employers.dsn.norm import VERSION_RUBRIC, Norm, choose, load, newest, versions
from cspu.employers.dsn.placing import Placing
from cspu.employers.dsn.problems import Findings, Problem, shape
from cspu.employers.dsn.tree import Block, Group
from cspu.kernel.text import Text

_LINE = re.compile(r"(S\d\d\.G\d\d\.\d\d)\.(\d{3}),'(.*)'", re.ASCII | re.DOTALL)
_HEAD = re.compile(r"(S\d\d\.G\d\d\.\d\d)\.(\d{3})(?!\d)", re.ASCII)
_REMEMBERED = 1 << 12
_MOST_BLOCKS = 50_000
_MOST_EXTRAS = 1000


@cache
def _unread() -> frozenset[str]:
    """How lines begin that a checked file is read past: rubrics of blocks nobody keeps.

    Those that every version knows: what one of them does not know has to be kept.
    """
    read = tree.KEPT | tree.ANCHORS
    known = [load(version).fast.items() for version in versions()]
    return frozenset.intersection(
        *(frozenset(start for start, rule in each if rule[0] not in read) for each in known)
    )


Hit = tuple[str, str, str]


class Reader:
    """One pass over one stream. `groups` yields what `tree.KEPT` keeps, in file order.

    `checked` says that this very content was read before without a problem: what is not kept is
    then read past. Every kept block requires its first rubric, so that lines left out between two
    instances of a block cannot make one of them.
    """

    def __init__(
        self, stream: BinaryIO, encoding: Encoding, findings: Findings, *, checked: bool = False
    ) -> None:
        self._checked = checked
        self._stream = stream
        self._encoding = encoding
        self._findings = findings
        self._norm: Norm = load(newest())
        self._seen: dict[str, Hit] = {}
        self._check = MessageCheck(self._refuse)
        self._placing = Placing(self._norm, self._refuse)
        self._ignored: dict[str, str] = {}
        self._anchor, self._anchor_line = "", 0
        self._blocks: list[Block] = []
        self._extras: dict[str, str] = {}
        self._blank = 0
        self._message_start = 0
        self._discarding = False

    def groups(self) -> Iterator[Group]:  # noqa: C901  the one hot loop: calls would double its cost
        """Read everything, noting problems in the findings.

        Raises DsnRefused only when reading on is pointless.
        """
        read, current, last, standing = 0, "", "", ""
        values = ignored = self._ignored
        anchors = tree.ANCHORS
        for lines, suspect in lines_of(self._stream, self._encoding):
            rule_of, seen, free = self._norm.fast.get, self._seen, self._placing.free
            numbers, kept = self._numbered(lines, read)
            read += len(lines)
            for number, line, hit in zip(numbers, kept, map(seen.get, kept), strict=True):
                if hit is not None:
                    block, rubric, value = hit
                elif (rule := rule_of(line[:16])) is not None and (
                    rule[2] <= len(line) <= rule[3]
                    and line[-1] == "'"
                    and rule[4](value := line[16:-1])
                    and not (suspect and CONTROL.search(line))
                ):
                    block, rubric = rule[0], rule[1]
                    if rule[5]:
                        if len(seen) >= _REMEMBERED:
                            seen.clear()
                        seen[line] = block, rubric, value
                else:
                    hit = self._examine(line, number)  # noqa: PLW2901
                    rule_of, free = self._norm.fast.get, self._placing.free
                    if hit is None:
                        continue
                    block, rubric, value = hit
                if block == current and rubric > last:
                    last = rubric
                    values[rubric] = value
                    continue
                last = rubric
                if (standing, block) in free:
                    values = ignored
                    current = standing = block
                    continue
                if block in anchors:
                    yield from self._flush(number, block)
                standing = self._placing.place(standing, block, number)
                current, values = block, self._open(block, number)
                values[rubric] = value
        yield from self._flush(read + 1, "")
        self._check.finish(read)

    def _numbered(self, lines: list[str], before: int) -> tuple[Sequence[int], list[str]]:
        """The numbers of the lines to read, and these lines; `before` lines were read already."""
        if not self._checked:
            return range(before + 1, before + 1 + len(lines)), lines
        skip = _unread()
        wanted = [at for at, line in enumerate(lines) if line[:16] not in skip]
        return [before + 1 + at for at in wanted], [lines[at] for at in wanted]

    # -- lines that are not plainly right

    def _examine(self, line: str, number: int) -> Hit | None:
        """A line the fast path did not admit: say why, or admit it. A refused value is handed on as ''."""
        if not line.strip():
            self._blank += 1
            return None
        match, head = _LINE.fullmatch(line), _HEAD.match(line)
        if head is None or match is None or len(line) > LONGEST_LINE or CONTROL.search(line):
            return self._unreadable(line, number, head)
        block, rubric, value = match[1], match[2], match[3]
        place = f"{block}.{rubric}"
        if not value.strip():
            self._empty(place, number)
            return block, rubric, ""
        if place == VERSION_RUBRIC:
            self._choose_norm(value, number)
            return block, rubric, value
        known = self._norm.rubrics.get(place)
        if known is not None:
            self._note(number, place, shape(value), reasons.why(known, value))
            return block, rubric, ""
        if block not in tree.ENVELOPE:
            self._keep(place, value)
        return block, rubric, value

    def _keep(self, place: str, value: str) -> None:
        """Keep what the norm's tables do not know: counted for the file, handed on with its group."""
        self._findings.keep_unknown(place)
        extras = self._extras
        if len(extras) < _MOST_EXTRAS:
            extras[f"{place}#{len(extras)}" if place in extras else place] = value

    def _unreadable(self, line: str, number: int, head: re.Match[str] | None) -> Hit | None:
        place = f"{head[1]}.{head[2]}" if head else ""
        if len(line) > LONGEST_LINE:
            count = len(line)
            self._note(
                number, place, Text(f"{count} caractères", f"{count} characters"), reasons.TOO_LONG
            )
        elif CONTROL.search(line):
            self._note(number, place, NONE, reasons.CONTROL)
        else:
            self._note(number, place, shape(line[14:] if head else line), reasons.UNREADABLE)
        return (head[1], head[2], "") if head else None

    def _empty(self, place: str, number: int) -> None:
        if place[11:] in tree.REQUIRED_RUBRICS.get(place[:10], ()):
            self._note(number, place, shape(""), reasons.BLANK_REQUIRED)
        else:
            self._findings.warn(Problem(number, place, label(place), shape(""), reasons.BLANK))

    def _choose_norm(self, version: str, number: int) -> None:
        """Switch to the tables of the version the header names."""
        tables = choose(version)
        if tables is None:
            raise _unsupported(version, number)
        if tables != version:
            self._findings.warn(
                Problem(
                    number, VERSION_RUBRIC, label(VERSION_RUBRIC), NONE, _ahead(version, tables)
                )
            )
        if tables != self._norm.version:
            self._norm = load(tables)
            self._seen.clear()
            self._placing.use(self._norm)

    # -- blocks and groups

    def _open(self, block: str, number: int) -> dict[str, str]:
        """The dictionary the values of a new instance of a block go to."""
        if block not in tree.KEPT:
            return self._ignored
        if len(self._blocks) >= _MOST_BLOCKS:
            raise not_a_dsn(
                Text(
                    f"Ligne {number} : plus de {_MOST_BLOCKS} blocs pour une seule personne.",
                    f"Line {number}: more than {_MOST_BLOCKS} blocks for one person.",
                )
            )
        values: dict[str, str] = {}
        self._blocks.append(
            Block(block, number, values, self._placing.keep(block, len(self._blocks)))
        )
        return values

    def _flush(self, number: int, following: str) -> Iterator[Group]:
        """Close the open group; `following` is the anchor that begins at line `number`."""
        if self._anchor:
            rubrics = number - self._blank - self._message_start
            group = Group(self._anchor, self._anchor_line, rubrics, self._blocks, self._extras)
            if not self._checked:
                self._check.see(group)
            if self._anchor == tree.DECLARATION:
                self._placing.declare(group.blocks[0].values.get("001", ""))
            if self._anchor == tree.BATCH_GROUP:
                self._discard_unless_accepted(group)
            if not self._discarding:
                yield group
        if following == tree.HEADER:
            self._message_start = number - self._blank
        if following in (tree.BATCH_GROUP_END, tree.BATCH_END):
            self._discarding = False
        self._anchor, self._anchor_line = following, number
        self._blocks, self._extras = [], {}
        self._placing.begin_group()

    def _discard_unless_accepted(self, group: Group) -> None:
        """Messages that the routing controls rejected are read past, not imported."""
        verdict = group.blocks[0].values.get("001", "")
        self._discarding = verdict != "DSNOK"
        if self._discarding:
            self._findings.warn(Problem(group.line, tree.BATCH_GROUP, NONE, NONE, _DISCARDED))

    def _note(self, line: int, place: str, drawn: Text, reason: Text) -> None:
        self._refuse(Problem(line, place, label(place), drawn, reason))

    def _refuse(self, problem: Problem) -> None:
        if self._checked:
            return
        if self._discarding:
            self._findings.warn(problem)
        else:
            self._findings.refuse(problem)


_DISCARDED = Text(
    "Ces messages ont été rejetés par les contrôles du concentrateur : ils ne sont pas importés.",
    "These messages were rejected by the routing controls: they are not imported.",
)


def _ahead(version: str, tables: str) -> Text:
    return Text(
        f"La norme {version} est lue avec les tables {tables} : des codes nouveaux peuvent être refusés.",
        f"Norm {version} is read with the tables of {tables}: new codes may be refused.",
    )


def _unsupported(version: str, number: int) -> DsnRefused:
    drawn = shape(version)
    known = ", ".join(versions())
    reason = Text(f"Versions lues : {known}.", f"Versions read: {known}.")
    problem = Problem(number, VERSION_RUBRIC, label(VERSION_RUBRIC), drawn, reason)
    return DsnRefused(
        "dsn_norm_unknown",
        Text(
            "La version de la norme n'est pas prise en charge.",
            "The version of the norm is not supported.",
        ),
        Text(
            "Mettez le produit à jour, ou demandez le fichier dans une version lue.",
            "Update the product, or ask for the file in a version that is read.",
        ),
        [problem],
        1,
    )
