"""The search: for each rule that blocks, some answer it rests on has to change; fewest changes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

import attrs

from rehabflow.engine.asking.atoms import CLEARANCE, UNREPORTED
from rehabflow.engine.asking.supposed import Answers
from rehabflow.engine.facts import Facts
from rehabflow.engine.nearest.changing import changed
from rehabflow.engine.nearest.judging import Block, Hurdle
from rehabflow.engine.nearest.slots import Slot
from rehabflow.engine.prepared import prepare
from rehabflow.frozen import frozen
from rehabflow.instants import Instant
from rehabflow.record.events import History
from rehabflow.record.timeline import fold
from rehabflow.rulebook.model import Rulebook

MOST_CHANGES: Final = 40
BUDGET: Final = 1500
Chosen: TypeAlias = tuple[tuple[Slot, int], ...]
"""Slots with the places of the points chosen for them, in order of the slots."""
Rank: TypeAlias = tuple[Fraction, int, tuple[int, ...]]


@frozen
class Found:
    """A set of changes with which nothing blocks."""

    chosen: Chosen
    rank: Rank


@attrs.define(eq=False)
class Search:
    """The search along one way; counts every record that it judges.

    `tried` is how many changes were tried in full; `least` how many are needed at least (-1: none would do). A rule is
    looked at anew only where something that it rests on has changed.
    """

    rulebook: Rulebook
    history: History
    now: Instant
    hurdles: Sequence[Hurdle]
    budget: int = BUDGET
    judged: int = 0
    tried: int = 0
    least: int = 0
    best: Found | None = None
    _deeper: bool = False
    _known: dict[Chosen, list[Block]] = attrs.field(factory=dict)
    _looked: dict[tuple[int, Chosen], list[Block]] = attrs.field(factory=dict)

    def run(self, most: int = MOST_CHANGES) -> Found | None:
        """Return the smallest set of changes; None if there is none, or the budget ran out before."""
        self.least = _packed(self._blocks(()), frozenset())[0]
        for count in range(max(0, self.least), most + 1) if self.least >= 0 else ():
            self._deeper = False
            is_whole = self._explore((), frozenset(), count, Fraction(0))
            if self.best is not None or not is_whole:
                break
            self.tried = count
            if not self._deeper:
                break
        return self.best

    @property
    def is_smallest(self) -> bool:
        """Return whether the search ended by itself, so that what was found is the smallest."""
        return self.judged < self.budget

    def _explore(self, chosen: Chosen, apart: frozenset[Slot], left: int, step: Fraction) -> bool:
        """Try every set that adds up to `left` changes, leaving alone what is `apart`; False: out of budget."""
        blocks = self._blocks(chosen)
        if not blocks:
            self._take(chosen, step)
            return True
        taken = frozenset(slot for slot, _ in chosen) | apart
        needed, least_step = _packed(blocks, taken)
        if needed < 0:
            return True
        if needed > left:
            self._deeper = True
            return True
        if self.best is not None and step + least_step >= self.best.rank[0]:
            return True
        open_slots = min((_open(block, taken) for block in blocks), key=len)
        for slot in open_slots:
            for place, point in sorted(enumerate(slot.points), key=lambda one: one[1].cost):
                if self.judged >= self.budget:
                    return False
                more = tuple(sorted((*chosen, (slot, place)), key=lambda one: one[0].index))
                if not self._explore(more, apart, left - 1, step + point.cost):
                    return False
            apart = apart | {slot}
        return True

    def _blocks(self, chosen: Chosen) -> list[Block]:
        found = self._known.get(chosen)
        if found is None:
            self.judged += 1
            found = self._known[chosen] = self._judge(chosen)
        return found

    def _judge(self, chosen: Chosen) -> list[Block]:
        facts: Facts | None = None
        found: list[Block] = []
        atoms = {slot: self._atoms_of(slot) for slot, _ in chosen}
        for place, hurdle in enumerate(self.hurdles):
            key = place, tuple(one for one in chosen if not hurdle.atoms.isdisjoint(atoms[one[0]]))
            blocks = self._looked.get(key)
            if blocks is None:
                facts = facts or self.facts_with(answers_of(chosen))
                blocks = self._looked[key] = [Block(hurdle.address, slots) for slots in hurdle.look(facts)]
            found += blocks
        return found

    def _atoms_of(self, slot: Slot) -> frozenset[str]:
        """Return the atoms that a slot may change."""
        match slot.kind:
            case "clearance":
                return frozenset([CLEARANCE + slot.key])
            case "done" | "unreported":
                return frozenset([UNREPORTED, *self.rulebook.diary])
            case "line":
                return frozenset([UNREPORTED, slot.key])
            case "event":
                details = self.rulebook.events[slot.key].details
                return frozenset([slot.key, *(f"{slot.key}.{detail}" for detail in details)])
        return frozenset([slot.key, *(key for point in slot.points for key in point.answers)])

    def facts_with(self, changes: Mapping[Slot, Answers]) -> Facts:
        """Return the facts of the record with these changes."""
        record = changed(self.history, self.now, changes)
        return Facts(prepare(self.rulebook), fold(record, self.now), self.now, visit=True)

    def does(self, changes: Mapping[Slot, Answers]) -> bool:
        """Return whether nothing blocks in the record with these changes."""
        self.judged += 1
        facts = self.facts_with(changes)
        return not any(hurdle.look(facts) for hurdle in self.hurdles)

    def _take(self, chosen: Chosen, step: Fraction) -> None:
        rank = (step, sum(slot.age for slot, _ in chosen), tuple(slot.index for slot, _ in chosen))
        if self.best is None or rank < self.best.rank:
            self.best = Found(chosen, rank)


def answers_of(chosen: Chosen) -> dict[Slot, Answers]:
    """Return the answers that were chosen."""
    return {slot: slot.points[place].answers for slot, place in chosen}


def _open(block: Block, taken: frozenset[Slot]) -> Sequence[Slot]:
    return [slot for slot in block.slots if slot not in taken]


def _packed(blocks: Sequence[Block], taken: frozenset[Slot]) -> tuple[int, Fraction]:
    """Return how many more changes are needed at least, and their least step; -1: a block cannot be changed.

    Blocks that share no answer need one each.
    """
    used: set[Slot] = set()
    count, step = 0, Fraction(0)
    for block in sorted(blocks, key=lambda one: len(_open(one, taken))):
        free = _open(block, taken)
        if not free:
            return -1, step
        if used.isdisjoint(free):
            used.update(free)
            count += 1
            step += min(slot.least for slot in free)
    return count, step
