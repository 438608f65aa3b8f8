"""The same problem with one rule or limit lifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs

from rehabflow.engine.selection.explanations import Obstacle
from rehabflow.engine.selection.problem import SelectionProblem


def lifted(
    problem: SelectionProblem, pins: tuple[str, ...], slots: frozenset[str]
) -> Iterator[tuple[Obstacle, SelectionProblem, tuple[str, ...]]]:
    """Each obstacle with the problem and the pins that are left without it.

    `slots`: those whose upper number is worth lifting.
    """
    yield Obstacle("minutes"), with_minutes(problem, no_limit(problem)), pins
    yield Obstacle("exercises"), attrs.evolve(problem, exercises_limit=len(problem.exercises)), pins
    for ladder in _climbed(problem):
        yield Obstacle("ladder", ladder), _without_ladder(problem, ladder), pins
    for limit in sorted(problem.at_most, key=lambda rule: rule.id):
        left = tuple(rule for rule in problem.at_most if rule != limit)
        yield Obstacle("at_most", limit.id), attrs.evolve(problem, at_most=left), pins
    for pair in sorted(problem.together, key=lambda rule: rule.id):
        others = tuple(rule for rule in problem.together if rule != pair)
        yield Obstacle("together", pair.id), attrs.evolve(problem, together=others), pins
    if problem.new_at_most is not None:
        yield Obstacle("new_at_most"), attrs.evolve(problem, new_at_most=None), pins
    for slot in sorted(slots):
        wider = tuple(
            attrs.evolve(one, upper=one.upper + 1) if one.id == slot else one for one in problem.slots
        )
        yield Obstacle("slot", slot), attrs.evolve(problem, slots=wider), pins
    for pin in pins:
        yield Obstacle("pin", pin), problem, tuple(one for one in pins if one != pin)


def _climbed(problem: SelectionProblem) -> list[str]:
    """The ladders of which more than one rung is a candidate."""
    placed = {candidate.exercise for candidate in problem.candidates}
    rungs = Counter(
        ladder for exercise in problem.exercises if exercise.id in placed for ladder in exercise.ladders
    )
    return sorted(ladder for ladder, count in rungs.items() if count > 1)


def no_limit(problem: SelectionProblem) -> int:
    """Minutes enough for everything at once."""
    return problem.minutes_limit + sum(exercise.minutes for exercise in problem.exercises)


def with_minutes(problem: SelectionProblem, minutes: int) -> SelectionProblem:
    """The problem with another limit on minutes."""
    return attrs.evolve(problem, minutes_limit=minutes)


def without(problem: SelectionProblem, exercise: str) -> SelectionProblem:
    """The problem in which an exercise is no candidate, and not pinned."""
    return attrs.evolve(
        problem,
        candidates=tuple(one for one in problem.candidates if one.exercise != exercise),
        pins=tuple(pin for pin in problem.pins if pin.exercise != exercise),
    )


def _without_ladder(problem: SelectionProblem, ladder: str) -> SelectionProblem:
    return attrs.evolve(
        problem,
        exercises=tuple(
            attrs.evolve(exercise, ladders=exercise.ladders - {ladder}) for exercise in problem.exercises
        ),
    )
