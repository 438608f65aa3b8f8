"""The depth-first search: plans in canonical order, cut off where the bound says no better one is below."""

from __future__ import annotations

import attrs

from rehabflow.engine.selection.bounds import NEVER, Prices, conjugate
from rehabflow.engine.selection.goal import Goal
from rehabflow.engine.selection.model import Model, bits

Table = list[tuple[int, ...]]


@attrs.frozen
class Found:
    """How a search ended."""

    plan: int | None
    """The first plan in canonical order among the best, or None: none above the given value."""
    value: int
    nodes: int
    is_complete: bool
    """False when the nodes ran out first."""
    open_bound: int
    """No plan left unseen is worth more; `value` when the search is complete."""


def completion_table(model: Model, goal: Goal, alive: int, profit: list[int]) -> Table:
    """Per candidate: `[k]` is the best still obtainable from it on, when `k` of its slot are taken."""
    table: Table = [()] * model.size
    tail = 0
    for slot, mask in zip(reversed(model.slots), reversed(model.slot_mask), strict=True):
        lower = slot.lower if goal.fills_all else 0
        ranked: list[int] = []
        best = _best_of(ranked, slot.lower, slot.upper, lower, goal.place_bonus, tail)
        for place in reversed(list(bits(mask & alive))):
            ranked.append(profit[place])
            ranked.sort(reverse=True)
            best = _best_of(ranked, slot.lower, slot.upper, lower, goal.place_bonus, tail)
            table[place] = best
        tail = best[0]
    return table


def _best_of(
    ranked: list[int], lower: int, upper: int, needed: int, bonus: int, tail: int
) -> tuple[int, ...]:
    """For each number already taken: the best of `ranked` to add, and what later slots give."""
    result = []
    for taken in range(upper + 1):
        total, added = tail, 0
        for profit in ranked[: upper - taken]:
            extra = bonus if taken + added < lower else 0
            if taken + added >= needed and profit + extra <= 0:
                break
            total += profit + extra
            added += 1
        result.append(total if taken + added >= needed else NEVER)
    return tuple(result)


class Search:
    """One depth-first search; `run` it once."""

    def __init__(self, model: Model, goal: Goal, alive: int, prices: Prices) -> None:
        self.model = model
        self.goal = goal
        self.alive = alive
        self.prices = prices
        self.table = completion_table(model, goal, alive, prices.profit)
        self.nodes = 0
        self.node_limit = 0
        self.enough = 0
        self.best = 0
        self.plan: int | None = None
        self.open_bound = NEVER
        self.is_stopped = False
        self.findings: dict[int, tuple[int, int]] = {}
        width = sum(slot.upper for slot in model.slots).bit_length() + 1
        self.width = width
        self.spread = [sum(1 << width * number for number in one) for one in model.addresses]
        later = 0
        keep = [0] * model.size
        for place in reversed(list(bits(alive))):
            keep[place] = later & ~model.conflict[place]
            later |= 1 << place
        self.keep = keep
        self.beyond = [~((1 << mask.bit_length()) - 1) for mask in model.slot_mask]
        self.first = (1 << model.size) - 1
        self.reach = self._reach()
        self.serious = [
            (
                self.width * number,
                sum(1 << place for place in bits(alive) if number in model.addresses[place]),
            )
            for number, required in enumerate(goal.required)
            if required
        ]

    def _reach(self) -> list[tuple[int, int]]:
        """Per slot, the candidates in reach before a required place is lost: (still short, satisfied)."""
        after = self.first
        if not self.goal.fills_all:
            return [(after, after)] * len(self.model.slots)
        reach = []
        for slot, mask in zip(reversed(self.model.slots), reversed(self.model.slot_mask), strict=True):
            end = (1 << mask.bit_length()) - 1
            reach.append((end, after))
            if slot.lower:
                after = end
        reach.reverse()
        self.first = after
        return reach

    def run(self, above: int, node_limit: int, enough: int | None = None) -> Found:
        """The best plan worth more than `above`; stops at `node_limit`, or at a plan worth `enough`."""
        self.best = above
        self.node_limit = node_limit
        self.enough = enough if enough is not None else 1 << 120
        top = self.prices.constant
        self._node(self.alive, 0, (top, 0), 0, self.model.room, (-1, 0), self.model.must)
        is_complete = not self.is_stopped or self.best >= self.enough
        return Found(
            plan=self.plan,
            value=self.best,
            nodes=self.nodes,
            is_complete=is_complete,
            open_bound=self.best if is_complete else max(self.open_bound, self.best),
        )

    def _node(
        self,
        avail: int,
        chosen: int,
        worth: tuple[int, int],
        packed: int,
        room: int,
        at: tuple[int, int],
        pending: tuple[int, ...],
    ) -> None:
        """All plans that hold `chosen` and otherwise only candidates of `avail`, in canonical order.

        `worth` is (bound on those chosen, their own worth), `at` is (current slot, how many it has).
        """
        self.nodes += 1
        known = self.findings.get(packed) or self._look_up(packed)
        top = worth[0] - known[1]
        if pending:
            pending = tuple([mask for mask in pending if not mask & chosen])
            for mask in pending:
                if not mask & avail:
                    return
        for shift, mask in self.serious:
            if not packed >> shift & ((1 << self.width) - 1) and not mask & avail:
                return
        slot, count = at
        model, goal, table, grain = self.model, self.goal, self.table, self.goal.grain
        rest = avail & self._limit(slot, count)
        while rest:
            low = rest & -rest
            place = low.bit_length() - 1
            new_slot = model.slot_of[place]
            new_count = count if new_slot == slot else 0
            bound = top + table[place][new_count]
            if bound - self.best < grain:
                return
            if self.nodes >= self.node_limit:
                self.is_stopped = True
            if self.is_stopped:
                self.open_bound = max(self.open_bound, bound)
                return
            rest ^= low
            new_room = room - model.cost[place]
            if new_room & model.guard != model.guard:
                continue
            left = avail & self.keep[place]
            is_required = new_count < model.slots[new_slot].lower
            if new_count + 1 == model.slots[new_slot].upper:
                left &= self.beyond[new_slot]
            self._node(
                left,
                chosen | low,
                (
                    worth[0] + self.prices.profit[place] + (goal.place_bonus if is_required else 0),
                    worth[1] + goal.worth[place] + (goal.place if is_required else 0),
                ),
                packed + self.spread[place],
                new_room,
                (new_slot, new_count + 1),
                pending + model.needs[place] if model.needs[place] else pending,
            )
        if worth[1] + known[0] > self.best and not pending:
            self._leaf(chosen, worth[1] + known[0])

    def _limit(self, slot: int, count: int) -> int:
        """The candidates that may come next without leaving a required place behind."""
        if slot < 0:
            return self.first
        return self.reach[slot][count >= self.model.slots[slot].lower]

    def _leaf(self, chosen: int, value: int) -> None:
        """Take the plan as the best so far, if it is allowed and of the tier that counts."""
        if self.goal.tier is not None and self.model.tier(chosen) != self.goal.tier:
            return
        if not self.model.is_new_allowed(chosen):
            return
        self.best = value
        self.plan = chosen
        if value >= self.enough:
            self.is_stopped = True

    def _look_up(self, packed: int) -> tuple[int, int]:
        """For the findings' counts: their exact worth, and by how much the bound may be lowered."""
        goal, slopes = self.goal, self.prices.slopes
        value = lowered = 0
        field = (1 << self.width) - 1
        for number, curve in enumerate(goal.curves):
            count = packed >> self.width * number & field
            if count:
                value += curve[min(count, 3)]
                lowered += conjugate(goal, number, slopes[number], 0)
                lowered -= conjugate(goal, number, slopes[number], count)
        self.findings[packed] = known = (value, lowered)
        return known
