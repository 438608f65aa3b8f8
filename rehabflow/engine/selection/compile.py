"""From a `SelectionProblem` to a `Model`: canonical order, masks and rows."""

from __future__ import annotations

from rehabflow.engine.selection.model import PLACE, Model, Row, bits
from rehabflow.engine.selection.problem import Candidate, Exercise, SelectionProblem, Slot
from rehabflow.frozen import frozen

Rows = list[Row]
Forced = tuple[frozenset[str], ...]
"""Of each set of exercises one must be chosen."""


@frozen(eq=False)
class Layout:
    """The problem in canonical order, and the masks that every constraint is written with."""

    problem: SelectionProblem
    slots: tuple[Slot, ...]
    candidates: tuple[Candidate, ...]
    exercises: tuple[Exercise, ...]
    """The exercise of each candidate."""
    slot_of: list[int]
    days: list[tuple[int, ...]]
    """The types of day of each slot."""
    day_count: int
    at: dict[str, int]
    """Exercise id to the mask of its candidates."""

    def mask_of(self, ids: frozenset[str]) -> int:
        """The candidates of these exercises."""
        mask = 0
        for exercise in ids:
            mask |= self.at.get(exercise, 0)
        return mask

    def day_masks(self) -> list[int]:
        """The candidates done on each type of day."""
        masks = [0] * self.day_count
        for place, slot in enumerate(self.slot_of):
            for day in self.days[slot]:
                masks[day] |= 1 << place
        return masks


def compile_model(problem: SelectionProblem, forced: Forced = ()) -> Model:
    """The integer form of a problem in which one of each set of exercises in `forced` must be chosen.

    Only what some plan might hold is left alive; `is_possible` is False when one of the sets is not.
    """
    layout = _layout(problem)
    needs = _needs(layout)
    conflict = _conflicts(layout)
    needs = [tuple(mask & ~conflict[place] for mask in masks) for place, masks in enumerate(needs)]
    rows = _rows(layout, needs)
    room, guard, cost, alive = _pack(rows, len(layout.candidates))
    must = tuple(sorted({layout.mask_of(exercises) for exercises in forced}))
    for slot, mask in zip(layout.slots, _slot_masks(layout), strict=True):
        alive &= -1 if slot.upper else ~mask
    alive = _drop_conflicting_with_forced(alive, must, conflict)
    alive = _drop_unpartnered(alive, needs)
    rows += _forced_rows(must, alive) + _together_rows(needs, alive)
    findings = sorted(problem.findings, key=lambda finding: finding.id)
    number = {finding.id: place for place, finding in enumerate(findings)}
    addresses = [
        tuple(sorted(number[finding] for finding in exercise.findings)) for exercise in layout.exercises
    ]
    points = [candidate.points for candidate in layout.candidates]
    minutes = [
        0 if layout.slots[slot].outside_session else exercise.minutes * len(layout.days[slot])
        for exercise, slot in zip(layout.exercises, layout.slot_of, strict=True)
    ]
    units = [problem.finding_weight * finding.severity for finding in findings]
    places = 1 + sum(slot.lower for slot in layout.slots)
    scale = max(128, problem.minutes_limit * layout.day_count + 1)
    return Model(
        slots=layout.slots,
        names=[(candidate.slot, candidate.exercise) for candidate in layout.candidates],
        slot_of=layout.slot_of,
        minutes=minutes,
        points=points,
        worth=[scale * quarters - time for quarters, time in zip(points, minutes, strict=True)],
        scale=scale,
        finding_ids=[finding.id for finding in findings],
        serious=[finding.severity == 3 for finding in findings],
        units=units,
        growth=[
            (4 * unit * scale + (finding.severity == 3) * PLACE * places, 2 * unit * scale, unit * scale, 0)
            for unit, finding in zip(units, findings, strict=True)
        ],
        addresses=addresses,
        signature=[sum(1 << finding for finding in one) for one in addresses],
        conflict=conflict,
        needs=needs,
        rows=rows,
        slot_mask=_slot_masks(layout),
        is_new=_new_mask(layout),
        replaced=_replaced(layout),
        new_at_most=problem.new_at_most,
        must=must,
        alive=alive,
        cost=cost,
        room=room,
        guard=guard,
        is_possible=all(mask & alive for mask in must),
    )


def _layout(problem: SelectionProblem) -> Layout:
    slots = problem.ordered_slots()
    rank = {slot.id: place for place, slot in enumerate(slots)}
    by_id = {exercise.id: exercise for exercise in problem.exercises}
    days = problem.days_of()
    ordered = sorted(problem.candidates, key=lambda one: (rank[one.slot], one.exercise))
    at: dict[str, int] = {}
    for place, candidate in enumerate(ordered):
        at[candidate.exercise] = at.get(candidate.exercise, 0) | 1 << place
    return Layout(
        problem=problem,
        slots=slots,
        candidates=tuple(ordered),
        exercises=tuple(by_id[candidate.exercise] for candidate in ordered),
        slot_of=[rank[candidate.slot] for candidate in ordered],
        days=[days[slot.id] for slot in slots],
        day_count=max(1, len(problem.day_types)),
        at=at,
    )


def _slot_masks(layout: Layout) -> list[int]:
    masks = [0] * len(layout.slots)
    for place, slot in enumerate(layout.slot_of):
        masks[slot] |= 1 << place
    return masks


def _conflicts(layout: Layout) -> list[int]:
    """Pairs that C1, C5 and rules of at most one forbid."""
    conflict = [1 << place for place in range(len(layout.candidates))]
    groups = [mask for mask in layout.at.values() if mask.bit_count() > 1]
    groups += _ladders(layout).values()
    groups += [layout.mask_of(rule.of) for rule in layout.problem.at_most if rule.count == 1]
    for group in groups:
        for place in bits(group):
            conflict[place] |= group
    return conflict


def _ladders(layout: Layout) -> dict[str, int]:
    ladders: dict[str, int] = {}
    for place, exercise in enumerate(layout.exercises):
        for ladder in exercise.ladders:
            ladders[ladder] = ladders.get(ladder, 0) | 1 << place
    return {ladder: mask for ladder, mask in sorted(ladders.items()) if mask.bit_count() > 1}


def _needs(layout: Layout) -> list[tuple[int, ...]]:
    """The partner masks of each candidate: of each mask it needs one, by rule and type of day."""
    needs: list[list[int]] = [[] for _ in layout.candidates]
    day_masks = layout.day_masks()
    for rule in sorted(layout.problem.together, key=lambda rule: rule.id):
        partners = layout.mask_of(rule.then)
        for place in bits(layout.mask_of(rule.first - rule.then)):
            needs[place] += sorted({partners & day_masks[day] for day in layout.days[layout.slot_of[place]]})
    return [tuple(dict.fromkeys(masks)) for masks in needs]


def _rows(layout: Layout, needs: list[tuple[int, ...]]) -> Rows:
    """C1, C3, C4, C5, C6 and the linear part of C9, where they can bind at all."""
    problem = layout.problem
    inside = [not layout.slots[slot].outside_session for slot in layout.slot_of]
    rows: Rows = []
    for mask in layout.day_masks():
        places = [place for place in bits(mask) if inside[place]]
        times = {place: layout.exercises[place].minutes for place in places}
        rows.append(Row("minutes", problem.minutes_limit, times))
        rows.append(Row("exercises", problem.exercises_limit, dict.fromkeys(places, 1)))
    rows += [Row("once", 1, _ones(mask)) for mask in layout.at.values()]
    rows += [Row("ladder", 1, _ones(mask)) for mask in _ladders(layout).values()]
    for rule in sorted(problem.at_most, key=lambda rule: rule.id):
        rows.append(Row("at_most", rule.count, _ones(layout.mask_of(rule.of))))
    rows += _new_rows(layout, needs)
    return [row for row in rows if sum(row.uses.values()) > row.cap]


def _ones(mask: int) -> dict[int, int]:
    return dict.fromkeys(bits(mask), 1)


def _new_mask(layout: Layout) -> int:
    return sum(1 << place for place, exercise in enumerate(layout.exercises) if not exercise.is_current)


def _replaced(layout: Layout) -> list[int]:
    gone = [one.current_slot for one in layout.problem.excluded if one.current_slot is not None]
    return [gone.count(slot.id) for slot in layout.slots]


def _new_rows(layout: Layout, needs: list[tuple[int, ...]]) -> Rows:
    """What C9 says of those that can never be a must: a relaxation, exact where nothing was excluded."""
    limit = layout.problem.new_at_most
    if limit is None:
        return []
    firm = _new_mask(layout)
    for masks in needs:
        for mask in masks:
            firm &= ~mask
    replaced = _replaced(layout)
    rows = [Row("new", limit + sum(replaced), _ones(firm))]
    if any(replaced):
        for gone, mask in zip(replaced, _slot_masks(layout), strict=True):
            firm &= ~mask if gone else -1
        rows.append(Row("new", limit, _ones(firm)))
    return rows


def _pack(rows: Rows, size: int) -> tuple[int, int, list[int], int]:
    """All rows in one integer, a field each: a subtraction that clears a guard bit breaks a row."""
    room = guard = offset = 0
    cost = [0] * size
    alive = (1 << size) - 1
    for row in rows:
        width = max(row.cap, max(row.uses.values(), default=0)).bit_length()
        room |= row.cap << offset
        guard |= 1 << offset + width
        for place, use in row.uses.items():
            cost[place] |= use << offset
            if use > row.cap:
                alive &= ~(1 << place)
        offset += width + 1
    return room | guard, guard, cost, alive


def _drop_conflicting_with_forced(alive: int, must: tuple[int, ...], conflict: list[int]) -> int:
    """Without what stands against every way to place a forced exercise."""
    for mask in must:
        against = -1
        for place in bits(mask & alive):
            against &= conflict[place] & ~mask
        alive &= ~against
    return alive


def _drop_unpartnered(alive: int, needs: list[tuple[int, ...]]) -> int:
    before = 0
    while before != alive:
        before = alive
        for place in bits(alive):
            if not all(mask & alive for mask in needs[place]):
                alive &= ~(1 << place)
    return alive


def _forced_rows(must: tuple[int, ...], alive: int) -> Rows:
    masks = [mask & alive for mask in must]
    return [Row("forced", -1, dict.fromkeys(bits(mask), -1)) for mask in masks if mask.bit_count() > 1]


def _together_rows(needs: list[tuple[int, ...]], alive: int) -> Rows:
    return [
        Row("together", 0, {place: 1} | dict.fromkeys(bits(mask & alive), -1))
        for place in bits(alive)
        for mask in needs[place]
    ]
