"""`select`: the one call the engine makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rehabflow.engine.selection.order import plan_order
from rehabflow.engine.selection.problem import SelectionProblem, Together
from rehabflow.engine.selection.result import (
    Chosen,
    DroppedPin,
    NewException,
    Selection,
    UnaddressedFinding,
    UnfilledPlace,
)
from rehabflow.engine.selection.solve import NODE_BUDGET, Plan, Solution, each, solve
from rehabflow.frozen import frozen


def select(problem: SelectionProblem, budget: int = NODE_BUDGET) -> Selection:
    """The best allowed plan: the same for the same problem, on every machine.

    Args:
        problem: candidates, slots, findings, rules, limits and pins.
        budget: nodes allowed to all phases together; when they run out the best plan so far is given, with
            `exact` False and the bound reached.
    """
    held = _hold_pins(problem, budget)
    solution = held.solution
    assert solution.plan is not None
    assert solution.objective is not None
    plan = solution.plan
    return Selection(
        chosen=tuple(Chosen(slot, exercise) for slot, exercise in plan_order(problem, plan)),
        objective=solution.objective,
        exact=solution.exact and held.is_proven,
        bound=solution.bound,
        nodes=held.nodes,
        unfilled=tuple(_unfilled(problem, plan)),
        unaddressed=tuple(_unaddressed(problem, plan)),
        pins=held.pins,
        dropped_pins=held.dropped,
        new_exceptions=tuple(new_exceptions(problem, plan)),
        unpartnered=tuple(_unpartnered(problem)),
    )


@frozen
class _Held:
    """The pins that hold together, and the best plan that holds them."""

    solution: Solution
    pins: tuple[str, ...]
    dropped: tuple[DroppedPin, ...]
    nodes: int
    is_proven: bool
    """False when a pin was dropped only because the nodes ran out."""


def _hold_pins(problem: SelectionProblem, budget: int) -> _Held:
    """Solve with every pin; if they cannot hold together, drop those made later."""
    placed = {candidate.exercise for candidate in problem.candidates}
    pins = [pin.exercise for pin in sorted(problem.pins, key=lambda pin: pin.made)]
    dropped = [DroppedPin(one, "not_a_candidate") for one in pins if one not in placed]
    pins = [one for one in pins if one in placed]
    solution = solve(problem, each(pins), budget=budget)
    nodes = solution.nodes
    if solution.plan is not None:
        return _Held(solution, tuple(pins), tuple(dropped), nodes, is_proven=True)
    kept: list[str] = []
    solution = Solution(None, None, exact=True, bound=(0, 0, 0), nodes=0)
    is_proven = True
    for pin in pins:
        trial = solve(problem, each([*kept, pin]), budget=max(0, budget - nodes))
        nodes += trial.nodes
        if trial.plan is not None:
            kept.append(pin)
            solution = trial
            continue
        kind: Literal["cannot_be_placed", "against_pins", "none_found"] = "none_found"
        if trial.exact:
            kind = "against_pins" if kept else "cannot_be_placed"
        is_proven = is_proven and trial.exact
        dropped.append(DroppedPin(pin, kind, tuple(kept)))
    if solution.plan is None:
        solution = solve(problem, budget=max(0, budget - nodes))
        nodes += solution.nodes
    return _Held(solution, tuple(kept), tuple(dropped), nodes, is_proven)


def _unfilled(problem: SelectionProblem, plan: Plan) -> Iterator[UnfilledPlace]:
    used = {exercise for _, exercise in plan}
    for slot in problem.ordered_slots():
        missing = slot.lower - sum(one == slot.id for one, _ in plan)
        if missing > 0:
            free = any(one.slot == slot.id and one.exercise not in used for one in problem.candidates)
            yield UnfilledPlace(slot.id, missing, "crowded_out" if free else "no_candidate")


def _unaddressed(problem: SelectionProblem, plan: Plan) -> Iterator[UnaddressedFinding]:
    by_id = {exercise.id: exercise for exercise in problem.exercises}
    addressed = {finding for _, exercise in plan for finding in by_id[exercise].findings}
    reachable = {finding for one in problem.candidates for finding in by_id[one.exercise].findings}
    for finding in sorted(problem.findings, key=lambda finding: (-finding.severity, finding.id)):
        if finding.id in addressed:
            continue
        kind: Literal["no_candidate", "crowded_out", "not_best"] = "no_candidate"
        if finding.id in reachable:
            kind = "crowded_out" if finding.severity == 3 else "not_best"
        gone = sorted(one.exercise for one in problem.excluded if finding.id in one.findings)
        yield UnaddressedFinding(finding.id, finding.severity, kind, tuple(gone))


def new_exceptions(problem: SelectionProblem, plan: Plan) -> Iterator[NewException]:
    """The new exercises that C9 does not count, where a plan has more new ones than `new_at_most`."""
    current = {exercise.id for exercise in problem.exercises if exercise.is_current}
    new = sorted(pair for pair in plan if pair[1] not in current)
    if problem.new_at_most is None or len(new) <= problem.new_at_most:
        return
    replaced = {
        slot.id: sorted(gone.exercise for gone in problem.excluded if gone.current_slot == slot.id)
        for slot in problem.slots
    }
    left = {slot: len(gone) for slot, gone in replaced.items()}
    for pair in new:
        slot, exercise = pair
        musts = tuple(rule.id for rule in problem.together if _is_must(problem, plan, pair, rule))
        if musts:
            yield NewException(exercise, "together", tuple(sorted(musts)))
        elif left[slot] > 0:
            left[slot] -= 1
            yield NewException(exercise, "replacement", tuple(replaced[slot]))


def _is_must(problem: SelectionProblem, plan: Plan, pair: tuple[str, str], rule: Together) -> bool:
    """Whether a plan without this exercise would break the rule."""
    if pair[1] not in rule.then:
        return False
    days = problem.days_of()
    for day in days[pair[0]]:
        others = {exercise for slot, exercise in plan if day in days[slot] and exercise != pair[1]}
        if others & rule.first and not others & rule.then:
            return True
    return False


def _unpartnered(problem: SelectionProblem) -> list[tuple[str, str]]:
    """Exercises excluded because no partner is left, and those whose only partners these were; with the rule."""
    left = {candidate.exercise for candidate in problem.candidates}
    rules = sorted(problem.together, key=lambda rule: rule.id)
    lost: dict[str, str] = {}
    before = -1
    while before != len(lost):
        before = len(lost)
        for rule in rules:
            if not rule.then & left:
                lost |= dict.fromkeys((rule.first - rule.then) & left, rule.id)
                left -= lost.keys()
    return sorted(lost.items())
