"""The problem as integers and bit masks: bit `i` is the candidate at place `i` of the canonical order."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from rehabflow.engine.selection.problem import QUARTERS, Slot
from rehabflow.frozen import frozen

FORCED = 1 << 60
"""Added to a forced candidate's worth while bounding; larger than any sum of points."""
PLACE = 1 << 40
"""Worth of a required place while a plan is grown: more than any score."""


@frozen
class Row:
    """A linear constraint: the sum of `uses` over the chosen is at most `cap`."""

    kind: str
    """minutes, exercises, ladder, once, at_most, new, together or forced."""
    cap: int
    """Below zero for `forced`, whose uses are -1: at least one of them."""
    uses: dict[int, int]


@attrs.define(eq=False, slots=True)
class Model:
    """What the search works on. Built once by `build_model`, not changed after."""

    slots: tuple[Slot, ...]
    names: list[tuple[str, str]]
    """(slot, exercise) of each candidate, in canonical order."""
    slot_of: list[int]
    minutes: list[int]
    """Minutes that count in the objective: in-session ones, once for each type of day."""
    points: list[int]
    worth: list[int]
    """scale x points - minutes."""
    scale: int
    finding_ids: list[str]
    serious: list[bool]
    units: list[int]
    """Quarter points of a third exercise for each finding: weight x severity."""
    growth: list[tuple[int, int, int, int]]
    """What a first, second, third and further exercise for each finding adds while a plan is grown."""
    addresses: list[tuple[int, ...]]
    """Numbers of the findings that a candidate addresses."""
    signature: list[int]
    """Findings addressed, as bits."""
    conflict: list[int]
    """Candidates that cannot stand beside it, itself included."""
    needs: list[tuple[int, ...]]
    """Of each mask one must be chosen, if this candidate is."""
    rows: list[Row]
    slot_mask: list[int]
    is_new: int
    replaced: list[int]
    """Excluded exercises of the current plan, by slot."""
    new_at_most: int | None
    must: tuple[int, ...]
    """Of each mask one must be chosen: pins and what an explanation forces."""
    alive: int
    """Candidates that some plan might hold."""
    cost: list[int]
    room: int
    guard: int
    is_possible: bool

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.names)

    def is_new_allowed(self, chosen: int) -> bool:
        """Whether no more exercises are new than C9 and its two exceptions allow."""
        limit = self.new_at_most
        fresh = chosen & self.is_new
        if limit is None or fresh.bit_count() <= limit:
            return True
        fresh &= ~self.musts(chosen)
        counted = 0
        for mask, replaced in zip(self.slot_mask, self.replaced, strict=True):
            counted += max(0, (fresh & mask).bit_count() - replaced)
        return counted <= limit

    def musts(self, chosen: int) -> int:
        """The chosen without which a `together` rule would be broken."""
        found = 0
        for place in bits(chosen):
            for need in self.needs[place]:
                partners = need & chosen
                if partners.bit_count() == 1:
                    found |= partners
        return found

    def is_allowed(self, chosen: int) -> bool:
        """Whether a plan holds every constraint, C1 to C9 and what is forced."""
        room = self.room
        for place in bits(chosen):
            if self.conflict[place] & chosen != 1 << place:
                return False
            if not all(need & chosen for need in self.needs[place]):
                return False
            room -= self.cost[place]
            if room & self.guard != self.guard:
                return False
        if not all(mask & chosen for mask in self.must):
            return False
        for slot, mask in zip(self.slots, self.slot_mask, strict=True):
            if (chosen & mask).bit_count() > slot.upper:
                return False
        return self.is_new_allowed(chosen)

    def counts(self, chosen: int) -> list[int]:
        """How many of the chosen address each finding."""
        counts = [0] * len(self.units)
        for place in bits(chosen):
            for finding in self.addresses[place]:
                counts[finding] += 1
        return counts

    def tier(self, chosen: int) -> tuple[int, int]:
        """Serious findings addressed, and required places filled."""
        counts = self.counts(chosen)
        serious = sum(is_one and count > 0 for count, is_one in zip(counts, self.serious, strict=True))
        filled = sum(
            min(slot.lower, (chosen & mask).bit_count())
            for slot, mask in zip(self.slots, self.slot_mask, strict=True)
        )
        return serious, filled

    def score(self, chosen: int) -> int:
        """Quarter points of a plan: its findings and its own terms."""
        counts = self.counts(chosen)
        findings = sum(unit * finding_quarters(count) for unit, count in zip(self.units, counts, strict=True))
        return findings + sum(self.points[place] for place in bits(chosen))

    def total_minutes(self, chosen: int) -> int:
        """Minutes of the sessions, over all types of day."""
        return sum(self.minutes[place] for place in bits(chosen))


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def finding_quarters(count: int) -> int:
    """Quarters of a finding's full points when `count` exercises address it: 1, then 1/2, then 1/4."""
    return (0, QUARTERS, 6, 7)[min(count, 3)]
