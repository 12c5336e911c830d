"""Where blocks stand: the tree rebuilt from the parent table, cardinalities checked on the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cspu.employers.dsn import reasons
from cspu.employers.dsn.labels import NONE, label
from cspu.employers.dsn.norm import Norm, load
from cspu.employers.dsn.problems import Problem
from cspu.employers.dsn.tree import ENVELOPE, REQUIRED_CHILDREN, TOTAL
from cspu.kernel.text import Text

Refuse = Callable[[Problem], None]


@lru_cache(maxsize=8)
def _watched(version: str) -> frozenset[str]:
    """Blocks that may stand once only, or must stand."""
    single = {b.code for b in load(version).blocks.values() if b.maximum == 1}
    return frozenset(single.union(*REQUIRED_CHILDREN.values()))


@lru_cache(maxsize=8)
def _parents(version: str) -> dict[str, str | None]:
    return {b.code: b.parent for b in load(version).blocks.values()}


class Placing:
    """The path of open blocks. At most one instance of a block is open at a time."""

    def __init__(self, norm: Norm, refuse: Refuse) -> None:
        self._refuse = refuse
        self._path: list[str] = []
        self._opened: dict[str, int] = {}
        self._children: dict[str, set[str]] = {}
        self._position: dict[str, int] = {}
        self._nature = ""
        self.norm = norm

    @property
    def norm(self) -> Norm:
        """The tables in use."""
        return self._norm

    @norm.setter
    def norm(self, norm: Norm) -> None:
        self._norm = norm
        self._parent_of = _parents(norm.version)
        self._watch = _watched(norm.version)

    def begin_group(self) -> None:
        """Positions count from the start of each group."""
        self._position = {}

    def declare(self, nature: str) -> None:
        """The nature of the declaration being read: it decides which blocks are required."""
        self._nature = nature

    def place(self, block: str, line: int) -> None:
        """Open a block under its parent, closing what stood lower.

        A block the norm does not know stands where it is and closes nothing; the routing envelope
        closes everything.
        """
        parents = self._parent_of
        if block not in parents:
            if block in ENVELOPE:
                self._close_to(0)
            return
        parent = parents[block]
        path = self._path
        depth = len(path)
        while depth and path[depth - 1] != parent:
            depth -= 1
        if depth == 0 and parent is not None:
            self._misplaced(block, line)
        elif depth < len(path):
            self._close_to(depth)
        path.append(block)
        if block in self._watch:
            self._watch_child(parent, block, line)
        if block in REQUIRED_CHILDREN:
            self._opened[block] = line
            self._children[block] = set()

    def keep(self, block: str, position: int) -> int:
        """Note that a kept block is at `position` of its group; gives its parent's position or -1."""
        parent = self._parent_of.get(block)
        self._position[block] = position
        return self._position.get(parent, -1) if parent else -1

    def _watch_child(self, parent: str | None, block: str, line: int) -> None:
        children = self._children.setdefault(parent or "", set())
        rule = self._norm.blocks[block]
        if parent is None:
            children.clear()
        elif rule.maximum == 1 and block in children:
            self._note(line, block, reasons.TWICE)
        children.add(block)

    def _close_to(self, depth: int) -> None:
        path = self._path
        while len(path) > depth:
            closed = path.pop()
            if closed in REQUIRED_CHILDREN:
                self._check_children(closed)
            self._children.pop(closed, None)

    def _check_children(self, closed: str) -> None:
        present = self._children.get(closed, set())
        for child, natures in REQUIRED_CHILDREN[closed].items():
            if child not in present and (natures is None or self._nature in natures):
                name = label(child)
                fr = f"Il manque le bloc {child} ({name.fr}), obligatoire ici."
                en = f"Block {child} ({name.en}), required here, is missing."
                self._note(self._opened[closed], closed, Text(fr, en))

    def _misplaced(self, block: str, line: int) -> None:
        outside = not self._path or self._path[0] == TOTAL
        self._note(line, block, reasons.AFTER_END if outside else reasons.OUTSIDE)

    def _note(self, line: int, block: str, reason: Text) -> None:
        self._refuse(Problem(line, block, label(block), NONE, reason))
