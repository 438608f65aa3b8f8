"""A good plan to begin with. It only gives the search something to beat, and never decides a tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehabflow.engine.selection.grow import grow
from rehabflow.engine.selection.model import PLACE, Model, bits


def rank(model: Model, chosen: int) -> tuple[int, int, int]:
    """What plans are compared by: serious findings, required places, score with minutes."""
    serious, filled = model.tier(chosen)
    return serious, filled, model.scale * model.score(chosen) - model.total_minutes(chosen)


def first_plan(model: Model, current: int) -> int | None:
    """A plan grown from the current one and from nothing, or None: not found so."""
    kept = {keep(model, current), keep(model, 0)}
    allowed = [plan for plan in (grow(model, one) for one in sorted(kept)) if model.is_allowed(plan)]
    return max(allowed, key=lambda plan: rank(model, plan)) if allowed else None


def short_plan(model: Model, plan: int, limit: tuple[int, int]) -> int:
    """A plan of a better tier, grown with minutes made dear or bettered bit by bit; else the plan itself.

    `limit`: no plan has a better tier.
    """
    times = [0] * model.size
    for row in model.rows:
        if row.kind == "minutes":
            for place, use in row.uses.items():
                times[place] = use
    longest = max(times, default=0) + 1
    for price in (PLACE // longest, PLACE * model.size, 0):
        charge = [price * time for time in times]
        other = grow(model, keep(model, 0), charge=charge) if price else plan
        if not model.is_allowed(other):
            continue
        if model.tier(other) < limit:
            other = improve(model, other, charge=charge)
        if model.tier(other) > model.tier(plan):
            plan = other
        if model.tier(plan) == limit:
            break
    return plan


def improve(
    model: Model, plan: int, out: int = 1, within: int = -1, charge: Sequence[int] | None = None
) -> int:
    """Take one out (or also pairs of two), grow again from `within`, keep what is better, to the end."""
    best, best_rank = plan, rank(model, plan)
    going = True
    while going:
        going = False
        for less in _less(best, out):
            for banned in (best & ~less, 0):
                other = grow(model, keep(model, less), within & ~banned, charge)
                if other != best and model.is_allowed(other):
                    other_rank = rank(model, other)
                    if other_rank > best_rank:
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


def charges(model: Model, prices: Mapping[int, int]) -> list[int]:
    """What prices of the rows charge each candidate."""
    charge = [0] * model.size
    for number, price in prices.items():
        row = model.rows[number]
        for place, use in row.uses.items():
            charge[place] += price * use
    return charge
