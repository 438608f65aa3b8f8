"""How much work a solve is, in nodes: no stopwatch, so no flicker."""

from __future__ import annotations

from statistics import median

import attrs

from engine.selection.selection_problems import stage_problem
from rehabflow.engine.selection import select


def test_stages_of_80_exercises_take_few_nodes_and_are_all_proven() -> None:
    selections = [select(stage_problem(seed)) for seed in range(60)]
    assert all(selection.exact for selection in selections)
    nodes = [selection.nodes for selection in selections]
    assert median(nodes) <= 300
    assert max(nodes) <= 20_000


def test_one_exercise_less_never_makes_a_better_plan() -> None:
    for seed in range(12):
        problem = stage_problem(seed, 40)
        best = select(problem).objective
        for gone in problem.candidates[::7]:
            left = tuple(one for one in problem.candidates if one != gone)
            assert select(attrs.evolve(problem, candidates=left)).objective <= best
