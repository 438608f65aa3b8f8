"""Evaluating a checked condition: what it can be, and whether it is met, not met, unknown or in error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rehabflow.conditions.checked import Checked
from rehabflow.conditions.cutting import cuts
from rehabflow.conditions.joins import as_boolean, is_definite, meet
from rehabflow.conditions.nodes import Call, Cut, FactNode, Node, Series, walk_through
from rehabflow.conditions.overlay import Overlay
from rehabflow.conditions.possible import Number, Possible, Truth
from rehabflow.conditions.reference import Here, possible
from rehabflow.conditions.split import settle
from rehabflow.conditions.world import World

SEARCH_BUDGET: Final = 256


def evaluate(checked: Checked, world: World) -> Possible:
    """Return what a condition or score can be, exact where the case split is affordable."""
    return settle(lambda where: possible(checked.tree, Here(where)), checked.cuts, world)


def truth(checked: Checked, world: World) -> Truth:
    """Return whether a condition is met: error where it is open and no answer could settle it."""
    answer = as_boolean(evaluate(checked, world))
    if answer.surely:
        return Truth.TRUE
    if not answer.possibly:
        return Truth.FALSE
    return Truth.UNKNOWN if can_be_settled(checked, world) else Truth.ERROR


def can_be_settled(checked: Checked, world: World) -> bool:
    """Return whether some answers to what is missing would decide a condition that is open.

    Only an undefined operation can stand in the way. Where something that is no measure is missing (an entry of a
    series, a time of day), or the search runs out of budget, it may be settled.
    """
    if not checked.can_be_undefined or any(_is_open_slot(node, world) for node in walk_through(checked.tree)):
        return True
    missing = [fact for fact in checked.facts if not is_definite(world.fact(fact.key))]
    tries = [(cut.fact.key, _tries(cut, world)) for cut in cuts([checked.tree], missing)]
    budget = [SEARCH_BUDGET]
    return _search(checked.tree, world, tries, budget) or budget[0] <= 0


def _search(
    tree: Node, world: World, missing: Sequence[tuple[str, list[Possible]]], budget: list[int]
) -> bool:
    """Return whether some values of the missing facts decide the tree; spends one of the budget a try."""
    budget[0] -= 1
    answer = as_boolean(possible(tree, Here(world)))
    if answer.surely or not answer.possibly:
        return True
    if not missing:
        return False
    (key, values), *rest = missing
    for value in values:
        if budget[0] <= 0:
            return False
        if _search(tree, Overlay(world, {key: value}), rest, budget):
            return True
    return False


def _tries(cut: Cut, world: World) -> list[Possible]:
    """Return single values of a missing fact, one or two of each region."""
    now = world.fact(cut.fact.key)
    parts = [part for region in cut.regions if (part := meet(region, now)) is not None]
    return [value for part in parts for value in _single(part)]


def _single(part: Possible) -> list[Possible]:
    """Return a region itself, or for an interval its two ends."""
    value = part.value
    if (
        isinstance(value, Number)
        and value.low is not None
        and value.high is not None
        and value.low < value.high
    ):
        return [Possible(Number(value.low, value.low)), Possible(Number(value.high, value.high))]
    return [part]


def _is_open_slot(node: Node, world: World) -> bool:
    """Return whether a node reads something of the record that is no fact, and is open there."""
    match node:
        case Series() | Call(function="hours_since"):
            found = possible(node, Here(world))
            undefined = isinstance(found.value, Number) and found.value.undefined
            return not is_definite(found) and not undefined
        case Call(
            function="improvement" | "worsening" | "percent_improvement", arguments=(FactNode(fact=fact),)
        ):
            return not is_definite(world.baseline(fact.key))
        case Call(function="symmetry", arguments=(FactNode(fact=fact),)):
            return not all(map(is_definite, world.sides(fact.key)))
        case _:
            return False
