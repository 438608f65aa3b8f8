"""When the nodes run out: a plan that holds every rule, not called exact, and a bound that is one."""

from __future__ import annotations

import pytest

from engine.selection.selection_problems import best_by_trying, is_allowed, random_problem, value
from rehabflow.engine.selection import Explainer, SelectionProblem, WhyOutscored, select
from rehabflow.engine.selection.solve import Solution, each, solve


def true_value(problem: SelectionProblem) -> tuple[int, int, int]:
    solution = solve(problem)
    assert solution.exact
    assert solution.objective is not None
    return solution.objective.serious, solution.objective.filled, solution.objective.score


@pytest.mark.parametrize("budget", [0, 1, 3, 10, 40])
def test_small_problems_cut_short_have_a_valid_bound(budget: int) -> None:
    cut = 0
    for seed in range(150):
        problem = random_problem(seed, 4 + seed % 7, 1 + seed % 4)
        solution = solve(problem, budget=budget)
        best = best_by_trying(problem)
        assert best is not None
        assert solution.plan is not None
        assert is_allowed(problem, solution.plan)
        assert solution.nodes <= budget
        assert solution.bound >= value(problem, best)[:3], seed
        if solution.exact:
            assert solution.plan == best, seed
        else:
            cut += 1
    assert cut > 0 or budget > 10


@pytest.mark.parametrize("budget", [5, 50, 200])
def test_large_problems_cut_short_have_a_valid_bound(budget: int) -> None:
    cut = 0
    for seed in range(30):
        problem = random_problem(seed, 60, 5, findings=8)
        selection = select(problem, budget)
        plan = tuple((one.slot, one.exercise) for one in selection.chosen)
        pinned = each(selection.pins)
        full = solve(problem, pinned)
        assert full.exact
        assert full.objective is not None
        best = full.objective.serious, full.objective.filled, full.objective.score
        ours = value(problem, plan)[:3]
        assert is_allowed(problem, plan)
        assert ours <= best <= selection.bound, seed
        assert selection.gap >= 0
        if selection.exact:
            assert sorted(plan) == sorted(full.plan or ())
        else:
            cut += 1
    assert cut > 0


def test_a_margin_cut_short_is_given_as_a_range_that_holds_it() -> None:
    ranges = 0
    for seed in range(12):
        problem = random_problem(seed, 40, 4, findings=8)
        selection = select(problem)
        if not selection.exact:
            continue
        chosen = {one.exercise for one in selection.chosen}
        exact, hasty = Explainer(problem, selection), Explainer(problem, selection, budget=8)
        for loser in [one.id for one in problem.exercises if one.id not in chosen][:8]:
            full, cut = exact.why_not(loser), hasty.why_not(loser)
            if isinstance(full, WhyOutscored) and isinstance(cut, WhyOutscored):
                assert 0 <= cut.margin[0] <= full.margin[0] <= cut.margin[1]
                ranges += cut.margin[0] < cut.margin[1]
    assert ranges > 0


@pytest.mark.parametrize("budget", [0, 2, 4, 8])
def test_no_plan_within_the_budget_is_not_no_plan(budget: int) -> None:
    cut = none = 0
    for seed in range(200):
        problem = random_problem(seed, 8, 3)
        forced = each([problem.exercises[0].id, problem.exercises[1].id])
        short: Solution = solve(problem, forced, budget=budget)
        if short.plan is None and not short.exact:
            cut += 1
        elif short.plan is None:
            none += solve(problem, forced).plan is None
            assert solve(problem, forced).plan is None, seed
    assert cut > 0 or budget > 4
    assert none > 0


def test_more_minutes_are_promised_only_where_the_plan_with_them_is_proven() -> None:
    promises = 0
    for seed in range(15):
        problem = random_problem(seed, 25, 4)
        selection = select(problem)
        chosen = {one.exercise for one in selection.chosen}
        exact, hasty = Explainer(problem, selection), Explainer(problem, selection, budget=0)
        for loser in [one.id for one in problem.exercises if one.id not in chosen][:6]:
            promises += exact.why_not(loser).kind in ("no_time", "no_room")
            assert hasty.why_not(loser).kind not in ("no_time", "no_room")
    assert promises > 0
