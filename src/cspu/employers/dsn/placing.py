"""Where blocks stand: the tree rebuilt from the parent table, cardinalities checked on the way.

Note [the path is the chain of parents]. Every block has one parent, so the open path after a block
is that block and its ancestors. Going from one block to the next is sound when the next one's
parent is on that path, and closes what is on it and not above the next one. Each such step is
worked out once a norm and remembered: most steps need nothing more than to be looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from cspu.employers.dsn import reasons
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.norm import Norm, load
from cspu.employers.dsn.problems import Problem
from cspu.employers.dsn.tree import ANCHORS, ENVELOPE, KEPT, REQUIRED_CHILDREN, TOTAL
from cspu.kernel.text import Text

Refuse = Callable[[Problem], None]


class _Step(NamedTuple):
    """What going from one block to the next entails."""

    misplaced: bool
    closed: tuple[str, ...]
    watched: bool


@lru_cache(maxsize=8)
def _watched(version: str) -> frozenset[str]:
    """Blocks that may stand once only, or must stand."""
    single = {b.code for b in load(version).blocks.values() if b.maximum == 1}
    return frozenset(single.union(*REQUIRED_CHILDREN.values()))


class Placing:
    """The block that stands open, and what was seen under those that require children.

    `free` holds the steps that need no care at all: known blocks whose values nobody keeps.
    """

    def __init__(self, norm: Norm, refuse: Refuse) -> None:
        self._refuse = refuse
        self._opened: dict[str, int] = {}
        self._children: dict[str, set[str]] = {}
        self._position: dict[str, int] = {}
        self._nature = ""
        self.use(norm)

    def use(self, norm: Norm) -> None:
        """Go by these tables from now on."""
        self._norm = norm
        self._watch = _watched(norm.version)
        self._steps: dict[tuple[str, str], _Step] = {}
        self.free: set[tuple[str, str]] = set()

    def begin_group(self) -> None:
        """Positions count from the start of each group."""
        self._position = {}

    def declare(self, nature: str) -> None:
        """The nature of the declaration being read: it decides which blocks are required."""
        self._nature = nature

    def place(self, standing: str, block: str, line: int) -> str:
        """Go from the block that stands open to this one; gives the one that stands open then.

        A block the norm does not know stands nowhere and closes nothing; the routing envelope
        closes everything.
        """
        if block not in self._norm.blocks and block not in ENVELOPE:
            return standing
        step = self._steps.get((standing, block)) or self._learn(standing, block)
        if step.misplaced:
            outside = standing in ("", TOTAL) or standing in ENVELOPE
            self._note(line, block, reasons.AFTER_END if outside else reasons.OUTSIDE)
        for closed in step.closed:
            self._close(closed)
        if step.watched:
            self._watch_child(block, line)
        if block in REQUIRED_CHILDREN:
            self._opened[block] = line
            self._children[block] = set()
        return block

    def keep(self, block: str, position: int) -> int:
        """Note that a kept block is at `position` of its group; gives its parent's, or -1."""
        self._position[block] = position
        rule = self._norm.blocks.get(block)
        return self._position.get(rule.parent, -1) if rule and rule.parent else -1

    def _learn(self, standing: str, block: str) -> _Step:
        path, above = self._path(standing), self._path(block)[:-1]
        parent = above[-1] if above else None
        closed = tuple(code for code in reversed(path) if code not in above)
        step = _Step(
            misplaced=parent is not None and parent not in path,
            closed=tuple(code for code in closed if code in REQUIRED_CHILDREN),
            watched=block in self._watch,
        )
        self._steps[standing, block] = step
        careless = step == (False, (), False) and block not in REQUIRED_CHILDREN
        if careless and block not in KEPT and block not in ANCHORS:
            self.free.add((standing, block))
        return step

    def _path(self, block: str) -> list[str]:
        path: list[str] = []
        code: str | None = block
        while code:
            path.append(code)
            rule = self._norm.blocks.get(code)
            code = rule.parent if rule else None
        return path[::-1]

    def _watch_child(self, block: str, line: int) -> None:
        rule = self._norm.blocks[block]
        if rule.parent is None:
            return
        children = self._children.setdefault(rule.parent, set())
        if rule.maximum == 1 and block in children:
            self._note(line, block, reasons.TWICE)
        children.add(block)

    def _close(self, closed: str) -> None:
        present = self._children.pop(closed, set())
        for child, natures in REQUIRED_CHILDREN[closed].items():
            if child not in present and (natures is None or self._nature in natures):
                name = label(child)
                fr = f"Il manque le bloc {child} ({name.fr}), obligatoire ici."
                en = f"Block {child} ({name.en}), required here, is missing."
                self._note(self._opened.get(closed, 1), closed, Text(fr, en))

    def _note(self, line: int, block: str, reason: Text) -> None:
        self._refuse(Problem(line, block, label(block), NONE, reason))
