"""Where compiled conditions find their values: slots of a flat list of whole numbers."""

from __future__ import annotations

from typing import Final, Literal

import attrs

from rehabflow.conditions.joins import as_boolean, as_choice, as_number, as_options
from rehabflow.conditions.nodes import FactNode, Node, same
from rehabflow.conditions.overlay import Overlay
from rehabflow.conditions.possible import Number, Options, Possible
from rehabflow.conditions.reference import Here, possible
from rehabflow.conditions.types import BooleanType, ChoiceType, NumberType, SetType
from rehabflow.conditions.world import World
from rehabflow.frozen import frozen

Kind = Literal["boolean", "number", "choice", "set"]

FAR: Final = 10**30
"""Stands for "no bound" in a list of whole numbers; nothing is added to it."""


@frozen(eq=False)
class Slot:
    """One value in the flat list, from `offset` on; `key` is the fact's, or empty for another part of a condition.

    boolean: (surely, possibly) as 0 or 1. number: (low, high), scaled by 10^`decimals`. choice: one bit mask over
    `choices`. set: (surely, possibly) as bit masks. The reference reading of `node` fills it.
    """

    key: str
    kind: Kind
    offset: int
    node: Node
    decimals: int = 0
    choices: tuple[str, ...] = ()
    _scale: int = attrs.field(init=False, repr=False)
    _masks: dict[frozenset[str], int] = attrs.field(factory=dict, init=False, repr=False)

    @_scale.default
    def _scale_of_decimals(self) -> int:
        return int(10**self.decimals)

    @property
    def width(self) -> int:
        """Return how many places of the list it takes."""
        return 1 if self.kind == "choice" else 2

    def read(self, world: World) -> Possible:
        """Return what the slot's node can be in a world."""
        if not isinstance(self.node, FactNode):
            return possible(self.node, Here(world))
        return world.value(self.node.fact) if isinstance(world, Overlay) else world.fact(self.key)

    def numbers(self, found: Possible) -> tuple[int, ...]:
        """Return the whole numbers that stand for a possible value."""
        if self.kind == "number":
            return self._ends(as_number(found))
        if self.kind == "boolean":
            answer = as_boolean(found)
            return int(answer.surely), int(answer.possibly)
        everything = frozenset(self.choices)
        if self.kind == "choice":
            return (self._mask(as_choice(found) or everything),)
        held = as_options(found) or Options(frozenset(), everything)
        return self._mask(held.surely), self._mask(held.possibly)

    def _ends(self, number: Number) -> tuple[int, int]:
        low, high = number.low, number.high
        if number.undefined or low is None or high is None:
            return self._open_ends(number)
        scale = self._scale
        first = low.numerator * scale // low.denominator
        if low is high and scale % low.denominator == 0:
            return first, first
        return first, -(-high.numerator * scale // high.denominator)

    def _open_ends(self, number: Number) -> tuple[int, int]:
        low, high = (None, None) if number.undefined else (number.low, number.high)
        first = -FAR if low is None else low.numerator * self._scale // low.denominator
        last = FAR if high is None else -(-high.numerator * self._scale // high.denominator)
        return first, last

    def _mask(self, options: frozenset[str]) -> int:
        found = self._masks.get(options)
        if found is None:
            found = self._masks[options] = mask(self.choices, options)
        return found


def mask(choices: tuple[str, ...], options: frozenset[str]) -> int:
    """Return the bit mask of some options, the first of the list being bit 0."""
    return sum(1 << index for index, option in enumerate(choices) if option in options)


class Slots:
    """Hands out one slot for each thing read, however often it is read."""

    def __init__(self) -> None:
        self.all: list[Slot] = []
        self.width = 0

    def of(self, node: Node) -> Slot:
        """Return the slot of a fact, or of any other part that the reference reading fills."""
        for slot in self.all:
            if slot.node is node or same(slot.node, node):
                return slot
        key = node.fact.key if isinstance(node, FactNode) else ""
        match node.type:
            case BooleanType():
                slot = Slot(key, "boolean", self.width, node)
            case NumberType(decimals=decimals):
                slot = Slot(key, "number", self.width, node, decimals=decimals or 0)
            case ChoiceType(choices=choices):
                slot = Slot(key, "choice", self.width, node, choices=choices)
            case SetType(choices=choices):
                slot = Slot(key, "set", self.width, node, choices=choices)
            case _:
                slot = Slot(key, "number", self.width, node)
        self.all.append(slot)
        self.width += slot.width
        return slot
