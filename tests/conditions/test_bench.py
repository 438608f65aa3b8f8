"""Speed of the compiled reading, as a ratio to the same gates written by hand in two-valued Python."""

from __future__ import annotations

import timeit

import pytest

from conditions.names import shared_scope
from conditions.worlds import DictWorld
from rehabflow.conditions import compile_group

GATES = [
    "nprs >= 7 and minutes < 5",
    "red or nprs > 9",
    "effusion >= 'one'",
    "minutes < 30 and red",
    "nprs > 6",
    "minutes < 10",
    "nprs > 4 and red",
    "numb",
    "effusion == 'two'",
    "nprs > 8 or effusion == 'two'",
    "minutes < 5 or numb",
    "ratio > 3",
]


def by_hand(nprs: int, minutes: int, red: bool, numb: bool, effusion: int, ratio: int) -> tuple[bool, ...]:
    return (
        nprs >= 7 and minutes < 5,
        red or nprs > 9,
        effusion >= 2,
        minutes < 30 and red,
        nprs > 6,
        minutes < 10,
        nprs > 4 and red,
        numb,
        effusion == 3,
        nprs > 8 or effusion == 3,
        minutes < 5 or numb,
        ratio > 3,
    )


@pytest.mark.bench
def test_twelve_gates_cost_hardly_more_than_by_hand() -> None:
    scope = shared_scope()
    group = compile_group({text: scope.condition(text, "restricts") for text in GATES})
    world = DictWorld.of(scope, nprs=3, minutes=20, red=False, numb=False, effusion="trace", ratio=1)
    values = group.fill(world)
    compiled = min(timeit.repeat(lambda: group.truths(values), number=20_000, repeat=7))
    hand = min(timeit.repeat(lambda: by_hand(3, 20, False, False, 1, 1), number=20_000, repeat=7))
    assert compiled < 2.5 * hand
