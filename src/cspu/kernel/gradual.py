"""A sequence whose items are made when they are first read, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar, overload

Item = TypeVar("Item")


class Gradual(Sequence[Item]):
    """What an iterator gives, made as far as it is read: whoever shows one item of many pays for one."""

    def __init__(self, source: Iterator[Item]) -> None:
        self._source = source
        self._made: list[Item] = []

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        """As of a list."""
        far = index + 1 if isinstance(index, int) and index >= 0 else None
        self._make(far)
        return self._made[index]

    def __len__(self) -> int:
        """How many there are: all are made."""
        self._make(None)
        return len(self._made)

    def __bool__(self) -> bool:
        """Whether there is one: no other is made."""
        self._make(1)
        return bool(self._made)

    def _make(self, upto: int | None) -> None:
        lacking = None if upto is None else max(upto - len(self._made), 0)
        self._made.extend(islice(self._source, lacking))
