"""The case split: exact where a measure is used in both directions and its domain is small."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Final

from rehabflow.conditions.joins import is_definite, join, meet
from rehabflow.conditions.nodes import Cut
from rehabflow.conditions.overlay import Overlay
from rehabflow.conditions.possible import Possible
from rehabflow.conditions.world import World

BUDGET: Final = 256


def settle(evaluate: Callable[[World], Possible], cuts: tuple[Cut, ...], world: World) -> Possible:
    """Evaluate, and where that leaves something open, in every region of the cut facts that are unknown.

    Over the budget of regions the result without split stands. The join stops as soon as it says no more than that.
    """
    whole = evaluate(world)
    if not cuts or is_definite(whole):
        return whole
    keys, choices = [], []
    for cut in cuts:
        now = world.fact(cut.fact.key)
        if not is_definite(now):
            keys.append(cut.fact.key)
            choices.append([part for region in cut.regions if (part := meet(region, now)) is not None])
    if not keys or math.prod(map(len, choices)) > BUDGET:
        return whole
    joined: Possible | None = None
    for parts in itertools.product(*choices):
        result = evaluate(Overlay(world, dict(zip(keys, parts, strict=True))))
        joined = result if joined is None else join(joined, result)
        if joined == whole:
            return whole
    return whole if joined is None else joined
