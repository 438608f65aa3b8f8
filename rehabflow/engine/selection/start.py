"""A good plan to begin with. It only gives the search something to beat, and never decides a tie."""

from __future__ import annotations

from collections.abc import Sequence

from rehabflow.engine.selection.model import Model, bits, finding_quarters

PLACE = 1 << 40
"""Worth of a required place while growing a plan: more than any score."""


def rank(model: Model, chosen: int) -> tuple[int, int, int]:
    """What plans are compared by: serious findings, required places, score with minutes."""
    serious, filled = model.tier(chosen)
    return serious, filled, model.scale * model.score(chosen) - model.total_minutes(chosen)


def first_plan(model: Model, current: int) -> int | None:
    """A plan grown from the current one and from nothing, or None: not found so."""
    plans = [grow(model, keep(model, current)), grow(model, keep(model, 0))]
    allowed = [plan for plan in plans if model.is_allowed(plan)]
    return max(allowed, key=lambda plan: rank(model, plan)) if allowed else None


def improve(model: Model, plan: int, out: int = 1) -> int:
    """Take one out (or also pairs of two), grow again, keep what is better, until nothing is."""
    best = plan
    best_rank = rank(model, plan)
    going = True
    while going:
        going = False
        for less in _less(best, out):
            for banned in (best & ~less, 0):
                other = grow(model, keep(model, less), banned)
                if model.is_allowed(other) and (other_rank := rank(model, other)) > best_rank:
                    best, best_rank, going = other, other_rank, True
            if going:
                break
    return best


def _less(plan: int, out: int) -> list[int]:
    places = list(bits(plan))
    less = [plan & ~(1 << place) for place in places]
    if out > 1:
        less += [plan & ~(1 << one) & ~(1 << two) for one in places for two in places if one < two]
    return less


def keep(model: Model, wanted: int) -> int:
    """What is forced, then of the wanted whatever fits beside it, in canonical order."""
    chosen, room = 0, model.room
    masks = [mask & model.alive for mask in model.must]
    for group in (*masks, *(1 << place for place in bits(wanted & model.alive))):
        for place in bits(0 if group & chosen else group):
            left = room - model.cost[place]
            slot = model.slot_of[place]
            full = (chosen & model.slot_mask[slot]).bit_count() >= model.slots[slot].upper
            if left & model.guard == model.guard and not full and not model.conflict[place] & chosen:
                chosen, room = chosen | 1 << place, left
                break
    return chosen


def grow(model: Model, chosen: int, banned: int = 0, charge: Sequence[int] | None = None) -> int:
    """Add what gains most, one at a time (a partner together with who needs it), until nothing gains.

    `charge`, per candidate, is taken off its gain when comparing, as prices of scarce minutes are.
    """
    state = _Growing(model, chosen, model.alive & ~banned)
    state.complete()
    while state.add_best(charge):
        pass
    return state.chosen


class _Growing:
    """A plan being grown: what is chosen, what can still be added, and what room is left."""

    def __init__(self, model: Model, chosen: int, avail: int) -> None:
        self.model = model
        self.chosen = 0
        self.avail = avail
        self.room = model.room
        self.counts = [0] * len(model.units)
        self.step = PLACE * (1 + sum(slot.lower for slot in model.slots))
        self.taken = [0] * len(model.slots)
        for place in bits(chosen):
            self.add(place)

    def add(self, place: int) -> None:
        """Choose a candidate that fits."""
        model = self.model
        self.chosen |= 1 << place
        self.room -= model.cost[place]
        for number in model.addresses[place]:
            self.counts[number] += 1
        slot = model.slot_of[place]
        self.taken[slot] += 1
        self.avail &= ~model.conflict[place]
        if self.taken[slot] >= model.slots[slot].upper:
            self.avail &= ~model.slot_mask[slot]

    def gains(self) -> list[tuple[int, int]]:
        """(gain, candidate) for everything that fits."""
        model, room, guard, cost = self.model, self.room, self.model.guard, self.model.cost
        pairs = zip(self.taken, model.slots, strict=True)
        places = [PLACE if taken < slot.lower else 0 for taken, slot in pairs]
        slopes = [self._slope(number, count) for number, count in enumerate(self.counts)]
        cache: dict[int, int] = {}
        gains = []
        for place in bits(self.avail):
            if (room - cost[place]) & guard != guard:
                continue
            signature = model.signature[place]
            gain = cache.get(signature)
            if gain is None:
                gain = cache[signature] = sum([slopes[number] for number in model.addresses[place]])
            gains.append((gain + model.worth[place] + places[model.slot_of[place]], place))
        return gains

    def _slope(self, number: int, count: int) -> int:
        quarters = finding_quarters(count + 1) - finding_quarters(count)
        slope = self.model.units[number] * quarters * self.model.scale
        return slope + self.step if self.model.serious[number] and not count else slope

    def add_best(self, charge: Sequence[int] | None) -> bool:
        """Add the best candidate that gains, with a partner if it needs one; False if none does."""
        ranked = [(gain - (charge[place] if charge else 0), -place, gain) for gain, place in self.gains()]
        ranked.sort(reverse=True)
        by_place = {-minus: gain for _, minus, gain in ranked}
        for _, minus, gain in ranked:
            added = self._with_partners(-minus)
            if added is None:
                continue
            if gain + sum(by_place.get(place, 0) for place in added[1:]) <= 0:
                continue
            for place in added:
                self.add(place)
            return True
        return False

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
        full = list(self.taken)
        full[model.slot_of[place]] += 1
        for one in added:
            for need in model.needs[one]:
                if need & (self.chosen | mask):
                    continue
                free = need & self.avail
                for other in added:
                    free &= ~model.conflict[other]
                for slot, taken in enumerate(full):
                    free &= ~model.slot_mask[slot] if taken >= model.slots[slot].upper else -1
                partner = self._best_of(free, room)
                if partner is None:
                    return None
                added.append(partner)
                mask |= 1 << partner
                room -= model.cost[partner]
                full[model.slot_of[partner]] += 1
        return added if model.is_new_allowed(self.chosen | mask) else None

    def _best_of(self, mask: int, room: int) -> int | None:
        """The candidate of the mask that fits and is worth most by itself."""
        model = self.model
        fits = [place for place in bits(mask) if (room - model.cost[place]) & model.guard == model.guard]
        return max(fits, key=lambda place: (model.worth[place], -place)) if fits else None


def charges(model: Model, prices: Sequence[int]) -> list[int]:
    """What prices of the rows charge each candidate."""
    charge = [0] * model.size
    for row, price in zip(model.rows, prices, strict=True):
        if price and row.kind != "forced":
            for place, use in row.uses.items():
                charge[place] += price * use
    return charge
