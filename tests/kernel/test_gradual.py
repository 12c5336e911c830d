"""A sequence made as far as it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cspu.kernel.gradual import Gradual


def counted(made: list[int]) -> Iterator[int]:
    for number in range(5):
        made.append(number)
        yield number


def test_nothing_is_made_before_it_is_read_nor_twice() -> None:
    made: list[int] = []
    numbers = Gradual(counted(made))
    assert made == []
    assert numbers
    assert made == [0]
    assert (numbers[1], numbers[0]) == (1, 0)
    assert made == [0, 1]
    assert [*numbers] == [0, 1, 2, 3, 4]
    assert (len(numbers), numbers[-1], numbers[3:]) == (5, 4, [3, 4])
    assert made == [0, 1, 2, 3, 4]


def test_an_empty_one_is_false_and_has_no_first() -> None:
    nothing: Gradual[int] = Gradual(iter(()))
    assert not nothing
    assert len(nothing) == 0
    with pytest.raises(IndexError):
        nothing[0]
