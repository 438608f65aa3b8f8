"""The depth-first search: plans in canonical order, cut off where the bound says no better one is below."""

from __future__ import annotations

import attrs

from rehabflow.engine.selection.bounds import NEVER, Pricing, lowering
from rehabflow.engine.selection.model import bits
from rehabflow.frozen import frozen

Table = list[tuple[int, ...]]
Masks = tuple[int, ...]
UNREACHED = 1 << 120
"""More than the worth of any plan."""


@frozen
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


def completion_table(pricing: Pricing, profit: list[int]) -> Table:
    """Per candidate: `[k]` is the best still obtainable from it on, when `k` of its slot are taken."""
    model, goal = pricing.model, pricing.goal
    table: Table = [()] * model.size
    tail = 0
    for slot, mask in zip(reversed(model.slots), reversed(model.slot_mask), strict=True):
        needed = slot.lower if goal.fills_all else 0
        ranked: list[int] = []
        best: tuple[int, ...] | None = None
        for place in reversed(list(bits(mask & pricing.alive))):
            if best is None or len(ranked) < slot.upper or profit[place] > ranked[-1]:
                ranked = sorted([*ranked, profit[place]], reverse=True)[: slot.upper]
                best = _best_of(ranked, (slot.lower, slot.upper, needed), goal.place_bonus, tail)
            table[place] = best
        if best is not None:
            tail = best[0]
        elif needed:
            tail = NEVER
    return table


def _best_of(ranked: list[int], limits: tuple[int, int, int], bonus: int, tail: int) -> tuple[int, ...]:
    """For each number already taken: the best of `ranked` to add, and what later slots give."""
    lower, upper, needed = limits
    result = []
    for taken in range(upper + 1):
        total, count = tail, taken
        for profit in ranked[: upper - taken]:
            worth = profit + bonus if count < lower else profit
            if worth <= 0 and count >= needed:
                break
            total += worth
            count += 1
        result.append(total if count >= needed else NEVER)
    return tuple(result)


class Search:
    """One depth-first search over the candidates that a pricing left alive; `run` it once."""

    def __init__(self, pricing: Pricing) -> None:
        model, goal = pricing.model, pricing.goal
        self.model = model
        self.goal = goal
        self.alive = pricing.alive
        self.profit = pricing.profits()
        self.constant = pricing.best.constant
        self.bound = pricing.best.bound
        self.table = completion_table(pricing, self.profit)
        self.nodes = 0
        self.best = 0
        self.plan: int | None = None
        self.open_bound = NEVER
        self.is_stopped = False
        most = sum(slot.upper for slot in model.slots)
        self.width = most.bit_length() + 1
        self.field = (1 << self.width) - 1
        slopes = pricing.best.slopes
        self.lowered = [lowering(goal, number, slope, most) for number, slope in enumerate(slopes)]
        self.findings: dict[int, tuple[int, int]] = {}
        self.spread = [0] * model.size
        self.keep = [0] * model.size
        later = 0
        for place in reversed(list(bits(self.alive))):
            self.keep[place] = later & ~model.conflict[place]
            later |= 1 << place
            self.spread[place] = sum([1 << self.width * number for number in model.addresses[place]])
        self.beyond = [~((1 << mask.bit_length()) - 1) for mask in model.slot_mask]
        self.reach, self.first = self._reach()
        self.required = self._required()

    def _required(self) -> list[tuple[int, int]]:
        """(field of the counts, candidates that address it) of each finding that every plan addresses."""
        masks = [0] * len(self.goal.required)
        for place in bits(self.alive):
            for number in self.model.addresses[place]:
                masks[number] |= 1 << place
        return [
            (self.field << self.width * number, masks[number])
            for number, is_required in enumerate(self.goal.required)
            if is_required
        ]

    def _reach(self) -> tuple[list[tuple[int, int]], int]:
        """What is in reach before a required place is lost: per slot (still short, satisfied); at first."""
        after = (1 << self.model.size) - 1
        if not self.goal.fills_all:
            return [(after, after)] * len(self.model.slots), after
        reach = []
        for slot, mask in zip(reversed(self.model.slots), reversed(self.model.slot_mask), strict=True):
            end = (1 << mask.bit_length()) - 1
            reach.append((end, after))
            if slot.lower:
                after = end
        reach.reverse()
        return reach, after

    def run(self, above: int, node_limit: int, enough: int = UNREACHED) -> Found:
        """The best plan worth more than `above`; stops at `node_limit`, or at a plan worth `enough`."""
        self.best = above
        self.enough = enough
        self.is_stopped = node_limit <= 0
        self.open_bound = self.bound
        if not self.is_stopped:
            self.open_bound = NEVER
            self._descend(node_limit)
        is_complete = not self.is_stopped or self.best >= enough
        return Found(
            plan=self.plan,
            value=self.best,
            nodes=self.nodes,
            is_complete=is_complete,
            open_bound=self.best if is_complete else max(self.open_bound, self.best),
        )

    def _descend(self, node_limit: int) -> None:
        """Visit the plans in canonical order. Local names make a node a third cheaper."""
        model, goal, table, profits = self.model, self.goal, self.table, self.profit
        cost, guard, slot_of, needs = model.cost, model.guard, model.slot_of, model.needs
        worths, spread, keep, beyond, reach = goal.worth, self.spread, self.keep, self.beyond, self.reach
        lowers = [slot.lower for slot in model.slots]
        uppers = [slot.upper for slot in model.slots]
        findings, grain = self.findings, goal.grain
        bonus, place_worth = goal.place_bonus, goal.place

        def visit(
            avail: int,
            chosen: int,
            top: int,
            worth: int,
            packed: int,
            room: int,
            at: tuple[int, int],
            pending: Masks,
        ) -> None:
            """All plans that hold `chosen` and otherwise only candidates of `avail`.

            `top` bounds those chosen and `worth` is their own worth; `at` is (slot, how many it has).
            """
            self.nodes += 1
            value, lowered = findings.get(packed) or self._look_up(packed)
            if pending:
                pending = tuple([mask for mask in pending if not mask & chosen])
            if self._is_hopeless(avail, packed, pending):
                return
            slot, count = at
            rest = avail & (reach[slot][count >= lowers[slot]] if slot >= 0 else self.first)
            while rest:
                low = rest & -rest
                place = low.bit_length() - 1
                new_slot = slot_of[place]
                taken = count if new_slot == slot else 0
                bound = top - lowered + table[place][taken]
                if bound - self.best < grain:
                    return
                if self.nodes >= node_limit or self.is_stopped:
                    self.is_stopped = True
                    self.open_bound = max(self.open_bound, bound)
                    return
                rest ^= low
                left = room - cost[place]
                if left & guard != guard:
                    continue
                is_wanted = taken < lowers[new_slot]
                visit(
                    avail & keep[place] & (beyond[new_slot] if taken + 1 == uppers[new_slot] else -1),
                    chosen | low,
                    top + profits[place] + (bonus if is_wanted else 0),
                    worth + worths[place] + (place_worth if is_wanted else 0),
                    packed + spread[place],
                    left,
                    (new_slot, taken + 1),
                    pending + needs[place],
                )
            if worth + value > self.best and not pending:
                self._take(chosen, worth + value)

        visit(self.alive, 0, self.constant, 0, 0, model.room, (-1, 0), model.must)

    def _is_hopeless(self, avail: int, packed: int, pending: Masks) -> bool:
        """Whether something that every plan needs can no longer come."""
        for mask in pending:
            if not mask & avail:
                return True
        for field, mask in self.required:  # noqa: SIM110 - any() with a generator costs a third of a node
            if not packed & field and not mask & avail:
                return True
        return False

    def _take(self, chosen: int, value: int) -> None:
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
        value = lowered = 0
        rest, number = packed, 0
        while rest:
            count = rest & self.field
            if count:
                value += self.goal.curves[number][min(3, count)]
                lowered += self.lowered[number][count]
            rest >>= self.width
            number += 1
        self.findings[packed] = known = (value, lowered)
        return known


@attrs.define(eq=False)
class Run:
    """The budget of nodes of one solve, and what is spent of it."""

    budget: int
    nodes: int = 0

    def search(self, pricing: Pricing, above: int, nodes: int, enough: int = UNREACHED) -> Found:
        """Search below a pricing for a plan worth more than `above`, with what is left of the budget."""
        found = Search(pricing).run(above, min(nodes, self.budget - self.nodes), enough)
        self.nodes += found.nodes
        return found
