"""Candidates that are never needed: enough others of the slot are as good in every way."""

from __future__ import annotations

from rehabflow.engine.selection.model import Model, bits


def undominated(model: Model, alive: int) -> int:
    """The candidates alive without those that the canonical best plan cannot hold.

    One candidate dominates another of its slot if it uses no other rows and no more minutes, addresses the
    same findings or more, and is worth more, or as much and comes first in canonical order. Who has as many
    dominators as the slot takes is not in the best plan: a dominator not chosen would do better.
    """
    order = sorted(bits(alive), key=lambda place: (-model.worth[place], place))
    return _without_dominated(model, order, -1)


def undominated_for_tier(model: Model, alive: int) -> int:
    """The same for the tier alone: candidates without which some plan still reaches the best tier."""
    serious = sum(1 << number for number, is_serious in enumerate(model.serious) if is_serious)
    time = _times(model)
    order = sorted(
        bits(alive), key=lambda place: (time[place], -(model.signature[place] & serious).bit_count(), place)
    )
    return _without_dominated(model, order, serious)


def _without_dominated(model: Model, order: list[int], regarded: int) -> int:
    """`order`: candidates, of which only an earlier one may dominate. `regarded`: findings that count."""
    time = _times(model)
    rows = _row_masks(model)
    apart = _apart(model)
    by_slot: dict[int, list[tuple[int, int, int]]] = {}
    left = 0
    for place in order:
        slot = model.slot_of[place]
        earlier = by_slot.setdefault(slot, [])
        left |= 1 << place
        if apart >> place & 1:
            continue
        least, lacking, minutes = model.signature[place] & regarded, ~rows[place], time[place]
        dominators = 0
        for findings, used, other_minutes in earlier:
            if other_minutes <= minutes and not used & lacking and not least & ~findings:
                dominators += 1
        if dominators >= model.slots[slot].upper:
            left ^= 1 << place
        else:
            earlier.append((model.signature[place], rows[place], minutes))
    return left


def _apart(model: Model) -> int:
    """Candidates that are compared with none: who needs a partner, who may be one, who is forced."""
    apart = 0
    for place, masks in enumerate(model.needs):
        for mask in masks:
            apart |= mask | 1 << place
    for mask in model.must:
        apart |= mask
    return apart


def _row_masks(model: Model) -> list[int]:
    """The rows that each candidate uses, minutes aside, as bits; the lowest bit: it is new."""
    masks = [model.is_new >> place & 1 for place in range(model.size)]
    for number, row in enumerate(model.rows):
        if row.kind != "minutes":
            for place in row.uses:
                masks[place] |= 2 << number
    return masks


def _times(model: Model) -> list[int]:
    """What each candidate uses of the minutes, on any day on which it is done."""
    time = [0] * model.size
    for row in model.rows:
        if row.kind == "minutes":
            for place, use in row.uses.items():
                time[place] = use
    return time
