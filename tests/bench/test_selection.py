"""The choice of exercises: exact in how much time, and what a greedy choice would lose."""

from __future__ import annotations

import time
from statistics import mean, median

import attrs
import pytest

from bench.timing import table
from engine.selection.selection_problems import random_problem, stage_problem
from rehabflow.engine.selection import Candidate, Selection, SelectionProblem, select


@pytest.mark.bench
def test_exact_selection() -> None:
    problems = [stage_problem(seed) for seed in range(100)]
    times = [min(_seconds(problem) for _ in range(3)) for problem in problems]
    rows = [
        ["5 slots, 80 exercises, 100 stages", *(f"{1000 * one:.1f}" for one in (median(times), max(times)))],
    ]
    table("Exact selection", ["problem", "median ms", "most ms"], rows)
    assert median(times) < 0.03


def _seconds(problem: SelectionProblem) -> float:
    start = time.process_time()
    assert select(problem).exact
    return time.process_time() - start


@pytest.mark.bench
def test_what_greedy_loses() -> None:
    lost, worse_tier = [], 0
    for seed in range(40):
        problem = random_problem(seed, 40, 5, 6, plain=True)
        best, greedy = select(problem).objective, greedily(problem).objective
        if (greedy.serious, greedy.filled) < (best.serious, best.filled):
            worse_tier += 1
        else:
            lost.append((best.score - greedy.score) / max(1, abs(best.score)))
    rows = [
        [
            "5 slots, 40 exercises, 6 findings, 40 problems",
            f"{100 * mean(lost):.1f}",
            f"{100 * max(lost):.1f}",
            str(worse_tier),
        ]
    ]
    head = ["problem", "lost on average, %", "lost at worst, %", "fewer serious findings or places"]
    table("A greedy choice against the best", head, rows)
    assert max(lost) > 0


def greedily(problem: SelectionProblem) -> Selection:
    """Return the plan that takes, one after another, whatever makes it best at once and keeps all taken before."""
    taken: tuple[Candidate, ...] = ()
    best = select(attrs.evolve(problem, candidates=()))
    while True:
        trials = [(*taken, one) for one in problem.candidates if one not in taken]
        plans = [(select(attrs.evolve(problem, candidates=trial)), trial) for trial in trials]
        better = [(plan, trial) for plan, trial in plans if len(plan.chosen) == len(trial)]
        found, trial = max(better, key=lambda one: one[0].objective, default=(best, taken))
        if found.objective <= best.objective:
            return best
        best, taken = found, trial
