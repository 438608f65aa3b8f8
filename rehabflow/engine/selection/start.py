"""A good plan to begin with. It only gives the search something to beat, and never decides a tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.engine.selection.model import Model, bits

PLACE = 1 << 40
"""Worth of a required place while growing a plan: more than any score."""


def rank(model: Model, chosen: int) -> tuple[int, int, int]:
    """What plans are compared by: serious findings, required places, score with minutes."""
    serious, filled = model.tier(chosen)
    return serious, filled, model.scale * model.score(chosen) - model.total_minutes(chosen)


def first_plan(model: Model, current: int) -> int | None:
    """A plan grown from the current one and from nothing, or None: not found so."""
    kept = {keep(model, current), keep(model, 0)}
    allowed = [plan for plan in (grow(model, one) for one in sorted(kept)) if model.is_allowed(plan)]
    return max(allowed, key=lambda plan: rank(model, plan)) if allowed else None


def short_plan(model: Model, plan: int) -> int:
    """The plan, or one of a better tier grown with minutes made dear."""
    times = [0] * model.size
    for row in model.rows:
        if row.kind == "minutes":
            for place, use in row.uses.items():
                times[place] = use
    longest = max(times, default=0) + 1
    for price in (PLACE // longest, PLACE * model.size):
        charge = [price * time for time in times]
        other = improve(model, grow(model, keep(model, 0), charge=charge), charge=charge)
        if model.is_allowed(other) and model.tier(other) > model.tier(plan):
            plan = other
    return plan


def improve(
    model: Model, plan: int, out: int = 1, within: int = -1, charge: Sequence[int] | None = None
) -> int:
    """Take one out (or also pairs of two), grow again from `within`, keep what is better, to the end."""
    best = plan
    best_rank = rank(model, plan)
    going = True
    while going:
        going = False
        for less in _less(best, out):
            for banned in (best & ~less, 0):
                other = grow(model, keep(model, less), within & ~banned, charge)
                if (
                    other != best
                    and model.is_allowed(other)
                    and (other_rank := rank(model, other)) > best_rank
                ):
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


def grow(model: Model, chosen: int, within: int = -1, charge: Sequence[int] | None = None) -> int:
    """Add what gains most, one at a time (a partner together with who needs it), until nothing gains.

    `within`: the candidates that may be added. `charge`, per candidate, is taken off its gain when comparing,
    as prices of scarce minutes are.
    """
    state = _Growing(model, chosen, model.alive & within)
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
        step = PLACE * (1 + sum(slot.lower for slot in model.slots))
        self.steps = [
            [
                unit * 4 * model.scale + (step if is_serious else 0),
                unit * 2 * model.scale,
                unit * model.scale,
            ]
            for unit, is_serious in zip(model.units, model.serious, strict=True)
        ]
        self.slopes = [gains.pop(0) for gains in self.steps]
        self.places = [PLACE if slot.lower else 0 for slot in model.slots]
        self.taken = [0] * len(model.slots)
        for place in bits(chosen):
            self.add(place)

    def add(self, place: int) -> None:
        """Choose a candidate that fits."""
        model = self.model
        self.chosen |= 1 << place
        self.room -= model.cost[place]
        for number in model.addresses[place]:
            gains = self.steps[number]
            self.slopes[number] = gains.pop(0) if gains else 0
        slot = model.slot_of[place]
        self.taken[slot] += 1
        self.avail &= ~model.conflict[place]
        if self.taken[slot] >= model.slots[slot].lower:
            self.places[slot] = 0
            if self.taken[slot] >= model.slots[slot].upper:
                self.avail &= ~model.slot_mask[slot]

    def offers(self, charge: Sequence[int] | None) -> list[tuple[int, int]]:
        """(gain less charge, minus candidate) for everything that fits and gains."""
        model, room, guard, slopes = self.model, self.room, self.model.guard, self.slopes
        cost, worth, signatures = model.cost, model.worth, model.signature
        known: dict[int, int] = {}
        offers = []
        rest = self.avail
        while rest:
            low = rest & -rest
            rest ^= low
            place = low.bit_length() - 1
            if (room - cost[place]) & guard != guard:
                self.avail ^= low
                continue
            gain = known.get(signatures[place])
            if gain is None:
                gain = known[signatures[place]] = sum([slopes[number] for number in model.addresses[place]])
            gain += worth[place] + self.places[model.slot_of[place]]
            if gain > 0:
                offers.append((gain - charge[place] if charge else gain, -place))
        return offers

    def add_best(self, charge: Sequence[int] | None) -> bool:
        """Add the best candidate that gains, with a partner if it needs one; False if none does."""
        offers = self.offers(charge)
        while offers:
            best = max(offers)
            added = self._with_partners(-best[1])
            if added is not None:
                for place in added:
                    self.add(place)
                return True
            offers.remove(best)
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


def charges(model: Model, prices: Mapping[int, int]) -> list[int]:
    """What prices of the rows charge each candidate."""
    charge = [0] * model.size
    for number, price in prices.items():
        row = model.rows[number]
        for place, use in row.uses.items():
            charge[place] += price * use
    return charge
