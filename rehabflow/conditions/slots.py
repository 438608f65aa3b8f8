"""Where compiled conditions find their values: slots of a flat list of whole numbers."""

from __future__ import annotations

from typing import Final, Literal

import attrs

from rehabflow.conditions.joins import as_boolean, as_choice, as_number, as_options
from rehabflow.conditions.nodes import FactNode, Node, same
from rehabflow.conditions.reference import Here, possible
from rehabflow.conditions.types import BooleanType, ChoiceType, NumberType, SetType

Kind = Literal["boolean", "number", "choice", "set"]

FAR: Final = 10**30
"""Stands for "no bound" in a list of whole numbers; nothing is added to it."""


@attrs.frozen(eq=False)
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

    @property
    def width(self) -> int:
        """Return how many places of the list it takes."""
        return 1 if self.kind == "choice" else 2

    def fill(self, here: Here, values: list[int]) -> None:
        """Append what the slot's node can be here."""
        found = possible(self.node, here)
        match self.kind:
            case "boolean":
                answer = as_boolean(found)
                values += (int(answer.surely), int(answer.possibly))
            case "number":
                number, scale = as_number(found), 10**self.decimals
                low, high = (None, None) if number.undefined else (number.low, number.high)
                values.append(-FAR if low is None else low.numerator * scale // low.denominator)
                values.append(FAR if high is None else -(-high.numerator * scale // high.denominator))
            case "choice":
                values.append(mask(self.choices, as_choice(found) or frozenset(self.choices)))
            case "set":
                held = as_options(found)
                everything = frozenset(self.choices)
                surely, possibly = (
                    (frozenset[str](), everything) if held is None else (held.surely, held.possibly)
                )
                values += (mask(self.choices, surely), mask(self.choices, possibly))


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
