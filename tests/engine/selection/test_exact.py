"""The plan is the one that trying all of them gives, and no other."""

from __future__ import annotations

import attrs
import pytest

from engine.selection.selection_problems import (
    best_by_trying,
    random_problem,
    value,
)
from rehabflow.engine.selection import Selection, SelectionProblem, select
from rehabflow.engine.selection.solve import each, solve


def pairs(selection: Selection) -> list[tuple[str, str]]:
    return sorted((one.slot, one.exercise) for one in selection.chosen)


def kept_pins(problem: SelectionProblem) -> frozenset[str]:
    kept: frozenset[str] = frozenset()
    for pin in sorted(problem.pins, key=lambda pin: pin.made):
        if best_by_trying(problem, kept | {pin.exercise}) is not None:
            kept |= {pin.exercise}
    return kept


@pytest.mark.parametrize("block", range(10))
def test_trying_every_plan_gives_the_same_plan(block: int) -> None:
    for seed in range(block * 60, block * 60 + 60):
        problem = random_problem(seed, 4 + seed % 8, 1 + seed % 4, plain=seed % 5 == 0)
        pins = kept_pins(problem)
        best = best_by_trying(problem, pins)
        assert best is not None
        selection = select(problem)
        assert pairs(selection) == sorted(best), seed
        assert selection.exact
        assert set(selection.pins) == pins
        serious, filled, score, minutes = value(problem, best)
        assert attrs.astuple(selection.objective) == (serious, filled, score, -minutes)
        assert selection.bound == (serious, filled, score)


@pytest.mark.parametrize("block", range(5))
def test_with_an_exercise_forced_too(block: int) -> None:
    for seed in range(10_000 + block * 60, 10_000 + block * 60 + 60):
        problem = random_problem(seed, 4 + seed % 7, 1 + seed % 4)
        forced = problem.exercises[0].id
        solution = solve(problem, each([forced]))
        best = best_by_trying(problem, frozenset([forced]))
        assert (solution.plan, solution.exact) == (best, True), seed


@pytest.mark.parametrize("block", range(3))
def test_where_nearly_everything_ties_the_first_in_canonical_order_is_chosen(block: int) -> None:
    for seed in range(20_000 + block * 50, 20_000 + block * 50 + 50):
        problem = random_problem(seed, 4 + seed % 6, 1 + seed % 3, findings=2)
        problem = attrs.evolve(
            problem,
            exercises=tuple(attrs.evolve(one, minutes=seed % 2) for one in problem.exercises),
            candidates=tuple(attrs.evolve(one, terms=()) for one in problem.candidates),
        )
        best = best_by_trying(problem, kept_pins(problem))
        assert best is not None
        assert pairs(select(problem)) == sorted(best), seed


@pytest.mark.parametrize("block", range(3))
def test_where_many_exercises_address_one_finding(block: int) -> None:
    for seed in range(30_000 + block * 50, 30_000 + block * 50 + 50):
        problem = random_problem(seed, 8, 3, findings=2, plain=True)
        problem = attrs.evolve(
            problem,
            exercises=tuple(
                attrs.evolve(one, findings=frozenset({"f0"}), ladders=frozenset())
                for one in problem.exercises
            ),
            slots=tuple(attrs.evolve(slot, upper=slot.lower + 3) for slot in problem.slots),
            exercises_limit=7,
            minutes_limit=30,
            finding_weight=2,
        )
        solution = solve(problem)
        assert (solution.plan, solution.exact) == (best_by_trying(problem), True), seed
