"""Growing a plan: add what gains most, one candidate at a time."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from rehabflow.engine.selection.model import PLACE, Model, bits


def grow(model: Model, chosen: int, within: int = -1, charge: Sequence[int] | None = None) -> int:
    """Add what gains most, one at a time (a partner together with who needs it), until nothing gains.

    `within`: the candidates that may be added. `charge`, per candidate, is taken off its gain when comparing,
    as prices of scarce minutes are.
    """
    state = _Growing(model, chosen, model.alive & within)
    state.complete()
    state.fill(charge or [0] * model.size)
    return state.chosen


class _Growing:
    """A plan being grown: what is chosen, what can still be added, and what room is left."""

    def __init__(self, model: Model, chosen: int, avail: int) -> None:
        self.model = model
        self.chosen = 0
        self.avail = avail
        self.room = model.room
        self.counts = [0] * len(model.growth)
        self.slopes = [gains[0] for gains in model.growth]
        self.taken = [0] * len(model.slots)
        self.places = [PLACE if slot.lower else 0 for slot in model.slots]
        for place in bits(chosen):
            self.add(place)

    def add(self, place: int) -> None:
        """Choose a candidate that fits."""
        model = self.model
        self.chosen |= 1 << place
        self.room -= model.cost[place]
        for number in model.addresses[place]:
            self.counts[number] += 1
            self.slopes[number] = model.growth[number][min(self.counts[number], 3)]
        slot = model.slot_of[place]
        self.taken[slot] += 1
        self.avail &= ~model.conflict[place]
        if self.taken[slot] >= model.slots[slot].lower:
            self.places[slot] = 0
            if self.taken[slot] >= model.slots[slot].upper:
                self.avail &= ~model.slot_mask[slot]

    def fill(self, charge: Sequence[int]) -> None:
        """Add the best candidate that gains, with a partner if it needs one, until none does.

        Gains only fall while a plan grows, so what was best when last looked at and still is, is best.
        """
        heap = self._offers(charge)
        heapify(heap)
        aside: list[tuple[int, int]] = []
        while heap:
            place = heappop(heap)[1]
            gain = self._gain(place)
            if gain <= 0:
                continue
            offer = charge[place] - gain, place
            if heap and offer > heap[0]:
                heappush(heap, offer)
                continue
            added = self._with_partners(place)
            if added is None:
                aside.append(offer)
                continue
            for one in added:
                self.add(one)
            while aside:
                heappush(heap, aside.pop())

    def _gain(self, place: int) -> int:
        """What a candidate adds to the plan now; 0 if it does not fit."""
        model = self.model
        if not self.avail >> place & 1 or (self.room - model.cost[place]) & model.guard != model.guard:
            return 0
        gain = model.worth[place] + self.places[model.slot_of[place]]
        for number in model.addresses[place]:
            gain += self.slopes[number]
        return gain

    def _offers(self, charge: Sequence[int]) -> list[tuple[int, int]]:
        """(charge less gain, candidate) for everything that fits and gains."""
        model, room, guard, slopes, places = self.model, self.room, self.model.guard, self.slopes, self.places
        cost, worth, signatures, slot_of = model.cost, model.worth, model.signature, model.slot_of
        known: dict[int, int] = {}
        offers = []
        rest = self.avail
        while rest:
            low = rest & -rest
            rest ^= low
            place = low.bit_length() - 1
            if (room - cost[place]) & guard != guard:
                continue
            gain = known.get(signatures[place])
            if gain is None:
                gain = known[signatures[place]] = sum([slopes[number] for number in model.addresses[place]])
            gain += worth[place] + places[slot_of[place]]
            if gain > 0:
                offers.append((charge[place] - gain, place))
        return offers

    def complete(self) -> None:
        """Give everything chosen at the start the partner it needs, if one fits."""
        for place in bits(self.chosen):
            for need in self.model.needs[place]:
                if need & self.chosen:
                    continue
                partner = self._best_of(need & self.avail, self.room)
                if partner is not None:
                    self.add(partner)

    def _with_partners(self, place: int) -> list[int] | None:
        """The candidate and the partners to add with it, or None: they do not fit together."""
        model = self.model
        added, mask, room = [place], 1 << place, self.room - model.cost[place]
        if model.needs[place]:
            taken = list(self.taken)
            taken[model.slot_of[place]] += 1
            for one in added:
                for need in model.needs[one]:
                    if need & (self.chosen | mask):
                        continue
                    partner = self._best_of(self._free(need, added, taken), room)
                    if partner is None:
                        return None
                    added.append(partner)
                    mask |= 1 << partner
                    room -= model.cost[partner]
                    taken[model.slot_of[partner]] += 1
        return added if model.is_new_allowed(self.chosen | mask) else None

    def _free(self, need: int, added: list[int], taken: list[int]) -> int:
        """The partners that can stand beside those to be added."""
        model = self.model
        free = need & self.avail
        for other in added:
            free &= ~model.conflict[other]
        for slot, count in enumerate(taken):
            if count >= model.slots[slot].upper:
                free &= ~model.slot_mask[slot]
        return free

    def _best_of(self, mask: int, room: int) -> int | None:
        """The candidate of the mask that fits and is worth most by itself."""
        model = self.model
        fits = [place for place in bits(mask) if (room - model.cost[place]) & model.guard == model.guard]
        return max(fits, key=lambda place: (model.worth[place], -place)) if fits else None
