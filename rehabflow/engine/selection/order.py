"""Plan order: `before` rules, then slots, within a slot fewest position changes, lower demand, id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rehabflow.engine.selection.problem import Before, Exercise, SelectionProblem
from rehabflow.engine.selection.solve import Plan
from rehabflow.frozen import frozen


@frozen
class _Step:
    """An exercise to be put in order."""

    slot: str
    exercise: Exercise
    rank: int
    """Place of its slot."""
    days: frozenset[int]

    @property
    def key(self) -> tuple[int, str]:
        """What decides after position changes: lower demand, then id."""
        return self.exercise.demand, self.exercise.id


def plan_order(problem: SelectionProblem, plan: Plan) -> Plan:
    """The same (slot, exercise) pairs in the order in which they are done.

    An exercise waits for those that a `before` rule puts ahead of it, even ones of a later slot. Rules that
    contradict each other (a before b before a) are passed over where they do, never the exercise.
    """
    by_id = {exercise.id: exercise for exercise in problem.exercises}
    rank = {slot.id: place for place, slot in enumerate(problem.ordered_slots())}
    days = problem.days_of()
    left = [_Step(slot, by_id[one], rank[slot], frozenset(days[slot])) for slot, one in plan]
    left.sort(key=lambda step: (step.rank, step.key))
    ahead = _ahead(problem.before, [step.exercise.id for step in left])
    done: list[_Step] = []
    while left:
        batch = _next_batch(left, ahead)
        done += _fewest_changes(batch, ahead, _last_position(done, batch[0]))
        left = [step for step in left if step not in done]
    return tuple((step.slot, step.exercise.id) for step in done)


def _ahead(rules: Iterable[Before], chosen: list[str]) -> dict[str, set[str]]:
    """For each exercise, the chosen ones that must come before it."""
    ahead: dict[str, set[str]] = {one: set() for one in chosen}
    for rule in rules:
        for later in chosen:
            if later in rule.then:
                ahead[later] |= {one for one in chosen if one in rule.first and one != later}
    return ahead


def _next_batch(left: list[_Step], ahead: Mapping[str, set[str]]) -> list[_Step]:
    """What of the first slot that can go on may now be done, before any other slot is needed."""
    waiting = {step.exercise.id for step in left}
    for rank in sorted({step.rank for step in left}):
        batch: list[_Step] = []
        grown = True
        while grown:
            grown = False
            ids = {step.exercise.id for step in batch}
            for step in left:
                if step.rank == rank and step not in batch and not ahead[step.exercise.id] & waiting - ids:
                    batch.append(step)
                    grown = True
                    break
        if batch:
            return batch
    return left[:1]


def _last_position(done: list[_Step], following: _Step) -> str | None:
    """The position one is in when the next exercise begins: that of the last one on a day they share."""
    for step in reversed(done):
        if step.days & following.days:
            return step.exercise.position
    return None


def _fewest_changes(batch: list[_Step], ahead: Mapping[str, set[str]], position: str | None) -> list[_Step]:
    """The batch in the order with the fewest changes of position; of these the first by demand and id."""
    batch = sorted(batch, key=lambda step: step.key)
    index = {step.exercise.id: place for place, step in enumerate(batch)}
    needed = [sum(1 << index[one] for one in ahead[step.exercise.id] if one in index) for step in batch]
    everything = (1 << len(batch)) - 1
    known: dict[tuple[int, str | None], int] = {}

    def free(placed: int) -> list[int]:
        open_ones = [n for n in range(len(batch)) if not placed >> n & 1]
        return [n for n in open_ones if not needed[n] & ~placed] or open_ones[:1]

    def changes(placed: int, at: str | None) -> int:
        if placed == everything:
            return 0
        if (placed, at) not in known:
            known[placed, at] = min(cost(placed, at, n) for n in free(placed))
        return known[placed, at]

    def cost(placed: int, at: str | None, n: int) -> int:
        then = batch[n].exercise.position
        return (at is not None and at != then) + changes(placed | 1 << n, then)

    ordered: list[_Step] = []
    placed = 0
    while placed != everything:
        best = changes(placed, position)
        n = next(n for n in free(placed) if cost(placed, position, n) == best)
        ordered.append(batch[n])
        placed, position = placed | 1 << n, batch[n].exercise.position
    return ordered
