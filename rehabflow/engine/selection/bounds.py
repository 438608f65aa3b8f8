"""Upper bounds: Lagrangian prices, and candidates that no plan as good as the best known can hold."""

from __future__ import annotations

import attrs

from rehabflow.engine.selection.goal import Goal
from rehabflow.engine.selection.model import Model, bits

NEVER = -(1 << 100)
"""Less than the worth of any plan."""


@attrs.frozen(eq=False)
class Prices:
    """One setting of the multipliers and the bound it gives."""

    slopes: list[int]
    """What one more exercise counts for each finding."""
    prices: list[int]
    """What each row charges for one unit."""
    bound: int
    """No plan that counts is worth more."""
    constant: int
    """What the bound adds to the profits of the candidates taken."""
    profit: list[int]
    """Reward plus slopes less prices, of each candidate."""


@attrs.define(eq=False)
class Pricing:
    """The subgradient search for good prices, on the candidates in `alive`."""

    model: Model
    goal: Goal
    alive: int
    rows_of: list[list[tuple[int, int]]]
    members: list[list[int]]
    """Candidates alive, by slot."""
    unit: list[int]
    """A typical use of each row, so that minutes and numbers step alike."""
    lowers: list[int]

    @classmethod
    def over(cls, model: Model, goal: Goal, alive: int) -> Pricing:
        """A pricing of these candidates."""
        rows_of: list[list[tuple[int, int]]] = [[] for _ in range(model.size)]
        unit = []
        for number, row in enumerate(model.rows):
            uses = [(place, use) for place, use in row.uses.items() if alive >> place & 1]
            for place, use in uses:
                rows_of[place].append((number, use))
            unit.append(max(1, sum(abs(use) for _, use in uses) // max(1, len(uses))))
        members = [list(bits(mask & alive)) for mask in model.slot_mask]
        lowers = [slot.lower if goal.fills_all else 0 for slot in model.slots]
        return cls(model, goal, alive, rows_of, members, unit, lowers)

    def narrow(self, alive: int) -> None:
        """Go on with fewer candidates."""
        self.alive = alive
        self.members = [list(bits(mask & alive)) for mask in self.model.slot_mask]

    def profits(self, slopes: list[int], prices: list[int]) -> list[int]:
        """Reward plus slopes less prices, of every candidate alive."""
        model, reward = self.model, self.goal.reward
        profit = [0] * model.size
        cache: dict[int, int] = {}
        for members in self.members:
            for place in members:
                signature = model.signature[place]
                gain = cache.get(signature)
                if gain is None:
                    gain = cache[signature] = sum([slopes[number] for number in model.addresses[place]])
                for row, use in self.rows_of[place]:
                    if prices[row]:
                        gain -= prices[row] * use
                profit[place] = reward[place] + gain
        return profit

    def relax(self, profit: list[int]) -> tuple[int, list[list[int]]]:
        """The best few of each slot at these profits: their worth, and which they are."""
        total = 0
        taken = []
        bonus = self.goal.place_bonus
        for slot, members, lower in zip(self.model.slots, self.members, self.lowers, strict=True):
            ranked = sorted(members, key=profit.__getitem__, reverse=True)[: slot.upper]
            if len(ranked) < lower:
                return NEVER, []
            few: list[int] = []
            for place in ranked:
                extra = bonus if len(few) < slot.lower else 0
                if len(few) >= lower and profit[place] + extra <= 0:
                    break
                few.append(place)
                total += profit[place] + extra
            taken.append(few)
        return total, taken

    def constant(self, slopes: list[int], prices: list[int]) -> int:
        """What the prices add to the profits of those taken."""
        total = -self.goal.offset
        for number, slope in enumerate(slopes):
            total += conjugate(self.goal, number, slope, 0)
        for row, price in zip(self.model.rows, prices, strict=True):
            if price:
                total += price * row.cap
        return total

    def survivors(self, at: Prices, least: int) -> int:
        """The candidates with which a plan worth at least `least` might still exist."""
        profit = at.profit
        total, taken = self.relax(profit)
        slack = at.constant + total - least
        alive = 0
        bonus = self.goal.place_bonus
        for slot, members, few in zip(self.model.slots, self.members, taken, strict=False):
            worst = profit[few[-1]] if few else 0
            can_add = len(few) < slot.upper
            extra = bonus if len(few) < slot.lower else 0
            chosen = set(few)
            for place in members:
                loss = NEVER
                if place in chosen:
                    loss = 0
                else:
                    if can_add:
                        loss = profit[place] + extra
                    if few:
                        loss = max(loss, profit[place] - worst)
                if slack + loss >= 0:
                    alive |= 1 << place
        return alive


def conjugate(goal: Goal, number: int, slope: int, count: int) -> int:
    """The most a finding's curve rises above its slope, given that at least `count` address it."""
    curve = goal.bound_curves[number]
    least = max(count, 1 if goal.required[number] else 0)
    if least > 3:
        return curve[3] - slope * least
    return max([curve[k] - slope * k for k in range(least, 4)])


def opening_slopes(model: Model, goal: Goal, chosen: int) -> list[int]:
    """Slopes that fit the plan already known: midway between its last and its next gain."""
    slopes = []
    for curve, count in zip(goal.bound_curves, model.counts(chosen), strict=True):
        below = curve[min(count, 3)] - curve[min(count, 3) - 1] if 0 < count <= 3 else 0
        above = curve[count + 1] - curve[count] if count < 3 else 0
        slopes.append((below + above) // 2 if count else above)
    return slopes


def find_prices(
    pricing: Pricing, known: int | None, start: tuple[list[int], list[int]], steps: int
) -> Prices:
    """The best prices found in at most `steps` steps; `known` is the worth of a plan in hand.

    Narrows `pricing` on the way to the candidates with which a plan worth `known` can exist.
    """
    slopes, prices = start
    best: Prices | None = None
    halvings = stale = 0
    target = known
    for step in range(steps):
        profit = pricing.profits(slopes, prices)
        total, taken = pricing.relax(profit)
        constant = pricing.constant(slopes, prices)
        bound = total if total == NEVER else constant + total
        if best is None or bound < best.bound:
            best = Prices(slopes, prices, bound, constant, profit)
            stale = 0
        else:
            stale += 1
        if total == NEVER or (known is not None and best.bound - known < pricing.goal.grain):
            break
        if stale >= 4:
            halvings, stale = halvings + 1, 0
            slopes, prices = best.slopes, best.prices
            if halvings > 4:
                break
            continue
        if known is not None and step % 8 == 7:
            alive = pricing.survivors(best, known)
            if alive != pricing.alive:
                pricing.narrow(alive)
        gap = bound - target if target is not None else abs(bound) // 4 + 1
        slopes, prices = _step(pricing, slopes, prices, taken, max(gap, 1) >> halvings)
    assert best is not None  # noqa: S101 - steps is at least one
    return best


def _step(
    pricing: Pricing, slopes: list[int], prices: list[int], taken: list[list[int]], gap: int
) -> tuple[list[int], list[int]]:
    """One step against the subgradient, as long as the gap left asks for."""
    model, goal = pricing.model, pricing.goal
    counts = [0] * len(slopes)
    used = [0] * len(prices)
    for few in taken:
        for place in few:
            for number in model.addresses[place]:
                counts[number] += 1
            for row, use in pricing.rows_of[place]:
                used[row] += use
    pulls = [_wanted(goal, number, slope, counts[number]) for number, slope in enumerate(slopes)]
    pushes = [
        0 if price == 0 and use <= row.cap and not row.is_equal else use - row.cap
        for row, price, use in zip(model.rows, prices, used, strict=True)
    ]
    norm = sum([pull * pull for pull in pulls]) << 10
    for push, unit in zip(pushes, pricing.unit, strict=True):
        norm += (push * push << 10) // (unit * unit)
    if norm == 0:
        return slopes, prices
    gap <<= 10
    new_slopes = [max(0, slope + gap * pull // norm) for slope, pull in zip(slopes, pulls, strict=True)]
    new_prices = []
    for line, price, push, unit in zip(model.rows, prices, pushes, pricing.unit, strict=True):
        moved = price + gap * push // (norm * unit * unit)
        new_prices.append(moved if line.is_equal else max(0, moved))
    return new_slopes, new_prices


def _wanted(goal: Goal, number: int, slope: int, count: int) -> int:
    """How many more exercises the curve wants at this slope than were taken; 0 if it would do with them."""
    curve = goal.bound_curves[number]
    least = 1 if goal.required[number] else 0
    best = max([curve[k] - slope * k for k in range(least, 4)])
    at = min(count, 3)
    if at >= least and curve[at] - slope * count == best:
        return 0
    wanted = [k for k in range(least, 4) if curve[k] - slope * k == best]
    return min(wanted, key=lambda k: abs(k - count)) - count
