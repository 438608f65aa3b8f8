"""CP-SAT, an independent solver, reaches the same tier, score and minutes on problems too large to try."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from ortools.sat.python import cp_model

from engine.selection.selection_problems import random_problem, value
from rehabflow.engine.selection import SelectionProblem, select

MINUTES = 1_000
PLACE = 10_000_000
SERIOUS = 100 * PLACE


class Written:
    """A problem written for CP-SAT, pins aside."""

    def __init__(self, problem: SelectionProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.exercises = {one.id: one for one in problem.exercises}
        self.slots = {one.id: one for one in problem.slots}
        self.days = [set(day.slots) for day in problem.day_types] or [set(self.slots)]
        self.take = {
            (one.slot, one.exercise): self.model.new_bool_var(f"{one.slot}.{one.exercise}")
            for one in problem.candidates
        }
        self.limits()
        self.together()
        if problem.new_at_most is not None:
            self.new(problem.new_at_most)

    def count(self, ids: frozenset[str], day: set[str] | None = None) -> Any:  # noqa: ANN401 - untyped solver
        return sum(x for (slot, one), x in self.take.items() if one in ids and (day is None or slot in day))

    def limits(self) -> None:
        problem, add = self.problem, self.model.add
        for one in self.exercises:
            add(self.count(frozenset([one])) <= 1)
        for slot in problem.slots:
            add(sum(x for (at, _), x in self.take.items() if at == slot.id) <= slot.upper)
        for day in self.days:
            inside = {pair: x for pair, x in self.take.items() if pair[0] in day}
            inside = {pair: x for pair, x in inside.items() if not self.slots[pair[0]].outside_session}
            minutes = sum(self.exercises[one].minutes * x for (_, one), x in inside.items())
            add(minutes <= problem.minutes_limit)
            add(sum(inside.values()) <= problem.exercises_limit)
        for ladder in {ladder for one in problem.exercises for ladder in one.ladders}:
            rungs = frozenset(one.id for one in problem.exercises if ladder in one.ladders)
            add(self.count(rungs) <= 1)
        for rule in problem.at_most:
            add(self.count(rule.of) <= rule.count)

    def together(self) -> None:
        for rule in self.problem.together:
            for day in self.days:
                for (slot, one), x in self.take.items():
                    if one in rule.first and slot in day:
                        self.model.add(self.count(rule.then, day) >= x)

    def new(self, limit: int) -> None:
        """C9: more new ones than the limit only as musts of C7 or in the place of an excluded one."""
        model, counted = self.model, []
        for pair, x in self.take.items():
            if not self.exercises[pair[1]].is_current:
                counts = model.new_bool_var(f"counts.{pair}")
                model.add(counts >= x - self.is_must(pair))
                counted.append((pair[0], counts))
        total = []
        for slot in self.problem.slots:
            here = sum(x for at, x in counted if at == slot.id)
            replaced = sum(gone.current_slot == slot.id for gone in self.problem.excluded)
            over = model.new_int_var(0, len(self.take), f"over.{slot.id}")
            model.add(over >= here - replaced)
            total.append(over)
        model.add(sum(total) <= limit)

    def is_must(self, pair: tuple[str, str]) -> Any:  # noqa: ANN401 - untyped solver
        """A variable that may be 1 only where some rule would break without the exercise."""
        reasons = []
        slot, exercise = pair
        for rule in self.problem.together:
            for number, day in enumerate(self.days):
                if exercise not in rule.then or slot not in day:
                    continue
                breaks = self.model.new_bool_var(f"breaks.{pair}.{rule.id}.{number}")
                self.model.add(self.count(rule.first - rule.then - {exercise}, day) >= breaks)
                others = self.count(rule.then - {exercise}, day)
                self.model.add(others <= len(self.take) * (1 - breaks))
                reasons.append(breaks)
        must = self.model.new_bool_var(f"must.{pair}")
        self.model.add(must <= sum(reasons))
        return must

    def maximise(self) -> tuple[int, int, int, int]:
        problem, model = self.problem, self.model
        goal: list[Any] = []  # Any: expressions of the untyped solver
        for finding in problem.findings:
            able = frozenset(one.id for one in problem.exercises if finding.id in one.findings)
            steps = [model.new_bool_var(f"{finding.id}.{number}") for number in range(3)]
            model.add(sum(steps) <= self.count(able))
            unit = problem.finding_weight * finding.severity
            goal += [MINUTES * unit * quarters * x for quarters, x in zip((4, 2, 1), steps, strict=True)]
            goal.append((SERIOUS if finding.severity == 3 else 0) * steps[0])
        for slot in problem.slots:
            filled = model.new_int_var(0, slot.lower, f"filled.{slot.id}")
            model.add(filled <= sum(x for (at, _), x in self.take.items() if at == slot.id))
            goal.append(PLACE * filled)
        points = {(one.slot, one.exercise): one.points for one in problem.candidates}
        for (slot_id, one), x in self.take.items():
            times = sum(slot_id in day for day in self.days)
            minutes = 0 if self.slots[slot_id].outside_session else self.exercises[one].minutes * times
            goal.append((MINUTES * points[slot_id, one] - minutes) * x)
        model.maximize(sum(goal))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.catch_sigint_signal = False  # it would keep Ctrl-C for ever
        assert solver.solve(model) == cp_model.OPTIMAL
        return value(problem, tuple(pair for pair, x in self.take.items() if solver.value(x)))


@pytest.mark.parametrize("seed", range(30))
def test_cp_sat_reaches_the_same_tier_score_and_minutes(seed: int) -> None:
    size = (25, 40, 80)[seed % 3]
    problem = random_problem(seed, size, (3, 4, 5)[seed % 3], findings=(4, 6, 8)[seed % 3])
    problem = attrs.evolve(problem, pins=())
    selection = select(problem)
    ours = selection.objective
    assert selection.exact
    assert (ours.serious, ours.filled, ours.score, -ours.minutes) == Written(problem).maximise()
