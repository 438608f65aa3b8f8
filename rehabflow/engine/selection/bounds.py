"""Upper bounds: Lagrangian prices, and candidates that no plan as good as the best known can hold."""

from __future__ import annotations

from rehabflow.engine.selection.goal import Goal
from rehabflow.engine.selection.model import Model, bits
from rehabflow.frozen import frozen

NEVER = -(1 << 100)
"""Less than the worth of any plan."""
PATIENCE = 4
"""Steps without a better bound before steps become half as long."""

Slopes = list[int]
RowPrices = dict[int, int]


@frozen(eq=False)
class Prices:
    """One setting of the multipliers and the bound it gives."""

    slopes: Slopes
    """What one more exercise counts for each finding."""
    prices: RowPrices
    """What each row charges for one unit, where it charges."""
    bound: int
    """No plan that counts is worth more."""
    constant: int
    """What the bound adds to the profits of the candidates taken."""
    profit: list[int]
    """Reward plus slopes less prices, of each candidate of the pricing."""
    taken: list[list[int]]
    """The best few of each slot at these profits; empty when a required place cannot be filled."""


class Pricing:
    """The subgradient search for good prices, over the candidates still alive.

    `best` is the best setting so far. Candidates have local numbers here: their place in `places`.
    """

    def __init__(self, model: Model, goal: Goal, alive: int, slopes: Slopes, prices: RowPrices) -> None:
        self.model = model
        self.goal = goal
        self.lowers = [slot.lower if goal.fills_all else 0 for slot in model.slots]
        self.gains = [_gains(goal, number) for number in range(len(goal.bound_curves))]
        self.standing = {number: 0 for number, row in enumerate(model.rows) if row.cap < 0}
        self.halvings = 0
        self.stale = 0
        self.narrow(alive)
        self.best = self.evaluate(slopes, prices)
        self.last = self.best

    def narrow(self, alive: int) -> None:
        """Go on with these candidates only; the bound of `best` is taken anew."""
        model = self.model
        self.alive = alive
        self.places = places = list(bits(alive))
        local = {place: number for number, place in enumerate(places)}
        self.reward = [self.goal.reward[place] for place in places]
        kinds = {model.signature[place]: model.addresses[place] for place in places}
        number_of = {signature: number for number, signature in enumerate(kinds)}
        self.kinds = list(kinds.values())
        self.kind = [number_of[model.signature[place]] for place in places]
        self.ranges = []
        start = 0
        for mask in model.slot_mask:
            end = start + (mask & alive).bit_count()
            self.ranges.append(range(start, end))
            start = end
        self.uses = [
            [(local[place], use) for place, use in row.uses.items() if place in local] for row in model.rows
        ]
        self.rows_of: list[list[tuple[int, int]]] = [[] for _ in places]
        self.unit = []
        for number, uses in enumerate(self.uses):
            total = 0
            for place, use in uses:
                self.rows_of[place].append((number, use))
                total += abs(use)
            self.unit.append(max(1, total // max(1, len(uses))))
        if hasattr(self, "best"):
            self.best = self.last = self.evaluate(self.best.slopes, self.best.prices)

    def evaluate(self, slopes: Slopes, prices: RowPrices) -> Prices:
        """The bound that these multipliers give."""
        gain = [sum([slopes[number] for number in kind]) for kind in self.kinds]
        profit = [reward + gain[kind] for reward, kind in zip(self.reward, self.kind, strict=True)]
        constant = -self.goal.offset
        for slope, (first, second, third, is_required) in zip(slopes, self.gains, strict=True):
            if first > slope or is_required:
                constant += first - slope
                if second > slope:
                    constant += second - slope
                    if third > slope:
                        constant += third - slope
        rows = self.model.rows
        for row, price in prices.items():
            constant += price * rows[row].cap
            for place, use in self.uses[row]:
                profit[place] -= price * use
        total, taken = self._relax(profit)
        bound = NEVER if total == NEVER else constant + total
        return Prices(slopes, prices, bound, constant, profit, taken)

    def _relax(self, profit: list[int]) -> tuple[int, list[list[int]]]:
        """The best few of each slot at these profits: their worth, and which they are."""
        total = 0
        taken = []
        bonus = self.goal.place_bonus
        for slot, members, lower in zip(self.model.slots, self.ranges, self.lowers, strict=True):
            ranked = sorted(members, key=profit.__getitem__, reverse=True)[: slot.upper]
            if len(ranked) < lower:
                return NEVER, []
            few: list[int] = []
            for place in ranked:
                worth = profit[place] + (bonus if len(few) < slot.lower else 0)
                if worth <= 0 and len(few) >= lower:
                    break
                few.append(place)
                total += worth
            taken.append(few)
        return total, taken

    def run(self, steps: int, known: int | None) -> None:
        """Take up to `steps` steps; `known` is the worth of a plan in hand, where the bound could end."""
        grain = self.goal.grain
        for _ in range(steps):
            best = self.best
            if best.bound == NEVER or (known is not None and best.bound - known < grain) or self.halvings > 5:
                return
            gap = self.last.bound - known if known is not None else abs(best.bound) // 4
            moved = self._step(max(gap, 1) >> self.halvings)
            if moved is None:
                return
            self.last = self.evaluate(*moved)
            if self.last.bound < best.bound:
                self.best, self.stale = self.last, 0
                continue
            self.stale += 1
            if self.stale >= PATIENCE:
                self.halvings, self.stale = self.halvings + 1, 0
                self.last = self.best

    def _step(self, gap: int) -> tuple[Slopes, RowPrices] | None:
        """One step against the subgradient, as long as `gap` asks for; None at an optimum of the prices."""
        slopes, prices = self.last.slopes, self.last.prices
        counts, used = self._usage()
        pulls = [
            _wanted(gains, slope, count)
            for gains, slope, count in zip(self.gains, slopes, counts, strict=True)
        ]
        pushes = []
        norm = sum([pull * pull for pull in pulls]) << 10
        rows, units = self.model.rows, self.unit
        for row in {**self.standing, **used, **prices}:
            push = used.get(row, 0) - rows[row].cap
            if push > 0 or (push < 0 and row in prices):
                square = units[row] * units[row]
                pushes.append((row, push, square))
                norm += (push * push << 10) // square
        if norm == 0:
            return None
        gap <<= 10
        new_slopes = [
            slope + gap * pull // norm if pull else slope for slope, pull in zip(slopes, pulls, strict=True)
        ]
        new_prices = dict(prices)
        for row, push, square in pushes:
            price = new_prices.get(row, 0) + gap * push // (norm * square)
            if price > 0:
                new_prices[row] = price
            else:
                new_prices.pop(row, None)
        return [max(0, slope) for slope in new_slopes], new_prices

    def _usage(self) -> tuple[list[int], dict[int, int]]:
        """How often those taken address each finding, and what they use of each row."""
        counts = [0] * len(self.gains)
        used: dict[int, int] = {}
        for few in self.last.taken:
            for place in few:
                for number in self.kinds[self.kind[place]]:
                    counts[number] += 1
                for row, use in self.rows_of[place]:
                    used[row] = used.get(row, 0) + use
        return counts, used

    def survivors(self, least: int) -> int:
        """The candidates with which a plan worth at least `least` might still exist."""
        best = self.best
        slack = best.bound - least
        profit = best.profit
        alive = 0
        bonus = self.goal.place_bonus
        for slot, members, few in zip(self.model.slots, self.ranges, best.taken, strict=False):
            swap = slack - profit[few[-1]] if few else NEVER
            add = slack + (bonus if len(few) < slot.lower else 0) if len(few) < slot.upper else NEVER
            best_way = max(swap, add)
            for place in members:
                if best_way + profit[place] >= 0:
                    alive |= 1 << self.places[place]
            if slack >= 0:
                for place in few:
                    alive |= 1 << self.places[place]
        return alive

    def taken(self) -> int:
        """The candidates taken at `best`, a plan but for the rows that it may break."""
        return sum([1 << self.places[place] for few in self.best.taken for place in few])

    def profits(self) -> list[int]:
        """The profit of every candidate of the model at `best`; 0 for those not alive."""
        profit = [0] * self.model.size
        for place, one in zip(self.places, self.best.profit, strict=True):
            profit[place] = one
        return profit


def _gains(goal: Goal, number: int) -> tuple[int, int, int, bool]:
    """What a first, second and third exercise adds, and whether the first is required."""
    none, one, two, three = goal.bound_curves[number]
    return one - none, two - one, three - two, goal.required[number]


def _wanted(gains: tuple[int, int, int, bool], slope: int, count: int) -> int:
    """How many more exercises a finding wants at this slope than were taken; 0 if it would do with them."""
    first, second, third, is_required = gains
    least = (first > slope) + (second > slope) + (third > slope) or int(is_required)
    if count < least:
        return least - count
    most = (first >= slope) + (second >= slope) + (third >= slope) or int(is_required)
    return most - count if count > most and slope else 0


def lowering(goal: Goal, number: int, slope: int, most: int) -> list[int]:
    """By how much the bound may be lowered once 0, 1, .. `most` exercises chosen address a finding."""
    first, second, third, is_required = _gains(goal, number)
    lowered = [0, 0 if is_required else max(0, slope - first)]
    lowered.append(lowered[1] + max(0, slope - second))
    lowered.append(lowered[2] + max(0, slope - third))
    while len(lowered) <= most:
        lowered.append(lowered[-1] + slope)
    return lowered


def opening_slopes(model: Model, goal: Goal, chosen: int) -> Slopes:
    """Slopes that fit the plan already known: midway between its last and its next gain."""
    slopes = []
    for number, count in enumerate(model.counts(chosen)):
        gains = (*_gains(goal, number)[:3], 0)
        above = gains[min(count, 3)]
        below = gains[min(count, 4) - 1] if count else above
        slopes.append((below + above) // 2)
    return slopes
