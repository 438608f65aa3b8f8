"""The same problem gives the same bytes, in whatever order and process it is told."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from engine.selection.selection_problems import Plan, random_problem
from rehabflow.engine.selection import SelectionProblem, select, why_not
from rehabflow.engine.selection.solve import solve

ROOT = Path(__file__).resolve().parents[3]


def shuffled(problem: SelectionProblem, seed: int) -> SelectionProblem:
    rng = random.Random(seed)

    def mixed(name: str) -> tuple[object, ...]:
        items = list(getattr(problem, name))
        rng.shuffle(items)
        return tuple(items)

    names = ("slots", "exercises", "candidates", "findings", "day_types", "together", "at_most", "before")
    changes = {name: mixed(name) for name in (*names, "pins", "excluded")}
    return SelectionProblem(**(attrs.asdict(problem, recurse=False) | changes))


@pytest.mark.parametrize("size", [9, 30, 60])
def test_the_order_in_which_the_problem_is_told_has_no_meaning(size: int) -> None:
    for seed in range(25):
        problem = random_problem(seed, size, 4, findings=6)
        assert select(shuffled(problem, seed)) == select(problem), seed


def test_what_the_search_begins_from_has_no_meaning() -> None:
    for seed in range(40):
        problem = random_problem(seed, 30, 4, findings=6)
        rng = random.Random(seed)
        some = rng.sample([(one.slot, one.exercise) for one in problem.candidates], 5)
        starts: tuple[Plan, ...] = ((), tuple(some), tuple(sorted(some)[:2]))
        solutions = [solve(problem, known=start) for start in starts]
        assert len({one.plan for one in solutions}) == 1, seed
        assert all(one.exact for one in solutions)


def digest() -> str:
    """What many selections and explanations come to."""
    told = []
    for seed in range(12):
        problem = random_problem(seed, 30, 4, findings=6)
        selection = select(problem)
        told.append(repr(selection))
        chosen = {one.exercise for one in selection.chosen}
        losers = [one.id for one in problem.exercises if one.id not in chosen]
        told += [repr(why_not(problem, selection, loser)) for loser in losers[:3]]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def test_the_hash_seed_has_no_meaning() -> None:
    code = "from engine.selection.test_same_bytes import digest; print(digest())"
    answers = {digest()}
    for seed in ("0", "1", "4711"):
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True, cwd=ROOT
        )
        answers.add(done.stdout.strip())
    assert len(answers) == 1
